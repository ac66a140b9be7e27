package dev.larder.persistence;

import dev.larder.resp.Doubles;
import dev.larder.storage.Bytes;
import dev.larder.storage.ElementText;
import dev.larder.storage.journal.Appender;
import java.nio.charset.StandardCharsets;

/**
 * Writes commands, as a client would send them, to the open block of a unit. Each begins by {@link
 * #command} and goes on with as many arguments as its {@link #head} announces. For the unit's
 * thread; allocates nothing but for the text of fractions.
 */
final class CommandText {
  /** Length line and line ends of an argument. */
  private static final int FRAME_BYTES = 24;

  private static final int PART_BYTES = 4 * 1024;

  private final Appender out;
  private final byte[] fraction = new byte[Doubles.MAX_LENGTH];

  CommandText(Appender out) {
    this.out = out;
  }

  /** The beginning of a command: the number of its arguments, and the words that lead it. */
  static byte[] head(int argumentCount, String... words) {
    StringBuilder text = new StringBuilder("*").append(argumentCount).append("\r\n");
    for (String word : words) {
      text.append(word(word));
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Some arguments. */
  static byte[] arguments(String... words) {
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      text.append(word(word));
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String word(String word) {
    return "$" + word.length() + "\r\n" + word + "\r\n";
  }

  /** Begins a command. */
  CommandText command(byte[] head) {
    return raw(head);
  }

  /** Bytes that are framed already. */
  CommandText raw(byte[] text) {
    long at = out.claim(text.length);
    Bytes.fromArray(text, 0, at, text.length);
    out.advance(text.length);
    return this;
  }

  /** An argument of any length. */
  CommandText bytes(byte[] argument) {
    beginBytes(argument.length);
    int at = 0;
    while (at < argument.length) {
      int part = Math.min(argument.length - at, PART_BYTES);
      long address = out.claim(part);
      Bytes.fromArray(argument, at, address, part);
      out.advance(part);
      at += part;
    }
    endBytes();
    return this;
  }

  /** An argument from memory. */
  CommandText bytes(long address, long length) {
    if (length + FRAME_BYTES > Appender.MAX_CLAIM_BYTES) {
      beginBytes(length);
      out.append(address, length);
      endBytes();
    } else {
      int room = (int) length + FRAME_BYTES;
      long start = out.claim(room);
      long at = lengthLine(start, length);
      Bytes.copy(address, at, length);
      at = lineEnd(at + length);
      out.advance((int) (at - start));
    }
    return this;
  }

  /** An element of a collection as an argument. */
  CommandText element(ElementText element) {
    if (element.address() != 0) {
      return bytes(element.address(), element.length());
    }
    return integer(element.integer());
  }

  /** Begins an argument whose bytes follow by {@link #part}. */
  void beginBytes(long length) {
    long start = out.claim(FRAME_BYTES);
    out.advance((int) (lengthLine(start, length) - start));
  }

  void part(long address, long length) {
    out.append(address, length);
  }

  void endBytes() {
    long start = out.claim(2);
    lineEnd(start);
    out.advance(2);
  }

  /** A decimal number as an argument. */
  CommandText number(long value) {
    assert value >= 0;
    int count = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      count++;
    }
    long start = out.claim(count + FRAME_BYTES);
    long at = lineEnd(decimal(lengthLine(start, count), value));
    out.advance((int) (at - start));
    return this;
  }

  /** Any integer as an argument. */
  CommandText integer(long value) {
    if (value >= 0) {
      return number(value);
    }
    byte[] bytes = Long.toString(value).getBytes(StandardCharsets.ISO_8859_1);
    return text(bytes, 0, bytes.length);
  }

  /** A stream's id as an argument. */
  CommandText id(long millis, long sequence) {
    String text = Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return text(bytes, 0, bytes.length);
  }

  /** A score as an argument. */
  CommandText score(double value) {
    return text(fraction, 0, Doubles.format(value, fraction));
  }

  private CommandText text(byte[] source, int offset, int length) {
    long start = out.claim(length + FRAME_BYTES);
    long at = lengthLine(start, length);
    Bytes.fromArray(source, offset, at, length);
    at = lineEnd(at + length);
    out.advance((int) (at - start));
    return this;
  }

  private long lengthLine(long start, long length) {
    Bytes.putByte(start, (byte) '$');
    return lineEnd(decimal(start + 1, length));
  }

  /** Writes a number that is not negative; where it ends. */
  private static long decimal(long at, long value) {
    int count = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      count++;
    }
    long rest = value;
    for (int i = count - 1; i >= 0; i--) {
      Bytes.putByte(at + i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    return at + count;
  }

  private static long lineEnd(long at) {
    Bytes.putByte(at, (byte) '\r');
    Bytes.putByte(at + 1, (byte) '\n');
    return at + 2;
  }
}
