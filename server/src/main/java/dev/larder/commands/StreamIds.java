package dev.larder.commands;

import dev.larder.command.Arguments;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StreamId;
import java.nio.charset.StandardCharsets;

/** Ids of stream entries as clients write and read them: {@code 1526919030474-55}. */
final class StreamIds {
  static final ErrorReply INVALID =
      ErrorReply.of("ERR Invalid stream ID specified as stream command argument");

  private static final ErrorReply INVALID_START =
      ErrorReply.of("ERR invalid start ID for the interval");
  private static final ErrorReply INVALID_END =
      ErrorReply.of("ERR invalid end ID for the interval");

  /** Longer than any id, even one padded with zeros that someone could want. */
  private static final int MAX_BYTES = 127;

  private static final int MAX_DIGITS = 20;

  /** As an unsigned number: the lowest of 20 digits. */
  private static final long TEN_TO_19 = Long.parseUnsignedLong("10000000000000000000");

  private static final byte[] MAX_NUMBER =
      "18446744073709551615".getBytes(StandardCharsets.ISO_8859_1);

  private StreamIds() {}

  // ---- parsing

  /** An id whose sequence may be missing, and is 0 then. */
  static void parse(Arguments call, int i, StreamId out) throws CommandException {
    if (!tryParse(call, i, out)) {
      throw new CommandException(INVALID);
    }
  }

  /** The same, telling instead of throwing. */
  static boolean tryParse(Arguments call, int i, StreamId out) {
    return tryParse(call.argAddress(i), call.argLength(i), 0, out);
  }

  /** Where a range begins: an id, {@code -}, {@code +}, or an id to leave out after a bracket. */
  static void parseStart(Arguments call, int i, StreamId out) throws CommandException {
    if (parseBound(call, i, 0, out) && !out.increment()) {
      throw new CommandException(INVALID_START);
    }
  }

  /** Where a range ends; without a sequence, at the highest one. */
  static void parseEnd(Arguments call, int i, StreamId out) throws CommandException {
    if (parseBound(call, i, -1, out) && !out.decrement()) {
      throw new CommandException(INVALID_END);
    }
  }

  /** Parses one end of a range; returns whether the id is to be left out. */
  private static boolean parseBound(Arguments call, int i, long missingSequence, StreamId out)
      throws CommandException {
    long address = call.argAddress(i);
    int length = call.argLength(i);
    boolean isExclusive = length > 1 && Bytes.getByte(address) == '(';
    if (isExclusive) {
      address++;
      length--;
    } else if (length == 1 && Bytes.getByte(address) == '-') {
      out.setMin();
      return false;
    } else if (length == 1 && Bytes.getByte(address) == '+') {
      out.setMax();
      return false;
    }
    if (!tryParse(address, length, missingSequence, out)) {
      throw new CommandException(INVALID);
    }
    return isExclusive;
  }

  /** Whether an argument asks for a sequence to be chosen: {@code 1526919030474-*}. */
  static boolean isPartial(Arguments call, int i) {
    int length = call.argLength(i);
    long end = call.argAddress(i) + length;
    return length > 2 && Bytes.getByte(end - 1) == '*' && Bytes.getByte(end - 2) == '-';
  }

  /** The milliseconds of an argument that {@link #isPartial}; the sequence is 0. */
  static void parsePartial(Arguments call, int i, StreamId out) throws CommandException {
    if (!tryParse(call.argAddress(i), call.argLength(i) - 2, 0, out)) {
      throw new CommandException(INVALID);
    }
  }

  private static boolean tryParse(long address, int length, long missingSequence, StreamId out) {
    if (length > MAX_BYTES) {
      return false;
    }
    int end = cStringLength(address, length);
    int dash = 0;
    while (dash < end && Bytes.getByte(address + dash) != '-') {
      dash++;
    }
    int start = digitsFrom(address, 0, dash);
    long millis = unsigned(address + start, dash - start);
    if (millis == -1 && !isMax(address + start, dash - start)) {
      return false;
    }
    if (dash == end) {
      out.set(millis, missingSequence);
      return true;
    }
    start = digitsFrom(address, dash + 1, end);
    long sequence = unsigned(address + start, end - start);
    if (sequence == -1 && !isMax(address + start, end - start)) {
      return false;
    }
    out.set(millis, sequence);
    return true;
  }

  /** Numbers are read as by C's strtoull: white space and a plus may come first. */
  private static int digitsFrom(long address, int from, int end) {
    int at = from;
    while (at < end && isSpace(Bytes.getByte(address + at))) {
      at++;
    }
    return at < end && Bytes.getByte(address + at) == '+' ? at + 1 : at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }

  /** Redis reads ids as C strings: up to a NUL. */
  private static int cStringLength(long address, int length) {
    for (int i = 0; i < length; i++) {
      if (Bytes.getByte(address + i) == 0) {
        return i;
      }
    }
    return length;
  }

  /** An unsigned number of digits only, -1 for none; zeros may lead. */
  private static long unsigned(long address, int length) {
    if (length == 0) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      int digit = Bytes.getByte(address + i) - '0';
      if (digit < 0
          || digit > 9
          || Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, 10)) > 0) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Whether what {@link #unsigned} answered with -1 is the highest number. */
  private static boolean isMax(long address, int length) {
    int digits = 0;
    while (digits < length && Bytes.getByte(address + digits) == '0') {
      digits++;
    }
    byte[] max = MAX_NUMBER;
    if (length - digits != max.length) {
      return false;
    }
    for (int i = 0; i < max.length; i++) {
      if (Bytes.getByte(address + digits + i) != max[i]) {
        return false;
      }
    }
    return true;
  }

  // ---- replying

  /** Replies with an id. */
  static void reply(ReplyWriter out, long millis, long sequence) {
    int millisDigits = digits(millis);
    int sequenceDigits = digits(sequence);
    long address = out.beginBulk(millisDigits + 1 + sequenceDigits);
    write(millis, address + millisDigits);
    Bytes.putByte(address + millisDigits, (byte) '-');
    write(sequence, address + millisDigits + 1 + sequenceDigits);
    out.endBulk();
  }

  static void reply(ReplyWriter out, StreamId id) {
    reply(out, id.millis(), id.sequence());
  }

  private static int digits(long unsigned) {
    if (unsigned >= 0) {
      return StringCounters.digits(unsigned);
    }
    return Long.compareUnsigned(unsigned, TEN_TO_19) < 0 ? MAX_DIGITS - 1 : MAX_DIGITS;
  }

  /** Writes the digits of an unsigned number so that they end before an address. */
  private static void write(long unsigned, long end) {
    if (unsigned >= 0) {
      StringCounters.format(unsigned, end);
      return;
    }
    long quotient = Long.divideUnsigned(unsigned, 10);
    Bytes.putByte(end - 1, (byte) ('0' + (unsigned - quotient * 10)));
    StringCounters.format(quotient, end - 1);
  }
}
