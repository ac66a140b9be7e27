package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.LuaTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The library {@code table}. None of its functions minds metatables. */
final class TableLibrary {
  private static final String IN_LUA =
      """
      local next, get = ...
      local function forEach(t, f)
        for key, value in next, t do
          local result = f(key, value)
          if result ~= nil then
            return result
          end
        end
      end
      local function forEachIndex(t, f, n)
        for i = 1, n do
          local result = f(i, get(t, i))
          if result ~= nil then
            return result
          end
        end
      end
      return forEach, forEachIndex
      """;

  /** What a new entry may take, as an estimate. */
  private static final int BYTES_PER_ENTRY = 40;

  /** How many entries one step is counted for. */
  private static final int ENTRIES_PER_STEP = 4;

  private TableLibrary() {}

  static void install(LuaState state) {
    LuaTable library = new LuaTable();
    Prelude prelude = Prelude.of(state, IN_LUA, state.next(), new Get());
    Builtin[] functions = {
      new Concat(),
      new Insert(),
      new Remove(),
      new Maxn(),
      new Getn(),
      new Setn(),
      new SortFunction(state),
      new ForEach("foreach", prelude.function(0)),
      new ForEach("foreachi", prelude.function(1))
    };
    for (Builtin function : functions) {
      library.put(LuaString.of(function.name()), function);
    }
    state.globals().put(LuaString.of("table"), library);
  }

  private static final class Concat extends Builtin {
    private final ByteBuilder result = new ByteBuilder(ByteBuilder.KEPT_BYTES);

    Concat() {
      super("concat");
    }

    @Override
    protected void call(Call call) {
      LuaString separator = call.optString(2, Strings.EMPTY);
      LuaTable table = call.checkTable(1);
      int first = call.optInt(3, 1);
      int last = call.isNil(4) ? table.length() : call.checkInt(4);
      result.begin(call);
      for (long i = first; i <= last; i++) {
        Object value = table.getInt((int) i);
        if (value instanceof LuaString string) {
          result.append(string);
        } else if (value instanceof Double number) {
          result.append(number.doubleValue());
        } else {
          String type = LuaTypes.nameOf(value);
          throw call.error("invalid value (" + type + ") at index " + i + " in table for 'concat'");
        }
        if (i < last) {
          result.append(separator);
        }
        if (i % 64 == 0) {
          call.step(64 / ENTRIES_PER_STEP);
        }
      }
      call.add(result.toLuaString(call));
    }
  }

  /** Counts the work of moving entries, before any is moved. */
  private static void countMoves(Call call, int moves) {
    call.step((int) moves / ENTRIES_PER_STEP);
  }

  /** Refuses to change a table that scripts may not change. */
  static void checkWritable(LuaTable table) {
    if (table.readOnly()) {
      throw new LuaError("Attempt to modify a readonly table");
    }
  }

  private static final class Insert extends Builtin {
    Insert() {
      super("insert");
    }

    @Override
    protected void call(Call call) {
      LuaTable table = call.checkTable(1);
      int end = table.length() + 1;
      int position =
          switch (call.count()) {
            case 2 -> end;
            case 3 -> call.checkInt(2);
            default -> throw call.error("wrong number of arguments to 'insert'");
          };
      checkWritable(table);
      int lowest = Math.max(position, 1);
      countMoves(call, Math.max(end - lowest, 0));
      call.allocate(BYTES_PER_ENTRY);
      List<Double> below = position < 1 ? keysFrom(call, table, position) : List.of();
      for (int i = end; i > lowest; i--) {
        table.putInt(i, table.getInt(i - 1));
      }
      if (position < 1) {
        table.putInt(1, null);
      }
      for (double key : below) {
        table.put(key + 1, table.get(key));
        table.put(key, null);
      }
      table.putInt(position, call.value(call.count()));
    }

    /**
     * The whole keys from one on that are less than 1, the highest first: between two of them there
     * may be billions that the table does not have.
     */
    private static List<Double> keysFrom(Call call, LuaTable table, int lowest) {
      List<Double> keys = new ArrayList<>();
      for (int i = table.next(0); i > 0; i = table.next(i)) {
        if (table.keyAt(i) instanceof Double key
            && key < 1
            && key >= lowest
            && key == Math.rint(key)) {
          call.allocate(BYTES_PER_ENTRY);
          keys.add(key);
        }
        call.step(1);
      }
      keys.sort(Comparator.reverseOrder());
      return keys;
    }
  }

  private static final class Remove extends Builtin {
    Remove() {
      super("remove");
    }

    @Override
    protected void call(Call call) {
      LuaTable table = call.checkTable(1);
      int end = table.length();
      int position = call.optInt(2, end);
      if (position < 1 || position > end) {
        return;
      }
      checkWritable(table);
      countMoves(call, end - position);
      call.add(table.getInt(position));
      for (int i = position; i < end; i++) {
        table.putInt(i, table.getInt(i + 1));
      }
      table.putInt(end, null);
    }
  }

  private static final class Maxn extends Builtin {
    Maxn() {
      super("maxn");
    }

    @Override
    protected void call(Call call) {
      LuaTable table = call.checkTable(1);
      double most = 0;
      int count = 0;
      for (int i = table.next(0); i > 0; i = table.next(i)) {
        if (table.keyAt(i) instanceof Double key && key > most) {
          most = key;
        }
        count++;
        if (count % 64 == 0) {
          call.step(64 / ENTRIES_PER_STEP);
        }
      }
      call.add(most);
    }
  }

  private static final class Getn extends Builtin {
    Getn() {
      super("getn");
    }

    @Override
    protected void call(Call call) {
      call.add((double) call.checkTable(1).length());
    }
  }

  private static final class Setn extends Builtin {
    Setn() {
      super("setn");
    }

    @Override
    protected void call(Call call) {
      call.checkTable(1);
      throw call.error("'setn' is obsolete");
    }
  }

  /** Calls a function for each entry until it returns something. */
  private static final class ForEach extends Builtin {
    private final LuaFunction inLua;

    ForEach(String name, LuaFunction inLua) {
      super(name);
      this.inLua = inLua;
    }

    @Override
    protected void call(Call call) {
      LuaTable table = call.checkTable(1);
      call.tailCall(inLua, table, call.checkFunction(2), (double) table.length());
    }
  }

  /** The value of an index, for code in Lua. */
  private static final class Get extends Builtin {
    Get() {
      super("get");
    }

    @Override
    protected void call(Call call) {
      call.add(call.checkTable(1).getInt(call.checkInt(2)));
    }
  }
}
