package dev.larder.storage.journal;

/** Where the journal takes the time from, in nanoseconds that only grow. */
interface JournalClock {
  JournalClock SYSTEM = System::nanoTime;

  long nanos();
}
