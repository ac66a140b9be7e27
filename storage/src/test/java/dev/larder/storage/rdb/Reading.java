package dev.larder.storage.rdb;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import java.util.HexFormat;

/**
 * Reads test values from a block of an arena: with assertions on, an access beyond it is an error.
 * Finds out as well whether all memory comes back.
 */
final class Reading implements AutoCloseable {
  private final Arena arena = requireNonNull(Arena.reserve(64L << 20));
  final ChunkStore chunks = ChunkStore.reserve(256L << 20);
  private final ValueReader reader = new ValueReader(chunks);
  private final RdbInput in = new RdbInput();
  private int block;

  /** How many bytes of input a slice has. */
  long sliceBytes = Long.MAX_VALUE;

  /** How many bytes were left behind the value. */
  long remaining;

  /** Checks a value with its type byte, then reads it; the events. */
  String read(byte[] value, int version, boolean takesPacked) throws RdbException {
    try {
      point(value);
      run(value, version, null);
      long checked = in.remaining();
      point(value);
      RecordingSink sink = new RecordingSink(takesPacked);
      try {
        run(value, version, sink);
      } catch (RdbException e) {
        throw new AssertionError("refused after it was checked", e);
      }
      if (in.remaining() != checked) {
        throw new AssertionError("checked to another end");
      }
      remaining = checked;
      return sink.toString();
    } finally {
      free();
    }
  }

  String read(String hex) throws RdbException {
    return read(bytes(hex), RdbVersion.NEWEST, false);
  }

  /** What comes of a value: its events however it is taken, or why it is refused. */
  String judge(byte[] value, int version) {
    try {
      String events = read(value, version, false);
      read(value, version, true);
      return events + " " + remaining;
    } catch (RdbException e) {
      return "refused: " + e.getMessage();
    }
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private void run(byte[] value, int version, RecordingSink sink) throws RdbException {
    try (ValueReader open = reader) {
      open.begin(in.readByte(), version, in, sink);
      while (!open.step(sliceBytes)) {
        // In slices.
      }
    }
    if (chunks.allocatedBytes() != 0) {
      throw new AssertionError("memory is still held");
    }
  }

  private void point(byte[] value) {
    free();
    block = arena.allocate(Math.max(value.length, 1));
    long end = arena.address(block) + arena.blockBytesOf(block);
    Memory.copyFromArray(value, 0, end - value.length, value.length);
    in.point(end - value.length, value.length);
  }

  private void free() {
    if (block != 0) {
      arena.free(block);
      block = 0;
    }
  }

  @Override
  public void close() {
    arena.close();
    chunks.close();
  }
}
