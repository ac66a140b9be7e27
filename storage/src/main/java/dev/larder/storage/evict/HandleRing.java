package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.Reservation;
import dev.larder.storage.memory.VirtualMemory;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/*
 * Problem. Remember new keys in the order in which they came, in little more than four bytes each,
 * be they fifty or a hundred million, while records move, tables grow, and most keys that are
 * deleted never come to the head.
 *
 * Idea. A handle is made of the key's hash, which stays: its upper 24 bits, which lead to one
 * bucket of a table, and the tag that tells the records of a bucket apart.
 *
 *   handle   [ upper 24 bits of the hash | tag ]
 *
 * ENOUGH HANDLES: for each value of a handle there are at least as many of it, here or on their way
 * in a buffer, as there are small records that it fits. So no small record is forgotten. A handle
 * more is one that fits nothing when it gets to the head: a key that has gone. Two records that one
 * handle fits change places, which does no harm.
 *
 *   order   page 7 | page 2 | page 9 | page 4        a page: up to 16, 32, .. 1024 handles
 *           head ^                     ^ tail
 *
 * Pages are as large as makes some dozens of them, since the first and the last one are filled in
 * part. When the ring outgrows that, or much of it is free, it is copied from the beginning of its
 * memory on, in pages of the size that fits. Those of 4 KiB are the largest; while the ring needs
 * them, they are not copied, but given back to the system one by one.
 *
 * Pages between head and tail change only by their being rewritten without what is stale, by one
 * thread at a time. That needs shards, so it is done on a copy, without the lock.
 *
 * Concurrency. tryLock and unlock around everything but the counts. Nobody waits for the lock but
 * who has a full buffer, since its holder may have lost its core.
 */

/** The new keys in the order in which they came, as handles; for all event loops. */
@HotPath
public final class HandleRing {
  /** Handles of the largest page. */
  public static final int MAX_PAGE = 1024;

  /** What one takes. */
  public static final int BYTES = 4;

  private static final int MIN_PAGE = 16;

  /** With so many pages, or a quarter of that, it is time for larger or smaller ones. */
  private static final int MOST_PAGES = 64;

  private static final int SYSTEM_PAGE_BYTES = BYTES * MAX_PAGE;
  private static final int TAG_BITS = 8;
  private static final int PREFIX_BITS = 24;
  private static final int COUNT_BITS = 16;
  private static final int NO_PAGE = -1;

  private final AtomicBoolean locked = new AtomicBoolean();
  private final Reservation reservation;
  private final long address;

  /** Handles of a page, a power of two; read without the lock as well. */
  private int page = MIN_PAGE;

  /** Numbers of pages with the counts of their handles, by their places in the order. */
  private long[] order = new long[16];

  /** The place of the first page, and that behind the last one. */
  private long head;

  private long end;

  /** How many handles of the first page are gone. */
  private int headStart;

  private int[] free = new int[16];
  private int freeCount;

  /** Free pages that were given back to the system. */
  private int[] clean = new int[16];

  private int cleanCount;
  private int nextPage;

  /** Read without the lock as well. */
  private long count;

  /**
   * @param maxHandles for which to reserve address space
   */
  public HandleRing(long maxHandles) {
    this.reservation = new Reservation(maxHandles * 4);
    this.address = reservation.address();
  }

  /** Gives the memory back; nobody may use it any more. */
  public void close() {
    reservation.close();
  }

  /** The handle of a key. */
  public static int handle(long hash, int tag) {
    return (int) (hash >>> Long.SIZE - PREFIX_BITS) << TAG_BITS | tag;
  }

  /** The least hash that a handle fits, but for the tag. */
  public static long firstHash(int handle) {
    return (long) (handle >>> TAG_BITS) << Long.SIZE - PREFIX_BITS;
  }

  /** How many hashes, but for the tag, a handle fits. */
  public static long hashes() {
    return 1L << Long.SIZE - PREFIX_BITS;
  }

  /** The tag of a handle. */
  public static int tag(int handle) {
    return handle & (1 << TAG_BITS) - 1;
  }

  /** Takes the lock if it is free. */
  public boolean tryLock() {
    return locked.compareAndSet(false, true);
  }

  /** Gives the lock up. */
  public void unlock() {
    locked.setRelease(false);
  }

  /** How many handles there are; any thread. */
  public long count() {
    return count;
  }

  /** How many handles a page has now; any thread. */
  public int page() {
    return page;
  }

  /** Bytes of pages that are in use or kept; racy. */
  public long bytes() {
    return (long) (nextPage - cleanCount) * pageBytes();
  }

  private int pageBytes() {
    return BYTES * page;
  }

  /** Adds handles behind the last one; false if there is no memory, and only some were. */
  public boolean push(int[] handles, int number) {
    if (page < MAX_PAGE && count + number > (long) MOST_PAGES * page && hasRoomToGrow()) {
      repage(2 * page);
    }
    for (int i = 0; i < number; i++) {
      if (end == head || countAt(end - 1) == page) {
        if (!addPage()) {
          return false;
        }
      }
      int used = countAt(end - 1);
      Memory.putInt(addressAt(end - 1) + 4L * used, handles[i]);
      order[index(end - 1)]++;
      count++;
    }
    return true;
  }

  private boolean hasRoomToGrow() {
    return 2L * MOST_PAGES * pageBytes() <= reservation.bytes();
  }

  private boolean addPage() {
    int added;
    if (freeCount > 0) {
      added = free[--freeCount];
    } else if (cleanCount > 0) {
      added = clean[--cleanCount];
    } else if ((nextPage + 1L) * pageBytes() <= reservation.bytes()) {
      added = nextPage++;
    } else {
      return false;
    }
    if (end - head == order.length) {
      grow();
    }
    order[index(end++)] = (long) added << COUNT_BITS;
    return true;
  }

  private void grow() {
    long[] grown = new long[2 * order.length];
    for (long place = head; place < end; place++) {
      grown[(int) (place & grown.length - 1)] = order[index(place)];
    }
    order = grown;
  }

  /** Takes handles from the head; returns how many there were. */
  public int pop(int[] handles, int max) {
    int taken = 0;
    while (taken < max && head < end) {
      int inPage = countAt(head);
      if (headStart == inPage) {
        if (head == end - 1) {
          break;
        }
        freePage(head++);
        headStart = 0;
        continue;
      }
      handles[taken++] = Memory.getInt(addressAt(head) + 4L * headStart++);
    }
    count -= taken;
    return taken;
  }

  // ---- rewriting pages

  /** The place of the first page that may be rewritten at or behind a place, or -1. */
  public long rewritable(long place) {
    long first = Math.max(place, head + 1);
    while (first < end - 1 && pageAt(first) == NO_PAGE) {
      first++;
    }
    return first < end - 1 ? first : -1;
  }

  /** Copies the handles of the page at a place; returns how many there are. */
  public int copy(long place, int[] into) {
    int number = countAt(place);
    for (int i = 0; i < number; i++) {
      into[i] = Memory.getInt(addressAt(place) + 4L * i);
    }
    return number;
  }

  /** Writes what is left of a page that was copied, unless the head has come there meanwhile. */
  public void rewrite(long place, int[] handles, int number) {
    if (place <= head || place >= end || pageAt(place) == NO_PAGE) {
      return;
    }
    count -= countAt(place) - number;
    long before = place - 1;
    while (before > head && pageAt(before) == NO_PAGE) {
      before--;
    }
    int there = before > head ? countAt(before) : page;
    if (there + number <= page) {
      write(addressAt(before) + 4L * there, handles, number);
      order[index(before)] += number;
      freePage(place);
      order[index(place)] = (long) NO_PAGE << COUNT_BITS;
    } else {
      write(addressAt(place), handles, number);
      order[index(place)] = (long) pageAt(place) << COUNT_BITS | number;
    }
  }

  private static void write(long to, int[] handles, int number) {
    for (int i = 0; i < number; i++) {
      Memory.putInt(to + 4L * i, handles[i]);
    }
  }

  // ---- giving memory back

  /** Copies what is there into pages that fit, if it is little and takes much more than needed. */
  public void compact() {
    int fitting = page;
    while (fitting > MIN_PAGE && count < (long) MOST_PAGES / 4 * fitting) {
      fitting /= 2;
    }
    if (page == MAX_PAGE ? fitting < page && freeCount <= MOST_PAGES : hasManyFree()) {
      repage(fitting);
    }
  }

  /** Whether there are more free pages than an eighth of the others. */
  private boolean hasManyFree() {
    return freeCount > (nextPage - cleanCount - freeCount) / 8 + 1;
  }

  /** Copies all handles into pages of another size, from the beginning of the memory on. */
  private void repage(int newPage) {
    int[] handles = new int[(int) count];
    int number = pop(handles, handles.length);
    assert number == handles.length;
    long before = (long) nextPage * pageBytes();
    restart(newPage);
    boolean hasRoom = push(handles, number);
    assert hasRoom : "there was room for them in pages of another size";
    decommit((long) nextPage * pageBytes(), before);
  }

  /** There is no handle, and no memory has been used. Places are not used again. */
  private void restart(int newPage) {
    head = end;
    headStart = 0;
    count = 0;
    freeCount = 0;
    cleanCount = 0;
    nextPage = 0;
    page = newPage;
  }

  /** Takes free pages out of use that can be given back one by one; returns how many. */
  public int takeFree(int[] pages) {
    int taken = 0;
    while (page == MAX_PAGE && hasManyFree() && taken < pages.length) {
      pages[taken++] = free[--freeCount];
    }
    return taken;
  }

  /** Gives pages that were taken back to the system; without the lock. */
  public void decommit(int[] pages, int number) {
    for (int i = 0; i < number; i++) {
      VirtualMemory.decommit(address + (long) pages[i] * SYSTEM_PAGE_BYTES, SYSTEM_PAGE_BYTES);
    }
  }

  private void decommit(long fromBytes, long endBytes) {
    long from = fromBytes + SYSTEM_PAGE_BYTES - 1 & -SYSTEM_PAGE_BYTES;
    long to = endBytes + SYSTEM_PAGE_BYTES - 1 & -SYSTEM_PAGE_BYTES;
    if (from < to) {
      VirtualMemory.decommit(address + from, to - from);
    }
  }

  /** Puts such pages back into use. */
  public void putClean(int[] pages, int number) {
    if (cleanCount + number > clean.length) {
      clean = Arrays.copyOf(clean, 2 * (cleanCount + number));
    }
    System.arraycopy(pages, 0, clean, cleanCount, number);
    cleanCount += number;
  }

  /** Forgets all handles. */
  public void clear() {
    long before = (long) nextPage * pageBytes();
    restart(MIN_PAGE);
    decommit(0, before);
  }

  /** Receives handles. */
  public interface Visitor {
    void visit(int handle);
  }

  /** Visits all handles; for tests. */
  public void forEach(Visitor visitor) {
    for (long place = head; place < end; place++) {
      for (int i = place == head ? headStart : 0; i < countAt(place); i++) {
        visitor.visit(Memory.getInt(addressAt(place) + 4L * i));
      }
    }
  }

  private int index(long place) {
    return (int) (place & order.length - 1);
  }

  private int pageAt(long place) {
    return (int) (order[index(place)] >> COUNT_BITS);
  }

  private int countAt(long place) {
    return (int) order[index(place)] & (1 << COUNT_BITS) - 1;
  }

  private long addressAt(long place) {
    return address + (long) pageAt(place) * pageBytes();
  }

  private void freePage(long place) {
    int freed = pageAt(place);
    if (freed == NO_PAGE) {
      return;
    }
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * freeCount);
    }
    free[freeCount++] = freed;
  }
}
