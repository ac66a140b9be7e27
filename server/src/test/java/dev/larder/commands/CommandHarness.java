package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.dispatch.Client;
import dev.larder.dispatch.LoopContext;
import dev.larder.dispatch.Outcome;
import dev.larder.dispatch.Suspension;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.push.Mailboxes;
import dev.larder.resp.LargeArguments;
import dev.larder.resp.Limits;
import dev.larder.resp.RequestDecoder;
import dev.larder.resp.Status;
import dev.larder.script.ScriptRuns;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.User;
import dev.larder.storage.Bytes;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.Unit;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.tracking.ClientTracking;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server without a network: one client sends commands to one loop and gets raw replies. Bytes are
 * chars of ISO-8859-1. Checks the whole keyspace and that nothing is pinned when it is closed.
 */
final class CommandHarness implements AutoCloseable, Client, LargeArguments {
  private static final int MAX_STEPS = 1_000_000;

  final Keyspace keyspace;
  final CommandTable commands;
  private final LoopContext loop;
  private final RequestDecoder decoder;
  private final ChunkStore chunks;
  private final Session session;
  private ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final boolean ownsKeyspace;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private @Nullable Suspension blocked;

  /** Whether a command stops after each turn. */
  private boolean isStepped;

  /** What a command that has stopped was sent in. */
  private @Nullable ByteBuf input;

  private Runnable betweenSteps = () -> {};
  private boolean hasBuffers = true;
  private final MemoryUse memory;

  /** How many times a job was resumed since the beginning. */
  private int steps;

  CommandHarness(Consumer<Declarations> group) {
    this(group, Journal.NONE);
  }

  CommandHarness(Consumer<Declarations> group, Journal journal) {
    this(group, journal, 1 << 30);
  }

  /** A server whose four shards have room for so many bytes each. */
  CommandHarness(Consumer<Declarations> group, Journal journal, int shardBytes) {
    this(Keyspace.open(new StorageOptions(4, 2, shardBytes), journal), build(group), true);
  }

  /** Another client of a server, which is on another loop. */
  CommandHarness(CommandHarness other) {
    this(other.keyspace, other.commands, false);
  }

  private CommandHarness(Keyspace keyspace, CommandTable commands, boolean ownsKeyspace) {
    this.keyspace = keyspace;
    this.commands = commands;
    this.ownsKeyspace = ownsKeyspace;
    chunks = keyspace.large();
    memory = new MemoryUse(keyspace);
    ServerStats stats = new ServerStats();
    stats.commandCount(commands.specCount());
    loop =
        new LoopContext(
            0,
            keyspace,
            commands,
            stats,
            new Mailboxes(1),
            new ClientTracking(keyspace, new Sessions(), 1, () -> 0),
            new ScriptRuns(keyspace.functions(), "8.0.0", 1 << 24, () -> 5000),
            memory,
            CommandHarness::addressOf);
    loop.tasks(tasks::add);
    decoder = new RequestDecoder(new Limits(), this);
    decoder.setAuthenticated(true);
    session = new Session(1, new FakeConnection(""), 0, User.TRUSTED);
  }

  private static CommandTable build(Consumer<Declarations> group) {
    Declarations declarations = new Declarations();
    group.accept(declarations);
    return declarations.build();
  }

  private static long addressOf(ByteBuf buffer) {
    return Bytes.addressOf(buffer.internalNioBuffer(0, buffer.capacity()));
  }

  /**
   * Sends one command and returns the bytes of its reply; none if it blocks, see {@link #awaited}.
   */
  String send(String... arguments) {
    if (isBlocked()) {
      throw new IllegalStateException("the client is blocked");
    }
    StringBuilder request = new StringBuilder("*" + arguments.length + "\r\n");
    for (String argument : arguments) {
      request.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
    }
    received = new ByteArrayOutputStream();
    ByteBuf in = Unpooled.directBuffer(request.length());
    in.writeBytes(request.toString().getBytes(ISO_8859_1));
    loop.reply().attach(Unpooled.directBuffer(256));
    while (in.isReadable()) {
      Status status = decoder.decode(in, addressOf(in), loop.batch());
      if (status == Status.PROTOCOL_ERROR) {
        throw new IllegalStateException(decoder.protocolError());
      }
      execute(status);
    }
    sendReplies();
    loop.reply().buffer().release();
    if (isStepped && blocked != null) {
      input = in;
    } else {
      in.release();
    }
    runTasks();
    return received.toString(ISO_8859_1);
  }

  /**
   * Sends a command that may have to stop, and lets it have one turn: {@link #step} gives it
   * another one, {@link #awaited} tells what it has replied since.
   */
  String begin(String... arguments) {
    isStepped = true;
    send(arguments);
    isStepped = blocked != null;
    return awaited();
  }

  /** One more turn of the command that was begun; whether it is done. */
  boolean step() {
    goOn();
    isStepped = blocked != null;
    return blocked == null;
  }

  private void execute(Status decoded) {
    Outcome outcome = loop.executor().execute(this);
    if (outcome == Outcome.DONE) {
      loop.batch().clear();
      return;
    }
    finish(outcome, loop.executor().suspend(outcome, decoded));
  }

  private void finish(Outcome first, Suspension suspension) {
    Outcome outcome = first;
    for (int i = 0; i < MAX_STEPS && outcome != Outcome.DONE; i++) {
      if (outcome == Outcome.WAIT_FOR_KEY || isStepped) {
        blocked = suspension;
        return;
      }
      if (outcome == Outcome.CLOSE) {
        if (session.isCloseAfterReply()) {
          loop.executor().abandon(suspension);
          return;
        }
        throw new IllegalStateException("the handler failed by a bug");
      }
      steps++;
      betweenSteps.run();
      outcome = loop.executor().resume(this, suspension);
    }
  }

  /** Whether the last command has found nothing and waits. */
  boolean isBlocked() {
    runTasks();
    return blocked != null;
  }

  /**
   * What a blocked command has replied since it was sent, by what other clients did; or nothing.
   */
  String awaited() {
    runTasks();
    String reply = received.toString(ISO_8859_1);
    received = new ByteArrayOutputStream();
    return reply;
  }

  /** The time of the blocked command is over; returns its reply. */
  String timeOut() {
    if (blocked == null || !loop.executor().timeOut(blocked)) {
      throw new IllegalStateException("the client is not blocked");
    }
    goOn();
    return awaited();
  }

  /** How long the blocked command wants to wait, in nanoseconds; 0 for ever. */
  long timeoutNanos() {
    return requireNonNull(blocked).timeoutNanos();
  }

  /** The blocked client goes, and what it has sent. */
  void leave() {
    Suspension left = requireNonNull(blocked);
    if (loop.executor().abandon(left)) {
      blocked = null;
    }
    if (input != null) {
      input.release();
      input = null;
    }
    isStepped = false;
  }

  private void goOn() {
    Suspension woken = requireNonNull(blocked);
    blocked = null;
    ByteBuf in = input;
    input = null;
    loop.reply().attach(Unpooled.directBuffer(256));
    finish(loop.executor().resume(this, woken), woken);
    sendReplies();
    loop.reply().buffer().release();
    if (blocked != null) {
      input = in;
    } else if (in != null) {
      in.release();
    }
  }

  /** Does what others have left to this client's loop. */
  void runTasks() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      task.run();
    }
  }

  /** A reply short enough for a failed assertion to print it, that still differs where it does. */
  static String brief(String reply) {
    return reply.length() <= 200
        ? reply
        : reply.substring(0, 100) + "... of " + reply.length() + ", hash " + reply.hashCode();
  }

  /** What happens elsewhere while a job of this client waits for its next slice. */
  void betweenSteps(Runnable work) {
    betweenSteps = work;
  }

  /** How many slices of jobs have followed the first ones. */
  int steps() {
    return steps;
  }

  /** Has expired keys reclaimed, at this time. */
  void housekeep(long nowMillis) {
    while (keyspace.housekeep(keyspace.newUnit(), 0, 1, nowMillis, 1_000_000) == 0) {
      // Until none is left.
    }
  }

  Shard shardOf(String key) {
    return keyspace.shardOf(hash(key));
  }

  private long hash(String key) {
    ByteBuf memory = memory(key);
    try {
      return keyspace.hash(addressOf(memory), key.length());
    } finally {
      memory.release();
    }
  }

  private static ByteBuf memory(String key) {
    return Unpooled.directBuffer(key.length()).writeBytes(key.getBytes(ISO_8859_1));
  }

  /** Has a key that does not exist kept as it is. */
  Lease lease(String key) {
    ByteBuf memory = memory(key);
    Unit unit = keyspace.newUnit();
    unit.begin(0);
    try {
      if (!unit.acquire(shardOf(key))) {
        throw new IllegalStateException("the shard is taken");
      }
      return shardOf(key)
          .leases()
          .take(0, hash(key), addressOf(memory), key.length(), 0, false, () -> {});
    } finally {
      unit.releaseAll();
      memory.release();
    }
  }

  long hits() {
    return loop.serverStats().keyHits();
  }

  long misses() {
    return loop.serverStats().keyMisses();
  }

  /** Lets the next chunk allocations fail, or none with a negative number. */
  void limitChunks(long bytes) {
    chunks.limitBytes(bytes < 0 ? chunks.reservedBytes() : bytes);
  }

  long chunkBytes() {
    return chunks.allocatedBytes();
  }

  void maxMemory(long bytes) {
    memory.limit(bytes);
  }

  /** Commands evict for as long as it takes. */
  void evictToTheEnd() {
    memory.evictionTenacity(100);
  }

  /** Commands evict one key, or a few. */
  void evictLittle() {
    memory.evictionTenacity(0);
  }

  /** Bytes of all data. */
  long dataBytes() {
    return memory.dataBytes();
  }

  /** Ends the turn of the loop, which may well do housekeeping. */
  void endTurn() {
    loop.beginTurn();
    loop.endTurn();
  }

  void protocol(int version) {
    session.protocol(version);
  }

  @Override
  public void close() {
    session.release();
    if (ownsKeyspace) {
      closeKeyspace();
    }
  }

  /** Takes a shard, which the thread that gives memory back may have for a moment. */
  private static void own(Unit unit, Shard shard) {
    for (int i = 0; i < 20_000; i++) {
      if (unit.acquire(shard)) {
        return;
      }
      LockSupport.parkNanos(100_000);
    }
    throw new AssertionError("shard " + shard.index() + " is still owned");
  }

  private void closeKeyspace() {
    Unit unit = keyspace.newUnit();
    unit.begin(0);
    for (int i = 0; i < keyspace.shardCount(); i++) {
      own(unit, keyspace.shard(i));
      keyspace.shard(i).validate();
    }
    for (int database = 0; database < keyspace.databases(); database++) {
      keyspace.flush(unit, database);
    }
    unit.releaseAll();
    while (keyspace.housekeep(keyspace.newUnit(), 0, 1, 0, Long.MAX_VALUE / 4) == 0) {}
    long held = chunks.allocatedBytes();
    keyspace.close();
    if (held != 0) {
      throw new AssertionError(held + " bytes of chunks are held by nobody");
    }
  }

  @Override
  public Session session() {
    return session;
  }

  /** Takes what was sent, and pretends to read slowly: every piece of a reply is a slice. */
  @Override
  public boolean sendReplies() {
    ByteBuf buffer = loop.reply().buffer();
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    received.writeBytes(bytes);
    buffer.clear();
    loop.reply().attach(buffer);
    return false;
  }

  @Override
  public long holdUntilDurable(long sequence) {
    return 0;
  }

  @Override
  public void endReply() {}

  @Override
  public Runnable resumption() {
    return () -> tasks.add(this::proceed);
  }

  private void proceed() {
    // Not if this was for a shard, which the client has long got.
    if (blocked != null && !session.isBlocked()) {
      goOn();
    }
  }

  /** Has no buffer for what others reply to this client. */
  void failBuffers() {
    hasBuffers = false;
  }

  @Override
  public ByteBuf newBuffer(int bytes) {
    if (!hasBuffers) {
      throw new OutOfMemoryError("none left, for a test");
    }
    return Unpooled.directBuffer(bytes);
  }

  @Override
  public void append(ByteBuf reply) {
    ByteBuf attached = loop.reply().buffer();
    attached.writeBytes(reply);
    loop.reply().attach(attached);
    reply.release();
  }

  @Override
  public long allocate(long bytes) {
    int first = chunks.allocateRun(ChunkStore.chunksFor(bytes));
    return first == 0 ? 0 : chunks.address(first);
  }

  @Override
  public void append(long address, ByteBuf source, int index, int length) {
    Bytes.copy(addressOf(source) + index, address, length);
  }

  @Override
  public void release(long address, long bytes) {
    chunks.releaseRun(chunks.chunkAt(address), ChunkStore.chunksFor(bytes));
  }
}
