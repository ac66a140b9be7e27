package dev.larder.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * Where the arguments of one command lie that has too many of them for the heap, in direct memory:
 * so the heap does not grow with what a client sends. Blocks of them never move.
 *
 * <pre>
 *   +---------+------+--------+
 *   | address | hash | length |
 *   +---------+------+--------+
 *     8         8      4
 * </pre>
 *
 * Addresses of arguments up to {@link Limits#LARGE_ARGUMENT_BYTES} are relative to a {@link #base},
 * as their command may move until it is complete.
 */
@HotPath
final class ArgumentPlaces {
  private static final int HASH = 8;
  private static final int LENGTH = 16;
  private static final int PLACE_BYTES = 20;
  private static final int BLOCK_BITS = 13;
  private static final int BLOCK_PLACES = 1 << BLOCK_BITS;
  private static final int BLOCK_MASK = BLOCK_PLACES - 1;

  /** The first block grows from this on, for there are many more commands of a hundred. */
  private static final int FIRST_PLACES = 64;

  private final ByteBufAllocator allocator;
  private ByteBuf[] blocks = new ByteBuf[1];
  private int blockCount;
  private int count;

  /** How many have room in the blocks there are. */
  private int capacity;

  private long base;

  ArgumentPlaces(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  int count() {
    return count;
  }

  /** The memory taken, in bytes; racy from other threads. */
  int bytes() {
    return capacity * PLACE_BYTES;
  }

  /** Sets what is added to the addresses of arguments that are not large. */
  void base(long newBase) {
    base = newBase;
  }

  void add(long address, int length) {
    if (count == capacity) {
      grow();
    }
    ByteBuf block = blocks[count >>> BLOCK_BITS];
    int at = (count & BLOCK_MASK) * PLACE_BYTES;
    block.setLong(at, address);
    block.setLong(at + HASH, 0);
    block.setInt(at + LENGTH, length);
    count++;
  }

  long address(int i) {
    ByteBuf block = blocks[i >>> BLOCK_BITS];
    int at = (i & BLOCK_MASK) * PLACE_BYTES;
    long address = block.getLong(at);
    return block.getInt(at + LENGTH) > Limits.LARGE_ARGUMENT_BYTES ? address : base + address;
  }

  int length(int i) {
    return blocks[i >>> BLOCK_BITS].getInt((i & BLOCK_MASK) * PLACE_BYTES + LENGTH);
  }

  /** What {@link #hash(int, long)} was given, at first 0. */
  long hash(int i) {
    return blocks[i >>> BLOCK_BITS].getLong((i & BLOCK_MASK) * PLACE_BYTES + HASH);
  }

  void hash(int i, long hash) {
    blocks[i >>> BLOCK_BITS].setLong((i & BLOCK_MASK) * PLACE_BYTES + HASH, hash);
  }

  private void grow() {
    if (blockCount == 1 && capacity < BLOCK_PLACES) {
      ByteBuf first = blocks[0];
      ByteBuf larger = allocator.directBuffer(2 * first.capacity());
      larger.setBytes(0, first, 0, first.capacity());
      first.release();
      blocks[0] = larger;
      capacity *= 2;
      return;
    }
    if (blockCount == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * blockCount);
    }
    int places = blockCount == 0 ? FIRST_PLACES : BLOCK_PLACES;
    blocks[blockCount++] = allocator.directBuffer(places * PLACE_BYTES);
    capacity += places;
  }

  void release() {
    for (int i = 0; i < blockCount; i++) {
      blocks[i].release();
    }
    blockCount = 0;
    count = 0;
    capacity = 0;
  }
}
