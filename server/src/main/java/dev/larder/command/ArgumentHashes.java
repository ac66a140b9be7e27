package dev.larder.command;

import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.session.CommandQueue;
import dev.larder.storage.Keyspace;
import java.util.Arrays;

/** The hashes of the arguments of a batch that are keys, each computed once. */
@HotPath
final class ArgumentHashes implements CommandQueue.Hashes {
  private final Keyspace keyspace;
  private Batch batch;

  /**
   * The hash of each argument, 0 where none was computed; as far as their places are on the heap.
   * The others have their hashes where their places are.
   */
  private long[] hashes = new long[64];

  ArgumentHashes(Keyspace keyspace, Batch batch) {
    this.keyspace = keyspace;
    this.batch = batch;
  }

  /** Turns to the arguments of a batch from one to before another; nothing is known of them. */
  void begin(Batch newBatch, int first, int end) {
    batch = newBatch;
    int onHeap = Math.min(end, newBatch.heapArguments());
    if (onHeap > hashes.length) {
      hashes = new long[Math.max(onHeap, hashes.length * 2)];
    } else {
      Arrays.fill(hashes, Math.min(first, hashes.length), Math.min(end, hashes.length), 0);
    }
  }

  /** The hash of an argument. */
  long of(int arg) {
    // The JIT compiler asks this anyway before it reads an array.
    if (Integer.compareUnsigned(arg, hashes.length) >= 0) {
      return noted(arg);
    }
    long hash = hashes[arg];
    if (hash == 0) {
      hash = keyspace.hash(batch.argAddress(arg), batch.argLength(arg));
      hashes[arg] = hash;
    }
    return hash;
  }

  private long noted(int arg) {
    long hash = batch.noted(arg);
    if (hash == 0) {
      hash = keyspace.hash(batch.argAddress(arg), batch.argLength(arg));
      batch.note(arg, hash);
    }
    return hash;
  }

  @Override
  public long knownHash(int arg) {
    return arg < hashes.length ? hashes[arg] : batch.noted(arg);
  }

  @Override
  public void hash(int arg, long hash) {
    if (arg < hashes.length) {
      hashes[arg] = hash;
    } else if (batch.isOffHeap(arg)) {
      batch.note(arg, hash);
    } else {
      hashes = Arrays.copyOf(hashes, 2 * arg);
      hashes[arg] = hash;
    }
  }
}
