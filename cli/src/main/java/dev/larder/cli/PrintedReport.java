package dev.larder.cli;

import dev.larder.storage.RdbCheck;
import java.io.PrintWriter;

/** Prints what a check reports, line by line, and its progress on a terminal. */
record PrintedReport(PrintWriter out, ProgressLine progressLine) implements RdbCheck.Report {
  @Override
  public void line(String text) {
    progressLine.clear();
    out.println(text);
    out.flush();
  }

  @Override
  public void progress(long bytes, long ofBytes) {
    progressLine.show(bytes, ofBytes);
  }
}
