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
  private long windowStart;
  private long length;
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

  /** Hears of timestamps. */
  public interface Timestamps {
    /**
     * @param offset of the note in the file
     * @return whether to go on; else the scan ends before the note, as if the file did
     */
    boolean at(long offset, long seconds);
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

    Cut() {
      super(null, null, false, false);
    }
  }

  /**
   * Reads to the end, or to where it is not whole any more.
   *
   * @param from where commands begin
   */
  public void run(long from, Timestamps timestamps) throws IOException {
    length = file.length();
    windowStart = from;
    valid = from;
    try {
      boolean goesOn = true;
      while (goesOn && offset() < length) {
        goesOn = readOne(timestamps);
      }
      if (isInTransaction) {
        end = End.TORN;
        problem = "the last transaction has no EXEC";
      }
    } catch (Cut e) {
      end = End.TORN;
      problem = "the last command is not whole";
    } catch (Damage e) {
      boolean isZero = isZeroFrom(valid);
      end = isZero ? End.TORN : End.DAMAGED;
      problem = isZero ? "there are zeros to the end of the file" : e.getMessage();
    }
  }

  private boolean readOne(Timestamps timestamps) throws IOException, Cut, Damage {
    long start = offset();
    int first = next();
    if (first == '#') {
      String note = line(MAX_NOTE_BYTES);
      if (note.startsWith(TIMESTAMP) && !timestamps.at(start, number(note, TIMESTAMP.length()))) {
        return false;
      }
    } else if (first == '*') {
      command(start);
    } else {
      throw new Damage("a command begins with '*', not with byte " + first);
    }
    if (!isInTransaction) {
      valid = offset();
    }
    return true;
  }

  private void command(long start) throws IOException, Cut, Damage {
    long count = number(line(MAX_LINE_BYTES), 0);
    if (count < 1 || count > MAX_ARGUMENTS) {
      throw new Damage("a command of " + count + " arguments");
    }
    for (long i = 0; i < count; i++) {
      int marker = next();
      if (marker != '$') {
        throw new Damage("an argument begins with '$', not with byte " + marker);
      }
      long bytes = number(line(MAX_LINE_BYTES), 0);
      if (bytes < 0 || bytes > MAX_ARGUMENT_BYTES) {
        throw new Damage("an argument of " + bytes + " bytes");
      }
      if (i == 0) {
        readWord(bytes);
      } else {
        skip(bytes);
      }
      if (next() != '\r' || next() != '\n') {
        throw new Damage("an argument does not end where its length says");
      }
    }
    commands++;
    if (isWord("multi")) {
      if (isInTransaction) {
        throw new Damage("a transaction within a transaction");
      }
      isInTransaction = true;
      valid = start;
    } else if (isWord("exec")) {
      if (!isInTransaction) {
        throw new Damage("EXEC without MULTI");
      }
      isInTransaction = false;
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
      throw new Cut();
    }
    window.clear();
    int read = file.read(window, from);
    window.flip();
    windowStart = from;
    if (read <= 0) {
      throw new Cut();
    }
  }

  private void skip(long bytes) throws IOException, Cut {
    if (bytes <= window.remaining()) {
      window.position(window.position() + (int) bytes);
      return;
    }
    long target = offset() + bytes;
    if (target >= length) {
      throw new Cut();
    }
    fill(target);
  }

  /** The rest of a line, which ends as the protocol wants. */
  private String line(int most) throws IOException, Cut, Damage {
    StringBuilder text = new StringBuilder();
    for (int c = next(); c != '\r'; c = next()) {
      if (text.length() == most || c == '\n' || c == 0) {
        throw new Damage("a line without its end");
      }
      text.append((char) c);
    }
    if (next() != '\n') {
      throw new Damage("a line without its end");
    }
    return text.toString();
  }

  private static long number(String line, int from) throws Damage {
    try {
      return Long.parseLong(line, from, line.length(), 10);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new Damage("a number was expected, not '" + line.substring(from) + '\'');
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

  /** How many commands were read. */
  public long commands() {
    return commands;
  }
}
