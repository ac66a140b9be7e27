package dev.larder.persistence;

import dev.larder.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads through commands of an append-only file without executing them, and tells how far they are
 * whole: complete commands, and no transaction without its end. Used once, by one thread.
 */
public final class AofScan {
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int MAX_LINE_BYTES = 64;
  private static final int MAX_NOTE_BYTES = 1024;
  private static final long MAX_ARGUMENTS = 1024 * 1024 * 1024;
  private static final long MAX_ARGUMENT_BYTES = Integer.MAX_VALUE;
  private static final String TIMESTAMP = "TS:";
  private static final int LINE_END_BYTES = 2;

  /** How a file ends. */
  public enum End {
    /** With a whole command. */
    WHOLE,
    /** In the middle of a command or a transaction, or with zeros: as a cut leaves it. */
    TORN,
    /** With something that no cut explains. */
    DAMAGED
  }

  private final DiskFile file;
  private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES);
  private final byte[] word = new byte[8];
  private Listener listener = new Listener() {};
  private long windowStart;
  private long length;

  /** Where the line or the argument begins that is being read. */
  private long item;

  private long lines;
  private int wordLength;
  private boolean isInTransaction;
  private long valid;
  private End end = End.WHOLE;
  private @Nullable String problem;
  private long commands;

  public AofScan(DiskFile file) {
    this.file = file;
    window.limit(0);
  }

  /** Hears how the scan goes on. */
  public interface Listener {
    /**
     * A timestamp was read.
     *
     * @param offset of the note in the file
     * @return whether to go on; else the scan ends before the note, as if the file did
     */
    default boolean timestamp(long offset, long seconds) {
      return true;
    }

    /** So many bytes of all were read; called about once for each MiB. */
    default void progress(long bytes, long ofBytes) {}
  }

  /** Thrown where the bytes do not go on as they must. */
  private static final class Damage extends Exception {
    private static final long serialVersionUID = 1L;

    Damage(String message) {
      super(message, null, false, false);
    }
  }

  /** Thrown at the end of the file within something. */
  private static final class Cut extends Exception {
    private static final long serialVersionUID = 1L;

    Cut(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads to the end, or to where it is not whole any more.
   *
   * @param from where commands begin
   */
  public void run(long from, Listener heard) throws IOException {
    listener = heard;
    length = file.length();
    windowStart = from;
    valid = from;
    try {
      boolean goesOn = true;
      while (goesOn && offset() < length) {
        goesOn = readOne();
      }
      if (isInTransaction) {
        end = End.TORN;
        problem = "Reached EOF before reading EXEC for MULTI";
        item = offset();
      }
    } catch (Cut e) {
      end = End.TORN;
      problem = e.getMessage();
    } catch (Damage e) {
      // A cut can leave zeros where blocks of the file were never written, up to its end.
      boolean isZero = isZeroFrom(offset() - 1);
      end = isZero ? End.TORN : End.DAMAGED;
      problem = isZero ? "There are zeros to the end of the file" : e.getMessage();
    }
  }

  private boolean readOne() throws IOException, Cut, Damage {
    item = offset();
    int first = next();
    if (first == '#') {
      String note = line(MAX_NOTE_BYTES);
      if (note.startsWith(TIMESTAMP)) {
        long seconds = parse(note, TIMESTAMP.length());
        if (seconds > 0 && !listener.timestamp(item, seconds)) {
          return false;
        }
      }
    } else if (first == '*') {
      command();
    } else {
      throw prefix('*', first);
    }
    if (!isInTransaction) {
      valid = offset();
    }
    return true;
  }

  private void command() throws IOException, Cut, Damage {
    long count = number();
    if (count < 1 || count > MAX_ARGUMENTS) {
      throw new Damage("Expected the number of arguments, got: " + count);
    }
    for (long i = 0; i < count; i++) {
      item = offset();
      int marker = next();
      if (marker != '$') {
        throw prefix('$', marker);
      }
      long bytes = number();
      if (bytes < 0 || bytes > MAX_ARGUMENT_BYTES) {
        throw new Damage(
            "Expected to read string of " + bytes + " bytes, which is not in the suitable range");
      }
      item = offset();
      if (bytes + LINE_END_BYTES > length - item) {
        throw new Cut(
            "Expected to read "
                + (bytes + LINE_END_BYTES)
                + " bytes, got "
                + (length - item)
                + " bytes");
      }
      if (i == 0) {
        readWord(bytes);
      } else {
        skip(bytes);
      }
      lineEnd();
      lines++;
    }
    commands++;
    if (isWord("multi")) {
      if (isInTransaction) {
        throw new Damage("Unexpected MULTI");
      }
      isInTransaction = true;
    } else if (isWord("exec")) {
      if (!isInTransaction) {
        throw new Damage("Unexpected EXEC");
      }
      isInTransaction = false;
    }
  }

  private static Damage prefix(char expected, int found) {
    return new Damage(
        "Expected prefix '%c', got: %s"
            .formatted(
                expected,
                found > ' ' && found < 0x7F ? "'" + (char) found + '\'' : "byte " + found));
  }

  private void lineEnd() throws IOException, Cut, Damage {
    int first = next();
    if (first != '\r') {
      throw new Damage("Expected \\r\\n, got byte " + first);
    }
    int second = next();
    if (second != '\n') {
      throw new Damage("Expected \\r\\n, got \\r and byte " + second);
    }
  }

  private void readWord(long bytes) throws IOException, Cut {
    wordLength = 0;
    if (bytes > word.length) {
      skip(bytes);
      return;
    }
    for (long i = 0; i < bytes; i++) {
      word[wordLength++] = (byte) next();
    }
  }

  private boolean isWord(String name) {
    return wordLength == name.length()
        && new String(word, 0, wordLength, StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT)
            .equals(name);
  }

  // ---- bytes

  private long offset() {
    return windowStart + window.position();
  }

  private int next() throws IOException, Cut {
    if (!window.hasRemaining()) {
      fill(offset());
    }
    return window.get() & 0xFF;
  }

  private void fill(long from) throws IOException, Cut {
    if (from >= length) {
      throw new Cut("Unexpected end of file");
    }
    listener.progress(from, length);
    window.clear();
    int read = file.read(window, from);
    window.flip();
    windowStart = from;
    if (read <= 0) {
      throw new Cut("Unexpected end of file");
    }
  }

  private void skip(long bytes) throws IOException, Cut {
    if (bytes <= window.remaining()) {
      window.position(window.position() + (int) bytes);
      return;
    }
    long target = offset() + bytes;
    window.limit(0);
    windowStart = target;
  }

  /** The rest of a line, which ends as the protocol wants. */
  private String line(int most) throws IOException, Cut, Damage {
    StringBuilder text = new StringBuilder();
    int c = next();
    while (c != '\r') {
      if (text.length() == most || c == '\n' || c == 0) {
        throw new Damage("Expected \\r\\n, got byte " + c);
      }
      text.append((char) c);
      c = next();
    }
    window.position(window.position() - 1);
    lineEnd();
    return text.toString();
  }

  private long number() throws IOException, Cut, Damage {
    String text = line(MAX_LINE_BYTES);
    long number = parse(text, 0);
    if (number == Long.MIN_VALUE) {
      throw new Damage("Expected a number, got: '" + text + '\'');
    }
    lines++;
    return number;
  }

  /** The number, {@link Long#MIN_VALUE} if there is none. */
  private static long parse(String text, int from) {
    try {
      return Long.parseLong(text, from, text.length(), 10);
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE;
    }
  }

  private boolean isZeroFrom(long from) throws IOException {
    long at = from;
    while (at < length) {
      window.clear();
      int read = file.read(window, at);
      if (read <= 0) {
        break;
      }
      window.flip();
      while (window.hasRemaining()) {
        if (window.get() != 0) {
          return false;
        }
      }
      at += read;
    }
    return true;
  }

  // ---- what was found

  public End end() {
    return end;
  }

  /** The offset behind the last command, or transaction, that is whole. */
  public long validBytes() {
    return valid;
  }

  /** What is wrong behind {@link #validBytes}; null if nothing is. */
  public @Nullable String problem() {
    return problem;
  }

  /** Where the line or the argument begins with which something is wrong. */
  public long problemOffset() {
    return item;
  }

  /** How many lines of commands are whole, an argument taken as one. */
  public long lines() {
    return lines;
  }

  /** How many commands were read. */
  public long commands() {
    return commands;
  }
}
