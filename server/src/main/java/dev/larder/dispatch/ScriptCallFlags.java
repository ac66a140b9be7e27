package dev.larder.dispatch;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.Flag;
import dev.larder.script.Program;
import dev.larder.script.Script;
import dev.larder.script.ScriptRuns;
import dev.larder.script.Sha;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a call that runs a script: its command may do anything, but a script or a function
 * that says what it does is taken at its word. Asked for where a command is held back or queued for
 * what it may do, not for each call.
 */
final class ScriptCallFlags {
  private static final long WRITE = Flag.WRITE.bit();
  private static final long DENY_OOM = Flag.DENYOOM.bit();
  private static final long MAY_REPLICATE = Flag.MAY_REPLICATE.bit();

  private final ScriptRuns runs;

  ScriptCallFlags(ScriptRuns runs) {
    this.runs = runs;
  }

  /** The flags as bits; those of the command if it runs no script. */
  long of(CommandSpec spec, Call call) {
    long flags = spec.flagBits();
    Program program = spec.runsScript() ? program(spec, call) : null;
    if (program == null || !program.hasFlags()) {
      return flags;
    }
    flags &= ~MAY_REPLICATE;
    flags |= program.neverWrites() ? 0 : WRITE;
    return program.allowsOom() ? flags : flags | DENY_OOM;
  }

  private @Nullable Program program(CommandSpec spec, Call call) {
    if (spec.name().startsWith("fcall")) {
      return runs.functions().find(call.argString(1));
    }
    if (!spec.name().startsWith("evalsha")) {
      return Script.describedBy(call.argBytes(1));
    }
    Sha sha = Sha.parse(call.argAddress(1), call.argLength(1));
    return sha == null ? null : runs.cache().find(sha);
  }
}
