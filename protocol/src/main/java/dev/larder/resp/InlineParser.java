package dev.larder.resp;

import io.netty.buffer.ByteBuf;

/**
 * Splits an inline command, as typed into a terminal, into arguments. Words are separated by white
 * space; a part of a word in double quotes knows the escapes {@code \n \r \t \b \a \xHH} and a
 * backslash before any other byte; a part in single quotes knows only {@code \'}. A closing quote
 * must end its word. A zero byte is a byte like any other.
 *
 * <p>Unquoting never lengthens a word, so it is done in place: the result overwrites the line.
 */
final class InlineParser {
  private final ByteBuf buffer;
  private final int end;
  private int read;
  private int write;

  private InlineParser(ByteBuf buffer, int start, int end) {
    this.buffer = buffer;
    this.read = start;
    this.end = end;
  }

  /**
   * Adds the words of the line [{@code start}, {@code end}) of {@code buffer} as arguments to
   * {@code batch}; a line of white space has none.
   *
   * @param address the absolute address of index 0 of {@code buffer}
   * @return false when quotes are unbalanced; the batch then holds arguments to be dropped
   */
  static boolean parse(ByteBuf buffer, int start, int end, long address, Batch batch) {
    InlineParser parser = new InlineParser(buffer, start, end);
    while (parser.skipSpace()) {
      int from = parser.read;
      parser.write = from;
      if (!parser.word()) {
        return false;
      }
      batch.addArgument(address + from, parser.write - from);
    }
    return true;
  }

  /** Moves to the next word; false at the end of the line. */
  private boolean skipSpace() {
    while (read < end && isSpace(buffer.getByte(read))) {
      read++;
    }
    return read < end;
  }

  /** Reads one word; false when a quote is not closed or not followed by white space. */
  private boolean word() {
    while (read < end) {
      byte b = buffer.getByte(read++);
      switch (b) {
        case ' ', '\n', '\r', '\t' -> {
          return true;
        }
        case '"' -> {
          return doubleQuoted() && atWordEnd();
        }
        case '\'' -> {
          return singleQuoted() && atWordEnd();
        }
        default -> put(b);
      }
    }
    return true;
  }

  private boolean atWordEnd() {
    return read == end || isSpace(buffer.getByte(read));
  }

  private boolean doubleQuoted() {
    while (read < end) {
      byte b = buffer.getByte(read++);
      if (b == '"') {
        return true;
      }
      if (b != '\\' || read == end) {
        put(b);
      } else if (isHexEscape()) {
        put((byte) (hex(read + 1) << 4 | hex(read + 2)));
        read += 3;
      } else {
        put(unescape(buffer.getByte(read++)));
      }
    }
    return false;
  }

  private boolean singleQuoted() {
    while (read < end) {
      byte b = buffer.getByte(read++);
      if (b == '\'') {
        return true;
      }
      if (b == '\\' && read < end && buffer.getByte(read) == '\'') {
        b = '\'';
        read++;
      }
      put(b);
    }
    return false;
  }

  /** Whether {@code xHH} follows. */
  private boolean isHexEscape() {
    return end - read >= 3
        && buffer.getByte(read) == 'x'
        && hex(read + 1) >= 0
        && hex(read + 2) >= 0;
  }

  private int hex(int index) {
    byte b = buffer.getByte(index);
    return b >= 0 ? Character.digit((char) b, 16) : -1;
  }

  private static byte unescape(byte b) {
    return switch (b) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> b;
    };
  }

  private void put(byte b) {
    assert write < read;
    buffer.setByte(write++, b);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }
}
