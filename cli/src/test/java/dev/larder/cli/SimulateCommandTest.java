package dev.larder.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(String input, String... arguments) {
    return new CommandLine(
            new SimulateCommand(new ByteArrayInputStream(input.getBytes(ISO_8859_1))))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** The cells of the table's rows. */
  private List<String> rows() {
    return out.toString()
        .lines()
        .filter(line -> line.contains("%") && !line.startsWith("with"))
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }

  private String write(String content) throws IOException {
    return Files.writeString(folder.resolve("trace.txt"), content, ISO_8859_1).toString();
  }

  @Test
  void printsARowForEachSizeAndPolicy() throws IOException {
    String trace = write("a\nb\na\nc\na\nb\n");
    assertThat(run("", trace, "--size", "2,100%", "--policy", "exact-lru,allkeys-s3")).isZero();
    assertThat(out.toString()).contains("6 requests for 3 keys");
    assertThat(rows())
        .hasSize(4)
        .contains("2 exact-lru 33.33% 2 2", "100% exact-lru 50.00% 3 0")
        .contains("100% allkeys-s3 50.00% 3 0");
  }

  @Test
  void takesAllPoliciesIfNoneIsNamed() {
    assertThat(run("a\na\n", "-", "--size", "10,50mb")).isZero();
    assertThat(rows())
        .contains("10 allkeys-s3 50.00% 1 0", "10 exact-lru 50.00% 1 0")
        .contains("50mb allkeys-s3 50.00% 1 0")
        .noneMatch(row -> row.startsWith("50mb exact-lru") || row.contains("volatile"));
  }

  /** More memory holds more keys, of what size they are. */
  @Test
  void limitsMemory() throws IOException {
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 4_000; i++) {
      text.append(random.nextInt(1_500)).append(" 1000\n");
    }
    assertThat(run("", write(text.toString()), "--size", "1mb,10mb")).isZero();
    assertThat(keys("1mb allkeys-s3")).isBetween(400L, 900L);
    assertThat(keys("10mb allkeys-s3")).isBetween(1_300L, 1_500L);
  }

  private long keys(String start) {
    return rows().stream()
        .filter(row -> row.startsWith(start + " "))
        .mapToLong(row -> Long.parseLong(row.split(" ")[3]))
        .findFirst()
        .orElseThrow();
  }

  /** A hit, a key that expires, one that is deleted, and one that is written before it is read. */
  @Test
  void followsCommandsInTime() {
    String trace =
        """
        OK
        1000.000000 [0 127.0.0.1:1] "get" "a"
        1000.100000 [0 127.0.0.1:1] "set" "a" "v" "EX" "1"
        1000.500000 [0 127.0.0.1:1] "get" "a"
        1005.000000 [0 127.0.0.1:1] "get" "a"
        1005.100000 [0 127.0.0.1:1] "set" "b" "v"
        1005.200000 [0 127.0.0.1:1] "get" "b"
        1005.300000 [0 127.0.0.1:1] "del" "b"
        1005.400000 [0 127.0.0.1:1] "get" "b"
        """;
    assertThat(run(trace, "-", "--size", "100", "--policy", "allkeys-s3")).isZero();
    assertThat(rows()).containsExactly("100 allkeys-s3 40.00% 2 0");
  }

  @Test
  void tellsWhatFoundNoRoom() {
    assertThat(run("a\nb\nc\na\n", "-", "--size", "2", "--policy", "noeviction")).isZero();
    assertThat(rows()).containsExactly("2 noeviction 25.00% 2 0");
    assertThat(out.toString()).contains("with noeviction of 2, 1 writes were refused");
  }

  @Test
  void refusesWhatMakesNoSense() throws IOException {
    String trace = write("a\n");
    assertRefused("'10x' is no size", trace, "--size", "10x");
    assertRefused("'0' is no size", trace, "--size", "0");
    assertRefused("'101%' is no size", trace, "--size", "101%");
    assertRefused("'mb' is no size", trace, "--size", "mb");
    assertRefused("'99999999999gb' is no size", trace, "--size", "99999999999gb");
    assertRefused("'lru' is none of", trace, "--size", "5", "--policy", "lru");
    assertRefused("keys only", trace, "--size", "5kb", "--policy", "exact-lru");
    assertRefused("needs a file", "-", "--size", "5%");
    assertRefused("at most 32", trace, "--size", "1,".repeat(33) + "1", "--policy", "exact-lru");
    assertRefused("--rate", trace, "--size", "5", "--rate", "0");
    assertRefused("'x' is not keys, monitor or u32", trace, "--size", "5", "--format", "x");
    assertRefused("no file", folder.resolve("missing").toString(), "--size", "5");
    assertRefused("no request", write("\n\n"), "--size", "5");
    assertRefused("line 2", write("a\na b\n"), "--size", "5");
  }

  private void assertRefused(String why, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run("", arguments)).as(why).isEqualTo(1);
    assertThat(err.toString()).contains(why);
    assertThat(rows()).isEmpty();
  }
}
