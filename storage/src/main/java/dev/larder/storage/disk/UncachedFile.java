package dev.larder.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file of the machine's file system whose whole blocks go past the system's cache, if they lie in
 * aligned memory and at aligned positions; everything else is written and read as usual, and so is
 * all if the file system wants it.
 */
final class UncachedFile implements DiskFile {
  private static final @Nullable OpenOption PAST_CACHE = pastCache();

  /** So much at once costs hardly more than a block. */
  private static final int PIECE_BYTES = 256 * 1024;

  private static final int MOST_BLOCK_BYTES = 64 * 1024;

  private final ChannelFile file;
  private final int blockBytes;

  /** Null when the file system has refused it. */
  private @Nullable FileChannel direct;

  private UncachedFile(ChannelFile file, FileChannel direct, int blockBytes) {
    this.file = file;
    this.direct = direct;
    this.blockBytes = blockBytes;
  }

  /** Another way to an open file: past the cache, or the file itself where that cannot be. */
  static DiskFile of(ChannelFile file, Path path) {
    OpenOption pastCache = PAST_CACHE;
    if (pastCache == null) {
      return file;
    }
    try {
      long block = Files.getFileStore(path).getBlockSize();
      if (Long.bitCount(block) != 1 || block > MOST_BLOCK_BYTES) {
        return file;
      }
      FileChannel direct =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, pastCache);
      return new UncachedFile(file, direct, (int) block);
    } catch (IOException | UnsupportedOperationException e) {
      return file;
    }
  }

  /** An option that JDKs have without promising it. */
  private static @Nullable OpenOption pastCache() {
    try {
      for (Object option :
          Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
        if (option.toString().equals("DIRECT")) {
          return (OpenOption) option;
        }
      }
    } catch (ClassNotFoundException e) {
      // Then everything goes through the cache.
    }
    return null;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public long length() throws IOException {
    return file.length();
  }

  @Override
  public int pieceBytes() {
    return direct == null ? file.pieceBytes() : PIECE_BYTES;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    FileChannel channel = direct;
    int whole = wholeBlocks(source, position);
    if (channel != null && whole > 0) {
      int from = source.position();
      int limit = source.limit();
      source.limit(from + whole);
      try {
        return channel.write(source, position);
      } catch (IOException e) {
        // Not every file system that opens a file like this writes it like this. If that was not
        // the reason, it fails again.
        giveUp(channel);
        source.position(from);
      } finally {
        source.limit(limit);
      }
    }
    return file.write(source, position);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    FileChannel channel = direct;
    int whole = wholeBlocks(target, position);
    if (channel != null && whole > 0) {
      int from = target.position();
      int limit = target.limit();
      target.limit(from + whole);
      try {
        return channel.read(target, position);
      } catch (IOException e) {
        giveUp(channel);
        target.position(from);
      } finally {
        target.limit(limit);
      }
    }
    return file.read(target, position);
  }

  /** How many of the bytes that a buffer has left are whole blocks that may pass the cache. */
  private int wholeBlocks(ByteBuffer buffer, long position) {
    boolean isAligned =
        position % blockBytes == 0
            && buffer.isDirect()
            && buffer.alignmentOffset(buffer.position(), blockBytes) == 0;
    return isAligned ? buffer.remaining() - buffer.remaining() % blockBytes : 0;
  }

  private void giveUp(FileChannel channel) throws IOException {
    direct = null;
    channel.close();
  }

  @Override
  public void truncate(long length) throws IOException {
    file.truncate(length);
  }

  @Override
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    try {
      FileChannel channel = direct;
      if (channel != null) {
        giveUp(channel);
      }
    } finally {
      file.close();
    }
  }
}
