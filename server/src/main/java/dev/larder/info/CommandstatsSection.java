package dev.larder.info;

import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.metrics.CommandStats;
import dev.larder.metrics.ServerStats;

/** Each command that was called: how often, and how long it took by the calls that were timed. */
final class CommandstatsSection implements InfoSection {
  private final ServerStats stats;

  CommandstatsSection(ServerStats stats) {
    this.stats = stats;
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("Commandstats");
    for (CommandSpec spec : commands.all()) {
      CommandStats counts = stats.command(spec.index());
      if (counts.calls() > 0 || counts.rejected() > 0 || counts.failed() > 0) {
        out.field("cmdstat_" + spec.fullName(), line(counts));
      }
    }
  }

  private static String line(CommandStats counts) {
    return "calls="
        + counts.calls()
        + ",usec="
        + counts.micros()
        + ",usec_per_call="
        + InfoText.decimal(counts.microsPerCall(), 2)
        + ",rejected_calls="
        + counts.rejected()
        + ",failed_calls="
        + counts.failed();
  }
}
