package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** Some readers of a key, by their numbers, in no order. Reused; for one thread. */
@HotPath
public final class ReaderList implements IntConsumer {
  private static final int FIRST_ROOM = 16;

  private int[] readers = new int[FIRST_ROOM];
  private int count;

  public int count() {
    return count;
  }

  public int at(int index) {
    return readers[index];
  }

  public void clear() {
    count = 0;
  }

  @Override
  public void accept(int reader) {
    if (count == readers.length) {
      readers = Arrays.copyOf(readers, 2 * count);
    }
    readers[count++] = reader;
  }
}
