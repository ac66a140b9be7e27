package dev.larder.commands;

import dev.larder.command.Arguments;
import dev.larder.command.Ascii;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.command.Numbers;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;
import java.util.function.LongSupplier;

/*
 * BITFIELD parses its operations twice: once to find all errors and how far they write, before
 * anything changes, then once more to execute them, so that they need not be kept. A field is up to
 * 64 bits wide at any bit, so it lies in up to 9 bytes.
 */

/** BITFIELD and BITFIELD_RO: integers of any width at any bit of a string. */
final class BitFields {

  private static final ErrorReply BAD_TYPE =
      ErrorReply.of(
          "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported"
              + " but i64 is.");
  private static final ErrorReply BAD_OVERFLOW =
      ErrorReply.of("ERR Invalid OVERFLOW type specified");
  private static final ErrorReply ONLY_GET =
      ErrorReply.of("ERR BITFIELD_RO only supports the GET subcommand");

  private static final byte[] GET = Ascii.keyword("get");
  private static final byte[] SET = Ascii.keyword("set");
  private static final byte[] INCRBY = Ascii.keyword("incrby");
  private static final byte[] OVERFLOW = Ascii.keyword("overflow");
  private static final byte[] WRAP = Ascii.keyword("wrap");
  private static final byte[] SAT = Ascii.keyword("sat");
  private static final byte[] FAIL = Ascii.keyword("fail");

  private static final int READS = KeyAccess.RO.bit() | KeyAccess.ACCESS.bit();
  private static final int READS_AND_WRITES =
      KeyAccess.RW.bit() | KeyAccess.ACCESS.bit() | KeyAccess.UPDATE.bit();

  private static final int FIRST_OPERATION = 2;
  private static final int MAX_SIGNED_BITS = 64;
  private static final int MAX_UNSIGNED_BITS = 63;

  private final LongSupplier maxBytes;

  BitFields(LongSupplier maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The key of BITFIELD; its access depends on whether there is an operation that writes. */
  static boolean keys(Arguments call, KeyPositions out) {
    boolean writes = false;
    for (int i = FIRST_OPERATION; i < call.argCount() && !writes; i++) {
      int left = call.argCount() - i - 1;
      if (call.argIs(i, GET) && left >= 2) {
        i += 2;
      } else if (call.argIs(i, OVERFLOW) && left >= 1) {
        i++;
      } else {
        writes = true;
      }
    }
    out.add(1, writes ? READS_AND_WRITES : READS);
    return true;
  }

  void bitfield(Call call) throws CommandException {
    execute(call, false);
  }

  void bitfieldRo(Call call) throws CommandException {
    execute(call, true);
  }

  private void execute(Call call, boolean readOnly) throws CommandException {
    Parser parser = new Parser(call, maxBytes);
    long writtenTo = -1;
    int operations = 0;
    while (parser.next()) {
      operations++;
      if (parser.isWrite) {
        writtenTo = Math.max(writtenTo, parser.lastByte());
      }
    }
    if (writtenTo >= 0 && readOnly) {
      throw new CommandException(ONLY_GET);
    }
    Shard shard = call.shard(1);
    long entry = writtenTo < 0 ? call.find(1) : call.findUncounted(1);
    if (entry != 0) {
      StringReplies.requireString(entry);
    }
    boolean isUnreported = false;
    boolean isGrown = false;
    boolean hasEffect = false;
    if (writtenTo >= 0) {
      long oldLength = StringEdits.length(shard, entry);
      entry = makeRoom(call, shard, entry, writtenTo);
      isGrown = writtenTo >= oldLength;
      isUnreported = isGrown || !Entry.isRaw(entry);
    }
    call.reply().array(operations);
    parser.restart();
    while (parser.next()) {
      if (parser.isWrite) {
        boolean isChanged = write(call, shard, entry, parser);
        hasEffect |= isChanged || (isGrown && !parser.isRefused);
        isUnreported &= !isChanged || parser.lastByte() < writtenTo;
      } else {
        call.reply().integer(read(shard, entry, parser));
      }
    }
    if (isUnreported) {
      // The string has grown, or become raw, and no field's effect includes that.
      shard.written(call.unit(), call.db(), entry, writtenTo, 1);
    }
    if (hasEffect) {
      call.event(KeyEvent.SETBIT, 1);
    }
  }

  /** Makes the string long enough, and every field that is written writable. */
  private long makeRoom(Call call, Shard shard, long entry, long lastByte) throws CommandException {
    long opened = StringEdits.makeWritable(call, entry, lastByte, 1);
    Parser parser = new Parser(call, maxBytes);
    try {
      while (parser.next()) {
        if (parser.isWrite) {
          StringEdits.makeWritable(
              call, opened, parser.firstByte(), parser.lastByte() - parser.firstByte() + 1);
        }
      }
    } catch (CommandException e) {
      // No field has been written, but the string may have grown.
      shard.written(call.unit(), call.db(), opened, lastByte, 1);
      throw e;
    }
    return opened;
  }

  private static long read(Shard shard, long entry, Parser field) {
    long length = StringEdits.length(shard, entry);
    long value = 0;
    for (int i = 0; i < field.bits; ) {
      long bit = field.offset + i;
      long index = bit >>> 3;
      int inByte = (int) (bit & 7);
      int taken = Math.min(Byte.SIZE - inByte, field.bits - i);
      int b = index < length ? Bytes.getByte(shard.runAddress(entry, index)) & 0xff : 0;
      value = value << taken | (b >>> (Byte.SIZE - inByte - taken) & (1 << taken) - 1);
      i += taken;
    }
    return field.isSigned ? signExtend(value, field.bits) : value;
  }

  private static long signExtend(long value, int bits) {
    int unused = Long.SIZE - bits;
    return value << unused >> unused;
  }

  /** Writes a field; whether its value changed, which is reported. */
  private static boolean write(Call call, Shard shard, long entry, Parser field) {
    ReplyWriter reply = call.reply();
    long old = read(shard, entry, field);
    long base = field.isIncrement ? old : field.operand;
    long increment = field.isIncrement ? field.operand : 0;
    int overflow =
        field.isSigned
            ? signedOverflow(base, increment, field.bits)
            : unsignedOverflow(base, increment, field.bits);
    field.isRefused = overflow != 0 && field.overflow == Overflow.FAIL;
    if (field.isRefused) {
      reply.nil();
      return false;
    }
    long value = fit(base + increment, overflow, field);
    reply.integer(field.isIncrement ? value : old);
    if (value == old) {
      return false;
    }
    put(shard, entry, field, value);
    long first = field.firstByte();
    shard.written(call.unit(), call.db(), entry, first, field.lastByte() - first + 1);
    return true;
  }

  /** What a sum becomes in a field. */
  private static long fit(long sum, int overflow, Parser field) {
    if (overflow != 0 && field.overflow == Overflow.SATURATE) {
      if (field.isSigned) {
        long max = maxUnsigned(field.bits - 1);
        return overflow > 0 ? max : ~max;
      }
      return overflow > 0 ? maxUnsigned(field.bits) : 0;
    }
    return field.isSigned ? signExtend(sum, field.bits) : sum & maxUnsigned(field.bits);
  }

  private static long maxUnsigned(int bits) {
    return (1L << bits) - 1;
  }

  /**
   * 1 if a sum is too great for a signed field, -1 if it is too small, else 0. A base so small that
   * its distance to the field's greatest value is no long, which only SET has, counts as too great,
   * as it does in Redis.
   */
  private static int signedOverflow(long base, long increment, int bits) {
    if (bits < Long.SIZE && base < maxUnsigned(bits - 1) - Long.MAX_VALUE) {
      return 1;
    }
    long sum = base + increment;
    if (((base ^ sum) & (increment ^ sum)) < 0) {
      return increment > 0 ? 1 : -1;
    }
    return signExtend(sum, bits) == sum ? 0 : sum > 0 ? 1 : -1;
  }

  /**
   * 1 if a sum is too great for an unsigned field, -1 if it is too small, else 0. A negative base,
   * which only SET has, counts as a great unsigned number.
   */
  private static int unsignedOverflow(long base, long increment, int bits) {
    long max = maxUnsigned(bits);
    if (base < 0 || base > max || (increment > 0 && increment > max - base)) {
      return 1;
    }
    return increment < 0 && base + increment < 0 ? -1 : 0;
  }

  private static void put(Shard shard, long entry, Parser field, long value) {
    for (int i = 0; i < field.bits; ) {
      long bit = field.offset + i;
      int inByte = (int) (bit & 7);
      int taken = Math.min(Byte.SIZE - inByte, field.bits - i);
      int shift = Byte.SIZE - inByte - taken;
      int mask = (1 << taken) - 1 << shift;
      int part = (int) (value >>> (field.bits - i - taken)) << shift & mask;
      long address = shard.runAddress(entry, bit >>> 3);
      Bytes.putByte(address, (byte) (Bytes.getByte(address) & ~mask | part));
      i += taken;
    }
  }

  private enum Overflow {
    WRAP,
    SATURATE,
    FAIL
  }

  /** Walks over the operations; its fields tell the current one. */
  private static final class Parser {
    private final Call call;
    private final LongSupplier maxBytes;
    private int next = FIRST_OPERATION;
    private Overflow overflow = Overflow.WRAP;
    private boolean isWrite;
    private boolean isIncrement;

    /** Whether the field was not written, as its value would have been too great. */
    private boolean isRefused;

    private boolean isSigned;
    private int bits;
    private long offset;
    private long operand;

    Parser(Call call, LongSupplier maxBytes) {
      this.call = call;
      this.maxBytes = maxBytes;
    }

    void restart() {
      next = FIRST_OPERATION;
      overflow = Overflow.WRAP;
    }

    long firstByte() {
      return offset >>> 3;
    }

    long lastByte() {
      return (offset + bits - 1) >>> 3;
    }

    /** Goes to the next operation; false at the end. */
    boolean next() throws CommandException {
      while (next < call.argCount()) {
        int left = call.argCount() - next - 1;
        if (left >= 1 && call.argIs(next, OVERFLOW)) {
          overflow = overflow(next + 1);
          next += 2;
        } else {
          parse(left);
          return true;
        }
      }
      return false;
    }

    private void parse(int left) throws CommandException {
      isIncrement = false;
      isWrite = true;
      if (left >= 2 && call.argIs(next, GET)) {
        isWrite = false;
      } else if (left >= 3 && call.argIs(next, INCRBY)) {
        isIncrement = true;
      } else if (left < 3 || !call.argIs(next, SET)) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      type(next + 1);
      offset = Bits.offset(call, next + 2, bits, maxBytes);
      operand = isWrite ? call.argLong(next + 3) : 0;
      next += isWrite ? 4 : 3;
    }

    private void type(int i) throws CommandException {
      long address = call.argAddress(i);
      int length = call.argLength(i);
      byte first = length == 0 ? 0 : Bytes.getByte(address);
      isSigned = first == 'i';
      int max = isSigned ? MAX_SIGNED_BITS : MAX_UNSIGNED_BITS;
      long number = length == 0 ? 0 : Numbers.parseLong(address + 1, length - 1);
      if ((first != 'i' && first != 'u') || number < 1 || number > max) {
        throw new CommandException(BAD_TYPE);
      }
      bits = (int) number;
    }

    private Overflow overflow(int i) throws CommandException {
      if (call.argIs(i, WRAP)) {
        return Overflow.WRAP;
      }
      if (call.argIs(i, SAT)) {
        return Overflow.SATURATE;
      }
      if (call.argIs(i, FAIL)) {
        return Overflow.FAIL;
      }
      throw new CommandException(BAD_OVERFLOW);
    }
  }
}
