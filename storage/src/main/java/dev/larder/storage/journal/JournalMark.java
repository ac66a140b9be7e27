package dev.larder.storage.journal;

/** What a {@link JournalWaiter} waits for. */
public enum JournalMark {
  /** Effects may be shown: {@link BlockJournal#durable}. */
  DURABLE,
  /** Effects are on the disk: {@link BlockJournal#forced}. */
  FORCED,
  /** There is room for more blocks: {@link BlockJournal#hasRoom}; sequences do not matter. */
  ROOM
}
