package dev.larder.config;

import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.text;

import java.util.ArrayList;
import java.util.List;

/** What monitoring systems may ask over HTTP. */
public final class MonitoringOptions {
  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<Long> METRICS_PORT =
      add(
          Option.of(
              "larder-metrics-port",
              integer(0, 65535),
              0L,
              "The TCP port on which HTTP tells figures for Prometheus (`/metrics`), and whether"
                  + " the server is alive (`/healthz`) and ready (`/readyz`); 0 for none."
                  + " docs/monitoring.md tells more. Larder's own."));

  public static final Option<String> METRICS_BIND =
      add(
          Option.of(
                  "larder-metrics-bind",
                  text(),
                  "127.0.0.1",
                  "The address of that port; `*` for all. Whoever reaches it may read everything"
                      + " there, without a password. Larder's own.")
              .checkedBy(address -> address.isEmpty() ? "an address, or * for all" : null));

  private MonitoringOptions() {}

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }

  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }
}
