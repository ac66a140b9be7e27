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
import static dev.larder.command.KeyAccess.INSERT;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;
import static dev.larder.commands.StreamCommands.command;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** Consumer groups of streams: what the commands are. */
final class ConsumerGroupCommands {
  private ConsumerGroupCommands() {}

  /** Declares the group. */
  static void declare(Declarations c) {
    declareContainer(c);
    declareAcknowledgements(c);
    declarePending(c);
    declareClaims(c);
  }

  private static void declareContainer(Declarations c) {
    c.command("XGROUP")
        .summary("A container for consumer groups commands.")
        .since("5.0.0")
        .group(CommandGroup.STREAM)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    command(c, "XGROUP|CREATE", "5.0.0", "O(1)")
        .summary("Creates a consumer group.")
        .history("7.0.0", "Added the `entries_read` named argument.")
        .arity(-5)
        .flags(WRITE, DENYOOM)
        .args(
            key("key").at(2).access(RW, INSERT),
            string("group"),
            idSelector(),
            token("MKSTREAM").optional(),
            integer("entriesread").tokenIs("ENTRIESREAD").display("entries-read").optional())
        .replies(ok())
        .handler(StreamGroupCommands::create);
    command(c, "XGROUP|SETID", "5.0.0", "O(1)")
        .summary("Sets the last-delivered ID of a consumer group.")
        .history("7.0.0", "Added the optional `entries_read` argument.")
        .arity(-5)
        .flags(WRITE)
        .args(
            key("key").at(2).access(RW, UPDATE),
            string("group"),
            idSelector(),
            integer("entriesread").tokenIs("ENTRIESREAD").display("entries-read").optional())
        .replies(ok())
        .handler(StreamGroupCommands::setId);
    command(
            c,
            "XGROUP|DESTROY",
            "5.0.0",
            "O(N) where N is the number of entries in the group's pending entries list (PEL).")
        .summary("Destroys a consumer group.")
        .arity(4)
        .flags(WRITE)
        .args(key("key").at(2).access(RW, DELETE), string("group"))
        .replies(integerReply("1 if there was such a group, else 0."))
        .handler(StreamGroupCommands::destroy);
    declareConsumers(c);
    declareHelp(c);
  }

  private static void declareConsumers(Declarations c) {
    command(c, "XGROUP|CREATECONSUMER", "6.2.0", "O(1)")
        .summary("Creates a consumer in a consumer group.")
        .arity(5)
        .flags(WRITE, DENYOOM)
        .args(key("key").at(2).access(RW, INSERT), string("group"), string("consumer"))
        .replies(integerReply("1 if the consumer is new, else 0."))
        .handler(StreamGroupCommands::createConsumer);
    command(c, "XGROUP|DELCONSUMER", "5.0.0", "O(1)")
        .summary("Deletes a consumer from a consumer group.")
        .arity(5)
        .flags(WRITE)
        .args(key("key").at(2).access(RW, DELETE), string("group"), string("consumer"))
        .replies(integerReply("How many entries were pending for the consumer."))
        .handler(StreamGroupCommands::removeConsumer);
  }

  private static void declareHelp(Declarations c) {
    c.help(
        "XGROUP",
        "5.0.0",
        CommandGroup.STREAM,
        new AclCategory[] {AclCategory.STREAM},
        "CREATE <key> <groupname> <id|$> [option]",
        "    Create a new consumer group. Options are:",
        "    * MKSTREAM",
        "      Create the empty stream if it does not exist.",
        "    * ENTRIESREAD entries_read",
        "      Set the group's entries_read counter (internal use).",
        "CREATECONSUMER <key> <groupname> <consumer>",
        "    Create a new consumer in the specified group.",
        "DELCONSUMER <key> <groupname> <consumer>",
        "    Remove the specified consumer.",
        "DESTROY <key> <groupname>",
        "    Remove the specified group.",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
        "    Set the current group ID and entries_read counter.");
  }

  private static Arg idSelector() {
    return oneOf("id-selector", string("id"), token("new-id", "$"));
  }

  private static void declareAcknowledgements(Declarations c) {
    command(c, "XACK", "5.0.0", "O(1) for each message ID processed.")
        .summary(
            "Returns the number of messages that were successfully acknowledged by the consumer"
                + " group member of a stream.")
        .arity(-4)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, UPDATE), string("group"), string("id").multiple())
        .replies(integerReply("How many entries were acknowledged."))
        .handler(StreamDeletes::xack);
    command(c, "XACKDEL", "8.2.0", "O(1) for each entry ID processed.")
        .summary("Acknowledges and deletes one or multiple messages for a stream consumer group.")
        .arity(-6)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE, DELETE),
            string("group"),
            StreamCommands.condition(),
            StreamCommands.ids())
        .replies(
            array(
                "For each id: 1 if the entry was acknowledged and deleted, 2 if it was"
                    + " acknowledged and is still referenced, -1 if it was not pending."))
        .handler(StreamDeletes::xackdel);
    command(c, "XNACK", "8.8.0", "O(1) for each message ID processed.")
        .summary(
            "Releases pending messages back to the group's PEL without acknowledging them, making"
                + " them available for re-delivery.")
        .arity(-7)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            string("group"),
            oneOf("mode", token("SILENT"), token("FAIL"), token("FATAL")),
            StreamCommands.ids(),
            integer("count").tokenIs("RETRYCOUNT").optional(),
            token("FORCE").optional())
        .replies(integerReply("How many entries were released."))
        .handler(StreamNacks::xnack);
  }

  private static void declarePending(Declarations c) {
    command(
            c,
            "XPENDING",
            "5.0.0",
            "O(N) with N being the number of elements returned, so asking for a small fixed number"
                + " of entries per call is O(1). O(M), where M is the total number of entries"
                + " scanned when used with the IDLE filter. When the command returns just the"
                + " summary and the list of consumers is small, it runs in O(1) time; otherwise, an"
                + " additional O(N) time for iterating every consumer.")
        .summary(
            "Returns the information and entries from a stream consumer group's pending entries"
                + " list.")
        .history("6.2.0", "Added the `IDLE` option and exclusive range intervals.")
        .tips("nondeterministic_output")
        .arity(-3)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("group"),
            block(
                    "filters",
                    integer("min-idle-time").tokenIs("IDLE").since("6.2.0").optional(),
                    string("start"),
                    string("end"),
                    integer("count"),
                    string("consumer").optional())
                .optional())
        .replies(
            array(
                "A summary: how many entries, the lowest and the highest id, consumers with their"
                    + " numbers."),
            array("With a range: for each entry its id, consumer, idle time, deliveries."))
        .handler(StreamPendings::xpending);
  }

  private static void declareClaims(Declarations c) {
    command(
            c,
            "XCLAIM",
            "5.0.0",
            "O(log N) with N being the number of messages in the PEL of the consumer group.")
        .summary(
            "Changes, or acquires, ownership of a message in a consumer group, as if the message"
                + " was delivered a consumer group member.")
        .tips("nondeterministic_output")
        .arity(-6)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            string("group"),
            string("consumer"),
            string("min-idle-time"),
            string("id").multiple(),
            integer("ms").tokenIs("IDLE").optional(),
            unixTime("unix-time-milliseconds").tokenIs("TIME").optional(),
            integer("count").tokenIs("RETRYCOUNT").optional(),
            token("FORCE").optional(),
            token("JUSTID").optional(),
            string("lastid").tokenIs("LASTID").optional())
        .replies(array("The entries that were claimed, or their ids."))
        .handler(StreamClaims::xclaim);
    command(c, "XAUTOCLAIM", "6.2.0", "O(1) if COUNT is small.")
        .summary(
            "Changes, or acquires, ownership of messages in a consumer group, as if the messages"
                + " were delivered to as consumer group member.")
        .history(
            "7.0.0",
            "Added an element to the reply array, containing deleted entries the command cleared"
                + " from the PEL")
        .tips("nondeterministic_output")
        .arity(-6)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, DELETE),
            string("group"),
            string("consumer"),
            string("min-idle-time"),
            string("start"),
            integer("count").tokenIs("COUNT").optional(),
            token("JUSTID").optional())
        .replies(
            array(
                "Where to go on, the entries that were claimed or their ids, and the ids of"
                    + " entries that are gone."))
        .handler(StreamClaims::xautoclaim);
  }
}
