package dev.larder.dispatch;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.LoopStats;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.HotPath;
import java.util.ArrayList;
import java.util.List;

/**
 * What the commands of one script add to the counters. That is kept until the script ends, since
 * one that is undone and begins again has not run them; if it is too much, what there is so far is
 * added at once.
 */
@HotPath
final class ScriptTally {
  /** So many commands are kept. */
  private static final int KEPT_MAX = 64;

  /* An entry is how a command ended, its number, and how many nanoseconds it took. */
  private static final int ANSWERED = 0;
  private static final int FAILED = 1;
  private static final int REJECTED = 2;
  private static final int END_BITS = 2;
  private static final int COMMAND_BITS = 14;
  private static final int NANOS_SHIFT = END_BITS + COMMAND_BITS;

  private final LoopStats stats;
  private final ServerStats serverStats;
  private final CommandClock clock;
  private final Call call;
  private final long[] kept = new long[KEPT_MAX];
  private final List<String> errors = new ArrayList<>();
  private int count;
  private long hits;
  private long misses;

  /**
   * @param call the commands' own, which counts the keys that they look for
   */
  ScriptTally(LoopContext loop, Call call) {
    this.stats = loop.stats();
    this.serverStats = loop.serverStats();
    this.clock = loop.clock();
    this.call = call;
  }

  /** A command has been executed. */
  void ran(CommandSpec spec, long nanos) {
    add(spec, nanos, ANSWERED);
  }

  /** A command has been executed, and answered an error. */
  void failed(CommandSpec spec, long nanos, ErrorReply error) {
    error(error);
    add(spec, nanos, FAILED);
  }

  /** A command was refused. */
  void rejected(CommandSpec spec, ErrorReply error) {
    error(error);
    add(spec, 0, REJECTED);
  }

  /** What was to be called is no command. */
  void error(ErrorReply error) {
    if (errors.size() == KEPT_MAX) {
      settle();
    }
    errors.add(error.code());
  }

  private void add(CommandSpec spec, long nanos, int end) {
    if (count == KEPT_MAX) {
      settle();
    }
    kept[count++] = nanos << NANOS_SHIFT | (long) spec.index() << END_BITS | end;
  }

  /** The script has not done what it did. */
  void discard() {
    count = 0;
    errors.clear();
    hits = call.keyspaceHits();
    misses = call.keyspaceMisses();
  }

  /** Adds all to the counters. */
  void settle() {
    for (int i = 0; i < count; i++) {
      settle(kept[i]);
    }
    count = 0;
    for (int i = 0; i < errors.size(); i++) {
      serverStats.errorReply(errors.get(i));
    }
    errors.clear();
    long hitsNow = call.keyspaceHits();
    long missesNow = call.keyspaceMisses();
    stats.scriptKeyLookups(hitsNow - hits, missesNow - misses);
    hits = hitsNow;
    misses = missesNow;
  }

  private void settle(long entry) {
    int command = (int) (entry >>> END_BITS) & (1 << COMMAND_BITS) - 1;
    int end = (int) entry & (1 << END_BITS) - 1;
    if (end == REJECTED) {
      stats.rejected(command);
      return;
    }
    stats.ran(command, entry >>> NANOS_SHIFT, clock.isTracked());
    if (end == FAILED) {
      stats.failed(command);
    }
  }
}
