package dev.larder.storage.rdb;

import java.io.IOException;

/**
 * Where the bytes of a file go. Used by one thread at a time; addresses hold during a call only.
 */
public interface RdbSink {
  /** Appends bytes. */
  void append(long address, long bytes) throws IOException;

  /** Puts other bytes in the place of as many at the beginning, which were appended before. */
  void replaceHead(long address, int bytes) throws IOException;
}
