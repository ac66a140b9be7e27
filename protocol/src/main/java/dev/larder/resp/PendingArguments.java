package dev.larder.resp;

import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a command whose end has yet to arrive: a few on the heap, more of them off it,
 * since every client may have such a command. Addresses are relative to the start of the command,
 * but for those of large arguments.
 */
@HotPath
final class PendingArguments {
  private static final long[] NO_ADDRESSES = {};
  private static final int[] NO_LENGTHS = {};

  /** The most on the heap. */
  private static final int MAX_HEAP_ARGUMENTS = 32;

  private long[] addresses = NO_ADDRESSES;
  private int[] lengths = NO_LENGTHS;
  private int count;

  /** All of them, as soon as there are too many for the heap. */
  private @Nullable ArgumentPlaces places;

  int count() {
    return count;
  }

  /** The memory taken off the heap, in bytes; racy from other threads. */
  int bytes() {
    ArgumentPlaces taken = places;
    return taken == null ? 0 : taken.bytes();
  }

  /** Moves the arguments of the incomplete command here from the batch. */
  void take(Batch batch, long start, ByteBufAllocator allocator) {
    int first = batch.commandStart();
    int needed = count + batch.arguments - first;
    if (places == null && needed > MAX_HEAP_ARGUMENTS) {
      leaveHeap(allocator);
    } else if (places == null && needed > addresses.length) {
      int capacity = Math.max(needed, addresses.length + (addresses.length >> 1));
      addresses = Arrays.copyOf(addresses, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
    }
    for (int i = first; i < batch.arguments; i++) {
      int length = batch.lengths[i];
      long address = batch.addresses[i];
      add(length > Limits.LARGE_ARGUMENT_BYTES ? address : address - start, length);
    }
    batch.dropArguments();
  }

  private void leaveHeap(ByteBufAllocator allocator) {
    ArgumentPlaces all = new ArgumentPlaces(allocator);
    for (int i = 0; i < count; i++) {
      all.add(addresses[i], lengths[i]);
    }
    places = all;
  }

  private void add(long address, int length) {
    if (places != null) {
      places.add(address, length);
    } else {
      addresses[count] = address;
      lengths[count] = length;
    }
    count++;
  }

  /** Moves the arguments to the batch, before those there of the command that is complete now. */
  void give(Batch batch, long start, ByteBufAllocator allocator) {
    if (count + batch.arguments - batch.commandStart() > Batch.MAX_HEAP_ARGUMENTS) {
      take(batch, start, allocator);
      ArgumentPlaces all = places;
      if (all == null) {
        throw new IllegalStateException(count + " arguments are on the heap");
      }
      all.base(start);
      batch.adopt(all);
      places = null;
      return;
    }
    int first = batch.commandStart();
    batch.insertArguments(count);
    for (int i = 0; i < count; i++) {
      int length = length(i);
      long address = address(i);
      batch.lengths[first + i] = length;
      batch.addresses[first + i] = length > Limits.LARGE_ARGUMENT_BYTES ? address : start + address;
    }
  }

  private long address(int i) {
    return places == null ? addresses[i] : places.address(i);
  }

  private int length(int i) {
    return places == null ? lengths[i] : places.length(i);
  }

  /** Gives the memory of large arguments back. */
  void releaseLarge(LargeArguments large) {
    for (int i = 0; i < count; i++) {
      if (length(i) > Limits.LARGE_ARGUMENT_BYTES && address(i) != 0) {
        large.release(address(i), length(i));
      }
    }
  }

  /** Forgets all. */
  void clear() {
    count = 0;
    if (places != null) {
      places.release();
      places = null;
    }
  }
}
