package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.info.HotKeysReport;
import dev.larder.metrics.HotKeys;

/** HOTKEYS: which keys take the most time and bytes. */
public final class HotKeysCommands {
  private static final byte[] METRICS = keyword("metrics");
  private static final byte[] CPU = keyword("cpu");
  private static final byte[] NET = keyword("net");
  private static final byte[] COUNT = keyword("count");
  private static final byte[] DURATION = keyword("duration");
  private static final byte[] SAMPLE = keyword("sample");
  private static final byte[] SLOTS = keyword("slots");

  private static final int DEFAULT_COUNT = 10;
  private static final int MAX_COUNT = 64;
  private static final long MAX_SECONDS = 1_000_000;
  private static final long MILLIS_PER_SECOND = 1000;

  private static final ErrorReply NO_METRICS = ErrorReply.of("ERR METRICS parameter is required");
  private static final ErrorReply BAD_METRICS_COUNT =
      ErrorReply.of("ERR METRICS count must be positive");
  private static final ErrorReply MISSING_METRICS =
      ErrorReply.of("ERR METRICS count does not match number of metric types provided");
  private static final ErrorReply UNKNOWN_METRICS =
      ErrorReply.of("ERR METRICS no valid metrics passed. Supported: CPU, NET");
  private static final ErrorReply CPU_TWICE =
      ErrorReply.of("ERR METRICS CPU defined more than once");
  private static final ErrorReply NET_TWICE =
      ErrorReply.of("ERR METRICS NET defined more than once");
  private static final ErrorReply BAD_COUNT = ErrorReply.of("ERR COUNT must be between 1 and 64");
  private static final ErrorReply BAD_DURATION =
      ErrorReply.of("ERR DURATION must be between 0 and 1000000");
  private static final ErrorReply BAD_RATIO = ErrorReply.of("ERR SAMPLE ratio must be positive");
  private static final ErrorReply NO_CLUSTER =
      ErrorReply.of("ERR SLOTS parameter cannot be used in non-cluster mode");
  private static final ErrorReply ACTIVE =
      ErrorReply.of("ERR hotkey tracking session already in progress");
  private static final ErrorReply STOP_FIRST =
      ErrorReply.of("ERR hotkey tracking session in progress, stop tracking first");
  private static final ErrorReply NOT_ACTIVE =
      ErrorReply.of("ERR no hotkey tracking session in progress");

  private final HotKeys hotKeys;
  private final HotKeysReport report;

  private HotKeysCommands(HotKeysReport report) {
    this.report = report;
    this.hotKeys = report.stats().hotKeys();
  }

  /** Declares the group. */
  public static void declare(Declarations c, HotKeysReport report) {
    HotKeysCommands group = new HotKeysCommands(report);
    c.command("HOTKEYS")
        .summary("A container for hotkeys tracking commands.")
        .since("8.6.0")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    hotKeys(c, "START")
        .summary("Starts hotkeys tracking.")
        .complexity("O(1)")
        .arity(-2)
        .args(
            block("metrics", integer("count"), token("CPU").optional(), token("NET").optional())
                .tokenIs("METRICS")
                .optional(),
            integer("k").tokenIs("COUNT").optional(),
            integer("seconds").tokenIs("DURATION").optional(),
            integer("ratio").tokenIs("SAMPLE").optional(),
            block("slots", integer("count"), integer("slot").multiple())
                .tokenIs("SLOTS")
                .optional())
        .replies(ok())
        .handler(group::start);
    hotKeys(c, "STOP")
        .summary("Stops hotkeys tracking.")
        .complexity("O(1)")
        .arity(2)
        .replies(ok())
        .handler(group::stop);
    hotKeys(c, "GET")
        .summary("Returns lists of top K hotkeys depending on metrics chosen in HOTKEYS START.")
        .complexity("O(K) where K is the number of hotkeys returned")
        .arity(2)
        .replies(
            array("One map of figures and of keys with what they took, most first."),
            nil("No tracking was started."))
        .handler(call -> report.period(call.reply()));
    hotKeys(c, "RESET")
        .summary("Releases the resources used for hotkeys tracking.")
        .complexity("O(1)")
        .arity(2)
        .replies(ok())
        .handler(group::reset);
    hotKeys(c, "TOP")
        .summary("Returns the keys that took most lately, whether or not that is tracked.")
        .complexity("O(1)")
        .arity(-2)
        .args(integer("k").tokenIs("COUNT").optional())
        .replies(map("Keys with the time, and with the bytes, that they took, as estimated."))
        .handler(group::top);
    c.help(
        "HOTKEYS",
        "8.6.0",
        SERVER,
        new AclCategory[0],
        "GET",
        "    Return the keys that took most since HOTKEYS START, until HOTKEYS STOP.",
        "RESET",
        "    Forget them.",
        "START METRICS <count> [CPU] [NET] [COUNT <k>] [DURATION <seconds>] [SAMPLE <ratio>]",
        "    Begin to watch which <k> keys (default: 10) take most of the CPU, or of the network.",
        "    One of <ratio> commands (default: 1) is looked at.",
        "STOP",
        "    Stop that.",
        "TOP [COUNT <k>]",
        "    Return the keys that took most in the last minutes; this is always known.");
  }

  private static CommandBuilder hotKeys(Declarations c, String name) {
    return c.command("HOTKEYS|" + name).since("8.6.0").group(SERVER).flags(ADMIN, NOSCRIPT);
  }

  private void start(Call call) throws CommandException {
    if (call.argCount() < 3 || !call.argIs(2, METRICS)) {
      throw new CommandException(NO_METRICS);
    }
    if (call.argCount() < 4) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    long metrics = call.argLong(3, 1, Integer.MAX_VALUE, BAD_METRICS_COUNT);
    if (metrics > call.argCount() - 4) {
      throw new CommandException(MISSING_METRICS);
    }
    int next = 4 + (int) metrics;
    boolean cpu = isGiven(call, next, CPU, CPU_TWICE);
    boolean net = isGiven(call, next, NET, NET_TWICE);
    if (!cpu && !net) {
      throw new CommandException(UNKNOWN_METRICS);
    }
    int count = DEFAULT_COUNT;
    int ratio = 1;
    long millis = 0;
    for (; next < call.argCount(); next += 2) {
      if (call.argIs(next, SLOTS)) {
        throw new CommandException(NO_CLUSTER);
      } else if (next + 1 == call.argCount()) {
        throw new CommandException(ErrorReply.SYNTAX);
      } else if (call.argIs(next, COUNT)) {
        count = (int) call.argLong(next + 1, 1, MAX_COUNT, BAD_COUNT);
      } else if (call.argIs(next, DURATION)) {
        millis = call.argLong(next + 1, 0, MAX_SECONDS, BAD_DURATION) * MILLIS_PER_SECOND;
      } else if (call.argIs(next, SAMPLE)) {
        ratio = (int) call.argLong(next + 1, 1, Integer.MAX_VALUE / 2, BAD_RATIO);
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    if (hotKeys.isActive()) {
      throw new CommandException(ACTIVE);
    }
    report.start(cpu, net, count, ratio, millis);
    call.reply().ok();
  }

  /** Whether a metric is among those before {@code end}. */
  private static boolean isGiven(Call call, int end, byte[] metric, ErrorReply twice)
      throws CommandException {
    boolean isGiven = false;
    for (int i = 4; i < end; i++) {
      if (call.argIs(i, metric)) {
        if (isGiven) {
          throw new CommandException(twice);
        }
        isGiven = true;
      }
    }
    return isGiven;
  }

  private void stop(Call call) throws CommandException {
    if (!hotKeys.isActive()) {
      throw new CommandException(NOT_ACTIVE);
    }
    report.stop();
    call.reply().ok();
  }

  private void reset(Call call) throws CommandException {
    if (hotKeys.isActive()) {
      throw new CommandException(STOP_FIRST);
    }
    hotKeys.reset();
    call.reply().ok();
  }

  private void top(Call call) throws CommandException {
    int count = DEFAULT_COUNT;
    if (call.argCount() == 4 && call.argIs(2, COUNT)) {
      count = (int) call.argLong(3, 1, MAX_COUNT, BAD_COUNT);
    } else if (call.argCount() != 2) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    report.top(call.reply(), count);
  }
}
