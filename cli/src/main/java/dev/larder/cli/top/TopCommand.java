package dev.larder.cli.top;

import static java.util.Objects.requireNonNull;

import dev.larder.cli.remote.Remote;
import dev.larder.cli.remote.RemoteOptions;
import dev.larder.metrics.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jline.utils.AttributedString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code larder top}. */
@Command(
    name = "top",
    description = {
      "Shows what a server does: its figures, the commands that are called and how long they take,"
          + " and the keys that take most.",
      "",
      "Keys: q ends it, s sorts the commands by calls, time or latency, the space bar halts."
    },
    footer = {
      "",
      "Without a terminal it prints pages of text, as with --batch. The server may be Redis, too."
          + " A password is taken from the environment as by larder ping: REDISCLI_AUTH, say.",
      "Exits with 1 and a message when the server cannot be asked."
    })
public final class TopCommand implements Callable<Integer> {
  private static final int MAX_SECONDS = 3600;
  private static final int PRINTED_WIDTH = 100;
  private static final int PRINTED_LINES = 40;
  private static final long NANOS_PER_MILLI = 1_000_000;

  @Mixin private RemoteOptions options = new RemoteOptions();

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      description = "How often to ask it (default: ${DEFAULT-VALUE}).")
  private int intervalSeconds = 1;

  @Option(
      names = {"-b", "--batch"},
      description = "Prints pages of text, one behind the other.")
  private boolean isBatch;

  @Option(
      names = {"-n", "--pages"},
      paramLabel = "COUNT",
      description = "Ends after so many pages (default: never).")
  private int pages = Integer.MAX_VALUE;

  @Option(
      names = {"-s", "--sort"},
      paramLabel = "ORDER",
      description = "Begins with this order of commands: ${COMPLETION-CANDIDATES}.")
  private Interval.Order order = Interval.Order.TIME;

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  @Override
  public Integer call() throws InterruptedException {
    check("an interval", intervalSeconds, MAX_SECONDS);
    check("the count of pages", pages, Integer.MAX_VALUE);
    Map<String, String> environment = System.getenv();
    boolean hasTerminal = System.console() != null && System.console().isTerminal();
    Remote remote = options.remote(requireNonNull(spec), environment);
    try (Watch watch = new Watch(remote, environment)) {
      // The first sample says as well whether the server can be asked at all.
      Interval sinceStart = watch.next();
      if (isBatch || !hasTerminal) {
        print(watch);
      } else {
        show(watch, sinceStart);
      }
      return 0;
    } catch (IOException e) {
      requireNonNull(spec).commandLine().getErr().println("larder: " + e.getMessage());
      return 1;
    }
  }

  private void check(String what, int number, int most) {
    if (number < 1 || number > most) {
      throw new ParameterException(
          requireNonNull(spec).commandLine(), what + " is a number from 1 to " + most);
    }
  }

  private void print(Watch watch) throws IOException, InterruptedException {
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    for (int page = 0; page < pages && !out.checkError(); page++) {
      TimeUnit.SECONDS.sleep(intervalSeconds);
      out.println(page == 0 ? "" : "\n");
      Page.of(watch.next(), order, watch.address(), PRINTED_WIDTH, PRINTED_LINES)
          .forEach(line -> out.println(line.toString().stripTrailing()));
      out.flush();
    }
  }

  private void show(Watch watch, Interval first) throws IOException {
    try (Screen screen = Screen.open()) {
      Interval shown = first;
      String trouble = "";
      boolean isHalted = false;
      int left = pages;
      long dueNanos = Clock.nanos() + TimeUnit.SECONDS.toNanos(intervalSeconds);
      for (int key = 0; key != 'q' && left > 0; ) {
        if (!isHalted && Clock.nanos() - dueNanos >= 0) {
          dueNanos = Clock.nanos() + TimeUnit.SECONDS.toNanos(intervalSeconds);
          try {
            shown = watch.next();
            trouble = "";
            left--;
          } catch (IOException e) {
            trouble = e.getMessage() + "; trying again";
          }
        }
        screen.show(lines(watch, shown, trouble, isHalted, screen));
        long millis = Math.max(1, (dueNanos - Clock.nanos()) / NANOS_PER_MILLI);
        key = screen.key(isHalted ? TimeUnit.SECONDS.toMillis(1) : millis);
        isHalted ^= key == ' ';
        order = key == 's' ? order.next() : order;
      }
    }
  }

  private List<AttributedString> lines(
      Watch watch, Interval shown, String trouble, boolean isHalted, Screen screen) {
    if (!trouble.isEmpty()) {
      return List.of(new AttributedString(trouble));
    }
    int height = screen.height() - (isHalted ? 1 : 0);
    List<AttributedString> lines =
        new ArrayList<>(Page.of(shown, order, watch.address(), screen.width(), height));
    if (isHalted) {
      lines.add(new AttributedString("halted: the space bar goes on"));
    }
    return lines;
  }
}
