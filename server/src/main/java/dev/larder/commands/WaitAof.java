package dev.larder.commands;

import dev.larder.command.BlockTimeout;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.AofProgress;
import dev.larder.resp.ReplyWriter;

/**
 * WAITAOF: waits until what its client has done is on the disk. There are no replicas, so whoever
 * waits for one waits until the time is over.
 */
final class WaitAof extends ClientWait {
  private static final ErrorReply BAD_LOCAL =
      ErrorReply.of("ERR value is out of range, value must between 0 and 1");
  private static final ErrorReply NO_FILE =
      ErrorReply.of("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");

  private static final long PAUSE_NANOS = 1_000_000;

  private final AofProgress aof;
  private final long sequence;
  private final boolean isForDisk;
  private final boolean isForReplicas;

  private WaitAof(
      AofProgress aof, Call call, boolean isForDisk, boolean isForReplicas, long millis) {
    super(call.session(), millis);
    this.aof = aof;
    // What the client has done in this batch its session does not know yet.
    this.sequence = Math.max(call.session().lastEffect(), call.unit().done());
    this.isForDisk = isForDisk;
    this.isForReplicas = isForReplicas;
  }

  static void handle(Call call, AofProgress aof) throws CommandException {
    long local = call.argLong(1);
    if (local < 0 || local > 1) {
      throw new CommandException(BAD_LOCAL);
    }
    long replicas = call.argLong(2, ErrorReply.MUST_BE_POSITIVE);
    if (replicas < 0) {
      throw new CommandException(ErrorReply.MUST_BE_POSITIVE);
    }
    long millis = BlockTimeout.millis(call, 3);
    WaitAof wait = new WaitAof(aof, call, local > 0, replicas > 0, millis);
    if (wait.isReached() || !call.mayBlock()) {
      wait.reply(call.reply());
    } else {
      wait.begin(call);
    }
  }

  private boolean hasNoFile() {
    return isForDisk && !aof.isOn() && !aof.isRewriting();
  }

  private boolean isOnDisk() {
    return aof.isOn() && aof.forced() >= sequence;
  }

  /** Without a file nothing will get to the disk. */
  @Override
  boolean isReached() {
    return hasNoFile() || (!isForReplicas && (!isForDisk || isOnDisk()));
  }

  @Override
  void reply(ReplyWriter out) throws CommandException {
    if (hasNoFile()) {
      throw new CommandException(NO_FILE);
    }
    out.array(2);
    out.integer(isOnDisk() ? 1 : 0);
    out.integer(0);
  }

  @Override
  public long pauseNanos() {
    return PAUSE_NANOS;
  }
}
