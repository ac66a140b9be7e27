package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.SlowLog;
import dev.larder.resp.ByteString;
import dev.larder.resp.ReplyWriter;
import java.util.List;

/** SLOWLOG: the commands that took long. */
public final class SlowLogCommands {
  private static final long DEFAULT_COUNT = 10;
  private static final int ENTRY_FIELDS = 6;
  private static final ErrorReply BAD_COUNT =
      ErrorReply.of("ERR count should be greater than or equal to -1");

  private final SlowLog log;

  private SlowLogCommands(SlowLog log) {
    this.log = log;
  }

  /** Declares the group. */
  public static void declare(Declarations c, SlowLog log) {
    SlowLogCommands group = new SlowLogCommands(log);
    c.command("SLOWLOG")
        .summary("A container for slow log commands.")
        .since("2.2.12")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    slowLog(c, "GET")
        .summary("Returns the slow log's entries.")
        .complexity("O(N) where N is the number of entries returned")
        .history("4.0.0", "Added client IP address, port and name to the reply.")
        .tips("request_policy:all_nodes", "nondeterministic_output")
        .arity(-2)
        .args(integer("count").optional())
        .replies(
            array(
                "Entries, latest first: id, time in seconds, microseconds it took, arguments,"
                    + " client's address, client's name."))
        .handler(group::get);
    slowLog(c, "LEN")
        .summary("Returns the number of entries in the slow log.")
        .complexity("O(1)")
        .tips("request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output")
        .arity(2)
        .replies(integerReply("The number of entries."))
        .handler(call -> call.reply().integer(log.size()));
    slowLog(c, "RESET")
        .summary("Clears all entries from the slow log.")
        .complexity("O(N) where N is the number of entries in the slowlog")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(2)
        .replies(ok())
        .handler(group::reset);
    c.help(
        "SLOWLOG",
        "6.2.0",
        SERVER,
        new AclCategory[0],
        "GET [<count>]",
        "    Return the latest <count> entries (default: 10, -1 means all): id, timestamp,",
        "    time in microseconds, arguments, client IP and port, client name.",
        "LEN",
        "    Return the length of the slow log.",
        "RESET",
        "    Clear the slow log.");
  }

  private static CommandBuilder slowLog(Declarations c, String name) {
    return c.command("SLOWLOG|" + name).since("2.2.12").group(SERVER).flags(ADMIN, LOADING, STALE);
  }

  private void get(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(
          "ERR unknown subcommand or wrong number of arguments for '"
              + call.argQuoted(1)
              + "'. Try SLOWLOG HELP.");
    }
    long count = DEFAULT_COUNT;
    if (call.argCount() == 3) {
      count = call.argLong(2, -1, Long.MAX_VALUE, BAD_COUNT);
    }
    List<SlowLog.Entry> entries = log.latest(count < 0 ? Long.MAX_VALUE : count);
    ReplyWriter reply = call.reply();
    reply.array(entries.size());
    for (SlowLog.Entry entry : entries) {
      reply.array(ENTRY_FIELDS);
      reply.integer(entry.id());
      reply.integer(entry.seconds());
      reply.integer(entry.micros());
      reply.array(entry.arguments().size());
      for (ByteString argument : entry.arguments()) {
        reply.bulk(argument.toArray());
      }
      reply.bulk(entry.address().getBytes(ISO_8859_1));
      reply.bulk(entry.name().getBytes(ISO_8859_1));
    }
  }

  private void reset(Call call) {
    log.clear();
    call.reply().ok();
  }
}
