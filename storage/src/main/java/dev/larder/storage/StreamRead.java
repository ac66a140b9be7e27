package dev.larder.storage;

/** How streams are to be read. Mutable, for one thread. */
public final class StreamRead {
  private long count;
  private long maxCount;
  private long maxBytes;
  private long blockMillis;
  private long minIdleMillis;
  private boolean unacknowledged;
  private int groupArg;
  private int streamsArg;

  /** Everything there is, without waiting. */
  public void reset() {
    count = 0;
    maxCount = 0;
    maxBytes = 0;
    blockMillis = -1;
    minIdleMillis = -1;
    unacknowledged = false;
    groupArg = 0;
    streamsArg = 0;
  }

  /** The most entries of each stream, 0 for no limit. */
  public long count() {
    return count;
  }

  public void count(long entries) {
    count = entries;
  }

  /** The most entries of all streams, 0 for no limit. */
  public long maxCount() {
    return maxCount;
  }

  public void maxCount(long entries) {
    maxCount = entries;
  }

  /** The bytes of the reply after which no entry follows, 0 for no limit. */
  public long maxBytes() {
    return maxBytes;
  }

  public void maxBytes(long bytes) {
    maxBytes = bytes;
  }

  /** How long to wait for an entry, 0 for ever, -1 not at all. */
  public long blockMillis() {
    return blockMillis;
  }

  public void blockMillis(long millis) {
    blockMillis = millis;
  }

  /** How long entries must have been pending to be claimed, -1 to claim none. */
  public long minIdleMillis() {
    return minIdleMillis;
  }

  public void minIdleMillis(long millis) {
    minIdleMillis = millis;
  }

  /** Whether entries that are delivered do not become pending. */
  public boolean unacknowledged() {
    return unacknowledged;
  }

  public void unacknowledged(boolean wanted) {
    unacknowledged = wanted;
  }

  /** The argument that names the group, followed by the consumer; 0 for none. */
  public int groupArg() {
    return groupArg;
  }

  public void groupArg(int arg) {
    groupArg = arg;
  }

  /** The first argument that is a key; 0 for none. */
  public int streamsArg() {
    return streamsArg;
  }

  public void streamsArg(int arg) {
    streamsArg = arg;
  }
}
