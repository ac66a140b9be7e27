package dev.larder.commands;

import dev.larder.metrics.LatencyMonitor;
import dev.larder.metrics.LatencyMonitor.Sample;
import dev.larder.metrics.LatencyMonitor.Series;
import java.util.List;
import java.util.Locale;

/** What LATENCY tells people rather than programs. */
final class LatencyReport {
  private static final int WIDTH = 80;
  private static final int HEIGHT = 4;
  private static final String LINE = "-".repeat(WIDTH) + "\n";

  private LatencyReport() {}

  /** All events in sentences, and what can be done about them. */
  static String describe(LatencyMonitor monitor) {
    if (!monitor.isOn()) {
      return "Latency monitoring is off. CONFIG SET latency-monitor-threshold <milliseconds> turns"
          + " it on.\n";
    }
    List<Series> all = monitor.all();
    if (all.isEmpty()) {
      return "Nothing has taken as long as latency-monitor-threshold says.\n";
    }
    StringBuilder report = new StringBuilder();
    for (Series series : all) {
      report.append(sentence(series)).append('\n');
      report.append("  ").append(advice(series.event())).append('\n');
    }
    return report.toString();
  }

  private static String sentence(Series series) {
    List<Sample> samples = series.samples();
    double mean = samples.stream().mapToLong(Sample::millis).average().orElse(0);
    double deviation =
        samples.stream()
            .mapToDouble(sample -> Math.abs(sample.millis() - mean))
            .average()
            .orElse(0);
    long seconds = samples.getLast().seconds() - samples.getFirst().seconds();
    return String.format(
        Locale.ROOT,
        "%s: %d seconds with slow ones within %d, %.0f ms in the mean (mean deviation %.0f ms), the"
            + " worst ever %d ms.",
        series.event(),
        samples.size(),
        seconds + 1,
        mean,
        deviation,
        series.maxMillis());
  }

  private static String advice(String event) {
    return switch (event) {
      case LatencyMonitor.COMMAND -> "SLOWLOG GET shows which commands these were.";
      case LatencyMonitor.FAST_COMMAND ->
          "These commands do little: something else had the processor, or the memory. Look at what"
              + " else runs on this machine, and whether it swaps.";
      default -> "Keys that expire at the same time, or very large ones, are much work at once.";
    };
  }

  /** The last samples of an event as columns, with their age below. */
  static String graph(Series series, long nowSeconds) {
    List<Sample> samples = series.samples();
    samples = samples.subList(Math.max(0, samples.size() - WIDTH), samples.size());
    long low = samples.stream().mapToLong(Sample::millis).min().orElse(0);
    long high = samples.stream().mapToLong(Sample::millis).max().orElse(0);
    StringBuilder graph = new StringBuilder();
    graph.append(
        String.format(
            Locale.ROOT,
            "%s - high %d ms, low %d ms (all time high %d ms)\n",
            series.event(),
            high,
            low,
            series.maxMillis()));
    graph.append(LINE);
    for (int row = HEIGHT; row > 0; row--) {
      for (Sample sample : samples) {
        long height = 1 + (sample.millis() - low) * (HEIGHT - 1) / Math.max(1, high - low);
        graph.append(height > row ? '|' : height == row ? '#' : ' ');
      }
      graph.append('\n');
    }
    graph.append('\n');
    for (int row = 0; row < 3; row++) {
      for (Sample sample : samples) {
        String age = age(nowSeconds - sample.seconds());
        graph.append(row < age.length() ? age.charAt(row) : ' ');
      }
      graph.append('\n');
    }
    return graph.toString();
  }

  /** At most three characters. */
  private static String age(long seconds) {
    if (seconds < 60) {
      return Math.max(0, seconds) + "s";
    }
    if (seconds < 60 * 60) {
      return seconds / 60 + "m";
    }
    long hours = seconds / (60 * 60);
    return hours < 24 ? hours + "h" : Math.min(99, hours / 24) + "d";
  }
}
