package dev.larder.storage;

import java.util.List;

/**
 * Libraries of functions as they stood in the file that was loaded, opcodes and all. They are not
 * looked into, but go into every file that is written, so that nothing is lost on the way through
 * this server. Any thread may use it.
 */
public final class FunctionLibraries {
  private volatile List<byte[]> all = List.of();

  /** Each of them; the arrays must not be changed. */
  public List<byte[]> all() {
    return all;
  }

  /** Takes these in place of any others. */
  void replace(List<byte[]> libraries) {
    all = List.copyOf(libraries);
  }
}
