package dev.larder.info;

import dev.larder.command.CommandTable;

/** A part of the report that INFO gives. */
interface InfoSection {

  /** The section's fields, headed by {@link InfoFields#section}. */
  void write(InfoFields out, CommandTable commands);
}
