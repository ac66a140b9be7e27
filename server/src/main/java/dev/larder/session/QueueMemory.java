package dev.larder.session;

import dev.larder.resp.HotPath;
import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Short pieces of memory for the queues of one event loop's clients: most transactions need no
 * more. There are as many as there ever were queues at once. For the loop's thread.
 */
@HotPath
public final class QueueMemory {
  /** What a piece has room for. */
  static final int PIECE_BYTES = 2 * 1024;

  private static final int PIECES_AT_ONCE = 32;

  /** What the pieces lie in. */
  private final List<ByteBuffer> blocks = new ArrayList<>();

  private long[] free = new long[PIECES_AT_ONCE];
  private int freeCount;

  /** The address of a piece, which the caller gives back. */
  long take() {
    if (freeCount == 0) {
      grow();
    }
    return free[--freeCount];
  }

  void giveBack(long piece) {
    free[freeCount++] = piece;
  }

  private void grow() {
    ByteBuffer block = ByteBuffer.allocateDirect(PIECES_AT_ONCE * PIECE_BYTES);
    blocks.add(block);
    free = new long[blocks.size() * PIECES_AT_ONCE];
    for (int i = 0; i < PIECES_AT_ONCE; i++) {
      free[freeCount++] = Bytes.addressOf(block) + (long) i * PIECE_BYTES;
    }
  }
}
