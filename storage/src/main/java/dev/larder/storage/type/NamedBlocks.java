package dev.larder.storage.type;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/**
 * A directory of blocks that have names: references in the order of the names, as unsigned bytes.
 *
 * <pre>
 *  directory                              named block
 *  0       4                              0             4            n
 *  +-------+-----------+- - - - -+        +-------------+- - - - - -+------+
 *  | count | reference |         |        | name length | content    | name |
 *  +-------+-----------+- - - - -+        +-------------+- - - - - -+------+
 * </pre>
 *
 * Meant for groups, consumers and producers, of which there are few: adding and removing moves up
 * to 4 bytes for each of them. The directory is a block, 0 while it is empty; where the name begins
 * is the same for all blocks of a directory. For the owner of the arena.
 */
public final class NamedBlocks {
  private static final int COUNT = 0;
  private static final int REFERENCES = COUNT + Integer.BYTES;
  private static final int NAME_LENGTH = 0;

  /** Where a named block's content begins. */
  public static final int CONTENT = NAME_LENGTH + Integer.BYTES;

  private static final int MIN_CAPACITY = 3;

  private NamedBlocks() {}

  /** The number of blocks in a directory. */
  public static int count(Arena arena, int directory) {
    return directory == 0 ? 0 : Memory.getInt(arena.address(directory) + COUNT);
  }

  /** The reference at an index below the count. */
  public static int get(Arena arena, int directory, int index) {
    assert index >= 0 && index < count(arena, directory);
    return Memory.getInt(slot(arena, directory, index));
  }

  private static long slot(Arena arena, int directory, int index) {
    return arena.address(directory) + REFERENCES + (long) index * Integer.BYTES;
  }

  public static int nameLength(long block) {
    return Memory.getInt(block + NAME_LENGTH);
  }

  /** The bytes of a block whose name begins at an offset. */
  public static int blockBytes(int nameOffset, int nameLength) {
    return Math.addExact(nameOffset, nameLength);
  }

  /** Writes the name into a new block. */
  public static void writeName(long block, int nameOffset, long name, int length) {
    Memory.putInt(block + NAME_LENGTH, length);
    Memory.copy(name, block + nameOffset, length);
  }

  /** The index of a name; if there is none, {@code -1 - index} of where it would be. */
  public static int find(Arena arena, int directory, int nameOffset, long name, int length) {
    int low = 0;
    int high = count(arena, directory);
    while (low < high) {
      int middle = (low + high) >>> 1;
      long block = arena.address(get(arena, directory, middle));
      int order = Memory.compare(block + nameOffset, nameLength(block), name, length);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -1 - low;
  }

  /**
   * Adds a reference at an index.
   *
   * @return the directory, which may be another block now; 0 when memory is exhausted and nothing
   *     has changed
   */
  public static int insert(Arena arena, int directory, int index, int reference) {
    int count = count(arena, directory);
    int target = directory;
    if (directory == 0 || count == capacity(arena, directory)) {
      int capacity = Math.max(MIN_CAPACITY, count + count / 2);
      target = arena.allocate(REFERENCES + capacity * Integer.BYTES);
      if (target == 0) {
        return 0;
      }
      if (directory != 0) {
        int bytes = REFERENCES + count * Integer.BYTES;
        Memory.copy(arena.address(directory), arena.address(target), bytes);
        arena.free(directory);
      }
    }
    long at = slot(arena, target, index);
    Memory.copy(at, at + Integer.BYTES, (long) (count - index) * Integer.BYTES);
    Memory.putInt(at, reference);
    Memory.putInt(arena.address(target) + COUNT, count + 1);
    return target;
  }

  private static int capacity(Arena arena, int directory) {
    return (arena.blockBytesOf(directory) - REFERENCES) / Integer.BYTES;
  }

  /**
   * Removes the reference at an index, whose block stays the caller's.
   *
   * @return the directory, 0 when it is empty now
   */
  public static int remove(Arena arena, int directory, int index) {
    int count = count(arena, directory) - 1;
    if (count == 0) {
      arena.free(directory);
      return 0;
    }
    long at = slot(arena, directory, index);
    Memory.copy(at + Integer.BYTES, at, (long) (count - index) * Integer.BYTES);
    Memory.putInt(arena.address(directory) + COUNT, count);
    return directory;
  }
}
