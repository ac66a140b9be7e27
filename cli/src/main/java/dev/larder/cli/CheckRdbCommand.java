package dev.larder.cli;

import static java.util.Objects.requireNonNull;

import dev.larder.metrics.Clock;
import dev.larder.storage.RdbCheck;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder check-rdb}: output and exit code are those of redis-check-rdb. */
@Command(
    name = "check-rdb",
    description = "Checks a snapshot file.",
    exitCodeOnInvalidInput = 1,
    exitCodeOnExecutionException = 1)
final class CheckRdbCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The file, of any version of the format.")
  private @Nullable Path file;

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  @Override
  public Integer call() {
    PrintWriter errors = requireNonNull(spec).commandLine().getErr();
    Path path = requireNonNull(file).toAbsolutePath();
    if (!Files.isRegularFile(path)) {
      errors.println("larder: there is no file " + path);
      return 1;
    }
    ProgressLine progress = ProgressLine.on(errors);
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    RdbCheck.Report report = new PrintedReport(out, progress);
    Path folder = requireNonNull(path.getParent());
    try (DiskFile open = DiskFolder.at(folder).openToRead(path.getFileName().toString())) {
      return new RdbCheck(open, Clock.wallMillis(), report).run() ? 0 : 1;
    } catch (IOException e) {
      progress.clear();
      errors.println("larder: cannot read " + path + ": " + e.getMessage());
      return 1;
    }
  }
}
