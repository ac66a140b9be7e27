package dev.larder.dispatch;

import dev.larder.acl.AccessCheck;
import dev.larder.command.Block;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.KeyPositions;
import dev.larder.dispatch.BlockedCall.Place;
import dev.larder.metrics.Clock;
import dev.larder.resp.AddressOf;
import dev.larder.resp.Batch;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyWait;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks commands on keys, and serves those that wait, on one event loop.
 *
 * <h2>Who serves</h2>
 *
 * <p>A command that finds nothing queues itself for its keys while it still owns their shards. A
 * unit that makes a key ready serves it before it gives up the shard: in the order of the queue it
 * claims each waiting call and runs its handler, for this key only, as a part of the unit. What
 * that makes ready is served as well. So between the change of a key and the next command on it
 * there is nobody but those who waited.
 *
 * <p>Serving may stop: after a while, before a call that needs a further shard which is taken
 * (where BLMOVE moves to), and before a call that somebody else has claimed for another one of its
 * keys. The unit never waits, for it owns shards. It leaves the key ready, and
 *
 * <ul>
 *   <li>a unit that takes a shard with ready keys serves them before its own command; if it has to
 *       stop, it gives everything back and parks where it was stopped, without having run,
 *   <li>the unit that leaves a ready key behind makes sure that a {@link Service} is under way for
 *       its shard, one at a time, which takes that shard and the one that was missing, both in
 *       ascending order, and serves.
 * </ul>
 *
 * <h2>Why that is right</h2>
 *
 * <p>No deadlock: nobody waits while he owns a shard, or while he has claimed a call; a claim ends
 * within the unit that made it, before its shards are given up. No lost wake-up: READY-COVERED: a
 * shard with ready keys is owned by a unit that looks at them before it gives the shard up, or a
 * service is planned for it. And whoever was woken for a shard but does not take it passes the turn
 * on. No starvation: a service parks like any command, in the order of coming, on a shard that is
 * given up after a bounded time, and every step either serves a call or takes one out of the
 * running. No element is lost or served twice: only the owner of a shard takes elements, and only
 * for a call that it has claimed, which nobody else serves or ends until it is put back.
 */
final class BlockedCalls {
  private static final Logger log = LoggerFactory.getLogger(BlockedCalls.class);

  /** For about so long calls get their turn before other clients do. */
  private static final long STEP_NANOS = 500_000;

  private static final int TURNS_PER_CLOCK_READING = 16;

  private static final int REPLY_BYTES = 256;

  /** So many keys are waited for at most: each takes some hundred bytes of heap meanwhile. */
  private static final int MAX_KEYS = 16_384;

  private static final ErrorReply TOO_MANY_KEYS =
      ErrorReply.of("ERR too many keys: at most " + MAX_KEYS + " can be waited for");

  private static final ErrorReply BUG = ErrorReply.of("ERR internal error");

  private final LoopContext loop;
  private final Keyspace keyspace;
  private final Unit unit;
  private final AddressOf addressOf;
  private final ReplyWriter reply;
  private final KeyPositions keys = new KeyPositions();
  private final AccessCheck access;
  private final TrackedReads reads;

  /** Runs the calls of others, while the loop's own call is in use. */
  private final Call call;

  BlockedCalls(LoopContext loop, Call call, AddressOf addressOf) {
    this.loop = loop;
    this.keyspace = loop.keyspace();
    this.unit = loop.unit();
    this.call = call;
    this.access = new AccessCheck(loop.serverStats().denials());
    this.reply = call.reply();
    this.addressOf = addressOf;
    this.reads = new TrackedReads(loop.tracking());
    keyspace.addServer(shard -> loop.post(new Service(shard)));
  }

  // ---- waiting ---------------------------------------------------------------------------------

  /**
   * Makes a command wait that has just found nothing; the unit owns the shards of its keys.
   *
   * @param batch the batch that it is in; the blocked call may get one of its own
   * @throws CommandException if that were too many keys
   */
  BlockedCall await(Client client, Call blocked, Block block, Batch batch, int command)
      throws CommandException {
    if (block.lastKey() - block.firstKey() >= MAX_KEYS) {
      throw new CommandException(TOO_MANY_KEYS);
    }
    boolean isOwn = batch.isDetached();
    BlockedCall waiting =
        new BlockedCall(
            client,
            blocked.spec(),
            isOwn ? batch : detach(client, batch, command),
            isOwn ? command : 0,
            block,
            otherKeys(blocked, block));
    int database = blocked.db();
    for (int key = block.firstKey(); key <= block.lastKey(); key++) {
      Place place = new Place(waiting, blocked.shard(key), key);
      waiting.places[key - block.firstKey()] = place;
      place
          .shard()
          .waiters()
          .await(
              place, database, blocked.hash(key), blocked.argAddress(key), blocked.argLength(key));
    }
    client.session().blocked(waiting);
    return waiting;
  }

  /** A long wait must not keep the read's buffer, nor a batch with room for many commands. */
  private Batch detach(Client client, Batch batch, int command) {
    ByteBuf memory = client.newBuffer(batch.smallBytes(command));
    Batch detached = batch.detach(command, memory, addressOf.addressOf(memory));
    int offset = batch.firstArg(command);
    int count = detached.firstArg(detached.commandCount());
    for (int i = 0; i < count; i++) {
      if (!detached.isLarge(i)) {
        Bytes.copy(batch.argAddress(offset + i), detached.argAddress(i), detached.argLength(i));
      }
    }
    return detached;
  }

  /** The keys that the command needs beside the one that becomes ready. */
  private int[] otherKeys(Call blocked, Block block) {
    if (!blocked.spec().findKeys(blocked, keys)) {
      return new int[0];
    }
    int count = 0;
    int[] others = new int[keys.count()];
    for (int i = 0; i < keys.count(); i++) {
      int key = keys.position(i);
      if (key < block.firstKey() || key > block.lastKey()) {
        others[count++] = key;
      }
    }
    return Arrays.copyOf(others, count);
  }

  // ---- ending a wait; on the client's loop, without shards -------------------------------------

  /** Takes an ended call out of the queues in which it still stands. */
  void forget(BlockedCall ended) {
    for (Place place : ended.places) {
      if (place != ended.servedPlace()) {
        forget(place);
      }
    }
  }

  private void forget(Place place) {
    unit.begin(loop.nowMillis());
    if (unit.acquire(place.shard())) {
      place.shard().waiters().forget(place);
      unit.releaseAll();
    } else {
      place.shard().park(() -> loop.post(() -> forget(place)));
    }
  }

  // ---- serving ---------------------------------------------------------------------------------

  /** As {@link #serve}, for a unit in whose shards most often no key is ready. */
  @Nullable Shard serveReady() {
    return unit.hasReady() ? serve() : null;
  }

  /**
   * Serves all keys that are ready in the unit's shards.
   *
   * @return where serving had to stop: the shard to park on, null when no ready key is left
   */
  @Nullable Shard serve() {
    unit.writing();
    unit.touches(true);
    long end = Clock.nanos() + STEP_NANOS;
    int turns = 0;
    Shard missing = null;
    KeyWait next = unit.nextReady();
    while (missing == null && next != null) {
      if (++turns % TURNS_PER_CLOCK_READING == 0 && Clock.nanos() - end > 0) {
        return next.shard();
      }
      missing = turn((Place) next);
      next = unit.nextReady();
    }
    return missing;
  }

  /** Gives a call its turn for a key; the shard that is missing for that, or null. */
  private @Nullable Shard turn(Place place) {
    BlockedCall waiting = place.call;
    if (waiting.client.session().isCloseRequested()) {
      place.shard().waiters().forget(place);
      return null;
    }
    if (!waiting.claim(place.shard())) {
      int claimed = waiting.claimedShard();
      if (claimed >= 0) {
        return keyspace.shard(claimed);
      }
      if (!waiting.isWaiting()) {
        place.shard().waiters().forget(place);
      }
      return null;
    }
    try {
      return serve(place, waiting);
    } catch (Throwable t) {
      // Whoever serves must give its shards back in order, whatever happens to others.
      log.error("Client {} is disconnected", waiting.client.session().id(), t);
      loop.serverStats().bug();
      place.shard().waiters().forget(place);
      waiting.served(Unpooled.EMPTY_BUFFER, place, 0, true);
      return null;
    }
  }

  /** Serves a claimed call or puts it back; the shard that is missing, or null. */
  private @Nullable Shard serve(Place place, BlockedCall waiting) {
    point(place, waiting);
    long entry = call.findUncounted(place.key);
    boolean isAbsent = entry == 0 || Entry.type(entry) != waiting.block.type();
    if (isAbsent && !waiting.block.isWokenByRemoval()) {
      putBack(place, waiting);
      place.shard().waiters().pass(place, true);
      return null;
    }
    for (int other : waiting.otherKeys) {
      if (!unit.acquire(call.shard(other))) {
        putBack(place, waiting);
        return call.shard(other);
      }
    }
    if (unit.nextReady() != place) {
      // A shard that was just taken has ready keys of its own, which are older.
      putBack(place, waiting);
      return null;
    }
    Lease lease = unit.meetsLeases() ? leaseAgainst(place, waiting) : null;
    if (lease != null) {
      // Like any command that waits for a lease it is overtaken by others.
      putBack(place, waiting);
      place.shard().waiters().pass(place, false);
      lease.park(() -> loop.post(() -> wakeAgain(place)));
      return null;
    }
    ByteBuf buffer = waiting.client.newBuffer(REPLY_BYTES);
    reply.attach(buffer);
    reply.protocol(waiting.client.session().protocol());
    boolean isSound = run(waiting.spec);
    if (isSound && call.takeBlock() != null) {
      buffer.release();
      putBack(place, waiting);
      place.shard().waiters().pass(place, isAbsent);
    } else {
      place.shard().waiters().forget(place);
      waiting.served(buffer, place, unit.seenSoFar(), !isSound);
    }
    return null;
  }

  /** The lease that keeps a call from a key that it needs now; null if there is none. */
  private @Nullable Lease leaseAgainst(Place place, BlockedCall waiting) {
    boolean writes = waiting.spec.has(Flag.WRITE);
    Lease lease = leaseAgainst(place.key, writes);
    for (int i = 0; i < waiting.otherKeys.length && lease == null; i++) {
      lease = leaseAgainst(waiting.otherKeys[i], writes);
    }
    return lease;
  }

  private @Nullable Lease leaseAgainst(int key, boolean writes) {
    return call.shard(key)
        .leases()
        .against(call.hash(key), call.argAddress(key), call.argLength(key), writes);
  }

  /** A lease is over that kept a call from one of its keys: it has another turn. */
  private void wakeAgain(Place place) {
    loop.refreshClock();
    unit.begin(loop.nowMillis());
    if (unit.acquire(place.shard())) {
      place.shard().waiters().wake(place);
      unit.releaseAll();
    } else {
      place.shard().park(() -> loop.post(() -> wakeAgain(place)));
    }
  }

  /** Points the call at a waiting one, for a key that may be ready. */
  private void point(Place place, BlockedCall waiting) {
    call.resume(
        waiting.client.session(),
        waiting.batch,
        waiting.spec,
        waiting.command,
        place.key,
        waiting.block);
  }

  /** It waits on, unless an end was noted. */
  private static void putBack(Place place, BlockedCall waiting) {
    if (!waiting.putBack()) {
      place.shard().waiters().forget(place);
    }
  }

  /** Runs a handler; false when it failed in a way that no handler may. */
  private boolean run(CommandSpec spec) {
    Session author = loop.tracking().author(call.session());
    try {
      return runAs(call.session(), spec);
    } finally {
      reads.note(call.session(), spec, call);
      loop.tracking().author(author);
    }
  }

  private boolean runAs(Session session, CommandSpec spec) {
    boolean isSound = true;
    long started = Clock.nanos();
    try {
      ErrorReply denial = access.refusal(session, spec, call);
      if (denial != null) {
        // The rules have changed since the client began to wait.
        throw new CommandException(denial);
      }
      JobSteps.runWhole(spec, call);
    } catch (CommandException e) {
      reply.rollback(0);
      call.error(e.reply());
    } catch (Throwable t) {
      loop.noteFailure("the blocked command " + spec, t);
      reply.rollback(0);
      call.error(BUG);
      isSound = false;
    }
    ErrorReply error = call.repliedError();
    if (error != null) {
      loop.countFailure(spec, error);
    }
    loop.clock().served(call.session(), spec, call, started);
    return isSound;
  }

  /** Serves what a unit had to leave ready in a shard. */
  private final class Service implements Runnable {
    private final Shard shard;

    /** The shard that was missing. */
    private Shard other;

    /** The shard that this was parked on. */
    private @Nullable Shard parkedOn;

    Service(Shard shard) {
      this.shard = shard;
      this.other = shard;
    }

    @Override
    public void run() {
      loop.refreshClock();
      unit.begin(loop.nowMillis());
      Shard missing = acquire();
      if (missing == null) {
        missing = serve();
        if (missing == null) {
          shard.waiters().endService();
        } else {
          other = missing;
        }
      }
      unit.releaseAll();
      loop.postMessages();
      Shard woken = parkedOn;
      parkedOn = missing;
      if (woken != null && woken != missing) {
        woken.passTurn();
      }
      if (missing != null) {
        missing.park(() -> loop.post(this));
      }
    }

    /** Takes both shards in ascending order; the one that cannot be had, or null. */
    private @Nullable Shard acquire() {
      Shard low = shard.index() < other.index() ? shard : other;
      Shard high = low == shard ? other : shard;
      if (!unit.acquire(low)) {
        return low;
      }
      return unit.acquire(high) ? null : high;
    }
  }
}
