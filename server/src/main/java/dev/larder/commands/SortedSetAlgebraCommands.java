package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.commands.SortedSetAlgebra.Operation;

/** Sorted sets: what the commands are that combine several of them. */
final class SortedSetAlgebraCommands {
  private SortedSetAlgebraCommands() {}

  static void declare(Declarations c) {
    declareUnions(c);
    declareIntersections(c);
    declareDifferences(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.SORTED_SET)
        .acl(AclCategory.SORTEDSET)
        .complexity(complexity);
  }

  /** How many sorted sets, and which; the number is this argument. */
  private static Arg[] inputs(int numkeys) {
    return new Arg[] {
      integer("numkeys"), key("key").at(numkeys).count(0, 1, 1).access(RO, ACCESS).multiple()
    };
  }

  private static Arg destination() {
    return key("destination").at(1).access(OW, UPDATE);
  }

  private static Arg weights() {
    return integer("weight").tokenIs("WEIGHTS").optional().multiple();
  }

  private static Arg aggregate() {
    return oneOf(
            "aggregate", token("SUM"), token("MIN"), token("MAX"), token("COUNT").since("8.8.0"))
        .tokenIs("AGGREGATE")
        .optional();
  }

  private static Arg withScores() {
    return token("WITHSCORES").optional();
  }

  private static void declareUnions(Declarations c) {
    command(
            c,
            "ZUNION",
            "6.2.0",
            "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M"
                + " being the number of elements in the resulting sorted set.")
        .summary("Returns the union of multiple sorted sets.")
        .arity(-3)
        .flags(READONLY)
        .args(inputs(1))
        .args(weights(), aggregate(), withScores())
        .replies(array("The members, with their scores if asked for."))
        .handler(call -> SortedSetAlgebra.reply(call, Operation.UNION));
    command(
            c,
            "ZUNIONSTORE",
            "2.0.0",
            "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M"
                + " being the number of elements in the resulting sorted set.")
        .summary("Stores the union of multiple sorted sets in a key.")
        .arity(-4)
        .flags(WRITE, DENYOOM)
        .args(destination())
        .args(inputs(2))
        .args(weights(), aggregate())
        .replies(integerReply("The number of members stored."))
        .handler(call -> SortedSetAlgebra.store(call, Operation.UNION));
  }

  private static void declareIntersections(Declarations c) {
    command(
            c,
            "ZINTER",
            "6.2.0",
            "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the"
                + " number of input sorted sets and M being the number of elements in the resulting"
                + " sorted set.")
        .summary("Returns the intersect of multiple sorted sets.")
        .arity(-3)
        .flags(READONLY)
        .args(inputs(1))
        .args(weights(), aggregate(), withScores())
        .replies(array("The members, with their scores if asked for."))
        .handler(call -> SortedSetAlgebra.reply(call, Operation.INTERSECTION));
    command(
            c,
            "ZINTERCARD",
            "7.0.0",
            "O(N*K) worst case with N being the smallest input sorted set, K being the number of"
                + " input sorted sets.")
        .summary("Returns the number of members of the intersect of multiple sorted sets.")
        .arity(-3)
        .flags(READONLY)
        .args(inputs(1))
        .args(integer("limit").tokenIs("LIMIT").optional())
        .replies(integerReply("The number of members, or the limit."))
        .handler(call -> SortedSetAlgebra.reply(call, Operation.CARDINALITY));
    command(
            c,
            "ZINTERSTORE",
            "2.0.0",
            "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the"
                + " number of input sorted sets and M being the number of elements in the resulting"
                + " sorted set.")
        .summary("Stores the intersect of multiple sorted sets in a key.")
        .arity(-4)
        .flags(WRITE, DENYOOM)
        .args(destination())
        .args(inputs(2))
        .args(weights(), aggregate())
        .replies(integerReply("The number of members stored."))
        .handler(call -> SortedSetAlgebra.store(call, Operation.INTERSECTION));
  }

  private static void declareDifferences(Declarations c) {
    command(
            c,
            "ZDIFF",
            "6.2.0",
            "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets,"
                + " N is the size of the first set, and K is the size of the result set.")
        .summary("Returns the difference between multiple sorted sets.")
        .arity(-3)
        .flags(READONLY)
        .args(inputs(1))
        .args(withScores())
        .replies(array("The members, with their scores if asked for."))
        .handler(call -> SortedSetAlgebra.reply(call, Operation.DIFFERENCE));
    command(
            c,
            "ZDIFFSTORE",
            "6.2.0",
            "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets,"
                + " N is the size of the first set, and K is the size of the result set.")
        .summary("Stores the difference of multiple sorted sets in a key.")
        .arity(-4)
        .flags(WRITE, DENYOOM)
        .args(destination())
        .args(inputs(2))
        .replies(integerReply("The number of members stored."))
        .handler(call -> SortedSetAlgebra.store(call, Operation.DIFFERENCE));
  }
}
