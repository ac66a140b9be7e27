package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.Reservation;
import dev.larder.storage.memory.VirtualMemory;

/**
 * Remembers, by a fingerprint of their hashes, about so many of the keys that went last.
 *
 * <p>An array of buckets of four fingerprints; a fifth one pushes the oldest out. Everybody reads
 * and writes it at once with plain accesses: what gets lost by that costs one wrong guess. So it
 * may be resized under them as well, which is why its memory is a reservation of its own that is
 * never given up: who still uses the old size writes into zeros that nobody misses.
 *
 * <p>The bucket follows from the lower half of a hash, as evictions come in the order of the upper
 * one.
 */
@HotPath
public final class Ghost {
  /** Fingerprints of a bucket. */
  private static final int WAYS = 4;

  private static final long STEP_BYTES = 1 << 20;

  /** So that products of two numbers of them fit a long. */
  private static final long MAX_BUCKETS = 1L << 30;

  private final int bits;
  private final int bucketBytes;
  private final int mask;

  /** Every fingerprint's lowest bit, and its highest. */
  private final long ones;

  private final long highs;

  private final Reservation reservation;
  private final long address;

  /** 0 while nothing is remembered. */
  private volatile long buckets;

  /**
   * @param bits 8 or 16, of a fingerprint
   * @param maxBytes address space to reserve
   */
  public Ghost(int bits, long maxBytes) {
    this.bits = bits;
    this.bucketBytes = WAYS * bits / Byte.SIZE;
    this.mask = (1 << bits) - 1;
    this.ones = bits == 8 ? 0x0101_0101L : 0x0001_0001_0001_0001L;
    this.highs = ones << bits - 1;
    this.reservation = new Reservation(maxBytes);
    this.address = reservation.address();
  }

  /** Gives the memory back; nobody may use it any more. */
  public void close() {
    reservation.close();
  }

  /** How many keys can be remembered. */
  public long capacity() {
    return buckets * WAYS;
  }

  /** Bytes that it takes. */
  public long bytes() {
    return buckets * bucketBytes;
  }

  /** Remembers a key. */
  public void add(long hash) {
    long count = buckets;
    if (count != 0) {
      long at = bucket(hash, count);
      write(at, read(at) << bits | fingerprint(hash));
    }
  }

  /** Whether a key is remembered, or one that looks like it. */
  public boolean contains(long hash) {
    long count = buckets;
    return count != 0 && match(read(bucket(hash, count)), fingerprint(hash)) != 0;
  }

  /** Forgets a key; whether it was remembered. */
  public boolean remove(long hash) {
    long count = buckets;
    if (count == 0) {
      return false;
    }
    long at = bucket(hash, count);
    long bucket = read(at);
    long match = match(bucket, fingerprint(hash));
    if (match == 0) {
      return false;
    }
    int shift = Long.numberOfTrailingZeros(match) - (bits - 1);
    write(at, bucket & ~((long) mask << shift));
    return true;
  }

  private long bucket(long hash, long count) {
    return address + ((hash & 0xFFFF_FFFFL) * count >>> 32) * bucketBytes;
  }

  private int fingerprint(long hash) {
    int fingerprint = (int) (hash >>> 32) & mask;
    return fingerprint == 0 ? 1 : fingerprint;
  }

  /** The highest bit of each fingerprint that equals this one; the lowest of these is true. */
  private long match(long bucket, int fingerprint) {
    long difference = bucket ^ ones * fingerprint;
    return difference - ones & ~difference & highs;
  }

  private long read(long at) {
    return bits == 8 ? Memory.peekInt(at) & 0xFFFF_FFFFL : Memory.peekLong(at);
  }

  private void write(long at, long bucket) {
    if (bits == 8) {
      Memory.putInt(at, (int) bucket);
    } else {
      Memory.putLong(at, bucket);
    }
  }

  /**
   * Makes room for about so many keys. Most of what is remembered stays so. One thread at a time;
   * takes about half a millisecond a million of keys.
   */
  public void resize(long keys) {
    long max = Math.min(reservation.bytes() / bucketBytes, MAX_BUCKETS);
    long wanted = Math.min(Math.max(1, (keys + WAYS - 1) / WAYS), max);
    long old = buckets;
    if (wanted > old && old != 0) {
      for (long i = wanted - 1; i >= 0; i--) {
        move(i, wanted, old);
      }
    } else if (wanted < old) {
      for (long i = 0; i < wanted; i++) {
        move(i, wanted, old);
      }
    }
    buckets = wanted;
    clear(wanted * bucketBytes, old * bucketBytes);
  }

  /** Fills a bucket from the one that had the middle of its share of hashes. */
  private void move(long to, long wanted, long old) {
    long from = (2 * to + 1) * old / (2 * wanted);
    if (from != to) {
      write(address + to * bucketBytes, read(address + from * bucketBytes));
    }
  }

  /** Forgets everything, and takes no memory any more. */
  public void drop() {
    long old = buckets;
    buckets = 0;
    clear(0, old * bucketBytes);
  }

  private void clear(long fromBytes, long endBytes) {
    long page = 4096;
    long from = Math.min((fromBytes + page - 1) & -page, endBytes);
    if (fromBytes < from) {
      Memory.fill(address + fromBytes, from - fromBytes, (byte) 0);
    }
    for (long at = from; at < endBytes; at += STEP_BYTES) {
      long bytes = Math.min(STEP_BYTES, endBytes - at);
      if (!VirtualMemory.decommit(address + at, bytes)) {
        Memory.fill(address + at, bytes, (byte) 0);
      }
    }
  }
}
