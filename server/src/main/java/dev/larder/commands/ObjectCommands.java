package dev.larder.commands;

import static dev.larder.command.AclCategory.KEYSPACE;
import static dev.larder.command.Arg.key;
import static dev.larder.command.CommandGroup.GENERIC;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.nil;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyUse;
import dev.larder.command.Numbers;
import dev.larder.storage.Entry;
import dev.larder.storage.Eviction;
import dev.larder.storage.EvictionPolicy.Notes;
import dev.larder.storage.Shard;

/** OBJECT: how a value is stored, in the words of Redis. */
public final class ObjectCommands {
  /** Redis keeps one shared object for each of the numbers below. */
  private static final long SHARED_INTEGERS = 10_000;

  private static final long SHARED_REFERENCES = Integer.MAX_VALUE;

  private static final long MILLIS_PER_SECOND = 1000;

  private static final String ADJUSTS =
      " Please note that when switching between policies at runtime LRU and LFU data will take some"
          + " time to adjust.";

  private static final ErrorReply NO_FREQUENCY =
      ErrorReply.of(
          "ERR An LFU maxmemory policy is not selected, access frequency not tracked." + ADJUSTS);

  private static final ErrorReply NO_TIME_BUT_FREQUENCY =
      ErrorReply.of("ERR An LFU maxmemory policy is selected, idle time not tracked." + ADJUSTS);

  private static final ErrorReply NO_TIME_BUT_QUEUES =
      ErrorReply.of("ERR An S3 maxmemory policy is selected, idle time not tracked." + ADJUSTS);

  private ObjectCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("OBJECT")
        .summary("A container for object introspection commands.")
        .since("2.2.3")
        .group(GENERIC)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    subcommand(c, "OBJECT|ENCODING", "2.2.3")
        .summary("Returns the internal encoding of a Redis object.")
        .replies(bulk("The encoding."), nil("No such key."))
        .handler(ObjectCommands::encoding);
    subcommand(c, "OBJECT|FREQ", "4.0.0")
        .summary("Returns the logarithmic access frequency counter of a Redis object.")
        .replies(integerReply("The counter."), nil("No such key."))
        .handler(ObjectCommands::frequency);
    subcommand(c, "OBJECT|IDLETIME", "2.2.3")
        .summary("Returns the time since the last access to a Redis object.")
        .replies(integerReply("The time in seconds."), nil("No such key."))
        .handler(ObjectCommands::idleTime);
    subcommand(c, "OBJECT|REFCOUNT", "2.2.3")
        .summary("Returns the reference count of a value of a key.")
        .replies(integerReply("The number of references."), nil("No such key."))
        .handler(ObjectCommands::referenceCount);
    c.help(
        "OBJECT",
        "6.2.0",
        GENERIC,
        new AclCategory[] {KEYSPACE},
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of seconds",
        "    elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>.");
  }

  private static CommandBuilder subcommand(Declarations c, String name, String since) {
    return c.command(name)
        .since(since)
        .group(GENERIC)
        .complexity("O(1)")
        .tips("nondeterministic_output")
        .arity(3)
        .flags(READONLY)
        .acl(KEYSPACE)
        .keyUse(KeyUse.NEVER)
        .args(key("key").at(2).access(RO));
  }

  private static void encoding(Call call) {
    long entry = call.inspect(2);
    if (entry == 0) {
      call.reply().nil();
    } else {
      Shard shard = call.shard(2);
      call.reply()
          .bulkString(
              Entry.isString(entry) ? StringEncoding.of(shard, entry) : shard.encodingName(entry));
    }
  }

  private static void referenceCount(Call call) {
    long entry = call.inspect(2);
    if (entry == 0) {
      call.reply().nil();
    } else {
      call.reply().integer(isShared(call.shard(2), entry) ? SHARED_REFERENCES : 1);
    }
  }

  private static boolean isShared(Shard shard, long entry) {
    if (!Entry.isString(entry) || !StringEncoding.isInteger(shard, entry)) {
      return false;
    }
    long value = Numbers.parseLong(shard.runAddress(entry, 0), (int) shard.stringLength(entry));
    return value >= 0 && value < SHARED_INTEGERS;
  }

  private static void frequency(Call call) throws CommandException {
    long entry = call.inspect(2);
    if (entry == 0) {
      call.reply().nil();
      return;
    }
    Eviction eviction = call.keyspace().eviction();
    if (eviction.notes() != Notes.FREQUENCY) {
      throw new CommandException(NO_FREQUENCY);
    }
    call.reply().integer(eviction.frequency(entry));
  }

  private static void idleTime(Call call) throws CommandException {
    long entry = call.inspect(2);
    if (entry == 0) {
      call.reply().nil();
      return;
    }
    Eviction eviction = call.keyspace().eviction();
    switch (eviction.notes()) {
      case TIME_OF_USE, TIME_OF_CHANGE ->
          call.reply().integer(eviction.idleMillis(entry, call.nowMillis()) / MILLIS_PER_SECOND);
      case FREQUENCY -> throw new CommandException(NO_TIME_BUT_FREQUENCY);
      case QUEUES -> throw new CommandException(NO_TIME_BUT_QUEUES);
    }
  }
}
