package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;
import static dev.larder.command.ReplySchema.verbatim;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyUse;

/** MEMORY: where the memory is. */
public final class MemoryCommands {
  private static final byte[] SAMPLES = keyword("samples");
  private static final ErrorReply NO_CURVE =
      ErrorReply.of("ERR hit ratios of other sizes are not watched: CONFIG SET larder-mrc yes");
  private static final ErrorReply NOT_PURGED = ErrorReply.of("ERR Error purging dirty pages");

  private MemoryCommands() {}

  /** Declares the container and what is about keys. */
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
        .keyUse(KeyUse.NEVER)
        .handler(MemoryCommands::usage);
    c.help(
        "MEMORY",
        "4.0.0",
        SERVER,
        new AclCategory[0],
        "DOCTOR",
        "    Return memory problems reports.",
        "MALLOC-STATS",
        "    Return internal statistics report from the memory allocator.",
        "MRC",
        "    Return the hit ratios that caches of other sizes would have, as estimated.",
        "PURGE",
        "    Attempt to purge dirty pages for reclamation by the allocator.",
        "STATS",
        "    Return information about the memory usage of the server.",
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values are",
        "    sampled up to <count> times (default: 5, 0 means sample all).");
  }

  /** Declares what is about the whole server. */
  public static void declare(Declarations c, ServerHandle server) {
    memory(c, "STATS")
        .summary("Returns details about memory usage.")
        .complexity("O(1)")
        .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
        .replies(map("Numbers by name."))
        .handler(call -> server.memoryStats(call.reply()));
    memory(c, "DOCTOR")
        .summary("Outputs a memory problems report.")
        .complexity("O(1)")
        .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
        .replies(verbatim("What is wrong, and what helps."))
        .handler(call -> text(call, server.memoryDoctor()));
    memory(c, "MALLOC-STATS")
        .summary("Returns the allocator statistics.")
        .complexity("O(N) where N is the number of pages of 64 KiB")
        .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
        .replies(verbatim("A line for each size of blocks."))
        .handler(call -> text(call, server.memoryBlocks()));
    memory(c, "MRC")
        .summary("Returns the hit ratios that caches of other sizes would have, as estimated.")
        .complexity("O(1)")
        .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
        .replies(map("What was watched, and for each size its keys, bytes and hit ratio."))
        .handler(call -> hitCurve(call, server));
    memory(c, "PURGE")
        .summary("Asks the allocator to release memory.")
        .complexity("O(N) where N is the number of free pages")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .replies(ok())
        .handler(call -> call.defer(FutureWait.forOk(server.purgeMemory(), NOT_PURGED)));
  }

  private static CommandBuilder memory(Declarations c, String name) {
    return c.command("MEMORY|" + name).since("4.0.0").group(SERVER).arity(2);
  }

  private static void text(Call call, String text) {
    call.reply().verbatim("txt", text.getBytes(ISO_8859_1));
  }

  private static void hitCurve(Call call, ServerHandle server) {
    if (!server.hitCurve(call.reply())) {
      call.error(NO_CURVE);
    }
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
