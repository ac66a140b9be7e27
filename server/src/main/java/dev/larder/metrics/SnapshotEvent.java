package dev.larder.metrics;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A snapshot that has ended. */
@Name("dev.larder.Snapshot")
@Label("Snapshot")
@Category("Larder")
@Description("All data were written to a file: a snapshot, or a rewrite of the append-only file")
@StackTrace(false)
final class SnapshotEvent extends Event {
  @Label("Kind")
  final String kind;

  @Label("Took")
  @Timespan(Timespan.NANOSECONDS)
  final long took;

  @Label("Keys")
  final long keys;

  @Label("Complete")
  final boolean complete;

  @Label("Most Waiting")
  @Description("The most bytes that clients had changed before they were written")
  @DataAmount
  final long mostWaiting;

  SnapshotEvent(String kind, long took, long keys, boolean complete, long mostWaiting) {
    this.kind = kind;
    this.took = took;
    this.keys = keys;
    this.complete = complete;
    this.mostWaiting = mostWaiting;
  }
}
