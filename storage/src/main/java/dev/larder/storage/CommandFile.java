package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.DiskSink;
import dev.larder.storage.type.Listpack;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes commands to a file, as a client would send them. What cannot be written is remembered and
 * told at the end, since events of values may not fail by it. Used by one thread; {@link #close}
 * must follow.
 */
final class CommandFile implements AutoCloseable {
  /** The longest line of a length, and the longest text made here. */
  private static final int LINE_BYTES = 256;

  private static final double EXACT_LIMIT = 1L << 53;

  private final DiskSink out;
  private final GrowableMemory line;
  private @Nullable IOException failure;

  /**
   * @param pace to rest by
   */
  CommandFile(DiskFile file, ChunkStore chunks, SnapshotPace pace) throws IOException {
    out = new DiskSink(file, chunks, pace::pause);
    line = new GrowableMemory(chunks);
    line.ensure(LINE_BYTES, 0);
  }

  /**
   * Begins a command.
   *
   * @param arguments how many there will be, the words included
   */
  CommandFile command(long arguments, String... words) {
    raw("*" + arguments + "\r\n");
    return words(words);
  }

  CommandFile words(String... words) {
    for (String word : words) {
      raw("$" + word.length() + "\r\n" + word + "\r\n");
    }
    return this;
  }

  /** An argument from memory. */
  CommandFile bytes(long address, long length) {
    beginBytes(length);
    part(address, length);
    endBytes();
    return this;
  }

  /** A string, or a number, that is an entry of a listpack. */
  CommandFile entry(long entry) {
    if (!Listpack.isInteger(entry)) {
      return bytes(Listpack.stringAddress(entry), Listpack.stringLength(entry));
    }
    return words(Long.toString(Listpack.integer(entry)));
  }

  /** Begins an argument of so many bytes, which follow by {@link #part}. */
  void beginBytes(long length) {
    raw("$" + length + "\r\n");
  }

  void part(long address, long length) {
    if (failure != null) {
      return;
    }
    try {
      out.append(address, length);
    } catch (IOException e) {
      failure = e;
    }
  }

  void endBytes() {
    raw("\r\n");
  }

  CommandFile number(long value) {
    return words(Long.toString(value));
  }

  /** A stream's id. */
  CommandFile id(long millis, long sequence) {
    return words(Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence));
  }

  /** A score, in a form that gives the same number again. */
  CommandFile score(double score) {
    if (Double.isInfinite(score)) {
      return words(score > 0 ? "inf" : "-inf");
    }
    boolean isWhole =
        score == Math.rint(score)
            && Math.abs(score) < EXACT_LIMIT
            && Double.doubleToRawLongBits(score) != Double.doubleToRawLongBits(-0.0);
    return words(isWhole ? Long.toString((long) score) : Double.toString(score));
  }

  private void raw(String ascii) {
    byte[] bytes = ascii.getBytes(ISO_8859_1);
    Memory.copyFromArray(bytes, 0, line.address(), bytes.length);
    part(line.address(), bytes.length);
  }

  /** Tells what could not be written, if anything could not. */
  void check() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  /** Makes all durable. */
  void finish() throws IOException {
    check();
    out.finish();
  }

  @Override
  public void close() {
    out.close();
    line.shrink();
  }
}
