package dev.larder.metrics;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A snapshot from its begin to its end, for Java's flight recorder. For one thread. */
@Name("dev.larder.Snapshot")
@Label("Snapshot")
@Category("Larder")
@Description("All data were written to a file: a snapshot, or a rewrite of the append-only file")
@StackTrace(false)
public final class SnapshotEvent extends Event {
  @Label("Kind")
  String kind;

  @Label("Keys")
  long keys;

  @Label("Complete")
  boolean complete;

  @Label("Most Waiting")
  @Description("The most bytes that clients had changed before they were written")
  @DataAmount
  long mostWaiting;

  private SnapshotEvent(String kind) {
    this.kind = kind;
  }

  /**
   * A snapshot begins.
   *
   * @param kind {@code rdb} or {@code aof}
   */
  public static SnapshotEvent began(String kind) {
    SnapshotEvent event = new SnapshotEvent(kind);
    event.begin();
    return event;
  }

  /** It has ended, on the thread where it began; nothing happens unless somebody records. */
  public void ended(long keysWritten, boolean isWhole, long mostWaitingBytes) {
    if (shouldCommit()) {
      keys = keysWritten;
      complete = isWhole;
      mostWaiting = mostWaitingBytes;
      commit();
    }
  }
}
