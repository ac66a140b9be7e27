package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.BLOCKING;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.DELETE;
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

/**
 * Streams and their entries: what the commands are. Groups are in {@link ConsumerGroupCommands}.
 */
public final class StreamCommands {
  private static final String READ_COMPLEXITY =
      "For each stream mentioned: O(M) with M being the number of elements returned. If M is"
          + " constant (e.g. always asking for the first 10 elements with COUNT), you can consider"
          + " it O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in"
          + " order to serve the N clients blocked on the stream getting new data.";
  private static final String RANGE_COMPLEXITY =
      "O(N) with N being the number of elements returned. If N is constant (e.g. always asking for"
          + " the first 10 elements with COUNT), you can consider it O(1).";
  private static final String DELETE_COMPLEXITY =
      "O(1) for each single item to delete in the stream, regardless of the stream size.";

  private StreamCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    declareAdds(c);
    declareDeletes(c);
    declareReads(c);
    declareState(c);
    declareInfo(c);
    ConsumerGroupCommands.declare(c);
  }

  static CommandBuilder command(Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.STREAM)
        .acl(AclCategory.STREAM)
        .complexity(complexity);
  }

  /** KEEPREF, DELREF or ACKED. */
  static Arg condition() {
    return oneOf("condition", token("KEEPREF"), token("DELREF"), token("ACKED")).optional();
  }

  /** IDS, their number, and the ids. */
  static Arg ids() {
    return block("ids", integer("numids"), string("id").multiple()).tokenIs("IDS");
  }

  private static Arg trim() {
    return block(
        "trim",
        oneOf("strategy", token("MAXLEN"), token("MINID").since("6.2.0")),
        oneOf("operator", token("equal", "="), token("approximately", "~")).optional(),
        string("threshold"),
        integer("count").tokenIs("LIMIT").since("6.2.0").optional());
  }

  private static void declareAdds(Declarations c) {
    command(
            c,
            "XADD",
            "5.0.0",
            "O(1) when adding a new entry, O(N) when trimming where N being the number of entries"
                + " evicted.")
        .summary("Appends a new message to a stream. Creates the key if it doesn't exist.")
        .history(
            "6.2.0",
            "Added the `NOMKSTREAM` option, `MINID` trimming strategy and the `LIMIT` option.")
        .history("7.0.0", "Added support for the `<ms>-*` explicit ID form.")
        .history("8.2.0", "Added the `KEEPREF`, `DELREF` and `ACKED` options.")
        .history("8.6.0", "Added the `IDMP` and `IDMPAUTO` options.")
        .tips("nondeterministic_output")
        .arity(-5)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key")
                .at(1)
                .access(RW, UPDATE)
                .notes("UPDATE instead of INSERT because of the optional trimming feature"),
            token("NOMKSTREAM").since("6.2.0").optional(),
            condition().since("8.2.0"),
            oneOf(
                    "idempotency",
                    string("idmpauto-producer-id").tokenIs("IDMPAUTO").display("producer-id"),
                    block("idmp", string("producer-id"), string("idempotent-id")).tokenIs("IDMP"))
                .since("8.6.0")
                .optional(),
            trim().optional(),
            oneOf("id-selector", token("auto-id", "*"), string("id")),
            block("data", string("field"), string("value")).multiple())
        .replies(bulk("The id of the entry."), nil("With NOMKSTREAM: there is no such key."))
        .handler(StreamAdds::xadd);
    command(
            c,
            "XTRIM",
            "5.0.0",
            "O(N), with N being the number of evicted entries. Constant times are very small"
                + " however, since entries are organized in macro nodes containing multiple entries"
                + " that can be released with a single deallocation.")
        .summary("Deletes messages from the beginning of a stream.")
        .history("6.2.0", "Added the `MINID` trimming strategy and the `LIMIT` option.")
        .history("8.2.0", "Added the `KEEPREF`, `DELREF` and `ACKED` options.")
        .tips("nondeterministic_output")
        .arity(-4)
        .flags(WRITE)
        .args(key("key").at(1).access(RW, DELETE), trim(), condition().since("8.2.0"))
        .replies(integerReply("How many entries were removed."))
        .handler(StreamAdds::xtrim);
  }

  private static void declareDeletes(Declarations c) {
    command(c, "XDEL", "5.0.0", DELETE_COMPLEXITY)
        .summary("Returns the number of messages after removing them from a stream.")
        .arity(-3)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, DELETE), string("id").multiple())
        .replies(integerReply("How many entries were deleted."))
        .handler(StreamDeletes::xdel);
    command(c, "XDELEX", "8.2.0", DELETE_COMPLEXITY)
        .summary("Deletes one or multiple entries from the stream.")
        .arity(-5)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, DELETE), condition(), ids())
        .replies(
            array(
                "For each id: 1 if the entry was deleted, 2 if it is still referenced, -1 if there"
                    + " is none."))
        .handler(StreamDeletes::xdelex);
  }

  private static void declareReads(Declarations c) {
    command(c, "XLEN", "5.0.0", "O(1)")
        .summary("Return the number of messages in a stream.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO))
        .replies(integerReply("The number of entries, 0 when there is no such key."))
        .handler(StreamReads::xlen);
    command(c, "XRANGE", "5.0.0", RANGE_COMPLEXITY)
        .summary("Returns the messages from a stream within a range of IDs.")
        .history("6.2.0", "Added exclusive ranges.")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("start"),
            string("end"),
            integer("count").tokenIs("COUNT").optional())
        .replies(array("Entries: for each an array of its id and an array of fields and values."))
        .handler(StreamReads::xrange);
    command(c, "XREVRANGE", "5.0.0", RANGE_COMPLEXITY)
        .summary("Returns the messages from a stream within a range of IDs in reverse order.")
        .history("6.2.0", "Added exclusive ranges.")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("end"),
            string("start"),
            integer("count").tokenIs("COUNT").optional())
        .replies(array("Entries, the last one first; as those of XRANGE."))
        .handler(StreamReads::xrevrange);
    declareReading(c);
  }

  private static void declareReading(Declarations c) {
    command(c, "XREAD", "5.0.0", READ_COMPLEXITY)
        .summary(
            "Returns messages from multiple streams with IDs greater than the ones requested."
                + " Blocks until a message is available otherwise.")
        .history("8.10.0", "Added the `MAXCOUNT` and `MAXSIZE` options.")
        .arity(-4)
        .flags(READONLY, BLOCKING)
        .args(
            integer("count").tokenIs("COUNT").optional(),
            integer("maxcount").tokenIs("MAXCOUNT").since("8.10.0").optional(),
            integer("maxsize").tokenIs("MAXSIZE").since("8.10.0").optional(),
            integer("milliseconds").tokenIs("BLOCK").optional(),
            streams(1))
        .keyFinder(StreamReadOptions::keys)
        .replies(
            map("The entries of each stream that has any; in RESP2, an array of pairs."),
            nil("There were none."))
        .handler(StreamReading::xread);
    command(c, "XREADGROUP", "5.0.0", READ_COMPLEXITY)
        .summary(
            "Returns new or historical messages from a stream for a consumer in a group. Blocks"
                + " until a message is available otherwise.")
        .history("8.4.0", "Added the `CLAIM` option.")
        .history("8.10.0", "Added the `MAXCOUNT` and `MAXSIZE` options.")
        .arity(-7)
        .flags(WRITE, BLOCKING)
        .args(
            block("group-block", string("group"), string("consumer")).tokenIs("GROUP"),
            integer("count").tokenIs("COUNT").optional(),
            integer("maxcount").tokenIs("MAXCOUNT").since("8.10.0").optional(),
            integer("maxsize").tokenIs("MAXSIZE").since("8.10.0").optional(),
            integer("milliseconds").tokenIs("BLOCK").optional(),
            integer("min-idle-time").tokenIs("CLAIM").since("8.4.0").optional(),
            token("NOACK").optional(),
            streams(4))
        .keyFinder(StreamReadOptions::keys)
        .replies(
            map("The entries of each stream that has any; in RESP2, an array of pairs."),
            nil("There were none."))
        .handler(StreamGroupReads::xreadgroup);
  }

  private static Arg streams(int from) {
    return block(
            "streams",
            key("key").after("STREAMS", from).range(-1, 1, 2).access(RO, ACCESS).multiple(),
            string("id").multiple())
        .tokenIs("STREAMS");
  }

  private static void declareState(Declarations c) {
    command(c, "XSETID", "5.0.0", "O(1)")
        .summary("An internal command for replicating stream values.")
        .history("7.0.0", "Added the `entries_added` and `max_deleted_entry_id` arguments.")
        .arity(-3)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            string("last-id"),
            integer("entries-added").tokenIs("ENTRIESADDED").since("7.0.0").optional(),
            string("max-deleted-id").tokenIs("MAXDELETEDID").since("7.0.0").optional())
        .replies(ok())
        .handler(StreamGroupCommands::xsetid);
    command(c, "XCFGSET", "8.6.0", "O(1)")
        .summary("Sets the IDMP configuration parameters for a stream.")
        .arity(-2)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            integer("idmp-duration").tokenIs("IDMP-DURATION").optional(),
            integer("idmp-maxsize").tokenIs("IDMP-MAXSIZE").optional())
        .replies(ok())
        .handler(StreamIdempotence::xcfgset);
    command(c, "XIDMPRECORD", "8.8.0", "O(1)")
        .summary("An internal command for setting IDMP metadata on an existing stream message.")
        .arity(5)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE), string("pid"), string("iid"), string("stream-id"))
        .replies(ok())
        .handler(StreamIdempotence::xidmprecord);
  }

  private static void declareInfo(Declarations c) {
    c.command("XINFO")
        .summary("A container for stream introspection commands.")
        .since("5.0.0")
        .group(CommandGroup.STREAM)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    command(c, "XINFO|STREAM", "5.0.0", "O(1)")
        .summary("Returns information about a stream.")
        .history("6.0.0", "Added the `FULL` modifier.")
        .history(
            "7.0.0",
            "Added the `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`,"
                + " `entries-read` and `lag` fields")
        .history("7.2.0", "Added the `active-time` field, and changed the meaning of `seen-time`.")
        .history("8.6.0", "Added the fields of idempotent messages.")
        .arity(-3)
        .flags(READONLY)
        .args(
            key("key").at(2).access(RO, ACCESS),
            block("full-block", token("FULL"), integer("count").tokenIs("COUNT").optional())
                .optional())
        .replies(map("What there is to know."))
        .handler(StreamInfo::stream);
    command(c, "XINFO|GROUPS", "5.0.0", "O(1)")
        .summary("Returns a list of the consumer groups of a stream.")
        .history("7.0.0", "Added the `entries-read` and `lag` fields")
        .arity(3)
        .flags(READONLY)
        .args(key("key").at(2).access(RO, ACCESS))
        .replies(array("A map for each group."))
        .handler(StreamInfo::groups);
    command(c, "XINFO|CONSUMERS", "5.0.0", "O(1)")
        .summary("Returns a list of the consumers in a consumer group.")
        .history("7.2.0", "Added the `inactive` field, and changed the meaning of `idle`.")
        .tips("nondeterministic_output")
        .arity(4)
        .flags(READONLY)
        .args(key("key").at(2).access(RO, ACCESS), string("group"))
        .replies(array("A map for each consumer."))
        .handler(StreamInfo::consumers);
    c.help(
        "XINFO",
        "5.0.0",
        CommandGroup.STREAM,
        new AclCategory[] {AclCategory.STREAM},
        "CONSUMERS <key> <groupname>",
        "    Show consumers of <groupname>.",
        "GROUPS <key>",
        "    Show the stream consumer groups.",
        "STREAM <key> [FULL [COUNT <count>]",
        "    Show information about the stream.");
  }
}
