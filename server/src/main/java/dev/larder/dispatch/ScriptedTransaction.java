package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.CommandQueue;
import dev.larder.session.Session;
import dev.larder.storage.Bytes;
import dev.larder.storage.Lease;
import dev.larder.storage.Unit;
import org.jspecify.annotations.Nullable;

/**
 * The transaction with scripts that a loop is at, which may take many turns; one at a time.
 *
 * <p>It is a unit of its own, beside that of its loop, and owns all shards from its beginning to
 * its end, as its scripts may come to any key: so it is one moment and one block of the journal,
 * nobody else can be at one, and none of its scripts has to begin again or is put off. Those who
 * wait for it are answered BUSY as they are by a script alone. What it replies is kept until it is
 * over, as nobody may see a part of it that is not durable; and it goes on although its client has
 * gone. Its queue is its own from the beginning, since a client takes its own along.
 */
final class ScriptedTransaction implements OwnUnitJob {
  private final LoopContext loop;
  private final ScriptEngine engine;
  private final Unit unit;
  private final KeptReply reply;
  private final QueuedCommands commands;

  /** Those of EXEC. */
  private final Arguments arguments;

  private @Nullable CommandSpec exec;

  /** Whose it is, null while there is none. */
  private @Nullable Session session;

  private @Nullable CommandQueue queue;
  private boolean hasFailed;

  /**
   * @param engine for transactions
   */
  ScriptedTransaction(
      LoopContext loop, CommandTable commandTable, ScriptRunner scripts, ScriptEngine engine) {
    this.loop = loop;
    this.engine = engine;
    this.unit = engine.unit();
    this.reply = new KeptReply(loop.addressOf());
    Call call = loop.newCountedCall(unit, reply.writer());
    this.commands = new QueuedCommands(loop, commandTable, call, engine.locks(), scripts, engine);
    this.arguments = new Arguments(loop.batch());
  }

  /** The unit that is to own all shards when it begins. */
  Unit unit() {
    return unit;
  }

  /** The lease that keeps the unit, which owns all shards, from what the commands may do. */
  @Nullable Lease leaseAgainst() {
    return engine.locks().leaseAgainstAll(true);
  }

  /** Whether it has begun, and is not over. */
  boolean isUnderWay() {
    return session != null;
  }

  /** Whether it has ended by a bug, and is of no use any more. */
  boolean hasFailed() {
    return hasFailed;
  }

  /**
   * The commands of a queue are to be run; the unit owns all shards.
   *
   * @param call of EXEC
   * @param newQueue is taken over
   * @param lacksMemory whether scripts may not use any more memory
   */
  void begin(Call call, CommandQueue newQueue, boolean lacksMemory) {
    engine.lacksMemory(lacksMemory);
    session = call.session();
    queue = newQueue;
    exec = call.spec();
    arguments.point(call.batch(), call.firstArg(), call.argCount());
    reply.writer().protocol(call.session().protocol());
    commands.begin(newQueue);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    try {
      long now = Clock.nanos();
      Session whose = requireNonNull(session);
      loop.clock().begin(whose, now);
      if (!commands.run(whose, requireNonNull(queue), now + budgetNanos)) {
        // Who hears of something that it has done so far hears it when that is durable.
        loop.unit().hasSeen(unit.seenSoFar());
        return false;
      }
      int length = reply.length();
      Bytes.copy(reply.address(), out.piece(length), length);
      end();
      return true;
    } catch (RuntimeException | Error t) {
      hasFailed = true;
      cancel();
      throw t;
    }
  }

  private void end() {
    Session whose = requireNonNull(session);
    CommandQueue queued = requireNonNull(queue);
    session = null;
    queue = null;
    try {
      unit.releaseAll();
    } finally {
      loop.unit().follows(unit);
      commands.clear();
      queued.clear();
      reply.clear();
    }
    // The command may have gone with its client.
    if (loop.monitorFeed().hasReaders() && arguments.batch().commandCount() > 0) {
      loop.monitorFeed().tell(whose, requireNonNull(exec), arguments);
    }
    if (whose.hasEnded()) {
      // What it has begun to listen to since.
      whose.release();
    }
  }

  @Override
  public long pauseNanos() {
    return commands.pauseNanos();
  }

  @Override
  public void cancel() {
    if (isUnderWay()) {
      end();
    }
  }

  /** No transaction follows. */
  void close() {
    reply.close();
  }
}
