package dev.larder.storage;

import dev.larder.storage.type.StreamRoot;

/**
 * How many entries of a stream come before an id, as far as its counters tell: entries that were
 * deleted are counted as well, so a deletion in a place that matters makes the number unknown.
 */
public final class StreamLag {
  /** There is no telling. */
  public static final long UNKNOWN = -1;

  private final StreamValue stream;
  private final StreamId scratch = new StreamId();

  StreamLag(StreamValue stream) {
    this.stream = stream;
  }

  private long root() {
    return stream.value();
  }

  /** How many entries were ever added up to this id, itself included. */
  public long readUpTo(long millis, long sequence) {
    long root = root();
    long added = StreamRoot.added(root);
    if (added == 0) {
      return 0;
    }
    int toLast = StreamId.compareAt(StreamRoot.last(root), millis, sequence);
    if (StreamRoot.length(root) == 0 && toLast >= 0) {
      return added;
    }
    boolean isMin = millis == 0 && sequence == 0;
    if (!isMin && StreamId.compareAt(StreamRoot.maxDeleted(root), millis, sequence) > 0) {
      return UNKNOWN;
    }
    if (toLast <= 0) {
      return toLast == 0 ? added : UNKNOWN;
    }
    int toFirst = StreamId.compareAt(StreamRoot.first(root), millis, sequence);
    if (toFirst < 0 || !deletedBeforeFirst()) {
      return UNKNOWN;
    }
    return added - StreamRoot.length(root) + (toFirst == 0 ? 1 : 0);
  }

  /** Whether no entry was deleted by its id among or behind those that are there. */
  private boolean deletedBeforeFirst() {
    scratch.read(StreamRoot.maxDeleted(root()));
    return scratch.isMin()
        || StreamId.compareAt(StreamRoot.first(root()), scratch.millis(), scratch.sequence()) > 0;
  }

  /** Whether an entry may have been deleted from this id on. */
  public boolean hasGapsFrom(long millis, long sequence) {
    return StreamRoot.length(root()) > 0
        && !deletedBeforeFirst()
        && StreamId.compareAt(StreamRoot.maxDeleted(root()), millis, sequence) >= 0;
  }

  /** How many entries a group has yet to read, or {@link #UNKNOWN}. */
  public long of(StreamGroup group) {
    long root = root();
    long added = StreamRoot.added(root);
    if (added == 0 || StreamRoot.length(root) == 0) {
      return 0;
    }
    group.lastId(scratch);
    long millis = scratch.millis();
    long sequence = scratch.sequence();
    if (StreamId.compareAt(StreamRoot.first(root), millis, sequence) > 0 && deletedBeforeFirst()) {
      return StreamRoot.length(root);
    }
    long read = group.entriesRead();
    if (read == UNKNOWN || hasGapsFrom(millis, sequence)) {
      read = readUpTo(millis, sequence);
    }
    return read == UNKNOWN ? UNKNOWN : added - read;
  }
}
