package dev.larder.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * Writes replies to the end of one buffer, in RESP2 or RESP3: types that RESP2 lacks are written as
 * Redis downgrades them. One writer belongs to one event loop, which attaches the buffer and sets
 * the protocol of the client it serves. The buffer grows as needed; its writer index is always
 * behind the last complete element.
 */
@HotPath
public final class ReplyWriter {
  /* Replies of up to eight bytes, as the high bytes of one word. */
  private static final long OK = word("+OK\r\n");
  private static final long NIL_BULK = word("$-1\r\n");
  private static final long NIL_ARRAY = word("*-1\r\n");
  private static final long NULL = word("_\r\n");
  private static final long TRUE = word("#t\r\n");
  private static final long FALSE = word("#f\r\n");

  private static final short END_OF_LINE = '\r' << 8 | '\n';

  /** The longest header: type, sign, 19 digits, end of line; rounded up. */
  private static final int MAX_HEADER_BYTES = 24;

  /** What {@link #bringForward} can move. */
  public static final int MAX_HEADERS_BYTES = 96;

  /** Numbers below this are written as one word, type and end of line included. */
  private static final int SMALL_NUMBERS = 1024;

  /** By number: its digits and the end of line in the seven low bytes, the first one highest. */
  private static final long[] SMALL_HEADERS = smallHeaders();

  /** By number below 100: its two digits. */
  private static final short[] DIGIT_PAIRS = digitPairs();

  private final AddressOf addressOf;
  private final byte[] scratch = new byte[Math.max(Doubles.MAX_LENGTH, MAX_HEADERS_BYTES)];
  private final byte[] moved = new byte[4096];
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private boolean resp3;

  /** The address of the buffer's index 0; 0 while it is unknown. */
  private long base;

  /** The index behind the payload begun by {@link #beginBulk}; -1 outside of one. */
  private int payloadEnd = -1;

  /** A writer without a buffer, in RESP2. */
  public ReplyWriter(AddressOf addressOf) {
    this.addressOf = addressOf;
  }

  /** Goes on at the end of {@code buffer}, a direct buffer which the caller goes on to own. */
  public void attach(ByteBuf buffer) {
    this.buffer = buffer;
    base = 0;
    payloadEnd = -1;
  }

  /** The buffer written to. */
  public ByteBuf buffer() {
    return buffer;
  }

  /** Sets the protocol version of what follows, 2 or 3. */
  public void protocol(int version) {
    assert version == 2 || version == 3 : version;
    resp3 = version == 3;
  }

  /** The protocol version, 2 or 3. */
  public int protocol() {
    return resp3 ? 3 : 2;
  }

  /** The position behind what has been written, for {@link #rollback} and the inserters. */
  public int mark() {
    return buffer.writerIndex();
  }

  /** Forgets what has been written since {@code mark}. */
  public void rollback(int mark) {
    assert mark <= buffer.writerIndex();
    buffer.writerIndex(mark);
    payloadEnd = -1;
  }

  /** {@code +OK}. */
  public void ok() {
    shortReply(OK, 5);
  }

  /** Encoded bytes as they are. */
  public void raw(byte[] encoded) {
    ensure(encoded.length);
    buffer.writeBytes(encoded);
  }

  /** A simple string; its characters are below U+0100 and hold no end of line. */
  public void simpleString(String text) {
    line((byte) '+', text);
  }

  /**
   * An error; {@code message} starts with its code, as in "ERR syntax error". Line ends become
   * spaces.
   */
  public void error(String message) {
    ensure(3 + ByteBufUtil.utf8MaxBytes(message));
    buffer.writeByte('-');
    int start = buffer.writerIndex();
    ByteBufUtil.writeUtf8(buffer, message);
    endError(start);
  }

  /** An error; {@code message} starts with its code. Line ends become spaces. */
  public void error(byte[] message) {
    ensure(3 + message.length);
    buffer.writeByte('-');
    int start = buffer.writerIndex();
    buffer.writeBytes(message);
    endError(start);
  }

  /** An integer. */
  public void integer(long value) {
    header((byte) ':', value);
  }

  /** A bulk string. */
  public void bulk(byte[] payload) {
    bulk(payload, 0, payload.length);
  }

  /** A bulk string of part of an array. */
  public void bulk(byte[] bytes, int offset, int length) {
    ensure(MAX_HEADER_BYTES + length + 2);
    header((byte) '$', length);
    buffer.writeBytes(bytes, offset, length);
    buffer.writeShort(END_OF_LINE);
  }

  /** A bulk string in UTF-8. */
  public void bulkString(String text) {
    int length = ByteBufUtil.utf8Bytes(text);
    ensure(MAX_HEADER_BYTES + ByteBufUtil.utf8MaxBytes(text) + 2);
    header((byte) '$', length);
    ByteBufUtil.writeUtf8(buffer, text);
    buffer.writeShort(END_OF_LINE);
  }

  /**
   * Starts a bulk string whose payload the caller copies into place.
   *
   * @return the absolute address where {@code length} bytes may be written until {@link #endBulk},
   *     which must be the next call
   */
  public long beginBulk(int length) {
    assert payloadEnd < 0 : "endBulk is missing";
    ensure(MAX_HEADER_BYTES + length + 2);
    header((byte) '$', length);
    int start = buffer.writerIndex();
    payloadEnd = start + length;
    if (base == 0) {
      base = addressOf.addressOf(buffer);
    }
    return base + start;
  }

  /** Ends the bulk string begun by {@link #beginBulk}. */
  public void endBulk() {
    assert payloadEnd >= 0 : "beginBulk is missing";
    buffer.setShort(payloadEnd, END_OF_LINE);
    buffer.writerIndex(payloadEnd + 2);
    payloadEnd = -1;
  }

  /**
   * The header of a bulk string whose payload goes out by {@link #piece} or by other means,
   * followed by {@link #endOfLine}.
   */
  public void bulkHeader(long length) {
    header((byte) '$', length);
  }

  /**
   * Makes room for a piece of the payload begun by {@link #bulkHeader}, of any number of pieces.
   *
   * @return the absolute address where the caller has to put {@code length} bytes before it calls
   *     anything else here
   */
  public long piece(int length) {
    ensure(length);
    int start = buffer.writerIndex();
    if (base == 0) {
      base = addressOf.addressOf(buffer);
    }
    buffer.writerIndex(start + length);
    return base + start;
  }

  /** The end of a bulk string that was started by {@link #bulkHeader}. */
  public void endOfLine() {
    ensure(2);
    buffer.writeShort(END_OF_LINE);
  }

  /** No value, where one string was asked for. */
  public void nil() {
    shortReply(resp3 ? NULL : NIL_BULK, resp3 ? 3 : 5);
  }

  /** No value, where an array was asked for. */
  public void nilArray() {
    shortReply(resp3 ? NULL : NIL_ARRAY, resp3 ? 3 : 5);
  }

  /** An array; {@code count} elements follow. */
  public void array(long count) {
    header((byte) '*', count);
  }

  /** A map; {@code count} pairs of key and value follow. RESP2: an array of twice as many. */
  public void map(long count) {
    header(resp3 ? (byte) '%' : (byte) '*', resp3 ? count : 2 * count);
  }

  /** A set; {@code count} elements follow. RESP2: an array. */
  public void set(long count) {
    header(resp3 ? (byte) '~' : (byte) '*', count);
  }

  /** Out-of-band data; {@code count} elements follow. RESP2: an array. */
  public void push(long count) {
    header(resp3 ? (byte) '>' : (byte) '*', count);
  }

  /** Attributes of the next reply; {@code count} pairs follow. RESP3 only. */
  public void attribute(long count) {
    assert resp3 : "RESP2 has no attributes";
    header((byte) '|', count);
  }

  /** Puts the header of an array of {@code count} elements before what was written since mark. */
  public void insertArray(int mark, long count) {
    int end = buffer.writerIndex();
    array(count);
    rotate(mark, end);
  }

  /** Puts the header of a map of {@code count} pairs before what was written since mark. */
  public void insertMap(int mark, long count) {
    int end = buffer.writerIndex();
    map(count);
    rotate(mark, end);
  }

  /** Puts the header of a set of {@code count} elements before what was written since mark. */
  public void insertSet(int mark, long count) {
    int end = buffer.writerIndex();
    set(count);
    rotate(mark, end);
  }

  /** A double. RESP2: a bulk string. */
  public void doubleValue(double value) {
    int length = Doubles.format(value, scratch);
    if (resp3) {
      ensure(length + 3);
      buffer.writeByte(',');
      buffer.writeBytes(scratch, 0, length);
      buffer.writeShort(END_OF_LINE);
    } else {
      bulk(scratch, 0, length);
    }
  }

  /** A double in digits of the caller's, which need not be the shortest. RESP2: a bulk string. */
  public void doubleText(byte[] digits) {
    if (resp3) {
      ensure(digits.length + 3);
      buffer.writeByte(',');
      buffer.writeBytes(digits);
      buffer.writeShort(END_OF_LINE);
    } else {
      bulk(digits);
    }
  }

  /** A boolean. RESP2: the integer 1 or 0. */
  public void bool(boolean value) {
    if (resp3) {
      shortReply(value ? TRUE : FALSE, 4);
    } else {
      integer(value ? 1 : 0);
    }
  }

  /** An integer of any size, in decimal digits. RESP2: a bulk string. */
  public void bigNumber(String digits) {
    if (resp3) {
      line((byte) '(', digits);
    } else {
      bulkString(digits);
    }
  }

  /**
   * Text with its format, such as "txt" or "mkd". RESP2: a bulk string of the text.
   *
   * @param format three ASCII characters
   */
  public void verbatim(String format, byte[] text) {
    if (!resp3) {
      bulk(text);
      return;
    }
    assert format.length() == 3 : format;
    ensure(MAX_HEADER_BYTES + 4 + text.length + 2);
    header((byte) '=', text.length + 4);
    buffer.writeCharSequence(format, ISO_8859_1);
    buffer.writeByte(':');
    buffer.writeBytes(text);
    buffer.writeShort(END_OF_LINE);
  }

  private void shortReply(long word, int length) {
    ensure(Long.BYTES);
    int index = buffer.writerIndex();
    buffer.setLong(index, word);
    buffer.writerIndex(index + length);
  }

  private void line(byte type, String text) {
    ensure(3 + text.length());
    buffer.writeByte(type);
    buffer.writeCharSequence(text, ISO_8859_1);
    buffer.writeShort(END_OF_LINE);
  }

  private void endError(int start) {
    int end = buffer.writerIndex();
    for (int i = start; i < end; i++) {
      byte b = buffer.getByte(i);
      if (b == '\r' || b == '\n') {
        buffer.setByte(i, ' ');
      }
    }
    buffer.writeShort(END_OF_LINE);
  }

  private void header(byte type, long number) {
    ensure(MAX_HEADER_BYTES);
    int index = buffer.writerIndex();
    if (number >= 0 && number < SMALL_NUMBERS) {
      int small = (int) number;
      buffer.setLong(index, (long) type << 56 | SMALL_HEADERS[small]);
      int digits = small < 10 ? 1 : small < 100 ? 2 : small < 1000 ? 3 : 4;
      buffer.writerIndex(index + digits + 3);
      return;
    }
    buffer.setByte(index, type);
    int end = decimal(index + 1, number);
    buffer.setShort(end, END_OF_LINE);
    buffer.writerIndex(end + 2);
  }

  /** Writes the digits of a number at {@code index}; returns the index behind them. */
  private int decimal(int index, long number) {
    int start = index;
    if (number < 0) {
      buffer.setByte(start++, '-');
    }
    long rest = number < 0 ? number : -number; // negative, for the least number has no opposite
    int end = start + digits(rest);
    int at = end;
    while (rest <= -10) {
      long quotient = rest / 100;
      at -= 2;
      buffer.setShort(at, DIGIT_PAIRS[(int) (quotient * 100 - rest)]);
      rest = quotient;
    }
    // An even number of digits leaves rest 0, and nothing to write; a lone 0 is a small number.
    if (at > start) {
      buffer.setByte(at - 1, (int) ('0' - rest));
    }
    return end;
  }

  /** The number of decimal digits of a number that is not positive. */
  private static int digits(long negative) {
    int digits = 1;
    for (long rest = negative; rest <= -10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /**
   * Moves what was written since {@code middle}, at most {@link #MAX_HEADERS_BYTES}, before what
   * was written from {@code mark} to there: headers that tell of it.
   */
  public void bringForward(int mark, int middle) {
    rotate(mark, middle);
  }

  /** Moves what lies behind {@code middle} before what lies from {@code from} to it. */
  private void rotate(int from, int middle) {
    int headers = buffer.writerIndex() - middle;
    buffer.getBytes(middle, scratch, 0, headers);
    // From the end on, by pieces, each of which is read before its place is written to.
    for (int end = middle; end > from; ) {
      int start = Math.max(from, end - moved.length);
      buffer.getBytes(start, moved, 0, end - start);
      buffer.setBytes(start + headers, moved, 0, end - start);
      end = start;
    }
    buffer.setBytes(from, scratch, 0, headers);
  }

  /** Makes room for {@code bytes} more; doubles, as the cost of copying then stays linear. */
  private void ensure(int bytes) {
    if (buffer.writableBytes() < bytes) {
      grow(bytes);
    }
  }

  private void grow(int bytes) {
    long needed = (long) buffer.writerIndex() + bytes;
    if (needed > buffer.maxCapacity()) {
      throw new IllegalStateException("a reply buffer of " + needed + " bytes is not possible");
    }
    long capacity = Math.max(needed, 2L * buffer.capacity());
    buffer.capacity((int) Math.min(capacity, buffer.maxCapacity()));
    base = 0;
  }

  private static long word(String text) {
    long word = 0;
    for (int i = 0; i < text.length(); i++) {
      word |= (long) text.charAt(i) << (56 - 8 * i);
    }
    return word;
  }

  private static long[] smallHeaders() {
    long[] headers = new long[SMALL_NUMBERS];
    for (int number = 0; number < SMALL_NUMBERS; number++) {
      headers[number] = word("\0" + number + "\r\n");
    }
    return headers;
  }

  private static short[] digitPairs() {
    short[] pairs = new short[100];
    for (int number = 0; number < 100; number++) {
      pairs[number] = (short) (('0' + number / 10) << 8 | ('0' + number % 10));
    }
    return pairs;
  }
}
