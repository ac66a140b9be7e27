package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.ServerStats;

/** How often each kind of error was answered. */
final class ErrorstatsSection implements InfoSection {
  private final ServerStats stats;

  ErrorstatsSection(ServerStats stats) {
    this.stats = stats;
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("Errorstats");
    stats.errorsByCode().forEach((code, n) -> out.field("errorstat_" + code, "count=" + n));
  }
}
