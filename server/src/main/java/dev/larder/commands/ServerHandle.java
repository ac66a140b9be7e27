package dev.larder.commands;

import dev.larder.command.CommandTable;
import dev.larder.config.Version;
import dev.larder.metrics.ServerStats;
import dev.larder.pubsub.PubSub;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.ScriptRuns;
import dev.larder.storage.FunctionSources;
import dev.larder.storage.Journal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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

  /** The statistics, and what else the whole server is told and asked. */
  default ServerStats stats() {
    return new ServerStats();
  }

  /** Writes what MEMORY STATS tells. */
  default void memoryStats(ReplyWriter reply) {
    reply.map(0);
  }

  /** Writes what MEMORY MRC tells; false, and nothing, if that is not watched. */
  default boolean hitCurve(ReplyWriter reply) {
    return false;
  }

  /** What MEMORY DOCTOR says. */
  default String memoryDoctor() {
    return "";
  }

  /** What MEMORY MALLOC-STATS says. */
  default String memoryBlocks() {
    return "";
  }

  /** Gives memory that holds nothing back to the system; told when that is done. */
  default CompletableFuture<Boolean> purgeMemory() {
    return CompletableFuture.completedFuture(true);
  }

  /**
   * Begins to stop the server.
   *
   * @param saves whether the data are saved first; null for as it is configured
   * @param isForced whether it stops even if they cannot be saved
   * @return told whether it stops; if not, everything goes on
   */
  default CompletableFuture<Boolean> stop(@Nullable Boolean saves, boolean isForced) {
    return new CompletableFuture<>();
  }

  /** Has a stop that still saves fail; whether there is one. */
  default boolean abortStop() {
    return false;
  }

  /** The channels that clients listen to. */
  default PubSub pubSub() {
    return new PubSub();
  }

  /** The scripts that are known, and those that run. */
  default ScriptRuns scripts() {
    return new ScriptRuns(new FunctionSources(() -> Journal.NONE), Version.REDIS, 1 << 20, () -> 0);
  }

  /** What writes snapshots to the file. */
  default Saving saving() {
    return Saving.NONE;
  }
}
