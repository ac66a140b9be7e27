package dev.larder.command;

import java.util.Locale;

/** Kinds of arguments, as COMMAND DOCS names them. */
public enum ArgType {
  STRING,
  INTEGER,
  DOUBLE,
  KEY,
  PATTERN,
  UNIX_TIME,
  /** A keyword that stands alone. */
  PURE_TOKEN,
  /** One of several arguments. */
  ONEOF,
  /** Several arguments in a row. */
  BLOCK;

  private final String wireName = name().toLowerCase(Locale.ROOT).replace('_', '-');

  public String wireName() {
    return wireName;
  }
}
