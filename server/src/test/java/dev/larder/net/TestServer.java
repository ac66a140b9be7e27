package dev.larder.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.acl.AclUsers;
import dev.larder.command.BlockingSample;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.command.Flag;
import dev.larder.command.Handler;
import dev.larder.command.Job;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeySpec;
import dev.larder.commands.ClientCommands;
import dev.larder.config.Config;
import dev.larder.dispatch.LoopContext;
import dev.larder.metrics.AccessDenials;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.push.Mailboxes;
import dev.larder.push.PushMessage;
import dev.larder.resp.Limits;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.ScriptRuns;
import dev.larder.session.Connection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.User;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.Unit;
import dev.larder.tracking.ClientTracking;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The network and the dispatcher with a few commands of their own. */
final class TestServer implements AutoCloseable {
  final TestSettings settings;
  final Sessions sessions = new Sessions();
  final ServerStats stats = new ServerStats();
  final Keyspace keyspace = Keyspace.open(new StorageOptions(16, 16, 1L << 28), Journal.NONE);
  final Limits limits = new Limits();
  final AtomicInteger cancelledJobs = new AtomicInteger();
  final MemoryUse memory = new MemoryUse(keyspace);

  /** All messages so far. */
  final Queue<PushMessage> told = new ConcurrentLinkedQueue<>();

  final Mailboxes mailboxes;
  private final NetServer net;

  TestServer(TestSettings settings) {
    this.settings = settings;
    CommandTable commands = commands();
    this.mailboxes = new Mailboxes(settings.loops);
    ClientTracking tracking = new ClientTracking(keyspace, sessions, settings.loops, () -> 0);
    stats.commandCount(commands.specCount());
    net =
        new NetServer(
            settings,
            sessions,
            stats,
            limits,
            new LargeArgumentStore(keyspace),
            null,
            (index, addressOf) ->
                new LoopContext(
                    index,
                    keyspace,
                    commands,
                    stats,
                    mailboxes,
                    tracking,
                    new ScriptRuns(keyspace.functions(), "8.0.0", 1 << 24, () -> 5000),
                    memory,
                    addressOf));
    net.listen();
  }

  int port() {
    return net.port();
  }

  Transport transport() {
    return net.transport();
  }

  @Override
  public void close() {
    net.close();
    keyspace.close();
  }

  /** Starts with arguments: transport, loops, port. For trying out and measuring. */
  public static void main(String[] args) throws InterruptedException {
    TestSettings settings = new TestSettings();
    settings.transport = args[0];
    settings.loops = Integer.parseInt(args[1]);
    settings.port = Integer.parseInt(args[2]);
    TestServer server = new TestServer(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    new CountDownLatch(1).await(1, TimeUnit.DAYS);
  }

  private CommandTable commands() {
    Declarations all = new Declarations();
    simple(all, "PING", -1, TestServer::ping, Flag.FAST);
    simple(all, "ECHO", 2, call -> call.reply().bulk(call.argBytes(1)), Flag.FAST);
    simple(all, "AUTH", 2, call -> auth(call), Flag.NO_AUTH);
    simple(all, "HELLO", 2, TestServer::hello, Flag.NO_AUTH);
    simple(all, "QUIT", 1, TestServer::quit, Flag.NO_AUTH);
    simple(all, "BUG", 1, call -> bug(call));
    simple(all, "FILL", 3, TestServer::fill);
    simple(all, "COUNT", 2, this::count);
    keyed(all, "GET", 2, 1, 1, TestServer::get, Flag.READONLY, Flag.FAST);
    keyed(all, "SET", 3, 1, 1, TestServer::set, Flag.WRITE, Flag.DENYOOM);
    keyed(all, "DEL", -2, -1, 1, TestServer::del, Flag.WRITE);
    keyed(all, "INCR", 2, 1, 1, TestServer::incr, Flag.WRITE);
    keyed(all, "MOVEALL", -3, -1, 1, TestServer::moveAll, Flag.WRITE);
    all.command("HOLD")
        .summary("Owns all shards for a while.")
        .since("1.0.0")
        .group(CommandGroup.SERVER)
        .arity(2)
        .freeForm()
        .allShards()
        .handler(TestServer::hold);
    simple(all, "TELL", -3, this::tell);
    BlockingSample.declare(all);
    new ClientCommands(sessions, new AclUsers(new Config(), sessions, new AccessDenials()))
        .declare(all);
    return all.build();
  }

  private static void simple(
      Declarations all, String name, int arity, Handler handler, Flag... flags) {
    all.command(name)
        .summary("For tests.")
        .since("1.0.0")
        .group(CommandGroup.GENERIC)
        .arity(arity)
        .freeForm()
        .flags(flags)
        .handler(handler);
  }

  private static void keyed(
      Declarations all,
      String name,
      int arity,
      int last,
      int step,
      Handler handler,
      Flag... flags) {
    all.command(name)
        .summary("For tests.")
        .since("1.0.0")
        .group(CommandGroup.STRING)
        .arity(arity)
        .freeForm()
        .flags(flags)
        .keys(KeySpec.at(1).range(last == 1 ? 0 : last, step, 0).access(KeyAccess.RW))
        .handler(handler);
  }

  private static void ping(Call call) {
    if (call.argCount() == 1) {
      call.reply().simpleString("PONG");
    } else {
      call.reply().bulk(call.argBytes(1));
    }
  }

  private static void auth(Call call) throws CommandException {
    if (!call.argString(1).equals("secret")) {
      throw new CommandException("WRONGPASS");
    }
    call.session().authenticate(User.TRUSTED);
    call.reply().ok();
  }

  private static void hello(Call call) throws CommandException {
    int protocol = (int) call.argLong(1);
    call.session().protocol(protocol);
    call.reply().protocol(protocol);
    call.reply().map(1);
    call.reply().bulkString("proto");
    call.reply().integer(protocol);
  }

  private static void quit(Call call) {
    call.session().closeAfterReply();
    call.reply().ok();
  }

  private static void bug(Call call) {
    call.reply().integer(1);
    throw new IllegalStateException("a bug, made for a test");
  }

  /** TELL text id…: sends a message to other clients, perhaps several times. */
  private void tell(Call call) throws CommandException {
    ByteBuf encoded = Unpooled.directBuffer();
    byte[] text = call.argBytes(1);
    encoded.writeBytes((">2\r\n$4\r\ntell\r\n$" + text.length + "\r\n").getBytes(ISO_8859_1));
    encoded.writeBytes(text).writeBytes("\r\n".getBytes(ISO_8859_1));
    PushMessage message = PushMessage.of(encoded);
    told.add(message);
    for (int i = 2; i < call.argCount(); i++) {
      Session session = sessions.find(call.argLong(i));
      if (session != null) {
        Connection connection = session.connection();
        call.outbox().add(connection.eventLoop(), connection, message);
      }
    }
    message.release();
    call.reply().ok();
  }

  /** FILL n bytes: n bulk strings in an array. */
  private static void fill(Call call) throws CommandException {
    int count = (int) call.argLong(1);
    int length = (int) call.argLong(2);
    call.reply().array(count);
    for (int i = 0; i < count; i++) {
      long address = call.reply().beginBulk(length);
      Bytes.fill(address, length, (byte) ('a' + i % 26));
      call.reply().endBulk();
    }
  }

  /** COUNT n: a job that replies the integers below n, one a step. */
  private void count(Call call) throws CommandException {
    long end = call.argLong(1);
    call.reply().array(end);
    call.defer(
        new Job() {
          private long next;

          @Override
          public boolean step(ReplyWriter out, long budgetNanos) {
            if (next < end) {
              out.integer(next++);
            }
            return next == end;
          }

          @Override
          public void cancel() {
            cancelledJobs.incrementAndGet();
          }
        });
  }

  private static void get(Call call) {
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
      return;
    }
    Shard shard = call.shard(1);
    int length = (int) shard.stringLength(entry);
    long target = call.reply().beginBulk(length);
    for (long done = 0; done < length; ) {
      long run = shard.runLength(entry, done);
      Bytes.copy(shard.runAddress(entry, done), target + done, run);
      done += run;
    }
    call.reply().endBulk();
  }

  private static void set(Call call) throws CommandException {
    call.store(1, call.argAddress(2), call.argLength(2), -1);
    call.reply().ok();
  }

  private static void del(Call call) {
    int removed = 0;
    for (int i = 1; i < call.argCount(); i++) {
      removed += call.remove(i, Removal.DELETED) ? 1 : 0;
    }
    call.reply().integer(removed);
  }

  private static void incr(Call call) throws CommandException {
    long entry = call.find(1);
    long value = 1;
    if (entry != 0) {
      Shard shard = call.shard(1);
      byte[] digits = Bytes.toArray(shard.runAddress(entry, 0), (int) shard.stringLength(entry));
      value += Long.parseLong(new String(digits, java.nio.charset.StandardCharsets.US_ASCII));
    }
    byte[] text = Long.toString(value).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocateDirect(text.length).put(0, text);
    call.store(1, Bytes.addressOf(buffer), text.length, -1);
    java.lang.ref.Reference.reachabilityFence(buffer);
    call.reply().integer(value);
  }

  /** MOVEALL k1 k2 …: the value of each key goes to the next, that of the last to the first. */
  private static void moveAll(Call call) throws CommandException {
    int count = call.argCount() - 1;
    byte[][] values = new byte[count][];
    for (int i = 0; i < count; i++) {
      long entry = call.find(i + 1);
      Shard shard = call.shard(i + 1);
      assert Entry.isString(entry);
      values[i] = Bytes.toArray(shard.runAddress(entry, 0), (int) shard.stringLength(entry));
    }
    for (int i = 0; i < count; i++) {
      byte[] value = values[(i + count - 1) % count];
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocateDirect(value.length).put(0, value);
      call.store(i + 1, Bytes.addressOf(buffer), value.length, -1);
      java.lang.ref.Reference.reachabilityFence(buffer);
    }
    call.reply().ok();
  }

  /** HOLD n: owns all shards for about n microseconds. */
  private static void hold(Call call) throws CommandException {
    Unit unit = call.unit();
    for (int i = 0; i < call.keyspace().shardCount(); i++) {
      if (!unit.acquire(call.keyspace().shard(i))) {
        throw new IllegalStateException("a shard is missing");
      }
    }
    long end = dev.larder.metrics.Clock.nanos() + call.argLong(1) * 1000;
    while (dev.larder.metrics.Clock.nanos() < end) {
      Thread.onSpinWait();
    }
    call.reply().ok();
  }
}
