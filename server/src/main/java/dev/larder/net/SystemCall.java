package dev.larder.net;

import dev.larder.resp.HotPath;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function of Linux, called as if it had six arguments, each a word: it does not look at more
 * registers and halves than are its own. The storage links this signature, so the server starts no
 * later for it.
 *
 * @param function a record's component, as the compiler takes that for constant in one that is
 */
@HotPath
record SystemCall(MethodHandle function) {
  static final int AF_UNIX = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;

  private static final FunctionDescriptor SIX_WORDS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  static SystemCall of(String name) {
    Linker linker = Linker.nativeLinker();
    return new SystemCall(
        linker.downcallHandle(linker.defaultLookup().findOrThrow(name), SIX_WORDS));
  }

  /** The function's result, of which the upper half says nothing where that is an int. */
  long call(long a, long b, long c, long d, long e, long f) {
    try {
      return (long) function.invokeExact(a, b, c, d, e, f);
    } catch (Throwable failure) {
      throw new IllegalStateException("the system could not be called", failure);
    }
  }
}
