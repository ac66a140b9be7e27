package dev.larder.storage;

import org.jspecify.annotations.Nullable;

/** How a stream is to be trimmed. Mutable, for one thread. */
public final class StreamTrim {
  /** The limit while a command has said nothing of it. */
  public static final long NO_LIMIT_GIVEN = -1;

  /** What is wanted. */
  public enum Strategy {
    NONE,
    /** No more than so many entries. */
    MAXLEN,
    /** No entry below an id. */
    MINID
  }

  private Strategy strategy = Strategy.NONE;
  private boolean approximate;
  private long maxLength;
  private long limit;
  private @Nullable References references;
  private final StreamId minId = new StreamId();
  private boolean isDone;
  private long removed;

  /** Where to go on if entries stay that were looked at; 0-0 to begin. */
  private final StreamId next = new StreamId();

  /** No trimming, and nothing said. */
  public void reset() {
    strategy = Strategy.NONE;
    approximate = false;
    maxLength = 0;
    limit = NO_LIMIT_GIVEN;
    references = null;
    minId.setMin();
    isDone = false;
    removed = 0;
    next.setMin();
  }

  /** Becomes what another one is. */
  public void set(StreamTrim other) {
    strategy = other.strategy;
    approximate = other.approximate;
    maxLength = other.maxLength;
    limit = other.limit;
    references = other.references;
    minId.set(other.minId);
    isDone = other.isDone;
    removed = other.removed;
    next.set(other.next);
  }

  /** Whether all is trimmed that has to be. */
  public boolean isDone() {
    return isDone;
  }

  void isDone(boolean all) {
    isDone = all;
  }

  /** How many entries have gone. */
  public long removed() {
    return removed;
  }

  void addRemoved(long entries) {
    removed += entries;
  }

  StreamId next() {
    return next;
  }

  public Strategy strategy() {
    return strategy;
  }

  public void strategy(Strategy wanted) {
    strategy = wanted;
  }

  /** Whether only whole nodes go, which may leave more than what was asked for. */
  public boolean approximate() {
    return approximate;
  }

  public void approximate(boolean wanted) {
    approximate = wanted;
  }

  /** Of {@link Strategy#MAXLEN}. */
  public long maxLength() {
    return maxLength;
  }

  public void maxLength(long entries) {
    maxLength = entries;
  }

  /** Of {@link Strategy#MINID}. */
  public StreamId minId() {
    return minId;
  }

  /** The most entries that may go, 0 for no limit, {@link #NO_LIMIT_GIVEN}. */
  public long limit() {
    return limit;
  }

  public void limit(long entries) {
    limit = entries;
  }

  /** What becomes of references, null while a command has said nothing of it. */
  public @Nullable References references() {
    return references;
  }

  public void references(References wanted) {
    references = wanted;
  }

  /** What becomes of references to entries that go, in the groups' pending entries. */
  public enum References {
    /** They stay, to an entry that is gone. */
    KEEP,
    /** They go as well. */
    DELETE,
    /** Only an entry goes that every group has read and acknowledged. */
    ACKNOWLEDGED
  }
}
