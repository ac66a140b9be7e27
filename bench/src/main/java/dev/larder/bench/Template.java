package dev.larder.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongUnaryOperator;

/**
 * The fixed bytes of a request or a reply, with a hole for the key and one for the value. Every
 * message made from one template has the same length, so a batch is laid out once and only its
 * holes are filled again.
 */
final class Template {
  private static final int NO_HOLE = -1;

  private final ByteBuffer bytes;
  private final int keyOffset;
  private final int valueOffset;
  private final int valueLength;
  private final int deadlineOffset;
  private final LongUnaryOperator deadlines;

  private Template(
      ByteBuffer bytes,
      int keyOffset,
      int valueOffset,
      int valueLength,
      int deadlineOffset,
      LongUnaryOperator deadlines) {
    this.bytes = bytes;
    this.keyOffset = keyOffset;
    this.valueOffset = valueOffset;
    this.valueLength = valueLength;
    this.deadlineOffset = deadlineOffset;
    this.deadlines = deadlines;
  }

  /**
   * {@code text} is ASCII; {@code @K} marks the key, {@code @V} the value, {@code @T} its deadline
   * in epoch milliseconds, each at most once.
   */
  static Template of(String text, int valueLength, LongUnaryOperator deadlines) {
    int length = text.length() + KeyValues.KEY_LENGTH + valueLength + Deadlines.DIGITS;
    ByteBuffer bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    int deadlineOffset = NO_HOLE;
    int keyOffset = NO_HOLE;
    int valueOffset = NO_HOLE;
    int from = 0;
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', from)) {
      bytes.put(text.substring(from, at).getBytes(StandardCharsets.US_ASCII));
      if (text.charAt(at + 1) == 'K') {
        keyOffset = bytes.position();
        bytes.position(keyOffset + KeyValues.KEY_LENGTH);
      } else if (text.charAt(at + 1) == 'V') {
        valueOffset = bytes.position();
        bytes.position(valueOffset + valueLength);
      } else {
        deadlineOffset = bytes.position();
        bytes.position(deadlineOffset + Deadlines.DIGITS);
      }
      from = at + 2;
    }
    bytes.put(text.substring(from).getBytes(StandardCharsets.US_ASCII)).flip();
    return new Template(bytes, keyOffset, valueOffset, valueLength, deadlineOffset, deadlines);
  }

  int length() {
    return bytes.limit();
  }

  /** Writes the fixed bytes at {@code offset}. */
  void lay(ByteBuffer to, int offset) {
    to.put(offset, bytes, 0, bytes.limit());
  }

  /** Fills the holes of the message laid at {@code offset}. */
  void fill(ByteBuffer to, int offset, long number) {
    if (keyOffset >= 0) {
      KeyValues.putKey(to, offset + keyOffset, number);
    }
    if (valueOffset >= 0) {
      KeyValues.putValue(to, offset + valueOffset, valueLength, number);
    }
    if (deadlineOffset >= 0) {
      Deadlines.put(to, offset + deadlineOffset, deadlines.applyAsLong(number));
    }
  }

  /** Whether the whole message at {@code offset} is this one for key {@code number}. */
  boolean matches(ByteBuffer in, int offset, long number) {
    return fixedMatches(in, offset, length())
        && (keyOffset < 0 || KeyValues.keyMatches(in, offset + keyOffset, number))
        && (valueOffset < 0
            || KeyValues.valueMatches(in, offset + valueOffset, valueLength, number));
  }

  /** Whether the first {@code available} bytes of a message could still become this one. */
  boolean couldMatch(ByteBuffer in, int offset, int available) {
    return fixedMatches(in, offset, Math.min(available, length()));
  }

  /** Replies, which alone are compared, have no deadline. */
  private boolean fixedMatches(ByteBuffer in, int offset, int to) {
    int i = 0;
    while (i < to) {
      if (i == keyOffset) {
        i += KeyValues.KEY_LENGTH;
      } else if (i == valueOffset) {
        i += valueLength;
      } else if (in.get(offset + i) == bytes.get(i)) {
        i++;
      } else {
        return false;
      }
    }
    return true;
  }
}
