package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.Library;
import dev.larder.script.ScriptRuns;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Changes what libraries of functions there are: waits, with nothing in hand, until another thread
 * has looked at the new ones, which may take long; then owns every shard for one short step. Inside
 * a transaction, whose unit owns them anyway, it does both at once.
 */
final class LibraryJob implements Job {
  private static final long PAUSE_NANOS = 100_000;

  /** What is done with the libraries, and replied. */
  interface Change {
    /**
     * Makes it; the unit owns every shard.
     *
     * @throws CommandException if that cannot be; nothing is changed then
     */
    void make(Unit unit, List<Library> libraries, ReplyWriter out) throws CommandException;
  }

  private final Keyspace keyspace;
  private final Unit unit;
  private final ScriptRuns scripts;
  private final CompletableFuture<List<Library>> libraries;
  private final Change change;

  /**
   * @param libraries that are being looked at; or why they cannot be loaded, a CommandException
   */
  LibraryJob(
      Call call, ScriptRuns scripts, CompletableFuture<List<Library>> libraries, Change change) {
    this.keyspace = call.keyspace();
    this.unit = call.unit();
    this.scripts = scripts;
    this.libraries = libraries;
    this.change = change;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (!libraries.isDone()) {
      return false;
    }
    List<Library> looked = result();
    if (!acquireAll()) {
      return false;
    }
    change.make(unit, looked, out);
    return true;
  }

  private List<Library> result() throws CommandException {
    try {
      return libraries.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandException why) {
        throw why;
      }
      throw e;
    }
  }

  /** Owns every shard, unless one is taken: then none but those of the larger unit of work. */
  private boolean acquireAll() throws CommandException {
    boolean isAlone = unit.isIdle();
    for (int i = 0; i < keyspace.shardCount(); i++) {
      Shard shard = keyspace.shard(i);
      if (!unit.acquireForStep(shard)) {
        if (isAlone) {
          unit.releaseAll();
        }
        if (shard.isBusy()) {
          throw new CommandException(scripts.busy());
        }
        return false;
      }
    }
    return true;
  }

  @Override
  public long pauseNanos() {
    return libraries.isDone() ? 0 : PAUSE_NANOS;
  }
}
