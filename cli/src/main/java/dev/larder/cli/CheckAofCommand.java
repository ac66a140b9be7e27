package dev.larder.cli;

import static java.util.Objects.requireNonNull;

import dev.larder.persistence.AofCheck;
import dev.larder.storage.RdbCheck;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder check-aof}: output and exit code are those of redis-check-aof. */
@Command(
    name = "check-aof",
    description = "Checks an append-only file, and cuts off what is not whole at its end.",
    exitCodeOnInvalidInput = 1,
    exitCodeOnExecutionException = 1)
final class CheckAofCommand implements Callable<Integer> {
  /** What is done about the file: one of both at most. */
  private static final class Repair {
    @Option(
        names = "--fix",
        description = "Asks whether to cut the file behind its last whole command.")
    private boolean fix;

    @Option(
        names = "--truncate-to-timestamp",
        paramLabel = "SECONDS",
        description = "Cuts off what was done after this second since 1970 (needs timestamps).")
    private @Nullable Long second;
  }

  @Parameters(
      paramLabel = "FILE",
      description = "The manifest, of which all files are checked, or one file.")
  private @Nullable Path file;

  @ArgGroup private @Nullable Repair repair;

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  private final InputStream answers;

  CheckAofCommand() {
    this(System.in);
  }

  /**
   * @param answers where the answers to questions come from
   */
  CheckAofCommand(InputStream answers) {
    this.answers = answers;
  }

  @Override
  public Integer call() {
    PrintWriter errors = requireNonNull(spec).commandLine().getErr();
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    Path path = requireNonNull(file).toAbsolutePath();
    if (!Files.isRegularFile(path)) {
      errors.println("larder: there is no file " + path);
      return 1;
    }
    ProgressLine progress = ProgressLine.on(errors);
    RdbCheck.Report report = new PrintedReport(out, progress);
    Path folder = requireNonNull(path.getParent());
    try {
      AofCheck check = new AofCheck(DiskFolder.at(folder), report, () -> isConfirmed(out));
      Repair wanted = repair;
      if (wanted != null && wanted.fix) {
        check.fix();
      } else if (wanted != null && wanted.second != null && wanted.second != 0) {
        check.truncateTo(wanted.second);
      }
      return check.run(path.getFileName().toString()) ? 0 : 1;
    } catch (IOException e) {
      progress.clear();
      errors.println("larder: cannot check " + path + ": " + e.getMessage());
      return 1;
    }
  }

  private boolean isConfirmed(PrintWriter out) {
    out.print("Continue? [y/N]: ");
    out.flush();
    try {
      int answer = answers.read();
      return answer == 'y' || answer == 'Y';
    } catch (IOException e) {
      return false;
    }
  }
}
