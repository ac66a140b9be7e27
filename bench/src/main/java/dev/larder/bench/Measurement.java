package dev.larder.bench;

import java.util.List;

/** One group of rows, selectable by name. */
interface Measurement {
  String name();

  /** One line on what it measures. */
  String summary();

  /**
   * Starts what servers it needs, measures, stops them.
   *
   * @param rows takes each row when it is known, so that a later failure does not lose it
   */
  void run(Bench bench, List<Row> rows);
}
