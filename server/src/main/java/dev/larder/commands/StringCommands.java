package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.doubleArg;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Arg.unixTime;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.DELETE;
import static dev.larder.command.KeyAccess.INSERT;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.KeyAccess.VARIABLE_FLAGS;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import java.util.function.LongSupplier;

/** Strings: what the commands are. How they work is in the classes that the handlers name. */
public final class StringCommands {

  private static final String SUBSTRING_COMPLEXITY =
      "O(N) where N is the length of the returned string. The complexity is ultimately determined"
          + " by the returned length, but because creating a substring from an existing string is"
          + " very cheap, it can be considered O(1) for small strings.";

  private StringCommands() {}

  /**
   * Declares the group.
   *
   * @param maxBytes how long a string may become, read anew by each command
   */
  public static void declare(Declarations c, LongSupplier maxBytes) {
    declareReads(c);
    declareReadsThatChange(c);
    declareSet(c);
    declareOldForms(c);
    declareMultiple(c);
    declareSharedExpiry(c);
    declareEdits(c, new StringEdits(maxBytes));
    declareCounters(c);
    declareBoundedIncrement(c);
    declareComparisons(c, maxBytes);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.STRING)
        .acl(AclCategory.STRING)
        .complexity(complexity);
  }

  private static Arg readKey() {
    return key("key").at(1).access(RO, ACCESS);
  }

  private static void declareReads(Declarations c) {
    command(c, "GET", "1.0.0", "O(1)")
        .summary("Returns the string value of a key.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(readKey())
        .replies(bulk("The value."), nil("No such key."))
        .handler(StringReads::get);
    command(c, "MGET", "1.0.0", "O(N) where N is the number of keys to retrieve.")
        .summary("Atomically returns the string values of one or more keys.")
        .tips("request_policy:multi_shard")
        .arity(-2)
        .flags(READONLY, FAST)
        .args(readKey().multiple())
        .replies(array("The values in the order of the keys; null where there is no string."))
        .handler(StringReads::mget);
    command(c, "STRLEN", "2.2.0", "O(1)")
        .summary("Returns the length of a string value.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO))
        .replies(integerReply("The length in bytes, 0 when there is no such key."))
        .handler(StringReads::strlen);
    command(c, "GETRANGE", "2.4.0", SUBSTRING_COMPLEXITY)
        .summary("Returns a substring of the string stored at a key.")
        .arity(4)
        .flags(READONLY)
        .args(readKey(), integer("start"), integer("end"))
        .replies(bulk("The substring, empty when there is no such key."))
        .handler(StringReads::getrange);
    command(c, "SUBSTR", "1.0.0", SUBSTRING_COMPLEXITY)
        .summary("Returns a substring from a string value.")
        .deprecated("2.0.0", "`GETRANGE`")
        .arity(4)
        .flags(READONLY)
        .args(readKey(), integer("start"), integer("end"))
        .replies(bulk("The substring, empty when there is no such key."))
        .handler(StringReads::getrange);
  }

  private static void declareReadsThatChange(Declarations c) {
    command(c, "GETDEL", "6.2.0", "O(1)")
        .summary("Returns the string value of a key after deleting the key.")
        .arity(2)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, ACCESS, DELETE))
        .replies(bulk("The value."), nil("No such key."))
        .handler(StringReads::getdel);
    command(c, "GETEX", "6.2.0", "O(1)")
        .summary("Returns the string value of a key after setting its expiration time.")
        .arity(-2)
        .flags(WRITE, FAST)
        .args(
            key("key")
                .at(1)
                .access(RW, ACCESS, UPDATE)
                .notes("RW and UPDATE because it changes the TTL"),
            oneOf(
                    "expiration",
                    integer("seconds").tokenIs("EX"),
                    integer("milliseconds").tokenIs("PX"),
                    unixTime("unix-time-seconds").tokenIs("EXAT"),
                    unixTime("unix-time-milliseconds").tokenIs("PXAT"),
                    token("PERSIST"))
                .optional())
        .replies(bulk("The value."), nil("No such key."))
        .handler(StringReads::getex);
    command(c, "GETSET", "1.0.0", "O(1)")
        .summary("Returns the previous string value of a key after setting it to a new value.")
        .deprecated("6.2.0", "`SET` with the `!GET` argument")
        .arity(3)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, ACCESS, UPDATE), string("value"))
        .replies(bulk("The value before."), nil("There was no such key."))
        .handler(StringReads::getset);
  }

  private static void declareSet(Declarations c) {
    command(c, "SET", "1.0.0", "O(1)")
        .summary(
            "Sets the string value of a key, ignoring its type. The key is created if it doesn't"
                + " exist.")
        .history("2.6.12", "Added the `EX`, `PX`, `NX` and `XX` options.")
        .history("6.0.0", "Added the `KEEPTTL` option.")
        .history("6.2.0", "Added the `GET`, `EXAT` and `PXAT` option.")
        .history("7.0.0", "Allowed the `NX` and `GET` options to be used together.")
        .history("8.4.0", "Added the `IFEQ`, `IFNE`, `IFDEQ` and `IFDNE` options.")
        .arity(-3)
        .flags(WRITE, DENYOOM)
        .args(
            key("key")
                .at(1)
                .access(RW, ACCESS, UPDATE, VARIABLE_FLAGS)
                .notes("RW and ACCESS due to the optional `GET` argument"),
            string("value"),
            oneOf(
                    "condition",
                    token("NX"),
                    token("XX"),
                    string("ifeq-value").tokenIs("IFEQ").since("8.4.0"),
                    string("ifne-value").tokenIs("IFNE").since("8.4.0"),
                    string("ifdeq-digest").tokenIs("IFDEQ").since("8.4.0"),
                    string("ifdne-digest").tokenIs("IFDNE").since("8.4.0"))
                .since("2.6.12")
                .optional(),
            token("GET").since("6.2.0").optional(),
            oneOf(
                    "expiration",
                    integer("seconds").tokenIs("EX").since("2.6.12"),
                    integer("milliseconds").tokenIs("PX").since("2.6.12"),
                    unixTime("unix-time-seconds").tokenIs("EXAT").since("6.2.0"),
                    unixTime("unix-time-milliseconds").tokenIs("PXAT").since("6.2.0"),
                    token("KEEPTTL").since("6.0.0"))
                .optional())
        .keyFinder(StringWrites::setKeys)
        .replies(
            ok(),
            nil("Without GET: a condition was not met. With GET: the key did not exist."),
            bulk("With GET: the value before."))
        .handler(StringWrites::set);
  }

  private static void declareOldForms(Declarations c) {
    command(c, "SETEX", "2.0.0", "O(1)")
        .summary(
            "Sets the string value and expiration time of a key. Creates the key if it doesn't"
                + " exist.")
        .deprecated("2.6.12", "`SET` with the `EX` argument")
        .arity(4)
        .flags(WRITE, DENYOOM)
        .args(key("key").at(1).access(OW, UPDATE), integer("seconds"), string("value"))
        .replies(ok())
        .handler(call -> StringWrites.setex(call, true));
    command(c, "PSETEX", "2.6.0", "O(1)")
        .summary(
            "Sets both string value and expiration time in milliseconds of a key. The key is"
                + " created if it doesn't exist.")
        .deprecated("2.6.12", "`SET` with the `PX` argument")
        .arity(4)
        .flags(WRITE, DENYOOM)
        .args(key("key").at(1).access(OW, UPDATE), integer("milliseconds"), string("value"))
        .replies(ok())
        .handler(call -> StringWrites.setex(call, false));
    command(c, "SETNX", "1.0.0", "O(1)")
        .summary("Sets the string value of a key only when the key doesn't exist.")
        .deprecated("2.6.12", "`SET` with the `NX` argument")
        .arity(3)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(OW, INSERT), string("value"))
        .replies(integerReply("1 when the key was set, 0 when it existed."))
        .handler(StringWrites::setnx);
  }

  private static void declareMultiple(Declarations c) {
    command(c, "MSET", "1.0.1", "O(N) where N is the number of keys to set.")
        .summary("Atomically creates or modifies the string values of one or more keys.")
        .tips("request_policy:multi_shard", "response_policy:all_succeeded")
        .arity(-3)
        .flags(WRITE, DENYOOM)
        .args(
            block("data", key("key").at(1).step(2).access(OW, UPDATE), string("value")).multiple())
        .replies(ok())
        .handler(StringWrites::mset);
    command(c, "MSETNX", "1.0.1", "O(N) where N is the number of keys to set.")
        .summary(
            "Atomically modifies the string values of one or more keys only when all keys don't"
                + " exist.")
        .tips("request_policy:multi_shard", "response_policy:agg_min")
        .arity(-3)
        .flags(WRITE, DENYOOM)
        .args(
            block("data", key("key").at(1).step(2).access(OW, INSERT), string("value")).multiple())
        .replies(integerReply("1 when all keys were set, 0 when one of them existed."))
        .handler(StringWrites::msetnx);
  }

  private static void declareSharedExpiry(Declarations c) {
    command(c, "MSETEX", "8.4.0", "O(N) where N is the number of keys to set.")
        .summary(
            "Atomically sets multiple string keys with a shared expiration in a single operation."
                + " Supports flexible argument parsing where condition and expiration flags can"
                + " appear in any order.")
        .tips("request_policy:multi_shard", "response_policy:all_succeeded")
        .arity(-4)
        .flags(WRITE, DENYOOM)
        .args(
            integer("numkeys"),
            block("data", key("key").at(1).count(0, 1, 2).access(OW, UPDATE), string("value"))
                .multiple(),
            oneOf("condition", token("NX"), token("XX")).optional(),
            oneOf(
                    "expiration",
                    integer("seconds").tokenIs("EX"),
                    integer("milliseconds").tokenIs("PX"),
                    unixTime("unix-time-seconds").tokenIs("EXAT"),
                    unixTime("unix-time-milliseconds").tokenIs("PXAT"),
                    token("KEEPTTL"))
                .optional())
        .replies(integerReply("1 when all keys were set, 0 when none was."))
        .handler(StringWrites::msetex);
  }

  private static void declareEdits(Declarations c, StringEdits edits) {
    command(
            c,
            "APPEND",
            "2.0.0",
            "O(1). The amortized time complexity is O(1) assuming the appended value is small and"
                + " the already present value is of any size, since the dynamic string library used"
                + " by Redis will double the free space available on every reallocation.")
        .summary("Appends a string to the value of a key. Creates the key if it doesn't exist.")
        .arity(3)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, INSERT), string("value"))
        .replies(integerReply("The length of the string now."))
        .handler(edits::append);
    command(
            c,
            "SETRANGE",
            "2.2.0",
            "O(1), not counting the time taken to copy the new string in place. Usually, this"
                + " string is very small so the amortized complexity is O(1). Otherwise, complexity"
                + " is O(M) with M being the length of the value argument.")
        .summary(
            "Overwrites a part of a string value with another by an offset. Creates the key if it"
                + " doesn't exist.")
        .arity(4)
        .flags(WRITE, DENYOOM)
        .args(key("key").at(1).access(RW, UPDATE), integer("offset"), string("value"))
        .replies(integerReply("The length of the string now."))
        .handler(edits::setrange);
  }

  private static void declareCounters(Declarations c) {
    counter(c, "INCR", "1.0.0")
        .summary(
            "Increments the integer value of a key by one. Uses 0 as initial value if the key"
                + " doesn't exist.")
        .arity(2)
        .args(counted())
        .replies(integerReply("The value now."))
        .handler(call -> StringCounters.add(call, 1));
    counter(c, "DECR", "1.0.0")
        .summary(
            "Decrements the integer value of a key by one. Uses 0 as initial value if the key"
                + " doesn't exist.")
        .arity(2)
        .args(counted())
        .replies(integerReply("The value now."))
        .handler(call -> StringCounters.add(call, -1));
    counter(c, "INCRBY", "1.0.0")
        .summary(
            "Increments the integer value of a key by a number. Uses 0 as initial value if the key"
                + " doesn't exist.")
        .arity(3)
        .args(counted(), integer("increment"))
        .replies(integerReply("The value now."))
        .handler(StringCounters::incrby);
    counter(c, "DECRBY", "1.0.0")
        .summary(
            "Decrements a number from the integer value of a key. Uses 0 as initial value if the"
                + " key doesn't exist.")
        .arity(3)
        .args(counted(), integer("decrement"))
        .replies(integerReply("The value now."))
        .handler(StringCounters::decrby);
    counter(c, "INCRBYFLOAT", "2.6.0")
        .summary(
            "Increments the floating point value of a key by a number. Uses 0 as initial value if"
                + " the key doesn't exist.")
        .arity(3)
        .args(counted(), doubleArg("increment"))
        .replies(bulk("The value now."))
        .handler(StringCounters::incrbyfloat);
  }

  private static void declareBoundedIncrement(Declarations c) {
    String bound = "Integer when used with BYINT, floating-point when used with BYFLOAT.";
    counter(c, "INCREX", "8.8.0")
        .summary(
            "Increments the numeric value of a key by a number and sets its expiration time. Uses"
                + " 0 as initial value if the key doesn't exist.")
        .arity(-2)
        .args(
            counted(),
            oneOf(
                    "increment",
                    doubleArg("float").tokenIs("BYFLOAT"),
                    integer("integer").tokenIs("BYINT"))
                .optional(),
            token("SATURATE")
                .summary(
                    "Saturate the result to LBOUND/UBOUND (or the type limits when no explicit"
                        + " bound is given) when out of bounds. Without this option,"
                        + " out-of-bounds operations are rejected and reply [current_value, 0].")
                .optional(),
            string("lowerbound").tokenIs("LBOUND").summary(bound).optional(),
            string("upperbound").tokenIs("UBOUND").summary(bound).optional(),
            oneOf(
                    "expiration",
                    integer("seconds").tokenIs("EX"),
                    integer("milliseconds").tokenIs("PX"),
                    unixTime("unix-time-seconds").tokenIs("EXAT"),
                    unixTime("unix-time-milliseconds").tokenIs("PXAT"),
                    token("PERSIST"))
                .optional(),
            token("ENX")
                .summary(
                    "Only set the expiration if the key currently has no TTL. Requires one of"
                        + " EX/PX/EXAT/PXAT; cannot be combined with PERSIST.")
                .optional())
        .replies(array("The value now, and the increment that was applied: integers, or doubles."))
        .handler(BoundedIncrement::increx);
  }

  private static CommandBuilder counter(Declarations c, String name, String since) {
    return command(c, name, since, "O(1)").flags(WRITE, DENYOOM, FAST);
  }

  private static Arg counted() {
    return key("key").at(1).access(RW, ACCESS, UPDATE);
  }

  private static void declareComparisons(Declarations c, LongSupplier maxBytes) {
    command(c, "DIGEST", "8.4.0", "O(N) where N is the length of the string value.")
        .summary("Returns the hash digest of a string value as a hexadecimal string.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(readKey())
        .replies(bulk("The XXH3 hash in 16 hexadecimal digits."), nil("No such key."))
        .handler(StringDigests::digest);
    command(
            c,
            "DELEX",
            "8.4.0",
            "O(1) for IFEQ/IFNE, O(N) for IFDEQ/IFDNE where N is the length of the string value.")
        .summary("Conditionally removes the specified key based on value or digest comparison.")
        .arity(-2)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, DELETE, VARIABLE_FLAGS),
            oneOf(
                    "condition",
                    string("ifeq-value").tokenIs("IFEQ"),
                    string("ifne-value").tokenIs("IFNE"),
                    string("ifdeq-digest").tokenIs("IFDEQ"),
                    string("ifdne-digest").tokenIs("IFDNE"))
                .optional())
        .keyFinder(ConditionalDelete::keys)
        .replies(integerReply("1 when the key was removed, else 0."))
        .handler(ConditionalDelete::delex);
    command(c, "LCS", "7.0.0", "O(N*M) where N and M are the lengths of s1 and s2, respectively")
        .summary("Finds the longest common substring.")
        .arity(-3)
        .flags(READONLY)
        .args(
            key("key1").at(1).range(1, 1, 0).access(RO, ACCESS),
            key("key2").sharing(0),
            token("LEN").optional(),
            token("IDX").optional(),
            integer("min-match-len").tokenIs("MINMATCHLEN").optional(),
            token("WITHMATCHLEN").optional())
        .replies(
            bulk("The longest common subsequence."),
            integerReply("With LEN: its length."),
            map("With IDX: the ranges in both strings, from the end, and the length."))
        .handler(call -> LcsCommand.lcs(call, maxBytes));
  }
}
