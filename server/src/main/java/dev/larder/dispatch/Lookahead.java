package dev.larder.dispatch;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.LoadAhead;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.session.Session;
import dev.larder.session.Tracking;
import dev.larder.storage.Unit;
import dev.larder.tracking.LoopTracking;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of a batch, a window of them at a time, and has what they are about to read
 * loaded before the first one runs: enough of them for their cache misses to overlap, and not so
 * many that it would matter to do it again after a suspension.
 */
@HotPath
final class Lookahead {
  private static final int WINDOW_COMMANDS = 128;

  private final CommandTable commands;
  private final Unit unit;
  private final Call call;
  private final LoopTracking reads;
  private final Arguments named;

  private @Nullable CommandSpec[] specs = new CommandSpec[64];
  private long[] touched = new long[64];
  private int touchCount;

  Lookahead(LoopContext loop, CommandTable commands) {
    this.commands = commands;
    this.unit = loop.unit();
    this.call = loop.call();
    this.reads = loop.tracking();
    this.named = new Arguments(loop.batch());
  }

  /**
   * Looks up and hashes the next commands of the call's batch.
   *
   * @param touching whether to load what their keys refer to
   * @param session whose commands they are
   * @return the number of the first command behind them
   */
  int prepare(Batch batch, int from, boolean touching, Session session) {
    int end = Math.min(batch.commandCount(), from + WINDOW_COMMANDS);
    if (end > specs.length) {
      specs = Arrays.copyOf(specs, Math.max(end, 2 * specs.length));
    }
    touchCount = 0;
    for (int command = from; command < end; command++) {
      int first = batch.firstArg(command);
      CommandSpec spec = commands.find(name(batch, command));
      specs[command] = spec;
      int argCount = batch.argCount(command);
      if (spec != null && spec.firstKey() > 0 && spec.accepts(argCount)) {
        int step = spec.keyStep();
        int last = Math.min(spec.lastKey(argCount), LoadAhead.NEAR_KEYS * step - 1);
        for (int key = spec.firstKey(); key <= last; key += step) {
          touch(call.hashOf(first + key));
        }
      }
    }
    if (touching && touchCount > 0) {
      load(session);
    }
    return end;
  }

  private void load(Session session) {
    if (touchCount > 1) {
      unit.touch(session.database(), touched, touchCount);
    } else {
      unit.touchBucket(session.database(), touched[0]);
    }
    Tracking tracking = session.tracking();
    if (tracking != null && tracking.remembers()) {
      reads.touch(unit, touched, touchCount);
    }
  }

  private void touch(long hash) {
    if (touchCount == touched.length) {
      touched = Arrays.copyOf(touched, 2 * touchCount);
    }
    touched[touchCount++] = hash;
  }

  /** A command of the window, null if there is none of its name. */
  @Nullable CommandSpec spec(int command) {
    return specs[command];
  }

  /** The arguments of a command, until the next call. */
  Arguments name(Batch batch, int command) {
    named.point(batch, batch.firstArg(command), batch.argCount(command));
    return named;
  }
}
