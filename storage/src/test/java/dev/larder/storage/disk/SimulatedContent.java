package dev.larder.storage.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** What is in a file, as it is seen and as it would be found after a power cut. */
final class SimulatedContent {
  static final int PAGE_BYTES = 4096;

  private byte[] seen = new byte[0];
  private int seenBytes;
  private byte[] kept = new byte[0];
  private int keptBytes;

  /** Pages in which the two may differ, and which the next force makes equal. */
  private final BitSet dirty = new BitSet();

  /** Where writes ended since the last force: what a page, or the file, may have ended with. */
  private final List<Integer> ends = new ArrayList<>();

  int length() {
    return seenBytes;
  }

  void write(ByteBuffer source, int bytes, int position) {
    int end = position + bytes;
    if (end > seen.length) {
      seen = Arrays.copyOf(seen, Math.max(end, 2 * seen.length));
    }
    source.get(seen, position, bytes);
    seenBytes = Math.max(seenBytes, end);
    dirty.set(position / PAGE_BYTES, (end + PAGE_BYTES - 1) / PAGE_BYTES);
    ends.add(end);
  }

  int read(ByteBuffer target, int position) {
    int bytes = Math.min(target.remaining(), seenBytes - position);
    if (bytes <= 0) {
      return target.hasRemaining() ? -1 : 0;
    }
    target.put(seen, position, bytes);
    return bytes;
  }

  void truncate(int length) {
    if (length < seenBytes) {
      Arrays.fill(seen, length, seenBytes, (byte) 0);
      dirty.set(length / PAGE_BYTES, (seenBytes + PAGE_BYTES - 1) / PAGE_BYTES);
      seenBytes = length;
      ends.add(length);
    }
  }

  void force() {
    if (kept.length < seen.length) {
      kept = Arrays.copyOf(kept, seen.length);
    }
    for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
      int from = page * PAGE_BYTES;
      int to = Math.min(from + PAGE_BYTES, seen.length);
      if (from < to) {
        System.arraycopy(seen, from, kept, from, to - from);
      }
    }
    keptBytes = seenBytes;
    forget();
  }

  /** A force has failed: the system takes the pages for clean and never writes them. */
  void failForce() {
    forget();
  }

  private void forget() {
    dirty.clear();
    ends.clear();
  }

  /** The content as found after a cut, all of it durable. */
  SimulatedContent afterCut(Random random) {
    SimulatedContent found = new SimulatedContent();
    found.seenBytes = foundLength(random);
    found.seen = Arrays.copyOf(kept, found.seenBytes);
    Arrays.fill(found.seen, Math.min(keptBytes, found.seenBytes), found.seenBytes, (byte) 0);
    int share = random.nextInt(4);
    for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
      if (share == 3 || share > 0 && random.nextInt(3) < share) {
        int from = page * PAGE_BYTES;
        int to = Math.min(Math.min(endIn(page, random), found.seenBytes), seen.length);
        if (from < to) {
          System.arraycopy(seen, from, found.seen, from, to - from);
        }
      }
    }
    found.kept = found.seen.clone();
    found.keptBytes = found.seenBytes;
    return found;
  }

  private int foundLength(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> keptBytes;
      case 1 -> seenBytes;
      case 2 ->
          Math.min(keptBytes, seenBytes) + random.nextInt(Math.abs(seenBytes - keptBytes) + 1);
      default -> ends.isEmpty() ? keptBytes : ends.get(random.nextInt(ends.size()));
    };
  }

  /** Where the page's new content ends: at its end, or where it did before the last writes. */
  private int endIn(int page, Random random) {
    int end = (page + 1) * PAGE_BYTES;
    if (random.nextBoolean()) {
      for (int candidate : ends) {
        if (candidate / PAGE_BYTES == page && random.nextInt(3) == 0) {
          return candidate;
        }
      }
    }
    return end;
  }
}
