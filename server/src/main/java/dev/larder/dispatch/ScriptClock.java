package dev.larder.dispatch;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.metrics.Clock;
import dev.larder.resp.HotPath;
import dev.larder.session.Session;

/**
 * Times the commands that the scripts of one loop call.
 *
 * <p>What a script does between its commands is not theirs, so each would cost two readings of the
 * clock, as much as a fifth of a short one. Of those that are short as a rule, only one of some is
 * timed therefore, by command, and stands for those that follow; one that turns out to take longer
 * stands for nothing but itself, and the next is timed, too.
 */
@HotPath
final class ScriptClock {
  /** What {@link #start} returns for a command that is not timed. */
  private static final long NOT_TIMED = 0;

  /** For so many others one stands. No power of two, as what scripts call is often even. */
  private static final int STANDS_FOR = 16;

  /** What takes longer than that was held up, or is not short at all. */
  private static final long SHORT_NANOS = 20_000;

  private final CommandClock clock;

  /** How long the last one took that was timed, by the number of the command. */
  private final int[] nanos;

  /** For how many more it stands. */
  private final byte[] left;

  ScriptClock(CommandClock clock, CommandTable commands) {
    this.clock = clock;
    this.nanos = new int[commands.specCount()];
    this.left = new byte[commands.specCount()];
  }

  /** A command begins; returns what {@link #end} wants to know. */
  long start(CommandSpec spec, Arguments call) {
    int command = spec.index();
    if (left[command] > 0 && clock.isShort(spec, call)) {
      left[command]--;
      return NOT_TIMED;
    }
    return Clock.nanos();
  }

  /** It has ended; how long it took, in nanoseconds. It is noted if that is long. */
  long end(Session session, CommandSpec spec, Arguments call, long started) {
    int command = spec.index();
    if (started == NOT_TIMED) {
      return nanos[command];
    }
    long spent = Clock.nanos() - started;
    if (spent < SHORT_NANOS) {
      nanos[command] = (int) spent;
      left[command] = STANDS_FOR;
    }
    clock.noteIfSlow(session, spec, call, spent);
    return spent;
  }
}
