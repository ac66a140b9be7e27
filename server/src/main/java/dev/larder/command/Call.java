package dev.larder.command;

import dev.larder.push.Outbox;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.CommandQueue;
import dev.larder.session.Session;
import dev.larder.storage.Bytes;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.HitCurve;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.Overwriting;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import dev.larder.storage.ValueType;
import dev.larder.storage.Views;
import dev.larder.tracking.LoopTracking;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One command being executed, as its handler sees it: arguments, session, data, reply. One per
 * event loop, pointed at each command in turn, so a handler keeps nothing of it. The dispatcher
 * owns the shards of all declared keys while a handler runs.
 */
@HotPath
public final class Call extends Arguments {

  /** More than an element takes in a collection beside its own bytes. */
  private static final int ELEMENT_BYTES = 32;

  private static final VarHandle HITS = counter("hits");
  private static final VarHandle MISSES = counter("misses");

  private final CommandTable commands;
  private final Keyspace keyspace;
  private final HitCurve hitCurve;
  private final Unit unit;
  private final ReplyWriter reply;
  private final Outbox outbox;
  private final LoopTracking tracking;

  private final ArgumentHashes hashes;
  private final LoadAhead ahead = new LoadAhead(this);

  private @Nullable Session session;
  private @Nullable CommandSpec spec;
  private @Nullable Job job;

  /** After whose end the handler has to run again. */
  private @Nullable Lease precedence;

  private @Nullable Block block;
  private @Nullable ErrorReply error;

  /** The key that has become ready, when a blocked command runs again; 0 the first time. */
  private int readyKey;

  private @Nullable Object memo;
  private boolean mayBlock = true;
  private boolean isInScript;

  // Written by this loop only; others read them through opaque loads, so a plain add is enough.
  private long hits;
  private long misses;

  public Call(
      CommandTable commands,
      Keyspace keyspace,
      Unit unit,
      ReplyWriter reply,
      Batch batch,
      Outbox outbox,
      LoopTracking tracking) {
    super(batch);
    this.tracking = tracking;
    this.outbox = outbox;
    this.commands = commands;
    this.keyspace = keyspace;
    this.hitCurve = keyspace.eviction().hitCurve();
    this.hashes = new ArgumentHashes(keyspace, batch);
    this.unit = unit;
    this.reply = reply;
  }

  private static VarHandle counter(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(Call.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // ---- for the dispatcher

  /** A new batch of a session: forgets the hashes of the one before. */
  public void begin(Session newSession, Batch newBatch) {
    session = newSession;
    hashes.begin(newBatch, 0, newBatch.firstArg(newBatch.commandCount()));
    point(newBatch, 0, 0);
  }

  /** The next command of the batch. */
  public void select(CommandSpec newSpec, int command) {
    Batch batch = batch();
    point(batch, batch.firstArg(command), batch.argCount(command));
    spec = newSpec;
    job = null;
    precedence = null;
    block = null;
    error = null;
  }

  /** A command that was blocked: it runs again, for a key that has become ready. */
  public void resume(
      Session blocked, Batch itsBatch, CommandSpec itsSpec, int command, int key, Block why) {
    session = blocked;
    int first = itsBatch.firstArg(command);
    hashes.begin(itsBatch, first, first + itsBatch.argCount(command));
    point(itsBatch, 0, 0);
    select(itsSpec, command);
    readyKey = key;
    memo = why.memo();
  }

  /** Sets whether commands may block; those of a transaction may not. */
  public void mayBlock(boolean allowed) {
    mayBlock = allowed;
  }

  /** Sets whether commands are those of scripts. */
  public void isInScript(boolean is) {
    isInScript = is;
  }

  /** Whether a script calls this command: then the order of its reply is always the same. */
  public boolean isInScript() {
    return isInScript;
  }

  /** Whether this command may wait. */
  public boolean mayBlock() {
    return mayBlock;
  }

  /** What the handler waits for, handed over once; null when it does not. */
  public @Nullable Block takeBlock() {
    Block taken = block;
    block = null;
    return taken;
  }

  /** The hash of an argument by its index in the batch, computed once. */
  public long hashOf(int batchArg) {
    return hashes.of(batchArg);
  }

  /** What is known of hashes, by the arguments' indexes in the batch. */
  public CommandQueue.Hashes hashes() {
    return hashes;
  }

  /** The job that the handler left behind, handed over once; null when the reply is complete. */
  public @Nullable Job takeJob() {
    Job taken = job;
    job = null;
    return taken;
  }

  /** As of {@link #runAfter}, handed over once; null when what the handler did counts. */
  public @Nullable Lease takePrecedence() {
    Lease taken = precedence;
    precedence = null;
    return taken;
  }

  /** The error that the command replied, null when it succeeded. */
  public @Nullable ErrorReply repliedError() {
    return error;
  }

  /** How often {@link #find} met a live key; any thread. */
  public long keyspaceHits() {
    return (long) HITS.getOpaque(this);
  }

  /** How often {@link #find} met none; any thread. */
  public long keyspaceMisses() {
    return (long) MISSES.getOpaque(this);
  }

  // ---- for handlers

  public CommandSpec spec() {
    return require(spec);
  }

  public Session session() {
    return require(session);
  }

  public CommandTable commands() {
    return commands;
  }

  public Keyspace keyspace() {
    return keyspace;
  }

  public Unit unit() {
    return unit;
  }

  /** What the command sends to other clients; it is posted when the batch is over. */
  public Outbox outbox() {
    return outbox;
  }

  /** What clients are told of keys that have changed. */
  public LoopTracking tracking() {
    return tracking;
  }

  /** Wall clock in milliseconds, the same for the whole unit of work. */
  public long nowMillis() {
    return unit.nowMillis();
  }

  /**
   * What day it is, where something is noted or reckoned from now on: {@link #nowMillis}, but for
   * commands that are replayed from a file, whose time stands still before every deadline.
   */
  public long wallMillis() {
    long replayed = session().replayMillis();
    return replayed == 0 ? unit.nowMillis() : replayed;
  }

  /** The session's database. */
  public int db() {
    return session().database();
  }

  public ReplyWriter reply() {
    return reply;
  }

  /** Replies with an argument's bytes. */
  public void replyArg(int i) {
    int length = argLength(i);
    Bytes.copy(argAddress(i), reply.beginBulk(length), length);
    reply.endBulk();
  }

  /** Replies with an error. */
  public void error(ErrorReply reason) {
    error = reason;
    unit.events().forgetFields();
    reply.raw(reason.encoded());
  }

  /** Replies with an error of this text, for example {@code "ERR no such thing 'x'"}. */
  public void error(String text) {
    error(ErrorReply.of(text));
  }

  public long hash(int keyArg) {
    return hashOf(firstArg() + keyArg);
  }

  /** The shard that owns a key; the dispatcher holds it if the key is declared. */
  public Shard shard(int keyArg) {
    return keyspace.shardOf(hash(keyArg));
  }

  /** The entry of a key in the session's database, or 0; counts as a hit or a miss. */
  public long find(int keyArg) {
    long entry = inspect(keyArg);
    if (entry == 0) {
      event(KeyEvent.KEYMISS, keyArg);
    }
    return entry;
  }

  /** As {@link #find(int)}, by a command that only looks at the key from outside: tells nobody. */
  public long inspect(int keyArg) {
    long entry = lookUp(keyArg);
    if (hitCurve.samples(hash(keyArg)) && session().replayMillis() == 0) {
      hitCurve.requested(unit, db(), hash(keyArg), entry);
    }
    if (entry == 0) {
      MISSES.setOpaque(this, misses + 1);
    } else {
      HITS.setOpaque(this, hits + 1);
    }
    return entry;
  }

  /**
   * As {@link #find(int)}, of one type.
   *
   * @throws CommandException if the key holds another
   */
  public long find(int keyArg, ValueType type) throws CommandException {
    return checked(find(keyArg), type);
  }

  /** As {@link #find(int, ValueType)}, uncounted. */
  public long findUncounted(int keyArg, ValueType type) throws CommandException {
    return checked(findUncounted(keyArg), type);
  }

  private static long checked(long entry, ValueType type) throws CommandException {
    if (entry != 0 && Entry.type(entry) != type) {
      throw new CommandException(ErrorReply.WRONG_TYPE);
    }
    return entry;
  }

  /** For a handler that comes to one after the other of very many keys or members. */
  public LoadAhead ahead() {
    return ahead;
  }

  /** Views of collections, for {@link #point}. */
  public Views views() {
    return unit.views();
  }

  /** Points a view at a key in the session's database, whose entry was found, or is 0. */
  public void point(CollectionValue view, int keyArg, long entry) {
    view.point(shard(keyArg), db(), hash(keyArg), argAddress(keyArg), argLength(keyArg), entry);
  }

  /**
   * Makes sure that a collection can take the arguments from one on.
   *
   * @throws CommandException if memory is exhausted
   */
  public void requireRoom(CollectionValue view, int fromArg) throws CommandException {
    requireRoom(view, fromArg, 0);
  }

  /** As {@link #requireRoom(CollectionValue, int)}, for so many bytes more. */
  public void requireRoom(CollectionValue view, int fromArg, long moreBytes)
      throws CommandException {
    long bytes = moreBytes;
    for (int i = fromArg; i < argCount(); i++) {
      bytes += argLength(i) + ELEMENT_BYTES;
    }
    if (!view.hasRoom(bytes)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  /** The entry of a key in the session's database, or 0: for commands that only write. */
  public long findUncounted(int keyArg) {
    long entry = lookUp(keyArg);
    if (entry != 0 && hitCurve.samples(hash(keyArg))) {
      hitCurve.found(unit, db(), hash(keyArg), entry);
    }
    return entry;
  }

  private long lookUp(int keyArg) {
    return shard(keyArg).find(unit, db(), hash(keyArg), argAddress(keyArg), argLength(keyArg));
  }

  /**
   * Sets a key of the session's database to a string.
   *
   * @param value address of the new value; it is copied
   * @param expireAtMillis wall clock, -1 for never
   * @return the new entry
   * @throws CommandException if memory is exhausted
   */
  public long store(int keyArg, long value, long length, long expireAtMillis)
      throws CommandException {
    long entry =
        shard(keyArg)
            .store(
                unit,
                db(),
                hash(keyArg),
                argAddress(keyArg),
                argLength(keyArg),
                value,
                length,
                expireAtMillis);
    if (entry == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    return entry;
  }

  /** As {@link #store}, by a command that does so whatever the key holds: tells of that. */
  public long overwrite(int keyArg, long value, long length, long expireAtMillis)
      throws CommandException {
    long entry = store(keyArg, value, length, expireAtMillis);
    Overwriting.tell(unit, shard(keyArg), db(), entry);
    return entry;
  }

  /** Removes a key from the session's database; whether there was one. */
  public boolean remove(int keyArg, Removal reason) {
    if (hitCurve.samples(hash(keyArg))) {
      hitCurve.deleted(db(), hash(keyArg));
    }
    return shard(keyArg)
        .remove(unit, db(), hash(keyArg), argAddress(keyArg), argLength(keyArg), reason);
  }

  /**
   * Something that others are told of has happened to a key: after the effect, in Redis's order.
   * Costs the test of a field while nobody wants to know.
   */
  public void event(KeyEvent event, int keyArg) {
    unit.events().raise(event, db(), argAddress(keyArg), argLength(keyArg));
  }

  /** The same, and perhaps that the collection of the key, which lost its last element, went. */
  public void event(KeyEvent event, int keyArg, CollectionValue after) {
    event(event, keyArg);
    if (!after.exists()) {
      event(KeyEvent.DEL, keyArg);
    }
  }

  /** Removes a key from the session's database, and tells of it; whether there was one. */
  public boolean delete(int keyArg) {
    boolean isRemoved = remove(keyArg, Removal.DELETED);
    if (isRemoved) {
      event(KeyEvent.DEL, keyArg);
    }
    return isRemoved;
  }

  /**
   * Hands long work to the event loop, which runs it in slices after this handler returns. The
   * handler itself replies nothing then.
   */
  public void defer(Job newJob) {
    job = newJob;
  }

  /**
   * The handler, which has changed nothing, leaves a job with a lease of a key for which others
   * wait already: their turn is first. The job is cancelled, the reply is taken back, and the
   * handler runs again when this lease is over.
   */
  public void runAfter(Lease lease) {
    precedence = lease;
  }

  /**
   * Blocks the client: the handler found nothing, has changed nothing and replies nothing. It runs
   * again when one of the keys may hold what it looks for; then it is on the thread of whoever
   * changed the key, looks at the keys from {@link #blockFrom} to {@link #blockTo} only, and either
   * replies or blocks again; a job that it leaves then is done at once. Where commands may not
   * block this replies as a timeout.
   */
  public void block(Block newBlock) {
    if (mayBlock) {
      block = newBlock;
    } else {
      newBlock.replyTimeout(reply);
    }
  }

  /**
   * The first key that a blocking command may look at.
   *
   * @param firstKey what it is when the command runs the first time
   */
  public int blockFrom(int firstKey) {
    return readyKey == 0 ? firstKey : readyKey;
  }

  /** The last key that a blocking command may look at, see {@link #blockFrom}. */
  public int blockTo(int lastKey) {
    return readyKey == 0 ? lastKey : readyKey;
  }

  /** What a blocked command remembers that runs again; null when it runs the first time. */
  public @Nullable Object blockMemo() {
    return memo;
  }

  private static <T> T require(@Nullable T field) {
    if (field == null) {
      throw new IllegalStateException("no command is being executed");
    }
    return field;
  }
}
