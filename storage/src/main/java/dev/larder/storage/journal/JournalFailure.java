package dev.larder.storage.journal;

import java.io.IOException;

/**
 * Hears of failures that the journal cannot mend itself; on one of its threads, on which it may
 * close the journal, but must not wait for a mark.
 */
public interface JournalFailure {
  /**
   * The journal has stopped: nothing is written or becomes durable any more, and what waits for it
   * waits forever. The process must end: what was acknowledged is on the disk, what was not may be.
   */
  void stopped(String file, Throwable cause);

  /**
   * A force has failed, not under {@link FsyncPolicy#ALWAYS}. What was written to the file since
   * its last good force may not survive a power cut, and no later force can tell. Writes are
   * refused until the data has been saved elsewhere: see {@link BlockJournal#coveredUpTo}.
   */
  void forceFailed(String file, IOException cause);
}
