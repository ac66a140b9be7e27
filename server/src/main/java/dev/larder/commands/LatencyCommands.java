package dev.larder.commands;

import static dev.larder.command.Arg.string;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.verbatim;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.metrics.LatencyHistogram;
import dev.larder.metrics.LatencyMonitor;
import dev.larder.metrics.LatencyMonitor.Sample;
import dev.larder.metrics.LatencyMonitor.Series;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.ReplyWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** LATENCY: events that took long, and how long commands take. */
public final class LatencyCommands {
  private static final int LATEST_FIELDS = 4;

  private final ServerStats stats;
  private final LatencyMonitor monitor;

  private LatencyCommands(ServerStats stats) {
    this.stats = stats;
    this.monitor = stats.latency();
  }

  /** Declares the group. */
  public static void declare(Declarations c, ServerStats stats) {
    LatencyCommands group = new LatencyCommands(stats);
    c.command("LATENCY")
        .summary("A container for latency diagnostics commands.")
        .since("2.8.13")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    group.declareEvents(c);
    latency(c, "HISTOGRAM", "7.0.0")
        .summary("Returns the cumulative distribution of latencies of a subset or all commands.")
        .complexity(
            "O(N) where N is the number of commands with latency information being retrieved.")
        .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
        .arity(-2)
        .args(string("command").optional().multiple())
        .replies(map("Of each command its calls, and how many took up to so many microseconds."))
        .handler(group::histogram);
    latency(c, "RESET", "2.8.13")
        .summary("Resets the latency data for one or more events.")
        .complexity("O(1)")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(-2)
        .args(string("event").optional().multiple())
        .replies(integerReply("How many events were reset."))
        .handler(group::reset);
    c.help(
        "LATENCY",
        "2.8.13",
        SERVER,
        new AclCategory[0],
        "DOCTOR",
        "    Return a report on the events that took long.",
        "GRAPH <event>",
        "    Return an ASCII latency graph for the <event> class.",
        "HISTOGRAM [COMMAND ...]",
        "    Return how many calls of each command took how long.",
        "HISTORY <event>",
        "    Return time-latency samples for the <event> class.",
        "LATEST",
        "    Return the latest latency samples for all events.",
        "RESET [<event> ...]",
        "    Forget the samples of these event classes, or of all.");
  }

  private void declareEvents(Declarations c) {
    event(c, "DOCTOR")
        .summary("Returns a human-readable latency analysis report.")
        .arity(2)
        .replies(verbatim("The report."))
        .handler(call -> text(call, LatencyReport.describe(monitor)));
    event(c, "GRAPH")
        .summary("Returns a latency graph for an event.")
        .arity(3)
        .args(string("event"))
        .replies(verbatim("The graph."))
        .handler(this::graph);
    event(c, "HISTORY")
        .summary("Returns timestamp-latency samples for an event.")
        .arity(3)
        .args(string("event"))
        .replies(array("Samples, oldest first: seconds since 1970, milliseconds it took."))
        .handler(this::history);
    event(c, "LATEST")
        .summary("Returns the latest latency samples for all events.")
        .arity(2)
        .replies(array("Of each event name, time in seconds, milliseconds it took, the most ever."))
        .handler(this::latest);
  }

  private static CommandBuilder latency(Declarations c, String name, String since) {
    return c.command("LATENCY|" + name)
        .since(since)
        .group(SERVER)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE);
  }

  private static CommandBuilder event(Declarations c, String name) {
    return latency(c, name, "2.8.13")
        .complexity("O(1)")
        .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special");
  }

  private static void text(Call call, String text) {
    call.reply().verbatim("txt", text.getBytes(UTF_8));
  }

  private void graph(Call call) throws CommandException {
    Series series = monitor.find(call.argString(2));
    if (series == null) {
      throw new CommandException("ERR No samples available for event '" + call.argQuoted(2) + "'");
    }
    text(call, LatencyReport.graph(series, call.wallMillis() / 1000));
  }

  private void history(Call call) {
    Series series = monitor.find(call.argString(2));
    List<Sample> samples = series == null ? List.of() : series.samples();
    ReplyWriter reply = call.reply();
    reply.array(samples.size());
    for (Sample sample : samples) {
      reply.array(2);
      reply.integer(sample.seconds());
      reply.integer(sample.millis());
    }
  }

  private void latest(Call call) {
    List<Series> all = monitor.all();
    ReplyWriter reply = call.reply();
    reply.array(all.size());
    for (Series series : all) {
      reply.array(LATEST_FIELDS);
      reply.bulkString(series.event());
      reply.integer(series.latest().seconds());
      reply.integer(series.latest().millis());
      reply.integer(series.maxMillis());
    }
  }

  private void reset(Call call) {
    int forgotten = call.argCount() == 2 ? monitor.forgetAll() : 0;
    for (int i = 2; i < call.argCount(); i++) {
      forgotten += monitor.forget(call.argString(i)) ? 1 : 0;
    }
    call.reply().integer(forgotten);
  }

  // ---- durations of commands -------------------------------------------------------------------

  private void histogram(Call call) {
    Map<String, long[]> found = new LinkedHashMap<>();
    CommandTable commands = call.commands();
    if (call.argCount() == 2) {
      commands.all().forEach(spec -> add(spec, found));
    }
    for (int i = 2; i < call.argCount(); i++) {
      CommandSpec spec = find(commands, call.argString(i).toLowerCase(Locale.ROOT));
      if (spec != null) {
        add(spec, found);
        spec.subcommands().forEach(sub -> add(sub, found));
      }
    }
    ReplyWriter reply = call.reply();
    reply.map(found.size());
    found.forEach((name, counts) -> write(reply, name, counts));
  }

  /** A command, or a subcommand with a bar before its name. */
  private static @Nullable CommandSpec find(CommandTable commands, String name) {
    for (CommandSpec spec : commands.all()) {
      if (spec.fullName().equals(name)) {
        return spec;
      }
    }
    return null;
  }

  private void add(CommandSpec spec, Map<String, long[]> found) {
    long[] counts = stats.histogram(spec.index());
    if (counts != null) {
      found.put(spec.fullName(), counts);
    }
  }

  private static void write(ReplyWriter reply, String name, long[] counts) {
    Map<Long, Long> byMicros = cumulative(counts);
    reply.bulkString(name);
    reply.map(2);
    reply.bulkString("calls");
    reply.integer(LatencyHistogram.total(counts));
    reply.bulkString("histogram_usec");
    reply.map(byMicros.size());
    byMicros.forEach((micros, calls) -> {
      reply.integer(micros);
      reply.integer(calls);
    });
  }

  /** How many calls took up to so many microseconds, which double; without repetitions. */
  private static Map<Long, Long> cumulative(long[] counts) {
    Map<Long, Long> byMicros = new LinkedHashMap<>();
    long[] doublings = LatencyHistogram.byDoubling(counts);
    long sum = 0;
    for (int i = 0; i < doublings.length; i++) {
      sum += doublings[i];
      if (doublings[i] > 0) {
        byMicros.put(LatencyHistogram.doublingMicros(i), sum);
      }
    }
    return byMicros;
  }
}
