package dev.larder.info;

import dev.larder.command.CommandTable;

/** A part of the report that INFO gives. */
interface InfoSection {

  /** The section's fields, headed by {@link InfoText#section}. */
  void write(InfoText out, CommandTable commands);
}
