package dev.larder.command;

import dev.larder.resp.HotPath;
import java.util.Arrays;

/** Which arguments of a call are keys, and what happens to them; reused, one per event loop. */
@HotPath
public final class KeyPositions {

  private int[] positions = new int[16];
  private int[] flags = new int[16];
  private int count;
  private boolean hasOthers;

  public int count() {
    return count;
  }

  /** The argument index, 0 being the command's name, of the i-th key. */
  public int position(int i) {
    assert i < count;
    return positions[i];
  }

  /** The {@link KeyAccess} bits of the i-th key. */
  public int flags(int i) {
    assert i < count;
    return flags[i];
  }

  public void clear() {
    count = 0;
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
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, count * 2);
      flags = Arrays.copyOf(flags, count * 2);
    }
    positions[count] = position;
    flags[count] = accessBits;
    count++;
  }
}
