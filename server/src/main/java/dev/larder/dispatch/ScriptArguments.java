package dev.larder.dispatch;

import dev.larder.lua.Call;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaString;
import dev.larder.resp.AddressOf;
import dev.larder.resp.Batch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;

/** The commands of a script, one at a time, off the heap as the handlers want them. */
final class ScriptArguments {
  private static final int FIRST_BYTES = 4 * 1024;
  private static final int KEPT_BYTES = 256 * 1024;

  /** Enough digits for every number to be read back as it was. */
  private static final int PRECISION = 17;

  private final AddressOf addressOf;
  private final Batch batch = new Batch(1, 1);
  private final byte[] digits = new byte[2 * LuaNumbers.LENGTH_MAX];
  private ByteBuf bytes = UnpooledByteBufAllocator.DEFAULT.directBuffer(FIRST_BYTES);
  private int[] lengths = new int[16];
  private int count;

  ScriptArguments(AddressOf addressOf) {
    this.addressOf = addressOf;
  }

  /** No command follows. */
  void close() {
    batch.clear();
    bytes.release();
  }

  /** The batch of the command. */
  Batch batch() {
    return batch;
  }

  /**
   * Takes the arguments of a Lua call.
   *
   * @return false if one is neither a string nor a number
   */
  boolean take(Call call) {
    begin();
    for (int i = 1; i <= call.count(); i++) {
      if (call.isNumber(i)) {
        add(digits, number(call.number(i)));
      } else if (call.value(i) instanceof LuaString text) {
        add(text.bytes(), text.length());
      } else {
        return false;
      }
    }
    end();
    return true;
  }

  private int number(double number) {
    long whole = (long) number;
    boolean isMinusZero = whole == 0 && Double.doubleToRawLongBits(number) != 0;
    return whole == number && Math.abs(number) < 1e17 && !isMinusZero
        ? LuaNumbers.decimal(whole, digits, 0)
        : LuaNumbers.general(number, PRECISION, digits, 0);
  }

  /** Begins a command of one's own, to be followed by {@link #add} and {@link #end}. */
  void begin() {
    batch.clear();
    if (bytes.capacity() > KEPT_BYTES) {
      bytes.capacity(FIRST_BYTES);
    }
    bytes.clear();
    count = 0;
  }

  /** Adds an argument. */
  void add(byte[] argument, int length) {
    bytes.writeBytes(argument, 0, length);
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    lengths[count++] = length;
  }

  /** The command is complete. */
  void end() {
    batch.expectArguments(count, UnpooledByteBufAllocator.DEFAULT);
    long at = addressOf.addressOf(bytes);
    for (int i = 0; i < count; i++) {
      batch.addArgument(at, lengths[i]);
      at += lengths[i];
    }
    batch.endCommand();
  }
}
