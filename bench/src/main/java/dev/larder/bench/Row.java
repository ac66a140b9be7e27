package dev.larder.bench;

/**
 * One line of the result.
 *
 * @param goal the goal in words, empty when there is none
 * @param measured the figure with its unit
 * @param note what the reader must know to trust the figure, may be empty
 */
record Row(String name, String goal, String measured, Verdict verdict, String note) {
  static Row judged(String name, Goal goal, double value, String measured, String note) {
    return new Row(name, goal.text(), measured, goal.judge(value), note);
  }

  static Row info(String name, String measured, String note) {
    return new Row(name, "", measured, Verdict.INFO, note);
  }

  static Row unknown(String name, Goal goal, String why) {
    return new Row(name, goal.text(), "", Verdict.UNKNOWN, why);
  }
}
