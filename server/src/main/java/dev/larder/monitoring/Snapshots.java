package dev.larder.monitoring;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Metrics in the making: values are added by name, in any order. For one thread. */
final class Snapshots {
  private static final String TOTAL = "_total";
  private static final int USUAL_BYTES = 64 * 1024;

  private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
  private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
  private final Map<String, UnknownSnapshot.Builder> unknowns = new LinkedHashMap<>();
  private final Map<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();

  /**
   * @param labels names and values in turn
   */
  void gauge(String name, String help, double value, String... labels) {
    gauges
        .computeIfAbsent(name, n -> GaugeSnapshot.builder().name(n).help(help))
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
  }

  /**
   * @param name ends in {@code _total}
   */
  void counter(String name, String help, double value, String... labels) {
    counters
        .computeIfAbsent(name, n -> CounterSnapshot.builder().name(base(n)).help(help))
        .dataPoint(
            CounterDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
  }

  private static String base(String name) {
    return name.substring(0, name.length() - TOTAL.length());
  }

  void untyped(String name, String help, double value, String... labels) {
    unknowns
        .computeIfAbsent(name, n -> UnknownSnapshot.builder().name(n).help(help))
        .dataPoint(
            UnknownDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
  }

  /**
   * @param bounds upper ones, the last one infinite
   * @param counts of what is up to each bound and above the one before
   */
  void histogram(
      String name, String help, double[] bounds, long[] counts, double sum, String... labels) {
    histograms
        .computeIfAbsent(name, n -> HistogramSnapshot.builder().name(n).help(help))
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(sum)
                .labels(Labels.of(labels))
                .build());
  }

  /** All of them in Prometheus's text format. */
  byte[] text() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    gauges.values().forEach(builder -> all.metricSnapshot(builder.build()));
    counters.values().forEach(builder -> all.metricSnapshot(builder.build()));
    unknowns.values().forEach(builder -> all.metricSnapshot(builder.build()));
    histograms.values().forEach(builder -> all.metricSnapshot(builder.build()));
    ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
    try {
      PrometheusTextFormatWriter.create().write(out, all.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
