package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.doubleArg;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.pattern;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.BLOCKING;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.DELETE;
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

/** Sorted sets: what the commands are that read members, change them and take them away. */
final class SortedSetCommands {
  private SortedSetCommands() {}

  static void declare(Declarations c) {
    declareWrites(c);
    declareScores(c);
    declareRanks(c);
    declareWalks(c);
    declarePops(c);
    declareBlocking(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.SORTED_SET)
        .acl(AclCategory.SORTEDSET)
        .complexity(complexity);
  }

  private static void declareWrites(Declarations c) {
    command(
            c,
            "ZADD",
            "1.2.0",
            "O(log(N)) for each item added, where N is the number of elements in the sorted set.")
        .summary(
            "Adds one or more members to a sorted set, or updates their scores. Creates the key if"
                + " it doesn't exist.")
        .history("2.4.0", "Accepts multiple elements.")
        .history("3.0.2", "Added the `XX`, `NX`, `CH` and `INCR` options.")
        .history("6.2.0", "Added the `GT` and `LT` options.")
        .arity(-4)
        .flags(WRITE, DENYOOM, FAST)
        .args(
            key("key").at(1).access(RW, UPDATE),
            oneOf("condition", token("NX"), token("XX")).since("3.0.2").optional(),
            oneOf("comparison", token("GT"), token("LT")).since("6.2.0").optional(),
            token("change", "CH").since("3.0.2").optional(),
            token("increment", "INCR").since("3.0.2").optional(),
            block("score_member", doubleArg("score"), string("member")).multiple())
        .replies(
            integerReply("How many members were added, or with CH changed."),
            any("With INCR: the new score."),
            nil("With INCR: a condition was not met."))
        .handler(SortedSetWrites::zadd);
    command(c, "ZINCRBY", "1.2.0", "O(log(N)) where N is the number of elements in the sorted set.")
        .summary("Increments the score of a member in a sorted set.")
        .arity(4)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, ACCESS, UPDATE), integer("increment"), string("member"))
        .replies(any("The new score, a double."))
        .handler(SortedSetWrites::zincrby);
    command(
            c,
            "ZREM",
            "1.2.0",
            "O(M*log(N)) with N being the number of elements in the sorted set and M the number of"
                + " elements to be removed.")
        .summary(
            "Removes one or more members from a sorted set. Deletes the sorted set if all members"
                + " were removed.")
        .history("2.4.0", "Accepts multiple elements.")
        .arity(-3)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, DELETE), string("member").multiple())
        .replies(integerReply("How many members were removed."))
        .handler(SortedSetWrites::zrem);
  }

  private static void declareScores(Declarations c) {
    command(c, "ZCARD", "1.2.0", "O(1)")
        .summary("Returns the number of members in a sorted set.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO))
        .replies(integerReply("The number of members, 0 when there is no such key."))
        .handler(SortedSetReads::zcard);
    command(c, "ZSCORE", "1.2.0", "O(1)")
        .summary("Returns the score of a member in a sorted set.")
        .arity(3)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO, ACCESS), string("member"))
        .replies(any("The score, a double."), nil("There is no such member."))
        .handler(SortedSetReads::zscore);
    command(c, "ZMSCORE", "6.2.0", "O(N) where N is the number of members being requested.")
        .summary("Returns the score of one or more members in a sorted set.")
        .arity(-3)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO, ACCESS), string("member").multiple())
        .replies(array("The scores, null for a member that is not there."))
        .handler(SortedSetReads::zmscore);
  }

  private static void declareRanks(Declarations c) {
    command(c, "ZRANK", "2.0.0", "O(log(N))")
        .summary("Returns the index of a member in a sorted set ordered by ascending scores.")
        .history("7.2.0", "Added the optional `WITHSCORE` argument.")
        .arity(-3)
        .flags(READONLY, FAST)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("member"),
            token("WITHSCORE").since("7.2.0").optional())
        .replies(
            integerReply("The rank."),
            array("With WITHSCORE: the rank and the score."),
            nil("There is no such member."))
        .handler(call -> SortedSetReads.rank(call, false));
    command(c, "ZREVRANK", "2.0.0", "O(log(N))")
        .summary("Returns the index of a member in a sorted set ordered by descending scores.")
        .history("7.2.0", "Added the optional `WITHSCORE` argument.")
        .arity(-3)
        .flags(READONLY, FAST)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("member"),
            token("WITHSCORE").since("7.2.0").optional())
        .replies(
            integerReply("The rank."),
            array("With WITHSCORE: the rank and the score."),
            nil("There is no such member."))
        .handler(call -> SortedSetReads.rank(call, true));
  }

  private static void declareWalks(Declarations c) {
    command(c, "ZRANDMEMBER", "6.2.0", "O(N) where N is the number of elements returned")
        .summary("Returns one or more random members from a sorted set.")
        .tips("nondeterministic_output")
        .arity(-2)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            block("options", integer("count"), token("WITHSCORES").optional()).optional())
        .replies(
            bulk("Without a count: a member."),
            nil("Without a count: there is no such key."),
            array("With a count: the members, with their scores if asked for."))
        .handler(SortedSetRandom::zrandmember);
    command(
            c,
            "ZSCAN",
            "2.8.0",
            "O(1) for every call. O(N) for a complete iteration, including enough command calls for"
                + " the cursor to return back to 0. N is the number of elements inside the"
                + " collection..")
        .summary("Iterates over members and scores of a sorted set.")
        .tips("nondeterministic_output")
        .arity(-3)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            integer("cursor"),
            pattern("pattern").tokenIs("MATCH").optional(),
            integer("count").tokenIs("COUNT").optional())
        .replies(
            array("The cursor to go on with, `0` at the end, and an array of members and scores."))
        .handler(SortedSetScan::zscan);
  }

  private static CommandBuilder pop(Declarations c, String name) {
    return command(
            c,
            name,
            "5.0.0",
            "O(log(N)*M) with N being the number of elements in the sorted set, and M being the"
                + " number of elements popped.")
        .arity(-2)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, ACCESS, DELETE), integer("count").optional())
        .replies(array("The members and their scores."));
  }

  private static CommandBuilder blockingPop(Declarations c, String name) {
    return command(
            c, name, "5.0.0", "O(log(N)) with N being the number of elements in the sorted set.")
        .history("6.0.0", "`timeout` is interpreted as a double instead of an integer.")
        .arity(-3)
        .flags(WRITE, NOSCRIPT, BLOCKING, FAST)
        .args(
            key("key").at(1).range(-2, 1, 0).access(RW, ACCESS, DELETE).multiple(),
            doubleArg("timeout"))
        .replies(array("The name of the key, the member and its score."), nil("The time is over."));
  }

  /** To pop from the first of some sorted sets, whose number is this argument. */
  private static Arg[] fromFirst(int numkeys) {
    return new Arg[] {
      integer("numkeys"),
      key("key").at(numkeys).count(0, 1, 1).access(RW, ACCESS, DELETE).multiple(),
      oneOf("where", token("MIN"), token("MAX")),
      integer("count").tokenIs("COUNT").optional()
    };
  }

  private static void declarePops(Declarations c) {
    pop(c, "ZPOPMIN")
        .summary(
            "Returns the lowest-scoring members from a sorted set after removing them. Deletes the"
                + " sorted set if the last member was popped.")
        .handler(call -> SortedSetPops.pop(call, false));
    pop(c, "ZPOPMAX")
        .summary(
            "Returns the highest-scoring members from a sorted set after removing them. Deletes the"
                + " sorted set if the last member was popped.")
        .handler(call -> SortedSetPops.pop(call, true));
    command(
            c,
            "ZMPOP",
            "7.0.0",
            "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of"
                + " elements in the sorted set, and M being the number of elements popped.")
        .summary(
            "Returns the highest- or lowest-scoring members from one or more sorted sets after"
                + " removing them. Deletes the sorted set if the last member was popped.")
        .arity(-4)
        .flags(WRITE)
        .args(fromFirst(1))
        .replies(
            array("The name of a key, and pairs of member and score."),
            nil("All sorted sets are empty."))
        .handler(SortedSetPops::zmpop);
  }

  private static void declareBlocking(Declarations c) {
    blockingPop(c, "BZPOPMIN")
        .summary(
            "Removes and returns the member with the lowest score from one or more sorted sets."
                + " Blocks until a member is available otherwise. Deletes the sorted set if the"
                + " last element was popped.")
        .handler(call -> SortedSetPops.popOrBlock(call, false));
    blockingPop(c, "BZPOPMAX")
        .summary(
            "Removes and returns the member with the highest score from one or more sorted sets."
                + " Blocks until a member available otherwise. Deletes the sorted set if the last"
                + " element was popped.")
        .handler(call -> SortedSetPops.popOrBlock(call, true));
    command(
            c,
            "BZMPOP",
            "7.0.0",
            "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of"
                + " elements in the sorted set, and M being the number of elements popped.")
        .summary(
            "Removes and returns a member by score from one or more sorted sets. Blocks until a"
                + " member is available otherwise. Deletes the sorted set if the last element was"
                + " popped.")
        .arity(-5)
        .flags(WRITE, BLOCKING)
        .args(doubleArg("timeout"))
        .args(fromFirst(2))
        .replies(
            array("The name of a key, and pairs of member and score."), nil("The time is over."))
        .handler(SortedSetPops::bzmpop);
  }
}
