package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

final class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void serverGetsItsArgumentsUntouched() {
    List<String> arguments =
        List.of(
            "my.conf", "--port", "7000", "--save", "", "--requirepass", "@file", "--", "-1", "-h");
    List<String> all = new ArrayList<>(List.of("server"));
    all.addAll(arguments);
    ParseResult result = LarderCommand.commandLine().parseArgs(all.toArray(String[]::new));
    assertThat(result.subcommand().unmatched()).isEqualTo(arguments);
  }

  @Test
  void serverNamesAnUnknownOptionAndFails() {
    assertThat(run("server", "--no-such-option", "1")).isEqualTo(1);
    assertThat(err.toString().lines()).singleElement().asString().contains("no-such-option");
  }

  @Test
  void versionNamesLarderRedisAndJava() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString().lines().map(line -> line.split(" ", 2)[0]))
        .containsExactly("larder", "redis", "java");
  }

  @Test
  void unknownCommandIsNamedAndFails() {
    assertThat(run("serve")).isNotZero();
    assertThat(err.toString()).contains("'serve'");
  }

  @Test
  void noCommandFailsWithHelp() {
    assertThat(run()).isNotZero();
    assertThat(err.toString()).contains("Usage:", "server");
  }

  private int run(String... arguments) {
    return LarderCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
