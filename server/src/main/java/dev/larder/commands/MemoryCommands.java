package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.nil;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;

/** MEMORY: where the memory is. */
public final class MemoryCommands {
  private static final byte[] SAMPLES = keyword("samples");

  private MemoryCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("MEMORY")
        .summary("A container for memory diagnostics commands.")
        .since("4.0.0")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    c.command("MEMORY|USAGE")
        .summary("Estimates the memory usage of a key.")
        .since("4.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the number of samples.")
        .arity(-3)
        .flags(READONLY)
        .args(key("key").at(2).access(RO), integer("count").tokenIs("SAMPLES").optional())
        .replies(
            integerReply("Bytes of the record, its value and its part of the indexes."),
            nil("No such key."))
        .handler(MemoryCommands::usage);
    c.help(
        "MEMORY",
        "4.0.0",
        SERVER,
        new AclCategory[0],
        "STATS",
        "    Return information about the memory usage of the server.",
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values are",
        "    sampled up to <count> times (default: 5, 0 means sample all).");
  }

  private static void usage(Call call) throws CommandException {
    for (int i = 3; i < call.argCount(); i += 2) {
      if (!call.argIs(i, SAMPLES) || i + 1 == call.argCount()) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      if (call.argLong(i + 1) < 0) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    long entry = call.findUncounted(2);
    if (entry == 0) {
      call.reply().nil();
    } else {
      call.reply().integer(call.shard(2).memoryUsage(entry));
    }
  }
}
