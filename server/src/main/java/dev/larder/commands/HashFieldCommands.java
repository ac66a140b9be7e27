package dev.larder.commands;

import static dev.larder.command.Arg.block;
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
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** Hashes: what the commands about deadlines of single fields are, and HIMPORT. */
final class HashFieldCommands {

  private static final String FIELDS_COMPLEXITY = "O(N) where N is the number of specified fields";

  private HashFieldCommands() {}

  static void declare(Declarations c) {
    declareSetters(c);
    declareGetters(c);
    declareAccess(c);
    declareImport(c);
  }

  private static CommandBuilder command(Declarations c, String name, String since) {
    return HashCommands.command(c, name, since, FIELDS_COMPLEXITY);
  }

  private static Arg fields() {
    return block("fields", integer("numfields"), string("field").multiple()).tokenIs("FIELDS");
  }

  private static void declareSetters(Declarations c) {
    setter(c, "HEXPIRE", integer("seconds"))
        .summary("Set expiry for hash field using relative time to expire (seconds)")
        .handler(call -> FieldDeadlines.expire(call, true, true));
    setter(c, "HPEXPIRE", integer("milliseconds"))
        .summary("Set expiry for hash field using relative time to expire (milliseconds)")
        .handler(call -> FieldDeadlines.expire(call, true, false));
    setter(c, "HEXPIREAT", unixTime("unix-time-seconds"))
        .summary("Set expiry for hash field using an absolute Unix timestamp (seconds)")
        .handler(call -> FieldDeadlines.expire(call, false, true));
    setter(c, "HPEXPIREAT", unixTime("unix-time-milliseconds"))
        .summary("Set expiry for hash field using an absolute Unix timestamp (milliseconds)")
        .handler(call -> FieldDeadlines.expire(call, false, false));
    command(c, "HPERSIST", "7.4.0")
        .summary("Removes the expiration time for each specified field")
        .arity(-5)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, UPDATE), fields())
        .replies(
            array("For each field: 1 if it had a deadline, -1 if not, -2 if there is no field."))
        .handler(FieldDeadlines::hpersist);
  }

  private static CommandBuilder setter(Declarations c, String name, Arg time) {
    return command(c, name, "7.4.0")
        .arity(-6)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            time,
            oneOf("condition", token("NX"), token("XX"), token("GT"), token("LT")).optional(),
            fields())
        .replies(
            array(
                "For each field: 1 if the deadline was set, 2 if the field was deleted because that"
                    + " is past, 0 if a condition failed, -2 if there is no such field."));
  }

  private static void declareGetters(Declarations c) {
    getter(c, "HTTL")
        .summary("Returns the TTL in seconds of a hash field.")
        .handler(call -> FieldDeadlines.left(call, true));
    getter(c, "HPTTL")
        .summary("Returns the TTL in milliseconds of a hash field.")
        .handler(call -> FieldDeadlines.left(call, false));
    getter(c, "HEXPIRETIME")
        .summary("Returns the expiration time of a hash field as a Unix timestamp, in seconds.")
        .handler(call -> FieldDeadlines.time(call, true));
    getter(c, "HPEXPIRETIME")
        .summary("Returns the expiration time of a hash field as a Unix timestamp, in msec.")
        .handler(call -> FieldDeadlines.time(call, false));
  }

  private static CommandBuilder getter(Declarations c, String name) {
    return command(c, name, "7.4.0")
        .arity(-5)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO, ACCESS), fields())
        .replies(
            array("For each field: the time; -1 if it has none, -2 if there is no such field."));
  }

  private static void declareAccess(Declarations c) {
    command(c, "HGETDEL", "8.0.0")
        .summary("Returns the value of a field and deletes it from the hash.")
        .arity(-5)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, ACCESS, DELETE), fields())
        .replies(array("The values in the order of the fields; null where there was none."))
        .handler(FieldAccess::hgetdel);
    command(c, "HGETEX", "8.0.0")
        .summary(
            "Get the value of one or more fields of a given hash key, and optionally set their"
                + " expiration.")
        .arity(-5)
        .flags(WRITE, FAST)
        .args(
            key("key")
                .at(1)
                .access(RW, ACCESS, UPDATE)
                .notes("RW and UPDATE because it changes the TTL"),
            expiration(token("PERSIST")),
            fields())
        .replies(array("The values in the order of the fields; null where there is none."))
        .handler(FieldAccess::hgetex);
    HashCommands.command(c, "HSETEX", "8.0.0", "O(N) where N is the number of fields being set.")
        .summary(
            "Set the value of one or more fields of a given hash key, and optionally set their"
                + " expiration.")
        .arity(-6)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            oneOf("condition", token("FNX"), token("FXX")).optional(),
            expiration(token("KEEPTTL")),
            block(
                    "fields",
                    integer("numfields"),
                    block("data", string("field"), string("value")).multiple())
                .tokenIs("FIELDS"))
        .replies(integerReply("1 when all fields were set, 0 when the condition failed."))
        .handler(FieldAccess::hsetex);
  }

  private static Arg expiration(Arg other) {
    return oneOf(
            "expiration",
            integer("seconds").tokenIs("EX"),
            integer("milliseconds").tokenIs("PX"),
            unixTime("unix-time-seconds").tokenIs("EXAT"),
            unixTime("unix-time-milliseconds").tokenIs("PXAT"),
            other)
        .optional();
  }

  private static void declareImport(Declarations c) {
    c.command("HIMPORT")
        .summary("A container for session-based hash import commands using fieldsets.")
        .since("8.10.0")
        .group(CommandGroup.HASH)
        .acl(AclCategory.HASH)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    HashCommands.command(
            c, "HIMPORT|PREPARE", "8.10.0", "O(N*log(N)) where N is the number of fields.")
        .summary("Defines a session-local fieldset that maps a name to a list of field names.")
        .tips("request_policy:all_shards")
        .arity(-4)
        .flags(DENYOOM)
        .args(string("fieldset-name"), string("field").multiple())
        .replies(ok())
        .handler(HashImport::prepare);
    HashCommands.command(
            c, "HIMPORT|SET", "8.10.0", "O(N) where N is the number of fields in the fieldset.")
        .summary(
            "Creates a fieldset-based hash from values supplied in the order matching a previously"
                + " prepared fieldset.")
        .arity(-5)
        .flags(WRITE, DENYOOM)
        .args(
            key("key").at(2).access(OW, UPDATE),
            string("fieldset-name"),
            string("value").multiple())
        .replies(ok())
        .handler(HashImport::set);
    discard(c, "HIMPORT|DISCARD")
        .summary("Removes a single session-local fieldset by name.")
        .arity(3)
        .args(string("fieldset-name"))
        .replies(integerReply("1 if there was such a fieldset, 0 if not."))
        .handler(HashImport::discard);
    discard(c, "HIMPORT|DISCARDALL")
        .summary("Removes all session-local fieldsets for the connection.")
        .arity(2)
        .replies(integerReply("How many there were."))
        .handler(HashImport::discardAll);
  }

  private static CommandBuilder discard(Declarations c, String name) {
    return HashCommands.command(
            c, name, "8.10.0", "O(N) where N is the number of session-local fieldsets.")
        .tips("request_policy:all_shards");
  }
}
