package dev.larder.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A command that the slow log has, for Java's flight recorder. */
@Name("dev.larder.SlowCommand")
@Label("Slow Command")
@Category("Larder")
@Description("A command took as long as slowlog-log-slower-than says")
@StackTrace(false)
public final class SlowCommandEvent extends Event {
  @Label("Command")
  String command = "";

  @Label("Arguments")
  int arguments;

  @Label("Executed")
  @Timespan(Timespan.NANOSECONDS)
  long executed;

  @Label("Client")
  String client = "";

  private SlowCommandEvent() {}

  /**
   * A command has ended; nothing happens unless somebody records.
   *
   * @param command its full name
   * @param arguments how many it had, its name included
   * @param nanos how long it was executed
   * @param client address of who sent it
   */
  public static void note(String command, int arguments, long nanos, String client) {
    SlowCommandEvent event = new SlowCommandEvent();
    if (event.shouldCommit()) {
      event.command = command;
      event.arguments = arguments;
      event.executed = nanos;
      event.client = client;
      event.commit();
    }
  }
}
