package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.doubleArg;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
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

import dev.larder.command.AclCategory;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** Sorted sets: what the commands are that work with ranges of members. */
final class SortedSetRangeCommands {
  private SortedSetRangeCommands() {}

  static void declare(Declarations c) {
    declareRange(c);
    declareByScore(c);
    declareByMember(c);
    declareCounts(c);
    declareRemovals(c);
    declareStore(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.SORTED_SET)
        .acl(AclCategory.SORTEDSET)
        .complexity(complexity);
  }

  private static void declareRange(Declarations c) {
    command(
            c,
            "ZRANGE",
            "1.2.0",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements returned.")
        .summary("Returns members in a sorted set within a range of indexes.")
        .history("6.2.0", "Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options.")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("start"),
            string("stop"),
            oneOf("sortby", token("BYSCORE"), token("BYLEX")).since("6.2.0").optional(),
            token("REV").since("6.2.0").optional(),
            block("offset_count", integer("offset"), integer("count"))
                .tokenIs("LIMIT")
                .since("6.2.0")
                .optional(),
            token("WITHSCORES").optional())
        .replies(array("The members, with their scores if asked for."))
        .handler(SortedSetRanges::zrange);
    command(
            c,
            "ZREVRANGE",
            "1.2.0",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements returned.")
        .summary("Returns members in a sorted set within a range of indexes in reverse order.")
        .deprecated("6.2.0", "`ZRANGE` with the `REV` argument")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            integer("start"),
            integer("stop"),
            token("WITHSCORES").optional())
        .replies(array("The members, with their scores if asked for."))
        .handler(SortedSetRanges::zrevrange);
  }

  private static void declareByScore(Declarations c) {
    command(
            c,
            "ZRANGEBYSCORE",
            "1.0.5",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements being returned. If M is constant (e.g. always asking for the first 10"
                + " elements with LIMIT), you can consider it O(log(N)).")
        .summary("Returns members in a sorted set within a range of scores.")
        .history("2.0.0", "Added the `WITHSCORES` modifier.")
        .deprecated("6.2.0", "`ZRANGE` with the `BYSCORE` argument")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            doubleArg("min"),
            doubleArg("max"),
            token("WITHSCORES").since("2.0.0").optional(),
            block("offset_count", integer("offset"), integer("count")).tokenIs("LIMIT").optional())
        .replies(array("The members, with their scores if asked for."))
        .handler(SortedSetRanges::zrangebyscore);
    command(
            c,
            "ZREVRANGEBYSCORE",
            "2.2.0",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements being returned. If M is constant (e.g. always asking for the first 10"
                + " elements with LIMIT), you can consider it O(log(N)).")
        .summary("Returns members in a sorted set within a range of scores in reverse order.")
        .history("2.1.6", "`min` and `max` can be exclusive.")
        .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            doubleArg("max"),
            doubleArg("min"),
            token("WITHSCORES").optional(),
            block("offset_count", integer("offset"), integer("count")).tokenIs("LIMIT").optional())
        .replies(array("The members, with their scores if asked for."))
        .handler(SortedSetRanges::zrevrangebyscore);
  }

  private static void declareByMember(Declarations c) {
    command(
            c,
            "ZRANGEBYLEX",
            "2.8.9",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements being returned. If M is constant (e.g. always asking for the first 10"
                + " elements with LIMIT), you can consider it O(log(N)).")
        .summary("Returns members in a sorted set within a lexicographical range.")
        .deprecated("6.2.0", "`ZRANGE` with the `BYLEX` argument")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("min"),
            string("max"),
            block("offset_count", integer("offset"), integer("count")).tokenIs("LIMIT").optional())
        .replies(array("The members, with their scores if asked for."))
        .handler(SortedSetRanges::zrangebylex);
    command(
            c,
            "ZREVRANGEBYLEX",
            "2.8.9",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements being returned. If M is constant (e.g. always asking for the first 10"
                + " elements with LIMIT), you can consider it O(log(N)).")
        .summary("Returns members in a sorted set within a lexicographical range in reverse order.")
        .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments")
        .arity(-4)
        .flags(READONLY)
        .args(
            key("key").at(1).access(RO, ACCESS),
            string("max"),
            string("min"),
            block("offset_count", integer("offset"), integer("count")).tokenIs("LIMIT").optional())
        .replies(array("The members, with their scores if asked for."))
        .handler(SortedSetRanges::zrevrangebylex);
  }

  private static void declareCounts(Declarations c) {
    command(
            c,
            "ZCOUNT",
            "2.0.0",
            "O(log(N)) with N being the number of elements in the sorted set.")
        .summary("Returns the count of members in a sorted set that have scores within a range.")
        .arity(4)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO, ACCESS), doubleArg("min"), doubleArg("max"))
        .replies(integerReply("The number of members in the range."))
        .handler(SortedSetRanges::zcount);
    command(
            c,
            "ZLEXCOUNT",
            "2.8.9",
            "O(log(N)) with N being the number of elements in the sorted set.")
        .summary("Returns the number of members in a sorted set within a lexicographical range.")
        .arity(4)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO, ACCESS), string("min"), string("max"))
        .replies(integerReply("The number of members in the range."))
        .handler(SortedSetRanges::zlexcount);
  }

  private static void declareRemovals(Declarations c) {
    command(
            c,
            "ZREMRANGEBYRANK",
            "2.0.0",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements removed by the operation.")
        .summary(
            "Removes members in a sorted set within a range of indexes. Deletes the sorted set if"
                + " all members were removed.")
        .arity(4)
        .flags(WRITE)
        .args(key("key").at(1).access(RW, DELETE), integer("start"), integer("stop"))
        .replies(integerReply("How many members were removed."))
        .handler(SortedSetRanges::zremrangebyrank);
    command(
            c,
            "ZREMRANGEBYSCORE",
            "1.2.0",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements removed by the operation.")
        .summary(
            "Removes members in a sorted set within a range of scores. Deletes the sorted set if"
                + " all members were removed.")
        .arity(4)
        .flags(WRITE)
        .args(key("key").at(1).access(RW, DELETE), doubleArg("min"), doubleArg("max"))
        .replies(integerReply("How many members were removed."))
        .handler(SortedSetRanges::zremrangebyscore);
    command(
            c,
            "ZREMRANGEBYLEX",
            "2.8.9",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements removed by the operation.")
        .summary(
            "Removes members in a sorted set within a lexicographical range. Deletes the sorted set"
                + " if all members were removed.")
        .arity(4)
        .flags(WRITE)
        .args(key("key").at(1).access(RW, DELETE), string("min"), string("max"))
        .replies(integerReply("How many members were removed."))
        .handler(SortedSetRanges::zremrangebylex);
  }

  private static void declareStore(Declarations c) {
    command(
            c,
            "ZRANGESTORE",
            "6.2.0",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of"
                + " elements stored into the destination key.")
        .summary("Stores a range of members from sorted set in a key.")
        .arity(-5)
        .flags(WRITE, DENYOOM)
        .args(
            key("dst").at(1).access(OW, UPDATE),
            key("src").at(2).access(RO, ACCESS),
            string("min"),
            string("max"),
            oneOf("sortby", token("BYSCORE"), token("BYLEX")).optional(),
            token("REV").optional(),
            block("offset_count", integer("offset"), integer("count")).tokenIs("LIMIT").optional())
        .replies(integerReply("The number of members stored."))
        .handler(SortedSetRanges::zrangestore);
  }
}
