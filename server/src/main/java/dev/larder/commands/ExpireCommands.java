package dev.larder.commands;

import static dev.larder.command.AclCategory.KEYSPACE;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Arg.unixTime;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.GENERIC;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.integerReply;

import dev.larder.command.Arg;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyUse;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;

/** Deadlines of keys: setting, reading and dropping them. */
public final class ExpireCommands {
  private static final int NX = 1;
  private static final int XX = 2;
  private static final int GT = 4;
  private static final int LT = 8;
  private static final byte[][] CONDITIONS = {
    keyword("nx"), keyword("xx"), keyword("gt"), keyword("lt")
  };

  private static final ErrorReply NX_WITH_OTHERS =
      ErrorReply.of("ERR NX and XX, GT or LT options at the same time are not compatible");
  private static final ErrorReply GT_WITH_LT =
      ErrorReply.of("ERR GT and LT options at the same time are not compatible");

  private static final long NO_KEY = -2;
  private static final long NO_DEADLINE = -1;
  private static final long MILLIS = 1000;

  private ExpireCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    declareSetters(c);
    declareGetters(c);
    c.command("PERSIST")
        .summary("Removes the expiration time of a key.")
        .since("2.2.0")
        .group(GENERIC)
        .complexity("O(1)")
        .arity(2)
        .flags(WRITE, FAST)
        .acl(KEYSPACE)
        .args(key("key").at(1).access(RW, UPDATE))
        .replies(integerReply("1 if it had one, 0 if not."))
        .handler(ExpireCommands::persist);
  }

  private static void declareSetters(Declarations c) {
    setter(c, "EXPIRE", "1.0.0", integer("seconds"))
        .summary("Sets the expiration time of a key in seconds.")
        .handler(call -> expire(call, call.wallMillis(), MILLIS));
    setter(c, "PEXPIRE", "2.6.0", integer("milliseconds"))
        .summary("Sets the expiration time of a key in milliseconds.")
        .handler(call -> expire(call, call.wallMillis(), 1));
    setter(c, "EXPIREAT", "1.2.0", unixTime("unix-time-seconds"))
        .summary("Sets the expiration time of a key to a Unix timestamp.")
        .handler(call -> expire(call, 0, MILLIS));
    setter(c, "PEXPIREAT", "2.6.0", unixTime("unix-time-milliseconds"))
        .summary("Sets the expiration time of a key to a Unix milliseconds timestamp.")
        .handler(call -> expire(call, 0, 1));
  }

  private static CommandBuilder setter(Declarations c, String name, String since, Arg time) {
    return c.command(name)
        .since(since)
        .group(GENERIC)
        .complexity("O(1)")
        .history("7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`.")
        .arity(-3)
        .flags(WRITE, FAST)
        .acl(KEYSPACE)
        .args(
            key("key").at(1).access(RW, UPDATE),
            time,
            oneOf("condition", token("NX"), token("XX"), token("GT"), token("LT"))
                .since("7.0.0")
                .optional())
        .replies(
            integerReply("1 if the deadline was set, 0 if there is no key or a condition failed."));
  }

  private static void declareGetters(Declarations c) {
    getter(c, "TTL", "1.0.0")
        .summary("Returns the expiration time in seconds of a key.")
        .history("2.8.0", "Added the -2 reply.")
        .tips("nondeterministic_output")
        .handler(call -> call.reply().integer(rounded(left(call))));
    getter(c, "PTTL", "2.6.0")
        .summary("Returns the expiration time in milliseconds of a key.")
        .history("2.8.0", "Added the -2 reply.")
        .tips("nondeterministic_output")
        .handler(call -> call.reply().integer(left(call)));
    getter(c, "EXPIRETIME", "7.0.0")
        .summary("Returns the expiration time of a key as a Unix timestamp.")
        .handler(call -> call.reply().integer(rounded(deadline(call))));
    getter(c, "PEXPIRETIME", "7.0.0")
        .summary("Returns the expiration time of a key as a Unix milliseconds timestamp.")
        .handler(call -> call.reply().integer(deadline(call)));
  }

  private static CommandBuilder getter(Declarations c, String name, String since) {
    return c.command(name)
        .since(since)
        .group(GENERIC)
        .complexity("O(1)")
        .arity(2)
        .flags(READONLY, FAST)
        .acl(KEYSPACE)
        .args(key("key").at(1).access(RO, ACCESS))
        .keyUse(KeyUse.NEVER)
        .replies(integerReply("The time; -1 if the key has none, -2 if there is no such key."));
  }

  /**
   * Gives a key a deadline, or deletes it if that has passed.
   *
   * @param base what the time is counted from, in milliseconds since the epoch
   * @param unitMillis the time's unit
   */
  private static void expire(Call call, long base, long unitMillis) throws CommandException {
    int conditions = conditions(call);
    long time = call.argLong(2);
    if (time > Long.MAX_VALUE / unitMillis
        || time < Long.MIN_VALUE / unitMillis
        || time * unitMillis > Long.MAX_VALUE - base) {
      throw new CommandException(
          "ERR invalid expire time in '" + call.spec().fullName() + "' command");
    }
    long deadline = time * unitMillis + base;
    long entry = call.findUncounted(1);
    if (entry == 0 || !isMet(conditions, Entry.expireAt(entry), deadline)) {
      call.reply().integer(0);
      return;
    }
    if (deadline <= call.nowMillis()) {
      call.delete(1);
    } else {
      setDeadline(call, entry, deadline);
      call.event(KeyEvent.EXPIRE, 1);
    }
    call.reply().integer(1);
  }

  private static int conditions(Call call) throws CommandException {
    int all = 0;
    for (int i = 3; i < call.argCount(); i++) {
      int condition = 0;
      for (int k = 0; k < CONDITIONS.length; k++) {
        condition |= call.argIs(i, CONDITIONS[k]) ? 1 << k : 0;
      }
      if (condition == 0) {
        throw new CommandException("ERR Unsupported option " + call.argQuoted(i));
      }
      all |= condition;
    }
    if ((all & NX) != 0 && all != NX) {
      throw new CommandException(NX_WITH_OTHERS);
    }
    if ((all & GT) != 0 && (all & LT) != 0) {
      throw new CommandException(GT_WITH_LT);
    }
    return all;
  }

  /** Whether a deadline may be set; one that there is not, -1, is later than any other. */
  private static boolean isMet(int conditions, long old, long deadline) {
    return ((conditions & NX) == 0 || old == -1)
        && ((conditions & XX) == 0 || old != -1)
        && ((conditions & GT) == 0 || (old != -1 && deadline > old))
        && ((conditions & LT) == 0 || old == -1 || deadline < old);
  }

  private static void setDeadline(Call call, long entry, long deadline) throws CommandException {
    if (call.shard(1).expire(call.unit(), call.db(), call.hash(1), entry, deadline) == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  private static void persist(Call call) throws CommandException {
    long entry = call.findUncounted(1);
    if (entry == 0 || Entry.expireAt(entry) == -1) {
      call.reply().integer(0);
      return;
    }
    setDeadline(call, entry, -1);
    call.event(KeyEvent.PERSIST, 1);
    call.reply().integer(1);
  }

  /** A key's deadline in milliseconds since the epoch, or why it has none. */
  private static long deadline(Call call) {
    long entry = call.find(1);
    return entry == 0 ? NO_KEY : Entry.expireAt(entry) == -1 ? NO_DEADLINE : Entry.expireAt(entry);
  }

  /** The milliseconds that a key has left, or why there is no such time. */
  private static long left(Call call) {
    long deadline = deadline(call);
    return deadline < 0 ? deadline : Math.max(0, deadline - call.nowMillis());
  }

  /** Milliseconds in seconds, rounded; the sum may exceed the signed range. */
  private static long rounded(long millis) {
    return millis < 0 ? millis : Long.divideUnsigned(millis + MILLIS / 2, MILLIS);
  }
}
