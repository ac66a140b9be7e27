package dev.larder.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A command that the slow log has. */
@Name("dev.larder.SlowCommand")
@Label("Slow Command")
@Category("Larder")
@Description("A command took as long as slowlog-log-slower-than says")
@StackTrace(false)
final class SlowCommandEvent extends Event {
  @Label("Command")
  final String command;

  @Label("Arguments")
  final int arguments;

  @Label("Executed")
  @Timespan(Timespan.NANOSECONDS)
  final long executed;

  @Label("Client")
  final String client;

  SlowCommandEvent(String command, int arguments, long executed, String client) {
    this.command = command;
    this.arguments = arguments;
    this.executed = executed;
    this.client = client;
  }
}
