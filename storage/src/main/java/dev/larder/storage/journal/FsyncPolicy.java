package dev.larder.storage.journal;

/** When what was written is forced to the disk. */
public enum FsyncPolicy {
  /** Before anybody hears of it: one force for all blocks that have gathered. */
  ALWAYS,
  /** Nothing stays unforced longer than a second, on a disk that keeps up; nobody waits for it. */
  EVERYSEC,
  /** When the system likes to. */
  NO
}
