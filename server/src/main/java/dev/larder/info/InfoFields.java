package dev.larder.info;

/** Takes the fields of a report, one after the other, in whatever form somebody wants them. */
interface InfoFields {

  /** Begins a section. */
  void section(String title);

  /** A field that is already as INFO shows it. */
  void line(String field);

  void field(String name, String value);

  void field(String name, long value);

  /** A field that INFO shows with this many decimals. */
  void field(String name, double value, int decimals);

  /** A number of bytes, which INFO also shows for people. */
  void bytes(String name, long value);

  /** A part of something, from 0 to 100. */
  void percent(String name, double value);
}
