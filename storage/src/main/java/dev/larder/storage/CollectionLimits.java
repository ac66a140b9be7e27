package dev.larder.storage;

/**
 * Up to what size collections stay packed inside their records, by the names of Redis's options.
 * Set by the configuration at any time, on any thread; read by every write, which may still see the
 * value before for a moment. A collection that has grown beyond a limit does not go back.
 */
public final class CollectionLimits {
  private volatile int hashMaxListpackEntries = 512;
  private volatile int hashMaxListpackValue = 64;
  private volatile int listMaxListpackSize = -2;
  private volatile int setMaxIntsetEntries = 512;
  private volatile int setMaxListpackEntries = 128;
  private volatile int setMaxListpackValue = 64;
  private volatile int zsetMaxListpackEntries = 128;
  private volatile int zsetMaxListpackValue = 64;
  private volatile int streamNodeMaxBytes = 4096;
  private volatile int streamNodeMaxEntries = 100;
  private volatile int streamIdmpDuration = 100;
  private volatile int streamIdmpMaxsize = 100;

  /** Most fields of a packed hash. */
  public int hashMaxListpackEntries() {
    return hashMaxListpackEntries;
  }

  public void hashMaxListpackEntries(int entries) {
    hashMaxListpackEntries = entries;
  }

  /** Longest field or value of a packed hash, in bytes. */
  public int hashMaxListpackValue() {
    return hashMaxListpackValue;
  }

  public void hashMaxListpackValue(int bytes) {
    hashMaxListpackValue = bytes;
  }

  /** Most elements of a list's node, or by -1 to -5 its bytes: 4, 8, 16, 32, 64 KiB. */
  public int listMaxListpackSize() {
    return listMaxListpackSize;
  }

  public void listMaxListpackSize(int size) {
    listMaxListpackSize = size;
  }

  /** Most members of a set of integers in order. */
  public int setMaxIntsetEntries() {
    return setMaxIntsetEntries;
  }

  public void setMaxIntsetEntries(int entries) {
    setMaxIntsetEntries = entries;
  }

  /** Most members of a packed set. */
  public int setMaxListpackEntries() {
    return setMaxListpackEntries;
  }

  public void setMaxListpackEntries(int entries) {
    setMaxListpackEntries = entries;
  }

  /** Longest member of a packed set, in bytes. */
  public int setMaxListpackValue() {
    return setMaxListpackValue;
  }

  public void setMaxListpackValue(int bytes) {
    setMaxListpackValue = bytes;
  }

  /** Most members of a packed sorted set. */
  public int zsetMaxListpackEntries() {
    return zsetMaxListpackEntries;
  }

  public void zsetMaxListpackEntries(int entries) {
    zsetMaxListpackEntries = entries;
  }

  /** Longest member of a packed sorted set, in bytes. */
  public int zsetMaxListpackValue() {
    return zsetMaxListpackValue;
  }

  public void zsetMaxListpackValue(int bytes) {
    zsetMaxListpackValue = bytes;
  }

  /** Most bytes of a stream's node, 0 for no limit. */
  public int streamNodeMaxBytes() {
    return streamNodeMaxBytes;
  }

  public void streamNodeMaxBytes(int bytes) {
    streamNodeMaxBytes = bytes;
  }

  /** Most entries of a stream's node, 0 for no limit. */
  public int streamNodeMaxEntries() {
    return streamNodeMaxEntries;
  }

  public void streamNodeMaxEntries(int entries) {
    streamNodeMaxEntries = entries;
  }

  /** How many seconds a new stream keeps an idempotent id. */
  public int streamIdmpDuration() {
    return streamIdmpDuration;
  }

  public void streamIdmpDuration(int seconds) {
    streamIdmpDuration = seconds;
  }

  /** How many idempotent ids a new stream keeps of each producer. */
  public int streamIdmpMaxsize() {
    return streamIdmpMaxsize;
  }

  public void streamIdmpMaxsize(int ids) {
    streamIdmpMaxsize = ids;
  }
}
