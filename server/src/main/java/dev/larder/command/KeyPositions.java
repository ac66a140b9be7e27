package dev.larder.command;

import dev.larder.resp.HotPath;
import java.util.Arrays;

/**
 * Which arguments of a call are keys, and what happens to them; reused, one per event loop. They
 * are kept as runs of keys that are equally far apart and equally used, so that a call of a million
 * keys takes no more memory than one of two. Best asked in ascending order.
 */
@HotPath
public final class KeyPositions {

  /* By run: its first argument, from key to key, its bits of access, its first key's number. */
  private int[] starts = new int[8];
  private int[] steps = new int[8];
  private int[] flags = new int[8];
  private int[] firsts = new int[8];
  private int runs;

  private int count;
  private boolean hasOthers;

  /** The run that was asked for last. */
  private int current;

  public int count() {
    return count;
  }

  /** The argument index, 0 being the command's name, of the i-th key. */
  public int position(int i) {
    int run = run(i);
    return starts[run] + (i - firsts[run]) * steps[run];
  }

  /** The {@link KeyAccess} bits of the i-th key. */
  public int flags(int i) {
    return flags[run(i)];
  }

  private int run(int i) {
    assert i < count;
    int run = i < firsts[current] ? 0 : current;
    while (run + 1 < runs && i >= firsts[run + 1]) {
      run++;
    }
    current = run;
    return run;
  }

  public void clear() {
    count = 0;
    runs = 0;
    current = 0;
    hasOthers = false;
  }

  /** Besides, the call reads keys that only the data tells: it needs every shard. */
  public void addOthers() {
    hasOthers = true;
  }

  public boolean hasOthers() {
    return hasOthers;
  }

  public void add(int position, int accessBits) {
    if (!extend(position, accessBits)) {
      if (runs == starts.length) {
        grow();
      }
      starts[runs] = position;
      steps[runs] = 0;
      flags[runs] = accessBits;
      firsts[runs++] = count;
    }
    count++;
  }

  /**
   * Whether a key belongs to the last run; the second one of a run tells how far apart they are.
   */
  private boolean extend(int position, int accessBits) {
    int last = runs - 1;
    if (last < 0 || flags[last] != accessBits) {
      return false;
    }
    int length = count - firsts[last];
    if (length == 1) {
      steps[last] = position - starts[last];
      return true;
    }
    return position == starts[last] + length * steps[last];
  }

  private void grow() {
    int capacity = 2 * runs;
    starts = Arrays.copyOf(starts, capacity);
    steps = Arrays.copyOf(steps, capacity);
    flags = Arrays.copyOf(flags, capacity);
    firsts = Arrays.copyOf(firsts, capacity);
  }
}
