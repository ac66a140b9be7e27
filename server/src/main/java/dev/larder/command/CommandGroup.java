package dev.larder.command;

import java.util.Locale;

/** The functional group of a command, as COMMAND DOCS names it. */
public enum CommandGroup {
  GENERIC,
  STRING,
  LIST,
  SET,
  SORTED_SET,
  HASH,
  PUBSUB,
  TRANSACTIONS,
  CONNECTION,
  SERVER,
  SCRIPTING,
  HYPERLOGLOG,
  CLUSTER,
  SENTINEL,
  GEO,
  STREAM,
  BITMAP;

  private final String wireName = name().toLowerCase(Locale.ROOT).replace('_', '-');

  public String wireName() {
    return wireName;
  }
}
