package dev.larder.metrics;

import java.util.function.LongSupplier;

/**
 * Whether data are being loaded, how far that is, and what came of it. While it lasts, clients get
 * an error for most commands. Any thread reads it; who loads tells it.
 */
public final class LoadProgress {
  private static final long MILLIS_PER_SECOND = 1000;

  private volatile boolean isLoading;

  /** Whether more is to be loaded when what is being loaded has ended. */
  private volatile boolean hasMore;

  private volatile long startMillis;
  private volatile long totalBytes;
  private volatile LongSupplier usedMemory = () -> 0;
  private volatile LongSupplier loadedBytes = () -> 0;
  private volatile long keysLoaded;
  private volatile long keysExpired;

  /** Data are going to be loaded: from now on clients are told to wait. */
  public void announce() {
    isLoading = true;
    startMillis = Clock.wallMillis();
  }

  /** Several files are going to be loaded, one after the other. */
  public void announceSeveral() {
    hasMore = true;
    announce();
  }

  /** The last of several files was loaded. */
  public void endSeveral() {
    hasMore = false;
    isLoading = false;
  }

  /**
   * Loading begins.
   *
   * @param newTotalBytes of all files
   * @param newLoadedBytes how many bytes were read
   */
  public void begin(long newTotalBytes, LongSupplier newLoadedBytes) {
    totalBytes = newTotalBytes;
    loadedBytes = newLoadedBytes;
    usedMemory = () -> 0;
    announce();
  }

  /** Tells how much memory the data took where they come from, in bytes; after {@link #begin}. */
  public void usedMemory(LongSupplier newUsedMemory) {
    usedMemory = newUsedMemory;
  }

  /** Loading has ended: clients are served, or nothing is any more. */
  public void end(long newKeysLoaded, long newKeysExpired) {
    keysLoaded = newKeysLoaded;
    keysExpired = newKeysExpired;
    isLoading = hasMore;
    loadedBytes = () -> 0;
    usedMemory = () -> 0;
  }

  public boolean isLoading() {
    return isLoading;
  }

  /** When it began, in seconds since 1970. */
  public long startSeconds() {
    return startMillis / MILLIS_PER_SECOND;
  }

  public long totalBytes() {
    return totalBytes;
  }

  public long loadedBytes() {
    return loadedBytes.getAsLong();
  }

  /** How much of the bytes were read, in percent. */
  public double loadedPercent() {
    long total = totalBytes;
    return total == 0 ? 0 : 100.0 * loadedBytes() / total;
  }

  /** How many seconds it will take still, if it goes on as before; 1 when nobody knows yet. */
  public long secondsLeft() {
    long loaded = loadedBytes();
    if (loaded == 0) {
      return 1;
    }
    double elapsedMillis = Math.max(0, Clock.wallMillis() - startMillis);
    double leftBytes = Math.max(0, totalBytes - loaded);
    return (long) (elapsedMillis * leftBytes / loaded / MILLIS_PER_SECOND);
  }

  /** How much memory the data took where they come from, in bytes; 0 if it is not known. */
  public long usedMemory() {
    return usedMemory.getAsLong();
  }

  /** How many keys the last load has brought. */
  public long keysLoaded() {
    return keysLoaded;
  }

  /** How many keys the last load has left out since they had expired. */
  public long keysExpired() {
    return keysExpired;
  }
}
