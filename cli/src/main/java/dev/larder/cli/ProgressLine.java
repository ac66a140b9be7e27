package dev.larder.cli;

import dev.larder.metrics.Clock;
import java.io.PrintWriter;

/**
 * A line on a terminal that tells how far a long check is, and that disappears again. Without a
 * terminal it does nothing. Used by one thread.
 */
final class ProgressLine {
  private static final int BAR_WIDTH = 40;
  private static final long INTERVAL_NANOS = 200_000_000;
  private static final long MIB = 1 << 20;

  private final PrintWriter terminal;
  private final boolean isShown;
  private long dueNanos = Clock.nanos();
  private boolean isThere;

  ProgressLine(PrintWriter terminal, boolean isShown) {
    this.terminal = terminal;
    this.isShown = isShown;
  }

  /** A line among the errors, if the process has a terminal. */
  static ProgressLine on(PrintWriter errors) {
    return new ProgressLine(errors, System.console() != null && System.console().isTerminal());
  }

  /** Tells the progress, at most a few times a second. */
  void show(long bytes, long ofBytes) {
    if (isShown && Clock.nanos() - dueNanos >= 0) {
      dueNanos = Clock.nanos() + INTERVAL_NANOS;
      draw(bytes, ofBytes);
    }
  }

  private void draw(long bytes, long ofBytes) {
    int done = (int) (ofBytes == 0 ? 0 : BAR_WIDTH * Math.min(bytes, ofBytes) / ofBytes);
    terminal.printf(
        "\r[%s%s] %d of %d MiB",
        "#".repeat(done), "-".repeat(BAR_WIDTH - done), bytes / MIB, ofBytes / MIB);
    terminal.flush();
    isThere = true;
  }

  /** Takes the line away, so that another one can be printed. */
  void clear() {
    if (isThere) {
      terminal.print("\r\033[K");
      terminal.flush();
      isThere = false;
    }
  }
}
