package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.push.Mailboxes;
import dev.larder.push.Outbox;
import dev.larder.resp.Batch;
import dev.larder.resp.LargeArguments;
import dev.larder.resp.Limits;
import dev.larder.resp.ReplyWriter;
import dev.larder.resp.RequestDecoder;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.storage.Bytes;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.Unit;
import dev.larder.tracking.ClientTracking;
import dev.larder.tracking.LoopTracking;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** Runs single commands against a small keyspace of one shard, without sockets or loops. */
public final class CallFixture implements AutoCloseable {

  /** The clock of all calls. */
  public static final long NOW_MILLIS = 1_700_000_000_000L;

  private static final int MAX_COMMANDS = 16;
  private static final long RESERVE_BYTES = 1 << 20;

  private final CommandTable commands;
  private final Keyspace keyspace =
      Keyspace.open(new StorageOptions(1, 16, RESERVE_BYTES), Journal.NONE);
  private final Unit unit = keyspace.newUnit();
  private final Batch batch = new Batch(MAX_COMMANDS, 1024);
  private final ReplyWriter reply = new ReplyWriter(CallFixture::addressOf);
  private final ByteBuf output = Unpooled.directBuffer();
  private final Call call;
  private ByteBuf input = Unpooled.directBuffer();

  private Call newCall(CommandTable commands) {
    Outbox outbox = new Mailboxes(1).newOutbox(0, unit.index());
    LoopTracking tracking =
        new ClientTracking(keyspace, new Sessions(), 1, () -> 0).loop(0, unit, outbox);
    return new Call(commands, keyspace, unit, reply, batch, outbox, tracking);
  }

  public CallFixture(CommandTable commands) {
    this.commands = commands;
    this.call = newCall(commands);
    // There is nobody who would serve it.
    call.mayBlock(false);
    reply.attach(output);
  }

  private static long addressOf(ByteBuf buffer) {
    return Bytes.addressOf(buffer.nioBuffer(0, buffer.capacity()).position(0));
  }

  /** The arguments of one command, decoded from a request. */
  public Arguments arguments(String... words) {
    decode(words);
    Arguments arguments = new Arguments(batch);
    arguments.point(batch, batch.firstArg(0), batch.argCount(0));
    return arguments;
  }

  private void decode(String... words) {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    batch.clear();
    input.release();
    input = Unpooled.directBuffer();
    input.writeBytes(request.toString().getBytes(ISO_8859_1));
    new RequestDecoder(new Limits(), new NoLargeArguments()).decode(input, addressOf(input), batch);
    if (batch.commandCount() != 1) {
      throw new IllegalArgumentException("not one command: " + List.of(words));
    }
  }

  /** Executes a command for a session and returns its encoded reply, one char per byte. */
  public String run(Session session, String... words) {
    decode(words);
    output.clear();
    reply.attach(output);
    reply.protocol(session.protocol());
    unit.begin(NOW_MILLIS);
    unit.acquire(keyspace.shard(0));
    call.begin(session, batch);
    call.point(batch, batch.firstArg(0), batch.argCount(0));
    CommandSpec spec = commands.find(call);
    if (spec == null) {
      call.error(commands.unknown(call));
    } else {
      call.select(spec, 0);
      execute(spec);
    }
    unit.releaseAll();
    return output.toString(ISO_8859_1);
  }

  private void execute(CommandSpec spec) {
    Handler handler = spec.handler();
    if (!spec.accepts(call.argCount()) || handler == null) {
      call.error(spec.wrongArity());
      return;
    }
    try {
      handler.handle(call);
    } catch (CommandException e) {
      call.error(e.reply());
    }
    Job job = call.takeJob();
    try {
      while (job != null && !job.step(reply, 1_000_000)) {
        // The job goes on until its reply is complete.
      }
    } catch (CommandException e) {
      job.cancel();
      call.error(e.reply());
    }
  }

  @Override
  public void close() {
    input.release();
    output.release();
    keyspace.close();
  }

  /** Arguments of tests are short. */
  private static final class NoLargeArguments implements LargeArguments {
    @Override
    public long allocate(long bytes) {
      return 0;
    }

    @Override
    public void append(long address, ByteBuf source, int index, int length) {
      throw new IllegalStateException("nothing was allocated");
    }

    @Override
    public void release(long address, long bytes) {
      throw new IllegalStateException("nothing was allocated");
    }
  }
}
