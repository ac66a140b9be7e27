package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.doubleArg;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.pattern;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.DELETE;
import static dev.larder.command.KeyAccess.INSERT;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
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

/** Hashes: what the commands are; {@link HashFieldCommands} has those about single deadlines. */
public final class HashCommands {

  private static final String SIZE_COMPLEXITY = "O(N) where N is the size of the hash.";

  private HashCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    declareFieldReads(c);
    declareWholeReads(c);
    declareChoices(c);
    declareWrites(c);
    declareCounters(c);
    HashFieldCommands.declare(c);
  }

  static CommandBuilder command(Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.HASH)
        .acl(AclCategory.HASH)
        .complexity(complexity);
  }

  private static Arg readKey() {
    return key("key").at(1).access(RO, ACCESS);
  }

  private static void declareFieldReads(Declarations c) {
    command(c, "HGET", "2.0.0", "O(1)")
        .summary("Returns the value of a field in a hash.")
        .arity(3)
        .flags(READONLY, FAST)
        .args(readKey(), string("field"))
        .replies(bulk("The value."), nil("No such key or field."))
        .handler(HashReads::hget);
    command(c, "HMGET", "2.0.0", "O(N) where N is the number of fields being requested.")
        .summary("Returns the values of all fields in a hash.")
        .arity(-3)
        .flags(READONLY, FAST)
        .args(readKey(), string("field").multiple())
        .replies(array("The values in the order of the fields; null where there is none."))
        .handler(HashReads::hmget);
    command(c, "HEXISTS", "2.0.0", "O(1)")
        .summary("Determines whether a field exists in a hash.")
        .arity(3)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO), string("field"))
        .replies(integerReply("1 if there is such a field, 0 if not."))
        .handler(HashReads::hexists);
    command(c, "HSTRLEN", "3.2.0", "O(1)")
        .summary("Returns the length of the value of a field.")
        .arity(3)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO), string("field"))
        .replies(integerReply("The length in bytes, 0 when there is no such field."))
        .handler(HashReads::hstrlen);
  }

  private static void declareWholeReads(Declarations c) {
    command(c, "HLEN", "2.0.0", "O(1)")
        .summary("Returns the number of fields in a hash.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO))
        .replies(integerReply("The number of fields, 0 when there is no such key."))
        .handler(HashReads::hlen);
    whole(c, "HGETALL")
        .summary("Returns all fields and values in a hash.")
        .replies(map("The fields with their values."))
        .handler(HashReads::hgetall);
    whole(c, "HKEYS")
        .summary("Returns all fields in a hash.")
        .replies(array("The fields."))
        .handler(HashReads::hkeys);
    whole(c, "HVALS")
        .summary("Returns all values in a hash.")
        .replies(array("The values."))
        .handler(HashReads::hvals);
  }

  private static CommandBuilder whole(Declarations c, String name) {
    return command(c, name, "2.0.0", SIZE_COMPLEXITY)
        .tips("nondeterministic_output_order")
        .arity(2)
        .flags(READONLY)
        .args(readKey());
  }

  private static void declareChoices(Declarations c) {
    command(c, "HRANDFIELD", "6.2.0", "O(N) where N is the number of fields returned")
        .summary("Returns one or more random fields from a hash.")
        .tips("nondeterministic_output")
        .arity(-2)
        .flags(READONLY)
        .args(
            readKey(),
            block("options", integer("count"), token("WITHVALUES").optional()).optional())
        .replies(
            bulk("Without count: a field."),
            nil("Without count: no such key."),
            array("With count: fields, each with its value if that was asked for."))
        .handler(HashScans::hrandfield);
    command(
            c,
            "HSCAN",
            "2.8.0",
            "O(1) for every call. O(N) for a complete iteration, including enough command calls for"
                + " the cursor to return back to 0. N is the number of elements inside the"
                + " collection.")
        .summary("Iterates over fields and values of a hash.")
        .tips("nondeterministic_output")
        .arity(-3)
        .flags(READONLY)
        .args(
            readKey(),
            integer("cursor"),
            pattern("pattern").tokenIs("MATCH").optional(),
            integer("count").tokenIs("COUNT").optional(),
            token("NOVALUES").since("7.4.0").optional())
        .replies(
            array("The cursor to go on with, `0` at the end, and an array of fields and values."))
        .handler(HashScans::hscan);
  }

  private static void declareWrites(Declarations c) {
    command(
            c,
            "HSET",
            "2.0.0",
            "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the"
                + " command is called with multiple field/value pairs.")
        .summary("Creates or modifies the value of a field in a hash.")
        .history("4.0.0", "Accepts multiple `field` and `value` arguments.")
        .arity(-4)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            block("data", string("field"), string("value")).multiple())
        .replies(integerReply("The number of fields that were added."))
        .handler(HashWrites::hset);
    command(c, "HMSET", "2.0.0", "O(N) where N is the number of fields being set.")
        .summary("Sets the values of multiple fields.")
        .deprecated("4.0.0", "`HSET` with multiple field-value pairs")
        .arity(-4)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            block("data", string("field"), string("value")).multiple())
        .replies(ok())
        .handler(HashWrites::hmset);
    command(c, "HSETNX", "2.0.0", "O(1)")
        .summary("Sets the value of a field in a hash only when the field doesn't exist.")
        .arity(4)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, INSERT), string("field"), string("value"))
        .replies(integerReply("1 when the field was set, 0 when it existed."))
        .handler(HashWrites::hsetnx);
    command(c, "HDEL", "2.0.0", "O(N) where N is the number of fields to be removed.")
        .summary(
            "Deletes one or more fields and their values from a hash. Deletes the hash if no fields"
                + " remain.")
        .history("2.4.0", "Accepts multiple `field` arguments.")
        .arity(-3)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, DELETE), string("field").multiple())
        .replies(integerReply("The number of fields that were removed."))
        .handler(HashWrites::hdel);
  }

  private static void declareCounters(Declarations c) {
    command(c, "HINCRBY", "2.0.0", "O(1)")
        .summary(
            "Increments the integer value of a field in a hash by a number. Uses 0 as initial value"
                + " if the field doesn't exist.")
        .arity(4)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, ACCESS, UPDATE), string("field"), integer("increment"))
        .replies(integerReply("The value now."))
        .handler(HashWrites::hincrby);
    command(c, "HINCRBYFLOAT", "2.6.0", "O(1)")
        .summary(
            "Increments the floating point value of a field by a number. Uses 0 as initial value if"
                + " the field doesn't exist.")
        .arity(4)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, ACCESS, UPDATE), string("field"), doubleArg("increment"))
        .replies(bulk("The value now."))
        .handler(HashWrites::hincrbyfloat);
  }
}
