package dev.larder.storage.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Copies by the C library, of some kilobytes: where the target is not in the cache, its string
 * instructions need not fetch the lines that they overwrite. A copy of 16 KiB takes 2.5 us instead
 * of 2.9 then; below and above these bounds the JDK's own copy is as good.
 */
final class NativeCopy {
  static final int LEAST_BYTES = 4 * 1024;
  static final int MOST_BYTES = 32 * 1024;

  private static final MethodHandle MEMMOVE = link();

  private NativeCopy() {}

  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("memmove"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG),
        Linker.Option.critical(false));
  }

  /** As of {@link Memory#copy}. The thread stays in Java's state: it must not take long. */
  static void copy(long source, long target, long bytes) {
    try {
      long result = (long) MEMMOVE.invokeExact(target, source, bytes);
      assert result == target;
    } catch (Throwable e) {
      throw new IllegalStateException("memmove could not be called", e);
    }
  }
}
