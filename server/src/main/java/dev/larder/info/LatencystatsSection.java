package dev.larder.info;

import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.metrics.LatencyHistogram;
import dev.larder.metrics.ServerStats;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Supplier;

/** How long each command took, by percentiles. */
final class LatencystatsSection implements InfoSection {
  private static final double NANOS_PER_MICRO = 1000;

  private final ServerStats stats;
  private final Supplier<List<Double>> percentiles;

  LatencystatsSection(ServerStats stats, Supplier<List<Double>> percentiles) {
    this.stats = stats;
    this.percentiles = percentiles;
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("Latencystats");
    if (!stats.tracksLatency()) {
      return;
    }
    for (CommandSpec spec : commands.all()) {
      long[] counts = stats.histogram(spec.index());
      if (counts != null) {
        out.field("latency_percentiles_usec_" + spec.fullName(), line(counts));
      }
    }
  }

  private String line(long[] counts) {
    StringBuilder line = new StringBuilder();
    for (double percent : percentiles.get()) {
      double micros = LatencyHistogram.percentile(counts, percent) / NANOS_PER_MICRO;
      line.append(line.isEmpty() ? "p" : ",p")
          .append(BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString())
          .append('=')
          .append(InfoText.decimal(micros, 3));
    }
    return line.toString();
  }
}
