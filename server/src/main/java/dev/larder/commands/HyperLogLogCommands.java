package dev.larder.commands;

import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.MAY_REPLICATE;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.INSERT;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.ReplySchema.any;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import java.util.function.LongSupplier;

/**
 * HyperLogLogs: strings that tell how many different elements were added. What the commands are;
 * how they work is in the classes that the handlers name.
 */
public final class HyperLogLogCommands {

  private HyperLogLogCommands() {}

  /**
   * Declares the group.
   *
   * @param maxSparseBytes how long a sparse HyperLogLog may become, read anew by each command
   */
  public static void declare(Declarations c, LongSupplier maxSparseBytes) {
    HyperLogLogWrites writes = new HyperLogLogWrites(new HyperLogLogResult(maxSparseBytes));
    command(c, "PFADD", "O(1) to add every element.")
        .summary("Adds elements to a HyperLogLog key. Creates the key if it doesn't exist.")
        .arity(-2)
        .flags(WRITE, DENYOOM, FAST)
        .args(key("key").at(1).access(RW, INSERT), string("element").optional().multiple())
        .replies(integerReply("1 when the estimate may have changed, else 0."))
        .handler(writes::pfadd);
    command(
            c,
            "PFCOUNT",
            "O(1) with a very small average constant time when called with a single key. O(N) with"
                + " N being the number of keys, and much bigger constant times, when called with"
                + " multiple keys.")
        .summary(
            "Returns the approximated cardinality of the set(s) observed by the HyperLogLog"
                + " key(s).")
        .arity(-2)
        .flags(READONLY, MAY_REPLICATE)
        .args(
            key("key")
                .at(1)
                .access(RW, ACCESS)
                .notes(
                    "RW because it may change the internal representation of the key, and"
                        + " propagate to replicas")
                .multiple())
        .replies(integerReply("How many different elements were added to any of the keys."))
        .handler(HyperLogLogReads::pfcount);
    command(c, "PFMERGE", "O(N) to merge N HyperLogLogs, but with high constant times.")
        .summary("Merges one or more HyperLogLog values into a single key.")
        .arity(-2)
        .flags(WRITE, DENYOOM)
        .args(
            key("destkey").at(1).access(RW, ACCESS, INSERT),
            key("sourcekey").at(2).access(RO, ACCESS).optional().multiple())
        .replies(ok())
        .handler(writes::pfmerge);
    declareDebug(c);
  }

  private static void declareDebug(Declarations c) {
    command(c, "PFDEBUG", "N/A")
        .summary("Internal commands for debugging HyperLogLog values.")
        .system()
        .arity(3)
        .flags(WRITE, DENYOOM, ADMIN)
        .args(string("subcommand"), key("key").at(2).access(RW, ACCESS))
        .replies(any("GETREG: an array; DECODE and ENCODING: a string; TODENSE: an integer."))
        .handler(HyperLogLogDebug::pfdebug);
    command(c, "PFSELFTEST", "N/A")
        .summary("An internal command for testing HyperLogLog values.")
        .system()
        .arity(1)
        .flags(ADMIN)
        .replies(ok())
        .handler(call -> call.defer(new HyperLogLogSelfTest(call.keyspace())));
  }

  private static CommandBuilder command(Declarations c, String name, String complexity) {
    return c.command(name)
        .since("2.8.9")
        .group(CommandGroup.HYPERLOGLOG)
        .acl(AclCategory.HYPERLOGLOG)
        .complexity(complexity);
  }
}
