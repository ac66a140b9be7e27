package dev.larder.dispatch;

import dev.larder.acl.AccessCheck;
import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.metrics.AofProgress;
import dev.larder.metrics.LoadProgress;
import dev.larder.metrics.SaveProgress;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.session.Session;
import dev.larder.session.Transaction;
import org.jspecify.annotations.Nullable;

/** What may keep a command from running, in the order in which Redis asks. */
@HotPath
final class Gates {
  private static final long NO_AUTH = Flag.NO_AUTH.bit();
  private static final long LOADING = Flag.LOADING.bit();
  private static final long DENY_OOM = Flag.DENYOOM.bit();
  private static final long WRITE = Flag.WRITE.bit();
  private static final long NO_MULTI = Flag.NO_MULTI.bit();

  private static final ErrorReply NOT_IN_TRANSACTION =
      ErrorReply.of("ERR Command not allowed inside a transaction");

  private final AccessCheck access;
  private final MemoryRoom room;
  private final LoadProgress load;
  private final SaveProgress save;
  private final AofProgress aof;

  Gates(MemoryRoom room, ServerStats stats) {
    this.access = new AccessCheck(stats.denials());
    this.room = room;
    this.load = stats.load();
    this.save = stats.save();
    this.aof = stats.aof();
  }

  /** The error to answer instead of running the command selected in {@code call}, or null. */
  @Nullable ErrorReply refusal(
      CommandSpec spec, Call call, Session session, Batch batch, int index) {
    if (!spec.accepts(call.argCount())) {
      return spec.wrongArity();
    }
    boolean isInTransaction = session.isInTransaction();
    long flags = isInTransaction ? flags(spec, session.transaction()) : spec.flagBits();
    if (!session.isAuthenticated() && (flags & NO_AUTH) == 0) {
      return ErrorReply.NO_AUTH;
    }
    if (isInTransaction && (flags & NO_MULTI) != 0) {
      return NOT_IN_TRANSACTION;
    }
    // A large argument for which there was no memory when it arrived has no bytes to look at.
    if (batch.isOutOfMemory(index)) {
      return ErrorReply.OUT_OF_MEMORY;
    }
    ErrorReply denial = session.user().isRestricted() ? access.refusal(session, spec, call) : null;
    if (denial != null) {
      return denial;
    }
    if (((flags & (DENY_OOM | WRITE)) != 0 || isInTransaction || spec.runsScript())
        && room.isLacking(spec, call)
        && ((flags & DENY_OOM) != 0 || (isInTransaction && !endsTransaction(spec)))) {
      return ErrorReply.OUT_OF_MEMORY;
    }
    if (save.refusesWrites() && ((flags & WRITE) != 0 || spec.fullName().equals("ping"))) {
      return ErrorReply.CANNOT_SAVE;
    }
    String refusal = (flags & WRITE) == 0 ? null : aof.refusal();
    if (refusal != null) {
      return ErrorReply.of(refusal);
    }
    if (session.isSubscribed() && session.protocol() == 2 && !isForSubscribers(spec)) {
      return ErrorReply.of(
          "ERR Can't execute '"
              + spec.fullName()
              + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in"
              + " this context");
    }
    if (load.isLoading() && (flags & LOADING) == 0) {
      return ErrorReply.LOADING;
    }
    return null;
  }

  /**
   * The error to answer to a script instead of running a command of it, or null.
   *
   * @param lacksMemory whether it may not use any more
   */
  @Nullable ErrorReply refusalInScript(CommandSpec spec, boolean lacksMemory) {
    long flags = spec.flagBits();
    if ((flags & DENY_OOM) != 0 && lacksMemory) {
      return ErrorReply.OUT_OF_MEMORY;
    }
    if ((flags & WRITE) == 0) {
      return null;
    }
    if (save.refusesWrites()) {
      return ErrorReply.CANNOT_SAVE;
    }
    String refusal = aof.refusal();
    return refusal == null ? null : ErrorReply.of(refusal);
  }

  /** Whether a client may send it that, in the older protocol, takes replies for messages. */
  private static boolean isForSubscribers(CommandSpec spec) {
    return switch (spec.fullName()) {
      case "ping", "quit", "reset" -> true;
      default -> spec.isSubscribing();
    };
  }

  /** EXEC counts as what it will run. */
  private static long flags(CommandSpec spec, Transaction transaction) {
    long flags = spec.flagBits();
    if (!spec.runsQueue()) {
      return flags;
    }
    long added = transaction.anyFlags() & (WRITE | DENY_OOM);
    return (flags | added) & (transaction.commonFlags() | ~LOADING);
  }

  /** Whether it ends a transaction without running it, or runs one; what is queued needs memory. */
  private static boolean endsTransaction(CommandSpec spec) {
    return spec.isNeverQueued()
        && !spec.fullName().equals("multi")
        && !spec.fullName().equals("watch");
  }

  /** Whether there was no memory for the last command that needed some, before it began. */
  boolean lacksMemory() {
    return room.wasLacking();
  }
}
