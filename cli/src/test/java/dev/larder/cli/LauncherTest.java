package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, as far as it can be tried without building or starting anything. */
final class LauncherTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @TempDir Path empty;

  private record Result(int status, String output) {}

  @Test
  void helpNamesEveryCommand() throws Exception {
    Result result = larder("help");
    assertThat(result.status()).isZero();
    assertThat(result.output()).contains("server", "test", "bench", "format", "build", "help");
  }

  @Test
  void noCommandIsHelp() throws Exception {
    assertThat(larder()).isEqualTo(larder("help"));
  }

  @Test
  void unknownCommandIsNamedAndFails() throws Exception {
    Result result = larder("serve");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("unknown command 'serve'", "Usage:");
  }

  @Test
  void shippedFlagsAreAcceptedByThisJava() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String flags = "@" + ROOT.resolve("cli/src/main/dist/larder.jvmargs");
    Result result = run(List.of(java.toString(), flags, "-version"));
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output()).doesNotContainIgnoringCase("warning");
  }

  private Result larder(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", ROOT.resolve("larder").toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private Result run(List<String> command) throws IOException, InterruptedException {
    Path output = empty.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
