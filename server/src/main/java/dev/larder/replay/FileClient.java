package dev.larder.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.CommandTable;
import dev.larder.config.Version;
import dev.larder.dispatch.Client;
import dev.larder.dispatch.LoopContext;
import dev.larder.dispatch.Outcome;
import dev.larder.dispatch.Suspension;
import dev.larder.metrics.Clock;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.push.Mailboxes;
import dev.larder.resp.LargeArguments;
import dev.larder.resp.Limits;
import dev.larder.resp.RequestDecoder;
import dev.larder.resp.Status;
import dev.larder.script.ScriptRuns;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.User;
import dev.larder.storage.Bytes;
import dev.larder.storage.Keyspace;
import dev.larder.tracking.ClientTracking;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that executes commands of a file, and that nobody listens to. Its time stands still
 * before any deadline: what a command says of a moment in the past has still to come for it.
 */
final class FileClient implements Client, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FileClient.class);

  private static final int REPLY_BYTES = 64 * 1024;
  private static final long TURN_NANOS = 50_000;

  /** What a library of functions may take while it is looked at; no script runs here. */
  private static final int LIBRARY_BYTES = 64 << 20;

  private static final String UNKNOWN = "-ERR unknown ";

  /** A line between commands, such as a timestamp, looks like an inline command. */
  private static final String NOTE = "-ERR unknown command '#";

  private final LoopContext loop;
  private final ServerStats stats = new ServerStats();
  private final RequestDecoder decoder;
  private final Session session;
  private final ByteBuf replies = Unpooled.directBuffer(REPLY_BYTES);
  private long errors;

  FileClient(Keyspace keyspace, CommandTable commands, LargeArguments large) {
    stats.commandCount(commands.specCount());
    loop =
        new LoopContext(
            0,
            keyspace,
            commands,
            stats,
            new Mailboxes(1),
            new ClientTracking(keyspace, new Sessions(), 1, () -> 0),
            new ScriptRuns(keyspace.functions(), Version.REDIS, LIBRARY_BYTES, () -> 0),
            new MemoryUse(keyspace),
            FileClient::addressOf);
    loop.freezeClock();
    loop.tasks(Runnable::run);
    Limits limits = new Limits();
    limits.setMaxBulkBytes(Integer.MAX_VALUE);
    decoder = new RequestDecoder(limits, large);
    decoder.setAuthenticated(true);
    session = new Session(0, new NoPeer(), 0, User.TRUSTED);
  }

  static long addressOf(ByteBuf buffer) {
    return Bytes.addressOf(buffer.internalNioBuffer(0, buffer.capacity()));
  }

  /** A file begins: database 0 is selected. */
  void begin() {
    session.database(0);
    long now = Clock.wallMillis();
    session.replayMillis(now);
    loop.keyspace().eviction().time(now);
  }

  /** Takes bytes of a large argument whose beginning was seen. */
  void stream(ByteBuf in) {
    decoder.stream(in);
  }

  /** How many bytes of a large argument are still to come. */
  int largeBytesNeeded() {
    return decoder.largeBytesNeeded();
  }

  /**
   * Executes all commands that are whole.
   *
   * @throws IOException what is wrong with the next one, for people
   */
  void execute(ByteBuf in) throws IOException {
    Status status;
    do {
      status = decoder.decode(in, addressOf(in), loop.batch());
      if (loop.batch().commandCount() > 0) {
        loop.reply().attach(replies);
        executeBatch(status);
        look();
      }
      if (status == Status.PROTOCOL_ERROR) {
        throw new IOException(String.valueOf(decoder.protocolError()));
      }
    } while (status != Status.NEED_INPUT);
  }

  private void executeBatch(Status status) throws IOException {
    Outcome outcome = loop.executor().execute(this);
    if (outcome == Outcome.DONE) {
      loop.batch().clear();
      return;
    }
    Suspension suspension = loop.executor().suspend(outcome, status);
    while (outcome != Outcome.DONE) {
      if (outcome == Outcome.CLOSE || outcome == Outcome.WAIT_FOR_KEY) {
        loop.executor().abandon(suspension);
        throw new IOException("a command cannot be replayed");
      }
      if (outcome == Outcome.WAIT_FOR_SHARD) {
        LockSupport.parkNanos(TURN_NANOS);
      }
      outcome = loop.executor().resume(this, suspension);
    }
  }

  /** Looks whether there was an error in what nobody reads. */
  private void look() throws IOException {
    long now = stats.errorReplies();
    if (now != errors) {
      errors = now;
      for (String line : replies.toString(ISO_8859_1).split("\r\n", -1)) {
        if (line.startsWith(NOTE)) {
          continue;
        }
        if (line.startsWith(UNKNOWN)) {
          throw new IOException(line.substring(1));
        }
        if (line.startsWith("-")) {
          log.error("A command of the append-only file was answered with an error: {}", line);
        }
      }
    }
    replies.clear();
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public long holdUntilDurable(long sequence) {
    return 0;
  }

  @Override
  public void endReply() {}

  @Override
  public boolean sendReplies() {
    try {
      look();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    loop.reply().attach(replies);
    return true;
  }

  @Override
  public Runnable resumption() {
    return () -> {};
  }

  @Override
  public ByteBuf newBuffer(int bytes) {
    return Unpooled.directBuffer(bytes);
  }

  @Override
  public void append(ByteBuf reply) {
    reply.release();
  }

  @Override
  public void close() {
    decoder.release();
    replies.release();
    session.release();
  }
}
