package dev.larder.storage.rdb;

import java.io.IOException;

/** Where the bytes of a file come from, in order. Used by one thread at a time. */
public interface RdbSource {
  /**
   * Moves the next bytes to an address.
   *
   * @param bytes how many at most, at least 1
   * @return how many there were; -1 at the end
   */
  int read(long address, int bytes) throws IOException;

  /** How long the file is, in bytes; those already read count, too. */
  long size() throws IOException;
}
