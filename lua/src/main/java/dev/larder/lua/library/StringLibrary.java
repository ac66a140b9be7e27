package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.Arrays;

/** The library {@code string}, whose functions are also the methods of all strings. */
final class StringLibrary {
  /** How many values a call may return, its arguments included. */
  private static final int STACK_MAX = 8000;

  private StringLibrary() {}

  static void install(LuaState state) {
    LuaTable library = new LuaTable();
    for (Builtin function : functions()) {
      library.put(LuaString.of(function.name()), function);
    }
    FindFunctions.addTo(library);
    library.put(LuaString.of("gsub"), new SubstituteFunction(state));
    LuaTable metatable = new LuaTable();
    metatable.put(LuaString.of("__index"), library);
    state.stringMetatable(metatable);
    state.globals().put(LuaString.of("string"), library);
  }

  private static Builtin[] functions() {
    return new Builtin[] {
      new FormatFunction(),
      new Length(),
      new Sub(),
      new Byte(),
      new Char(),
      new Repeat(),
      new Reverse(),
      new Lower(),
      new Upper(),
      new Dump()
    };
  }

  /** A position as scripts give it, negative ones from the end, as a count of bytes; or 0. */
  static long position(long given, int length) {
    return given >= 0 ? given : Math.max(given + length + 1, 0);
  }

  private static final class Length extends Builtin {
    Length() {
      super("len");
    }

    @Override
    protected void call(Call call) {
      call.add((double) call.checkString(1).length());
    }
  }

  private static final class Sub extends Builtin {
    Sub() {
      super("sub");
    }

    @Override
    protected void call(Call call) {
      LuaString string = call.checkString(1);
      long from = Math.max(position(call.checkLong(2), string.length()), 1);
      long given = call.isNil(3) ? -1 : call.checkLong(3);
      long to = Math.min(position(given, string.length()), string.length());
      if (from > to) {
        call.add(Strings.EMPTY);
      } else if (to - from + 1 == string.length()) {
        call.add(string);
      } else {
        call.add(Strings.copyOf(call, string.bytes(), (int) from - 1, (int) (to - from + 1)));
      }
    }
  }

  private static final class Byte extends Builtin {
    Byte() {
      super("byte");
    }

    @Override
    protected void call(Call call) {
      LuaString string = call.checkString(1);
      long given = call.isNil(2) ? 1 : call.checkLong(2);
      long first = position(given, string.length());
      long last = call.isNil(3) ? first : position(call.checkLong(3), string.length());
      int from = (int) Math.clamp(first, 1, string.length() + 1L);
      int to = (int) Math.min(last, string.length());
      if (to - from + 1 + call.count() > STACK_MAX) {
        throw call.error("stack overflow (string slice too long)");
      }
      for (int i = from; i <= to; i++) {
        call.add((double) string.unsignedAt(i - 1));
      }
    }
  }

  private static final class Char extends Builtin {
    Char() {
      super("char");
    }

    @Override
    protected void call(Call call) {
      int count = call.count();
      byte[] bytes = new byte[count];
      for (int i = 1; i <= count; i++) {
        int value = call.checkInt(i);
        if (value != (value & 0xFF)) {
          throw call.argumentError(i, "invalid value");
        }
        bytes[i - 1] = (byte) value;
      }
      if (count == 1) {
        call.add(Strings.single(bytes[0]));
      } else {
        Strings.allocate(call, count);
        call.add(LuaString.of(bytes));
      }
    }
  }

  private static final class Repeat extends Builtin {
    Repeat() {
      super("rep");
    }

    @Override
    protected void call(Call call) {
      LuaString string = call.checkString(1);
      int times = call.checkInt(2);
      int length = string.length();
      if (times <= 0 || length == 0) {
        call.add(Strings.EMPTY);
        return;
      }
      Strings.allocate(call, (long) times * length);
      byte[] all = new byte[times * length];
      System.arraycopy(string.bytes(), 0, all, 0, length);
      for (int done = length; done < all.length; done *= 2) {
        System.arraycopy(all, 0, all, done, Math.min(done, all.length - done));
      }
      call.add(LuaString.of(all));
    }
  }

  private static final class Reverse extends Builtin {
    Reverse() {
      super("reverse");
    }

    @Override
    protected void call(Call call) {
      LuaString string = call.checkString(1);
      int length = string.length();
      Strings.allocate(call, length);
      byte[] reversed = new byte[length];
      for (int i = 0; i < length; i++) {
        reversed[i] = string.byteAt(length - 1 - i);
      }
      call.add(LuaString.of(reversed));
    }
  }

  /** Changes the case of letters of ASCII. */
  private static void convert(Call call, char first, char last) {
    LuaString string = call.checkString(1);
    Strings.allocate(call, string.length());
    byte[] converted = Arrays.copyOf(string.bytes(), string.length());
    for (int i = 0; i < converted.length; i++) {
      if (converted[i] >= first && converted[i] <= last) {
        converted[i] ^= 0x20;
      }
    }
    call.add(LuaString.of(converted));
  }

  private static final class Lower extends Builtin {
    Lower() {
      super("lower");
    }

    @Override
    protected void call(Call call) {
      convert(call, 'A', 'Z');
    }
  }

  private static final class Upper extends Builtin {
    Upper() {
      super("upper");
    }

    @Override
    protected void call(Call call) {
      convert(call, 'a', 'z');
    }
  }

  /**
   * There is no binary form of functions here: this is how one would begin, and nothing loads it.
   */
  private static final class Dump extends Builtin {
    private static final LuaString SIGNATURE = LuaString.of("\033Lua");

    Dump() {
      super("dump");
    }

    @Override
    protected void call(Call call) {
      if (call.checkFunction(1) instanceof Builtin) {
        throw call.error("unable to dump given function");
      }
      call.add(SIGNATURE);
    }
  }
}
