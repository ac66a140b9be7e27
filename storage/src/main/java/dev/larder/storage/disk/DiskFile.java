package dev.larder.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file. What is written is seen at once by every reader and survives a power cut only after
 * {@link #force}; until then any block of 4 KiB, and the length, may be what they were before.
 *
 * <p>After a force that failed, what had been written since the last good one may be lost, although
 * it can still be read and although a later force succeeds: never force the same file again and
 * believe it.
 *
 * <p>Positions are bytes from the beginning. One thread may write while others read or force.
 */
public interface DiskFile extends Closeable {
  /** The name that the file was opened by. */
  String name();

  /** Bytes in the file. */
  long length() throws IOException;

  /**
   * How much to write at once, of what is long, a power of two: more may keep a core for
   * milliseconds, where the system's cache has to find memory for it.
   */
  default int pieceBytes() {
    return 64 * 1024;
  }

  /**
   * Writes some of the buffer's bytes, at least one if it has any, and moves its position behind
   * them. Direct buffers are not copied. On failure nothing is known about the bytes at and behind
   * the position.
   *
   * @return how many
   */
  int write(ByteBuffer source, long position) throws IOException;

  /**
   * Writes all of the buffer's bytes. On failure the buffer's position tells how many were written.
   */
  default void writeFully(ByteBuffer source, long position) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += write(source, at);
    }
  }

  /**
   * Reads into the buffer, at least one byte if it has room.
   *
   * @return how many bytes, or -1 at the end of the file
   */
  int read(ByteBuffer target, long position) throws IOException;

  /**
   * Reads into the buffer until it is full or the file ends.
   *
   * @return how many bytes
   */
  default int readFully(ByteBuffer target, long position) throws IOException {
    int before = target.position();
    long at = position;
    for (int read = 0; target.hasRemaining() && read >= 0; ) {
      read = read(target, at);
      at += read;
    }
    return target.position() - before;
  }

  /** Cuts the file to this length, if it is longer. */
  void truncate(long length) throws IOException;

  /** Makes the content and the length durable: {@code fdatasync}. */
  void force() throws IOException;

  @Override
  void close() throws IOException;
}
