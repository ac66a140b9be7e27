package dev.larder.lua.data;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;

/** The library {@code bit}: operations on the bits of numbers modulo 2^32, with signed results. */
final class BitLibrary {
  /** Added to a number, its bits below are those of the nearest whole number, modulo 2^32. */
  private static final double ALIGN = 0x1.8p52;

  private static final byte[] LOWER = LuaString.of("0123456789abcdef").bytes();
  private static final byte[] UPPER = LuaString.of("0123456789ABCDEF").bytes();
  private static final int DIGITS = 8;

  private BitLibrary() {}

  static LuaTable create() {
    LuaTable library = new LuaTable();
    Builtin.add(library, "tobit", call -> call.add((double) bits(call, 1)));
    Builtin.add(library, "bnot", call -> call.add((double) ~bits(call, 1)));
    Builtin.add(library, "bswap", call -> call.add((double) Integer.reverseBytes(bits(call, 1))));
    Builtin.add(library, "band", BitLibrary::and);
    Builtin.add(library, "bor", BitLibrary::or);
    Builtin.add(library, "bxor", BitLibrary::xor);
    // Java shifts and rotates by the lower five bits of the distance, as these functions do.
    Builtin.add(library, "lshift", call -> call.add((double) (bits(call, 1) << bits(call, 2))));
    Builtin.add(library, "rshift", call -> call.add((double) (bits(call, 1) >>> bits(call, 2))));
    Builtin.add(library, "arshift", call -> call.add((double) (bits(call, 1) >> bits(call, 2))));
    Builtin.add(
        library,
        "rol",
        call -> call.add((double) Integer.rotateLeft(bits(call, 1), bits(call, 2))));
    Builtin.add(
        library,
        "ror",
        call -> call.add((double) Integer.rotateRight(bits(call, 1), bits(call, 2))));
    Builtin.add(library, "tohex", BitLibrary::toHex);
    return library;
  }

  private static int bits(Call call, int i) {
    return (int) Double.doubleToRawLongBits(call.checkNumber(i) + ALIGN);
  }

  // Of several bad arguments the message names the first, or else the last one, as in the original.

  private static void and(Call call) {
    int result = bits(call, 1);
    for (int i = call.count(); i > 1; i--) {
      result &= bits(call, i);
    }
    call.add((double) result);
  }

  private static void or(Call call) {
    int result = bits(call, 1);
    for (int i = call.count(); i > 1; i--) {
      result |= bits(call, i);
    }
    call.add((double) result);
  }

  private static void xor(Call call) {
    int result = bits(call, 1);
    for (int i = call.count(); i > 1; i--) {
      result ^= bits(call, i);
    }
    call.add((double) result);
  }

  /** A negative number of digits asks for capitals. */
  private static void toHex(Call call) {
    int rest = bits(call, 1);
    int wanted = call.isNone(2) ? DIGITS : bits(call, 2);
    byte[] digits = wanted < 0 ? UPPER : LOWER;
    byte[] text = new byte[(int) Math.min(Math.abs((long) wanted), DIGITS)];
    for (int i = text.length - 1; i >= 0; i--) {
      text[i] = digits[rest & 0xF];
      rest >>>= 4;
    }
    call.add(LuaString.of(text));
  }
}
