package dev.larder.dispatch;

import dev.larder.command.Block;
import dev.larder.command.CommandSpec;
import dev.larder.resp.Batch;
import dev.larder.session.Blocked;
import dev.larder.storage.KeyWait;
import dev.larder.storage.Shard;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits for a key, until exactly one of these ends the wait: somebody serves it, its
 * time is over, it is unblocked, its client goes.
 *
 * <p>Whoever wants to serve it claims it first: then nobody else serves or ends it, and its
 * client's loop keeps its arguments where they are, even if the client goes. If there turns out to
 * be nothing for it, it is put back. An end that comes while it is claimed is noted, and takes
 * place when it is put back.
 *
 * <p>The state is one word, changed by compare-and-set: {@link #WAITING}, {@link #ENDED}, or
 * claimed, which also says for which shard, and whether an end is noted.
 */
final class BlockedCall implements Blocked {
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(BlockedCall.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int WAITING = 0;
  private static final int ENDED = 1;

  /** Claimed; what is above these bits is the shard's index. */
  private static final int CLAIMED = 2;

  private static final int CLAIMED_AND_NOTED = 3;
  private static final int STATE_BITS = 2;
  private static final int STATE_MASK = 3;

  /** A longer timeout than about a century is none. */
  private static final long MAX_TIMEOUT_MILLIS = 1L << 42;

  /** What ended a wait. */
  enum End {
    SERVED,
    TIMEOUT,
    UNBLOCKED,
    UNBLOCKED_BY_ERROR,
    CLIENT_GONE
  }

  /** Its place in the queue of one key. */
  static final class Place extends KeyWait {
    final BlockedCall call;

    /** The argument that is the key. */
    final int key;

    Place(BlockedCall call, Shard shard, int key) {
      super(shard, call.block.type(), call.block.isWokenByRemoval());
      this.call = call;
      this.key = key;
    }
  }

  final Client client;
  final CommandSpec spec;
  final Batch batch;

  /** The command's number in the batch. */
  final int command;

  final Block block;
  final Place[] places;

  /** The keys that the command needs beside the one that is ready. */
  final int[] otherKeys;

  @SuppressWarnings("FieldMayBeFinal") // Written through STATE.
  private volatile int state = WAITING;

  /** Written by who moves the state to ENDED; read after the client's loop was told. */
  private End end = End.SERVED;

  /** The end that the loop noted; used on the loop. */
  private End noted = End.TIMEOUT;

  // What serving it brought about; written before the state.
  private @Nullable ByteBuf reply;
  private @Nullable Place servedPlace;
  private boolean hasFailed;
  private long seen;

  /**
   * A call with places that are yet to be set and queued.
   *
   * @param batch keeps the arguments until the wait has ended
   */
  BlockedCall(
      Client client, CommandSpec spec, Batch batch, int command, Block block, int[] otherKeys) {
    this.client = client;
    this.spec = spec;
    this.batch = batch;
    this.command = command;
    this.block = block;
    this.otherKeys = otherKeys;
    this.places = new Place[block.lastKey() - block.firstKey() + 1];
  }

  // ---- for whoever serves ----------------------------------------------------------------------

  /**
   * Claims it for a key of this shard; false, and nothing has changed, when somebody was faster.
   */
  boolean claim(Shard shard) {
    return STATE.compareAndSet(this, WAITING, CLAIMED | shard.index() << STATE_BITS);
  }

  /** The shard for a key of which somebody has claimed it, -1 when nobody has. */
  int claimedShard() {
    int now = state;
    return (now & CLAIMED) == 0 ? -1 : now >>> STATE_BITS;
  }

  /** There is nothing for it: it waits on, or ends as was noted. Whether it waits. */
  boolean putBack() {
    int claimed = state & ~STATE_MASK | CLAIMED;
    if (STATE.compareAndSet(this, claimed, WAITING)) {
      return true;
    }
    end = noted;
    state = ENDED;
    client.resumption().run();
    return false;
  }

  /**
   * It has been served, or has failed.
   *
   * @param newReply what the handler replied
   * @param newSeen the last effects that the reply may show
   * @param failed whether that was by a bug, so that the client is disconnected
   */
  void served(ByteBuf newReply, Place place, long newSeen, boolean failed) {
    reply = newReply;
    seen = newSeen;
    servedPlace = place;
    hasFailed = failed;
    end = End.SERVED;
    state = ENDED;
    client.resumption().run();
  }

  // ---- for any thread --------------------------------------------------------------------------

  @Override
  public boolean isWaiting() {
    return state != ENDED;
  }

  @Override
  public boolean hasTimeout() {
    return block.timeoutMillis() != 0;
  }

  @Override
  public Unblocking unblock(boolean asError) {
    if (STATE.compareAndSet(this, WAITING, ENDED)) {
      end = asError ? End.UNBLOCKED_BY_ERROR : End.UNBLOCKED;
      client.resumption().run();
      return Unblocking.DONE;
    }
    return state == ENDED ? Unblocking.TOO_LATE : Unblocking.UNDECIDED;
  }

  // ---- for the client's loop -------------------------------------------------------------------

  /** How long it may wait from now on, in nanoseconds; 0 for ever. */
  long timeoutNanos() {
    long millis = block.timeoutMillis();
    return millis > MAX_TIMEOUT_MILLIS ? 0 : TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /**
   * Ends the wait for this reason, at once or when it is put back.
   *
   * @return whether it has ended by this; if not, the client's resumption is run or was
   */
  boolean endOrNote(End reason) {
    for (; ; ) {
      int now = state;
      if (now == WAITING) {
        if (STATE.compareAndSet(this, WAITING, ENDED)) {
          end = reason;
          return true;
        }
      } else if ((now & STATE_MASK) == CLAIMED) {
        noted = reason;
        if (STATE.compareAndSet(this, now, now | CLAIMED_AND_NOTED)) {
          return false;
        }
      } else {
        return false;
      }
    }
  }

  /** What ended the wait. */
  End end() {
    assert state == ENDED;
    return end;
  }

  /** The reply of who was served; the caller has to release it. */
  ByteBuf takeReply() {
    ByteBuf taken = reply;
    if (taken == null) {
      throw new IllegalStateException("a blocked call was not served");
    }
    reply = null;
    return taken;
  }

  /** The place that has left its queue already; null when all are to be forgotten. */
  @Nullable Place servedPlace() {
    return servedPlace;
  }

  boolean hasFailed() {
    return hasFailed;
  }

  /** The sequence of the last effects that the reply may show, or that serving had. */
  long seen() {
    return seen;
  }

  /** The client has gone: gives back what serving brought about. */
  void discard() {
    if (reply != null) {
      reply.release();
      reply = null;
    }
  }
}
