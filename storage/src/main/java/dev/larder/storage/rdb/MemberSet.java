package dev.larder.storage.rdb;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.KeyHash;

/*
 * Problem. Whether the members of a set are distinct has to be known before any of them is stored.
 * There may be tens of millions, their bytes are not kept anywhere, and no single step may take
 * long.
 *
 * Idea. A set of hashes of 128 bits, seeded at random for each process: that two members share one
 * is less likely than that the memory fails, and nobody can bring it about. Few hashes lie in one
 * small table. Many lie in tables of one chunk each: a directory finds a hash's table by its upper
 * bits, and a table that is full is split into two.
 *
 *   directory      table (a chunk)
 *   +---------+    +---------------+--------+--------+- - - -+-----------+
 *   | table 0 | -> | count, depth  | slot 1 | slot 2 |       | slot 4095 |
 *   | table 0 |    +---------------+--------+--------+- - - -+-----------+
 *   | table 1 |
 *   | table 2 |    Of depth d upper bits all hashes of a table agree; 1 << (depth of the
 *   +---------+    directory - d) entries of the directory name it.
 */

/** The members seen so far. Used by one thread at a time; {@link #clear} gives the memory back. */
final class MemberSet {
  private static final int SLOT_BYTES = 2 * Long.BYTES;
  private static final int MOST_SMALL_SLOTS = GrowableMemory.KEPT_BYTES / SLOT_BYTES;
  private static final int LEAST_SMALL_SLOTS = 16;
  private static final int TABLE_SLOTS = ChunkStore.CHUNK_BYTES / SLOT_BYTES;
  private static final int TABLES_AT_ONCE = 16;
  private static final int COUNT = 0;
  private static final int DEPTH = Integer.BYTES;

  private final ChunkStore chunks;

  /** The table, while there is only one small one; then the directory. */
  private final GrowableMemory memory;

  private final GrowableMemory scratch;
  private boolean isOpen;
  private boolean isSmall;

  /** Slots of the table while it is small, a power of two. */
  private int smallSlots = MOST_SMALL_SLOTS;

  private int directoryDepth;

  /** Entries of the directory whose tables {@link #clearSome} has released. */
  private int cleared;

  private long count;

  MemberSet(ChunkStore chunks) {
    this.chunks = chunks;
    memory = new GrowableMemory(chunks);
    scratch = new GrowableMemory(chunks);
  }

  /**
   * Before the first member: how many are to come, about. For a few, less has to be cleared before
   * and searched.
   */
  void expect(long members) {
    assert !isOpen;
    smallSlots = LEAST_SMALL_SLOTS;
    while (smallSlots < MOST_SMALL_SLOTS && most(smallSlots) < members) {
      smallSlots *= 2;
    }
  }

  /** How many members a table of so many slots holds. */
  private static int most(int slots) {
    return slots - slots / 4;
  }

  /** How many members there are. */
  long count() {
    return count;
  }

  /** Adds bytes; false if they are there already. */
  boolean add(long address, int length) throws RdbException {
    return add(KeyHash.hash(address, length), KeyHash.secondHash(address, length));
  }

  /** Adds two numbers as one member; false if they are there already. */
  boolean addId(long first, long second) throws RdbException {
    long id = idAddress(first, second);
    return add(id, SLOT_BYTES);
  }

  boolean hasId(long first, long second) {
    long id = idAddress(first, second);
    return isOpen
        && find(KeyHash.hash(id, SLOT_BYTES), filled(KeyHash.secondHash(id, SLOT_BYTES))) < 0;
  }

  private long idAddress(long first, long second) {
    scratch.ensure(SLOT_BYTES, 0);
    Memory.putLong(scratch.address(), first);
    Memory.putLong(scratch.address() + Long.BYTES, second);
    return scratch.address();
  }

  /** The second half of a hash is never that of an empty slot. */
  private static long filled(long second) {
    return second == 0 ? 1 : second;
  }

  private boolean add(long first, long secondHash) throws RdbException {
    if (!isOpen) {
      open();
    }
    long second = filled(secondHash);
    while (true) {
      long slot = find(first, second);
      if (slot < 0) {
        return false;
      }
      long table = isSmall ? memory.address() : tableOf(first);
      int held = Memory.getInt(table + COUNT);
      if (held < most(isSmall ? smallSlots : TABLE_SLOTS)) {
        put(table, slot, first, second);
        count++;
        return true;
      }
      if (isSmall) {
        leaveSmall();
      } else {
        split(table, first);
      }
    }
  }

  private void open() {
    memory.ensure(GrowableMemory.KEPT_BYTES, 0);
    Memory.fill(memory.address(), smallSlots * SLOT_BYTES, (byte) 0);
    isSmall = true;
    isOpen = true;
  }

  private static void put(long table, long slot, long first, long second) {
    Memory.putLong(slot, first);
    Memory.putLong(slot + Long.BYTES, second);
    Memory.putInt(table + COUNT, Memory.getInt(table + COUNT) + 1);
  }

  /** Where a hash belongs, an address above 0; or its negative if it is there. */
  private long find(long first, long second) {
    return isSmall
        ? find(memory.address(), smallSlots, first, second)
        : find(tableOf(first), TABLE_SLOTS, first, second);
  }

  private static long find(long table, int slots, long first, long second) {
    int index = (int) first & slots - 1;
    while (true) {
      // Slot 0 is the head of the table.
      long slot = table + (long) (index == 0 ? ++index : index) * SLOT_BYTES;
      long found = Memory.getLong(slot + Long.BYTES);
      if (found == 0) {
        return slot;
      }
      if (found == second && Memory.getLong(slot) == first) {
        return -slot;
      }
      index = index + 1 & slots - 1;
    }
  }

  private int directoryIndex(long first) {
    return directoryDepth == 0 ? 0 : (int) (first >>> Long.SIZE - directoryDepth);
  }

  private long tableOf(long first) {
    return chunks.address(Memory.getInt(directoryAddress(directoryIndex(first))));
  }

  private long directoryAddress(int index) {
    return memory.address() + (long) index * Integer.BYTES;
  }

  private int newTable(int depth) throws RdbException {
    int table = chunks.allocate();
    if (table == 0) {
      throw RdbException.memoryExhausted();
    }
    Memory.putInt(chunks.address(table) + DEPTH, depth);
    return table;
  }

  /** Moves all hashes from the small table to one of a chunk. */
  private void leaveSmall() throws RdbException {
    int table = newTable(0);
    long address = chunks.address(table);
    for (int i = 1; i < smallSlots; i++) {
      move(memory.address() + (long) i * SLOT_BYTES, address);
    }
    isSmall = false;
    directoryDepth = 0;
    Memory.putInt(directoryAddress(0), table);
  }

  /** Copies the hash of a slot, if it has one. */
  private static void move(long slot, long table) {
    long first = Memory.getLong(slot);
    long second = Memory.getLong(slot + Long.BYTES);
    if (second != 0) {
      put(table, find(table, TABLE_SLOTS, first, second), first, second);
    }
  }

  /** Puts two tables in the place of one, to which this hash belongs. */
  private void split(long table, long first) throws RdbException {
    int depth = Memory.getInt(table + DEPTH) + 1;
    if (depth > directoryDepth) {
      doubleDirectory();
    }
    int old = Memory.getInt(directoryAddress(directoryIndex(first)));
    int low = newTable(depth);
    int high = chunks.allocate();
    if (high == 0) {
      chunks.release(low);
      throw RdbException.memoryExhausted();
    }
    Memory.putInt(chunks.address(high) + DEPTH, depth);
    for (int i = 1; i < TABLE_SLOTS; i++) {
      long slot = table + (long) i * SLOT_BYTES;
      boolean isHigh = (Memory.getLong(slot) >>> Long.SIZE - depth & 1) != 0;
      move(slot, chunks.address(isHigh ? high : low));
    }
    int span = 1 << directoryDepth - depth;
    int start = directoryIndex(first) & -(2 * span);
    for (int i = 0; i < 2 * span; i++) {
      Memory.putInt(directoryAddress(start + i), i < span ? low : high);
    }
    chunks.release(old);
  }

  private void doubleDirectory() throws RdbException {
    int entries = 1 << directoryDepth;
    if (!memory.ensure(2L * entries * Integer.BYTES, (long) entries * Integer.BYTES)) {
      throw RdbException.memoryExhausted();
    }
    for (int i = entries - 1; i >= 0; i--) {
      int table = Memory.getInt(directoryAddress(i));
      Memory.putInt(directoryAddress(2 * i), table);
      Memory.putInt(directoryAddress(2 * i + 1), table);
    }
    directoryDepth++;
  }

  /** Forgets all members; of millions it takes long. */
  void clear() {
    while (!clearSome()) {
      // Until all are forgotten.
    }
  }

  /** Forgets some members; whether that was all. In between none can be added or looked for. */
  boolean clearSome() {
    if (isOpen && !isSmall) {
      int entries = 1 << directoryDepth;
      for (int i = 0; i < TABLES_AT_ONCE && cleared < entries; i++) {
        int table = Memory.getInt(directoryAddress(cleared));
        int depth = Memory.getInt(chunks.address(table) + DEPTH);
        chunks.release(table);
        cleared += 1 << directoryDepth - depth;
      }
      if (cleared < entries) {
        return false;
      }
    }
    memory.shrink();
    isOpen = false;
    smallSlots = MOST_SMALL_SLOTS;
    count = 0;
    cleared = 0;
    return true;
  }
}
