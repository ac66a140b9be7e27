package dev.larder.commands;

import dev.larder.storage.PinnedString;

/** Hashes a pinned string from its beginning piece by piece, so that other clients are served. */
final class PinnedDigest {
  private final PinnedString bytes;
  private final Xxh3 hash = new Xxh3();
  private long offset;
  private long result;

  /**
   * @param bytes the whole string, which is longer than its first run
   */
  PinnedDigest(PinnedString bytes) {
    this.bytes = bytes;
  }

  /**
   * Hashes about so many bytes more.
   *
   * @return true when all are hashed, and {@link #result} is known
   */
  boolean step(long pieceBytes) {
    long length = bytes.length();
    long blocksEnd = Xxh3.blocksBeforeLast(length) * Xxh3.BLOCK_BYTES;
    long end = Math.min(offset + pieceBytes, blocksEnd);
    while (offset < end) {
      // Chunks are whole blocks, so that a run ends at one, unless the string does.
      long run = Math.min(bytes.runLength(offset), blocksEnd - offset);
      hash.blocks(bytes.runAddress(offset), run);
      offset += run;
    }
    if (offset < blocksEnd) {
      return false;
    }
    long before = bytes.runAddress(offset - 1) + 1;
    result = hash.finish(bytes.runAddress(offset), before, length);
    return true;
  }

  long result() {
    return result;
  }
}
