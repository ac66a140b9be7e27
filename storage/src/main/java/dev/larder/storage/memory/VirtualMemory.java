package dev.larder.storage.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Reserved address space of the process, by {@code mmap}, {@code madvise} and {@code munmap}.
 *
 * <p>A reservation costs nothing until its pages are written; returning pages keeps the addresses
 * readable (as zeros), which is what lets the dispatcher touch records without a lock. Each call is
 * a system call: none belongs on the path of a command.
 */
public final class VirtualMemory {
  /** Reservations are aligned to this, so that pages and chunks of up to 64 KiB are, too. */
  public static final long ALIGNMENT_BYTES = 64 * 1024;

  private static final long PROT_READ_WRITE = 0x1 | 0x2;
  private static final long MADV_DONTNEED = 4;
  private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");
  private static final long MAP_PRIVATE_ANONYMOUS_NORESERVE =
      MAC ? 0x0002 | 0x1000 | 0x0040 : 0x02 | 0x20 | 0x4000;
  private static final long MADV_NOHUGEPAGE = 15;

  /*
   * All three are called as if they had the six arguments of mmap, each a word: they do not look at
   * more registers and halves than are theirs. To link one signature instead of three makes the
   * server start sooner.
   */
  private static final FunctionDescriptor SIX_WORDS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private static final MethodHandle MMAP = handle("mmap");
  private static final MethodHandle MUNMAP = handle("munmap");
  private static final MethodHandle MADVISE = handle("madvise");

  /** What {@link #allocateForever} has left of its last reservation. */
  private static long foreverNext;

  private static long foreverEnd;

  private VirtualMemory() {}

  private static MethodHandle handle(String name) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    return linker.downcallHandle(lookup.findOrThrow(name), SIX_WORDS);
  }

  /**
   * Reserves zeroed, writable address space, aligned and rounded up to {@link #ALIGNMENT_BYTES}.
   *
   * @return the address, or 0 when the system refuses (an address-space limit, or strict
   *     overcommit)
   */
  public static long reserve(long minBytes) {
    long bytes = roundUp(minBytes);
    long padded = bytes + ALIGNMENT_BYTES;
    long raw = mmap(padded);
    if (raw == -1) {
      return 0;
    }
    long aligned = roundUp(raw);
    if (aligned > raw) {
      munmap(raw, aligned - raw);
    }
    long end = aligned + bytes;
    if (raw + padded > end) {
      munmap(end, raw + padded - end);
    }
    if (!MAC) {
      // Huge pages would make a sparsely used region resident far beyond its live blocks.
      madvise(aligned, bytes, MADV_NOHUGEPAGE);
    }
    return aligned;
  }

  /** Gives a whole reservation back; nobody may read it any more. */
  public static void release(long address, long bytes) {
    munmap(address, roundUp(bytes));
  }

  private static long roundUp(long bytes) {
    return (bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }

  /**
   * Returns the pages of a range to the system; it reads as zeros afterwards. At most 1 MiB a call
   * keeps the kernel's lock on the address space short.
   *
   * @return false when nothing was done: the range does not begin with a page
   */
  public static boolean decommit(long address, long bytes) {
    return madvise(address, bytes, MADV_DONTNEED);
  }

  private static long mmap(long bytes) {
    try {
      return (long)
          MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1L, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("mmap could not be called", e);
    }
  }

  private static void munmap(long address, long bytes) {
    try {
      int result = (int) (long) MUNMAP.invokeExact(address, bytes, 0L, 0L, 0L, 0L);
      assert result == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("munmap could not be called", e);
    }
  }

  private static boolean madvise(long address, long bytes, long advice) {
    try {
      return (int) (long) MADVISE.invokeExact(address, bytes, advice, 0L, 0L, 0L) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("madvise could not be called", e);
    }
  }

  /**
   * Memory for the life of the process: scratch areas and constants, zeroed.
   *
   * @param alignment a power of two, at most {@link #ALIGNMENT_BYTES}
   */
  public static synchronized long allocateForever(long bytes, long alignment) {
    long address = (foreverNext + alignment - 1) & -alignment;
    if (address + bytes > foreverEnd) {
      address = reserve(bytes);
      if (address == 0) {
        throw new OutOfAddressSpaceException(bytes);
      }
      foreverEnd = address + roundUp(bytes);
    }
    foreverNext = address + bytes;
    return address;
  }
}
