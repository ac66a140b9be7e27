package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.pattern;
import static dev.larder.command.Arg.string;
import static dev.larder.command.CommandGroup.PUBSUB;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.MAY_REPLICATE;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.Glob;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeySpec;
import dev.larder.pubsub.PubSub;
import dev.larder.pubsub.Text;
import dev.larder.resp.ByteString;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Subscriptions;
import dev.larder.session.Subscriptions.Kind;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/** Messages on channels: listening to them, and publishing. */
public final class PubSubCommands {
  private static final ErrorReply NOT_HERE =
      ErrorReply.of("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
  private static final ErrorReply TOO_LONG =
      ErrorReply.of("ERR the name of a channel, or a pattern, is too long");
  private static final ErrorReply TOO_MANY =
      ErrorReply.of("ERR too many subscriptions for the memory of the server");

  /** Names are kept on the heap, and looked up at each of their places. */
  private static final int MAX_NAME_BYTES = 256 * 1024;

  private static final Arg PATTERNS = pattern("pattern").optional();

  private final PubSub pubSub;

  private PubSubCommands(PubSub pubSub) {
    this.pubSub = pubSub;
  }

  /** Declares the group. */
  public static void declare(Declarations c, PubSub pubSub) {
    PubSubCommands group = new PubSubCommands(pubSub);
    group.declareSubscribing(c);
    group.declareUnsubscribing(c);
    group.declarePublishing(c);
    group.declareQuestions(c);
  }

  private static CommandBuilder command(Declarations c, String name, String since) {
    return c.command(name).since(since).group(PUBSUB).flags(Flag.PUBSUB, LOADING, STALE);
  }

  private static KeySpec shardChannels(int last) {
    return KeySpec.at(1).range(last, 1, 0).access(KeyAccess.NOT_KEY);
  }

  private void declareSubscribing(Declarations c) {
    command(c, "SUBSCRIBE", "2.0.0")
        .summary("Listens for messages published to channels.")
        .complexity("O(N) where N is the number of channels to subscribe to.")
        .flags(NOSCRIPT)
        .arity(-2)
        .args(string("channel").multiple())
        .replies(array("One push a channel: `subscribe`, the channel, how many there are now."))
        .handler(call -> subscribe(call, Kind.CHANNEL));
    command(c, "PSUBSCRIBE", "2.0.0")
        .summary("Listens for messages published to channels that match patterns.")
        .complexity("O(N) where N is the number of patterns the client is already subscribed to.")
        .flags(NOSCRIPT)
        .arity(-2)
        .args(block("pattern", pattern("pattern")).multiple())
        .replies(array("One push a pattern: `psubscribe`, the pattern, how many there are now."))
        .handler(call -> subscribe(call, Kind.PATTERN));
    command(c, "SSUBSCRIBE", "7.0.0")
        .summary("Listens for messages published to shard channels.")
        .complexity("O(N) where N is the number of shard channels to subscribe to.")
        .flags(NOSCRIPT)
        .arity(-2)
        .args(string("shardchannel").multiple())
        .keys(shardChannels(-1))
        .replies(array("One push a channel: `ssubscribe`, the channel, how many there are now."))
        .handler(call -> subscribe(call, Kind.SHARD_CHANNEL));
  }

  private void declareUnsubscribing(Declarations c) {
    command(c, "UNSUBSCRIBE", "2.0.0")
        .summary("Stops listening to channels, or to all of them.")
        .complexity("O(N) where N is the number of channels to unsubscribe.")
        .flags(NOSCRIPT)
        .arity(-1)
        .args(string("channel").optional().multiple())
        .replies(array("One push a channel: `unsubscribe`, the channel, how many are left."))
        .handler(call -> unsubscribe(call, Kind.CHANNEL));
    command(c, "PUNSUBSCRIBE", "2.0.0")
        .summary("Stops listening to patterns of channels, or to all of them.")
        .complexity("O(N) where N is the number of patterns to unsubscribe.")
        .flags(NOSCRIPT)
        .arity(-1)
        .args(pattern("pattern").optional().multiple())
        .replies(array("One push a pattern: `punsubscribe`, the pattern, how many are left."))
        .handler(call -> unsubscribe(call, Kind.PATTERN));
    command(c, "SUNSUBSCRIBE", "7.0.0")
        .summary("Stops listening to shard channels, or to all of them.")
        .complexity("O(N) where N is the number of shard channels to unsubscribe.")
        .flags(NOSCRIPT)
        .arity(-1)
        .args(string("shardchannel").optional().multiple())
        .keys(shardChannels(-1))
        .replies(array("One push a channel: `sunsubscribe`, the channel, how many are left."))
        .handler(call -> unsubscribe(call, Kind.SHARD_CHANNEL));
  }

  private void declarePublishing(Declarations c) {
    command(c, "PUBLISH", "2.0.0")
        .summary("Publishes a message to a channel.")
        .complexity(
            "O(N+M) where N is the number of clients subscribed to the channel and M is the number"
                + " of patterns of which a piece is in its name.")
        .flags(FAST, MAY_REPLICATE)
        .arity(3)
        .args(string("channel"), string("message"))
        .replies(integerReply("How many receive it."))
        .handler(call -> publish(call, false));
    command(c, "SPUBLISH", "7.0.0")
        .summary("Publishes a message to a shard channel.")
        .complexity("O(N) where N is the number of clients subscribed to the shard channel.")
        .flags(FAST, MAY_REPLICATE)
        .arity(3)
        .args(string("shardchannel"), string("message"))
        .keys(shardChannels(0))
        .replies(integerReply("How many receive it."))
        .handler(call -> publish(call, true));
  }

  private void declareQuestions(Declarations c) {
    c.command("PUBSUB")
        .summary("A container for Pub/Sub commands.")
        .since("2.8.0")
        .group(PUBSUB)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    command(c, "PUBSUB|CHANNELS", "2.8.0")
        .summary("Returns the channels that clients are subscribed to.")
        .complexity("O(N) where N is the number of active channels.")
        .arity(-2)
        .args(PATTERNS)
        .replies(array("Their names, in no order."))
        .handler(call -> names(call, false));
    command(c, "PUBSUB|NUMSUB", "2.8.0")
        .summary("Returns how many clients are subscribed to channels.")
        .complexity("O(N) where N is the number of requested channels.")
        .arity(-2)
        .args(string("channel").optional().multiple())
        .replies(array("Each channel, and its number of clients."))
        .handler(call -> counts(call, false));
    command(c, "PUBSUB|NUMPAT", "2.8.0")
        .summary("Returns how many different patterns clients are subscribed to.")
        .complexity("O(1)")
        .arity(2)
        .replies(integerReply("The number of patterns."))
        .handler(call -> call.reply().integer(pubSub.patternCount()));
    command(c, "PUBSUB|SHARDCHANNELS", "7.0.0")
        .summary("Returns the shard channels that clients are subscribed to.")
        .complexity("O(N) where N is the number of active shard channels.")
        .arity(-2)
        .args(PATTERNS)
        .replies(array("Their names, in no order."))
        .handler(call -> names(call, true));
    command(c, "PUBSUB|SHARDNUMSUB", "7.0.0")
        .summary("Returns how many clients are subscribed to shard channels.")
        .complexity("O(N) where N is the number of requested shard channels.")
        .arity(-2)
        .args(string("shardchannel").optional().multiple())
        .replies(array("Each channel, and its number of clients."))
        .handler(call -> counts(call, true));
    declareHelp(c);
  }

  private static void declareHelp(Declarations c) {
    c.help(
        "PUBSUB",
        "6.2.0",
        PUBSUB,
        new AclCategory[0],
        "CHANNELS [<pattern>]",
        "    Return the currently active channels matching a <pattern> (default: '*').",
        "NUMPAT",
        "    Return number of subscriptions to patterns.",
        "NUMSUB [<channel> ...]",
        "    Return the number of subscribers for the specified channels, excluding",
        "    pattern subscriptions(default: no channels).",
        "SHARDCHANNELS [<pattern>]",
        "    Return the currently active shard level channels matching a <pattern>"
            + " (default: '*').",
        "SHARDNUMSUB [<shardchannel> ...]",
        "    Return the number of subscribers for the specified shard level channel(s)");
  }

  // ---- listening -------------------------------------------------------------------------------

  private void subscribe(Call call, Kind kind) throws CommandException {
    if (kind == Kind.SHARD_CHANNEL && !call.mayBlock()) {
      throw new CommandException(NOT_HERE);
    }
    long bytes = 0;
    for (int i = 1; i < call.argCount(); i++) {
      checkName(call, i);
      bytes += call.argLength(i);
    }
    if (!pubSub.hasRoomFor(kind, call.argCount() - 1, bytes)) {
      throw new CommandException(TOO_MANY);
    }
    for (int i = 1; i < call.argCount(); i++) {
      byte[] name = call.argBytes(i);
      pubSub.subscribe(call.session(), kind, name);
      confirm(call, kind, name);
    }
  }

  private static void checkName(Call call, int i) throws CommandException {
    if (call.argLength(i) > MAX_NAME_BYTES) {
      throw new CommandException(TOO_LONG);
    }
  }

  private void unsubscribe(Call call, Kind kind) throws CommandException {
    if (call.argCount() > 1) {
      for (int i = 1; i < call.argCount(); i++) {
        checkName(call, i);
      }
      for (int i = 1; i < call.argCount(); i++) {
        unsubscribe(call, kind, call.argBytes(i));
      }
      return;
    }
    Subscriptions all = call.session().subscriptions();
    List<ByteString> names = all == null ? List.of() : all.names(kind);
    for (ByteString name : names) {
      unsubscribe(call, kind, name.toArray());
    }
    if (names.isEmpty()) {
      begin(call, kind);
      call.reply().nil();
      call.reply().integer(count(call, kind));
    }
  }

  private void unsubscribe(Call call, Kind kind, byte[] name) {
    pubSub.unsubscribe(call.session(), kind, name);
    confirm(call, kind, name);
  }

  private static void confirm(Call call, Kind kind, byte[] name) {
    begin(call, kind);
    call.reply().bulk(name);
    call.reply().integer(count(call, kind));
  }

  private static void begin(Call call, Kind kind) {
    call.reply().push(3);
    call.reply().bulk(call.spec().fullName().getBytes(US_ASCII));
  }

  /** Shard channels are counted apart from the others. */
  private static int count(Call call, Kind kind) {
    Subscriptions all = call.session().subscriptions();
    if (all == null) {
      return 0;
    }
    return kind == Kind.SHARD_CHANNEL
        ? all.count(kind)
        : all.count(Kind.CHANNEL) + all.count(Kind.PATTERN);
  }

  // ---- publishing ------------------------------------------------------------------------------

  private void publish(Call call, boolean isShard) throws CommandException {
    checkName(call, 1);
    // What the commands before it in a transaction have done is told before.
    call.unit().events().publish();
    ByteBufAllocator allocator = call.reply().buffer().alloc();
    byte[] channel = call.argBytes(1);
    Text message = Text.at(call.argAddress(2), call.argLength(2));
    call.reply()
        .integer(
            isShard
                ? pubSub.publishToShard(call.outbox(), allocator, channel, message)
                : pubSub.publish(call.outbox(), allocator, channel, message));
  }

  // ---- questions -------------------------------------------------------------------------------

  private void names(Call call, boolean isShard) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(
          "ERR unknown subcommand or wrong number of arguments for '"
              + call.argQuoted(1)
              + "'. Try PUBSUB HELP.");
    }
    if (call.argCount() == 3) {
      checkName(call, 2);
    }
    Glob wanted = call.argCount() == 3 ? new Glob(call.argBytes(2), false) : null;
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    int count = 0;
    for (ByteString name : pubSub.names(isShard)) {
      byte[] bytes = name.toArray();
      if (wanted == null || wanted.matches(bytes)) {
        reply.bulk(bytes);
        count++;
      }
    }
    reply.insertArray(mark, count);
  }

  private void counts(Call call, boolean isShard) throws CommandException {
    for (int i = 2; i < call.argCount(); i++) {
      checkName(call, i);
    }
    ReplyWriter reply = call.reply();
    reply.array(2L * (call.argCount() - 2));
    for (int i = 2; i < call.argCount(); i++) {
      byte[] name = call.argBytes(i);
      reply.bulk(name);
      reply.integer(pubSub.subscribers(isShard, name));
    }
  }
}
