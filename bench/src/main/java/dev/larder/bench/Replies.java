package dev.larder.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/** Replies whose length is not known before. */
final class Replies {
  private static final int MAX_DIGITS = 18;

  /** A marker, digits, and the line end. */
  private static final int MAX_LINE = 1 + MAX_DIGITS + 2;

  /** The longest spelling of a score or a stream's id. */
  private static final int MAX_PAYLOAD = 48;

  private Replies() {}

  /** An integer that follows from the request's number. */
  static Reply integer(LongUnaryOperator expected) {
    return new IntegerReply((value, number) -> value == expected.applyAsLong(number));
  }

  /** An integer within bounds, which are not negative. */
  static Reply integer(long min, long max) {
    return new IntegerReply((value, number) -> value >= min && value <= max);
  }

  /** A score of a sorted set that follows from the request's number, however it is spelled. */
  static Reply score(LongToDoubleFunction expected) {
    return new BulkReply((in, offset, length, number) -> {
      byte[] text = new byte[length];
      in.get(offset, text);
      try {
        return Double.parseDouble(new String(text, StandardCharsets.US_ASCII))
            == expected.applyAsDouble(number);
      } catch (NumberFormatException e) {
        return false;
      }
    });
  }

  /** The id of a stream's entry, whichever. */
  static Reply streamId() {
    return new BulkReply((in, offset, length, number) -> {
      int dash = 0;
      while (dash < length && in.get(offset + dash) != '-') {
        dash++;
      }
      return dash >= 1
          && dash <= MAX_DIGITS
          && length - dash > 1
          && length - dash - 1 <= MAX_DIGITS
          && Digits.read(in, offset, dash) >= 0
          && Digits.read(in, offset + dash + 1, length - dash - 1) >= 0;
    });
  }

  /** An array of {@code min} to {@code max} elements that look alike. */
  static Reply array(Template element, int min, int max) {
    return new ArrayReply(element, min, max);
  }

  /**
   * The length of a line of a marker and digits with its end, {@link Reply#INCOMPLETE} or {@link
   * Reply#WRONG}.
   */
  private static int line(char marker, ByteBuffer in, int offset, int available) {
    if (available > 0 && in.get(offset) != marker) {
      return Reply.WRONG;
    }
    for (int i = 1; i < available; i++) {
      byte next = in.get(offset + i);
      if (next == '\r' && i > 1) {
        return i + 1 == available
            ? Reply.INCOMPLETE
            : in.get(offset + i + 1) == '\n' ? i + 2 : Reply.WRONG;
      }
      if (next < '0' || next > '9' || i > MAX_DIGITS) {
        return Reply.WRONG;
      }
    }
    return Reply.INCOMPLETE;
  }

  /** The digits of a {@link #line}. */
  private static long number(ByteBuffer in, int offset, int lineLength) {
    return Digits.read(in, offset + 1, lineLength - 3);
  }

  /** Whether a value is right for a request. */
  private interface Accepted {
    boolean test(long value, long number);
  }

  private record IntegerReply(Accepted accepted) implements Reply {
    @Override
    public int check(ByteBuffer in, int offset, int available, long number) {
      int length = line(':', in, offset, available);
      return length <= 0 || accepted.test(number(in, offset, length), number) ? length : WRONG;
    }

    @Override
    public int maxLength() {
      return MAX_LINE;
    }
  }

  /** Whether the payload of a bulk string is right for a request. */
  private interface Payload {
    boolean test(ByteBuffer in, int offset, int length, long number);
  }

  private record BulkReply(Payload payload) implements Reply {
    @Override
    public int check(ByteBuffer in, int offset, int available, long number) {
      int header = line('$', in, offset, available);
      if (header <= 0) {
        return header;
      }
      long length = number(in, offset, header);
      if (length > MAX_PAYLOAD) {
        return WRONG;
      }
      int total = header + (int) length + 2;
      if (available < total) {
        return INCOMPLETE;
      }
      boolean right =
          payload.test(in, offset + header, (int) length, number)
              && in.get(offset + total - 2) == '\r'
              && in.get(offset + total - 1) == '\n';
      return right ? total : WRONG;
    }

    @Override
    public int maxLength() {
      return MAX_LINE + MAX_PAYLOAD + 2;
    }
  }

  private record ArrayReply(Template element, int min, int max) implements Reply {
    @Override
    public int check(ByteBuffer in, int offset, int available, long number) {
      int header = line('*', in, offset, available);
      if (header <= 0) {
        return header;
      }
      long count = number(in, offset, header);
      if (count < min || count > max) {
        return WRONG;
      }
      int total = header + (int) count * element.length();
      if (available < total) {
        return INCOMPLETE;
      }
      for (int at = header; at < total; at += element.length()) {
        if (!element.matches(in, offset + at, number)) {
          return WRONG;
        }
      }
      return total;
    }

    @Override
    public int maxLength() {
      return MAX_LINE + max * element.length();
    }
  }
}
