package dev.larder.bench;

/** What a row says about its goal. */
enum Verdict {
  OK("ok"),
  MISSED("MISSED"),
  /** A figure without a goal of its own. */
  INFO("-"),
  /** Could not be measured here: the server lacks a field, or the machine was too noisy. */
  UNKNOWN("unmeasured");

  private final String label;

  Verdict(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
