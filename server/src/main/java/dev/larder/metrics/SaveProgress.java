package dev.larder.metrics;

import dev.larder.storage.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * Whether a snapshot is being written to a file, how far that is, and what came of the last ones.
 * Any thread reads it; who saves tells it.
 */
public final class SaveProgress {
  private static final long MILLIS_PER_SECOND = 1000;

  private volatile @Nullable Snapshot current;
  private volatile boolean isInBackground;
  private volatile long startMillis;
  private volatile long lastTryMillis;
  private volatile long lastSaveMillis = Clock.wallMillis();
  private volatile long lastBackgroundSeconds = -1;
  private volatile boolean hasFailed;
  private volatile boolean stopsWrites;
  private volatile long lastWaitingBytes;
  private volatile long saves;

  /** A snapshot begins. */
  public void begin(Snapshot snapshot, boolean background) {
    startMillis = Clock.wallMillis();
    lastTryMillis = startMillis;
    isInBackground = background;
    current = snapshot;
  }

  /** A snapshot has ended, by a file, by an error, or since nobody wants it any more. */
  public void end(Snapshot snapshot, boolean isWhole, boolean isFailure) {
    long now = Clock.wallMillis();
    if (isInBackground) {
      lastBackgroundSeconds = (now - startMillis) / MILLIS_PER_SECOND;
    }
    lastWaitingBytes = snapshot.mostWaitingBytes();
    if (isWhole) {
      saves++;
      lastSaveMillis = now;
    }
    if (isWhole || isFailure) {
      hasFailed = isFailure;
    }
    current = null;
  }

  /** A snapshot could not even begin. */
  public void failed() {
    lastTryMillis = Clock.wallMillis();
    hasFailed = true;
  }

  /** Has commands that write fail while the last snapshot has failed. */
  public void stopWritesOnFailure(boolean does) {
    stopsWrites = does;
  }

  /** Whether commands that write have to fail, since what they do could not be saved. */
  public boolean refusesWrites() {
    return hasFailed && stopsWrites;
  }

  /** The snapshot that is being written, null if there is none. */
  public @Nullable Snapshot current() {
    return current;
  }

  /** Whether one is being written while clients are served. */
  public boolean isInBackground() {
    return current != null && isInBackground;
  }

  /** How long that has taken so far in seconds, -1 if there is none. */
  public long currentSeconds() {
    return isInBackground() ? (Clock.wallMillis() - startMillis) / MILLIS_PER_SECOND : -1;
  }

  /** How long the last one in the background took in seconds, -1 if there was none. */
  public long lastBackgroundSeconds() {
    return lastBackgroundSeconds;
  }

  /** When the last file was written, or the server started, in seconds since 1970. */
  public long lastSaveSeconds() {
    return lastSaveMillis / MILLIS_PER_SECOND;
  }

  /** When the last snapshot was begun, in milliseconds since 1970, 0 for never. */
  public long lastTryMillis() {
    return lastTryMillis;
  }

  /** Whether the last snapshot that nobody gave up has failed. */
  public boolean hasFailed() {
    return hasFailed;
  }

  /** The most bytes that waited to be written during the last snapshot. */
  public long lastWaitingBytes() {
    return lastWaitingBytes;
  }

  /** Files written since the start. */
  public long saves() {
    return saves;
  }
}
