package dev.larder.commands;

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
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.any;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.nil;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.commands.SetCombination.Operation;

/** Sets: what the commands are. */
final class SetCommands {
  private static final String TOTAL_COMPLEXITY =
      "O(N) where N is the total number of elements in all given sets.";
  private static final String INTERSECTION_COMPLEXITY =
      "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of"
          + " sets.";

  private SetCommands() {}

  /** Declares the group. */
  static void declare(Declarations c) {
    declareWrites(c);
    declareReads(c);
    declareChoices(c);
    declareReplies(c);
    declareStores(c);
    declareCounts(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.SET)
        .acl(AclCategory.SET)
        .complexity(complexity);
  }

  private static void declareWrites(Declarations c) {
    command(
            c,
            "SADD",
            "1.0.0",
            "O(1) for each element added, so O(N) to add N elements when the command is called with"
                + " multiple arguments.")
        .summary("Adds one or more members to a set. Creates the key if it doesn't exist.")
        .history("2.4.0", "Accepts multiple `member` arguments.")
        .arity(-3)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, INSERT), string("member").multiple())
        .replies(integerReply("How many members are new."))
        .handler(SetWrites::sadd);
    command(c, "SREM", "1.0.0", "O(N) where N is the number of members to be removed.")
        .summary(
            "Removes one or more members from a set. Deletes the set if the last member was"
                + " removed.")
        .history("2.4.0", "Accepts multiple `member` arguments.")
        .arity(-3)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, DELETE), string("member").multiple())
        .replies(integerReply("How many members were removed."))
        .handler(SetWrites::srem);
    command(c, "SMOVE", "1.0.0", "O(1)")
        .summary("Moves a member from one set to another.")
        .arity(4)
        .flags(WRITE, FAST)
        .args(
            key("source").at(1).access(RW, ACCESS, DELETE),
            key("destination").at(2).access(RW, INSERT),
            string("member"))
        .replies(integerReply("1 if the member was moved, 0 if the source does not have it."))
        .handler(SetWrites::smove);
  }

  private static void declareReads(Declarations c) {
    command(c, "SCARD", "1.0.0", "O(1)")
        .summary("Returns the number of members in a set.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO))
        .replies(integerReply("The number of members, 0 when there is no such key."))
        .handler(SetReads::scard);
    command(c, "SISMEMBER", "1.0.0", "O(1)")
        .summary("Determines whether a member belongs to a set.")
        .arity(3)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO), string("member"))
        .replies(integerReply("1 if there is such a member, 0 if not."))
        .handler(SetReads::sismember);
    command(
            c,
            "SMISMEMBER",
            "6.2.0",
            "O(N) where N is the number of elements being checked for membership")
        .summary("Determines whether multiple members belong to a set.")
        .arity(-3)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO, ACCESS), string("member").multiple())
        .replies(array("For each member 1 if it is there, 0 if not."))
        .handler(SetReads::smismember);
    command(c, "SMEMBERS", "1.0.0", "O(N) where N is the set cardinality.")
        .summary("Returns all members of a set.")
        .tips("nondeterministic_output_order")
        .arity(2)
        .flags(READONLY)
        .args(key("key").at(1).access(RO, ACCESS))
        .replies(any("The members, a set."))
        .handler(SetReads::smembers);
    command(
            c,
            "SSCAN",
            "2.8.0",
            "O(1) for every call. O(N) for a complete iteration, including enough command calls for"
                + " the cursor to return back to 0. N is the number of elements inside the"
                + " collection..")
        .summary("Iterates over members of a set.")
        .tips("nondeterministic_output")
        .arity(-3)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            integer("cursor"),
            pattern("pattern").tokenIs("MATCH").optional(),
            integer("count").tokenIs("COUNT").optional())
        .replies(array("The next cursor, and the members."))
        .handler(SetReads::sscan);
  }

  private static void declareChoices(Declarations c) {
    command(
            c,
            "SPOP",
            "1.0.0",
            "Without the count argument O(1), otherwise O(N) where N is the value of the passed"
                + " count.")
        .summary(
            "Returns one or more random members from a set after removing them. Deletes the set if"
                + " the last member was popped.")
        .history("3.2.0", "Added the `count` argument.")
        .tips("nondeterministic_output")
        .arity(-2)
        .flags(WRITE, FAST)
        .args(
            key("key").at(1).access(RW, ACCESS, DELETE), integer("count").since("3.2.0").optional())
        .replies(
            bulk("Without count: the member."),
            nil("Without count: no such key."),
            any("With count: the members, a set."))
        .handler(SetRandom::spop);
    command(
            c,
            "SRANDMEMBER",
            "1.0.0",
            "Without the count argument O(1), otherwise O(N) where N is the absolute value of the"
                + " passed count.")
        .summary("Get one or multiple random members from a set")
        .history("2.6.0", "Added the optional `count` argument.")
        .tips("nondeterministic_output")
        .arity(-2)
        .flags(READONLY)
        .args(key("key").at(1).access(RO, ACCESS), integer("count").since("2.6.0").optional())
        .replies(
            bulk("Without count: a member."),
            nil("Without count: no such key."),
            array("With count: the members."))
        .handler(SetRandom::srandmember);
  }

  private static void declareReplies(Declarations c) {
    replied(c, "SUNION", TOTAL_COMPLEXITY)
        .summary("Returns the union of multiple sets.")
        .handler(call -> SetAlgebra.reply(call, Operation.UNION));
    replied(c, "SINTER", INTERSECTION_COMPLEXITY)
        .summary("Returns the intersect of multiple sets.")
        .handler(call -> SetAlgebra.reply(call, Operation.INTERSECTION));
    replied(c, "SDIFF", TOTAL_COMPLEXITY)
        .summary("Returns the difference of multiple sets.")
        .handler(call -> SetAlgebra.reply(call, Operation.DIFFERENCE));
  }

  private static CommandBuilder replied(Declarations c, String name, String complexity) {
    return command(c, name, "1.0.0", complexity)
        .tips("nondeterministic_output_order")
        .arity(-2)
        .flags(READONLY)
        .args(key("key").at(1).range(-1, 1, 0).access(RO, ACCESS).multiple())
        .replies(any("The members, a set."));
  }

  private static void declareStores(Declarations c) {
    stored(c, "SUNIONSTORE", TOTAL_COMPLEXITY, key("destination").at(1).access(OW, UPDATE))
        .summary("Stores the union of multiple sets in a key.")
        .handler(call -> SetAlgebra.store(call, Operation.UNION));
    stored(c, "SINTERSTORE", INTERSECTION_COMPLEXITY, key("destination").at(1).access(RW, UPDATE))
        .summary("Stores the intersect of multiple sets in a key.")
        .handler(call -> SetAlgebra.store(call, Operation.INTERSECTION));
    stored(c, "SDIFFSTORE", TOTAL_COMPLEXITY, key("destination").at(1).access(OW, UPDATE))
        .summary("Stores the difference of multiple sets in a key.")
        .handler(call -> SetAlgebra.store(call, Operation.DIFFERENCE));
  }

  private static CommandBuilder stored(
      Declarations c, String name, String complexity, Arg destination) {
    return command(c, name, "1.0.0", complexity)
        .arity(-3)
        .flags(WRITE, DENYOOM)
        .args(destination, key("key").at(2).range(-1, 1, 0).access(RO, ACCESS).multiple())
        .replies(integerReply("The number of members stored."));
  }

  private static void declareCounts(Declarations c) {
    command(c, "SINTERCARD", "7.0.0", INTERSECTION_COMPLEXITY)
        .summary("Returns the number of members of the intersect of multiple sets.")
        .arity(-3)
        .flags(READONLY)
        .args(
            integer("numkeys"),
            key("key").at(1).count(0, 1, 1).access(RO, ACCESS).multiple(),
            integer("limit").tokenIs("LIMIT").optional())
        .replies(integerReply("The number of members, or the limit."))
        .handler(call -> SetAlgebra.count(call, Operation.INTERSECTION));
    command(c, "SUNIONCARD", "8.10.0", TOTAL_COMPLEXITY)
        .summary("Returns the number of members of the union of multiple sets.")
        .arity(-3)
        .flags(READONLY)
        .args(
            integer("numkeys"),
            key("key").at(1).count(0, 1, 1).access(RO, ACCESS).multiple(),
            token("APPROX").optional(),
            integer("limit").tokenIs("LIMIT").optional())
        .replies(integerReply("The number of members, or the limit."))
        .handler(call -> SetAlgebra.count(call, Operation.UNION));
    command(c, "SDIFFCARD", "8.10.0", TOTAL_COMPLEXITY)
        .summary(
            "Returns the number of members of the difference between the first set and all"
                + " successive sets.")
        .arity(-3)
        .flags(READONLY)
        .args(
            integer("numkeys"),
            key("key").at(1).count(0, 1, 1).access(RO, ACCESS).multiple(),
            integer("limit").tokenIs("LIMIT").optional())
        .replies(integerReply("The number of members, or the limit."))
        .handler(call -> SetAlgebra.count(call, Operation.DIFFERENCE));
  }
}
