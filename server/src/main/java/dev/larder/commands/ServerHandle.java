package dev.larder.commands;

import dev.larder.command.CommandTable;
import dev.larder.resp.ReplyWriter;
import java.util.List;

/**
 * What commands ask of the server around them, on any event loop. The defaults are for a table of
 * commands without a server, from which documentation is made.
 */
@FunctionalInterface
public interface ServerHandle {

  /** Sets the statistics to zero. */
  void resetStatistics();

  /** The text of INFO for these sections, or for the usual ones if none is named. */
  default String info(List<String> sections, CommandTable commands) {
    return "";
  }

  /** Writes what MEMORY STATS tells. */
  default void memoryStats(ReplyWriter reply) {
    reply.map(0);
  }

  /** Begins to stop the server and returns at once. */
  default void stop() {}
}
