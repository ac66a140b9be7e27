package dev.larder.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report and the exit code are those of the installed redis-check-rdb. */
final class CheckRdbCommandTest {
  /** What redis-server 7.0 writes of a key of each type; the checksum is left out. */
  private static final String BODY =
      "fa0972656469732d766572 06372e302e3135 fa0a72656469732d62697473c040 fe00 fb0902"
          + "0b 026973 0e 02000000 03000000 0100 0200 0300"
          + "12 016c 01 02 0d 0d000000 0300 0101 0201 0301 ff"
          + "02 027374 03 0162 0163 0161"
          + "10 0168 0d 0d000000 0200 816602 817602 ff"
          + "00 0161 c001"
          + "11 017a 11 11000000 0400 816102 0101 816202 0201 ff"
          + "fc 2750d71fa2010000 00 026578 c001"
          + "fc 6592e61ff2010000 00 0162 0568656c6c6f"
          + "13 0173 01 10 00000000000000010000000000000001 1d 1d000000 0a00 0101 0001 0101 816602"
          + " 0001 0201 0001 0001 817602 0401 ff 01 01 01 01 01 00 00 01 00"
          + "fe05 fb0100 00 0178 0179 ff 0000000000000000";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private static byte[] file(String header, String hex) {
    byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] file = Arrays.copyOf(header.getBytes(ISO_8859_1), header.length() + body.length);
    System.arraycopy(body, 0, file, header.length(), body.length);
    return file;
  }

  private static byte[] sound() {
    return file("REDIS0010", BODY);
  }

  /** Checks a file by both; the lines of ours, whose exit codes agree. */
  private List<String> check(byte[] file, List<String> theirs) throws Exception {
    Path path = folder.resolve("dump.rdb");
    Files.write(path, file);
    Process process =
        new ProcessBuilder("redis-check-rdb", "dump.rdb")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    theirs.addAll(new String(process.getInputStream().readAllBytes(), ISO_8859_1).lines().toList());
    out.getBuffer().setLength(0);
    assertThat(run(path.toString())).as("%s", theirs).isEqualTo(process.waitFor());
    return out.toString().lines().toList();
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "check-rdb";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return LarderCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  private void assertSame(byte[] file) throws Exception {
    List<String> theirs = new ArrayList<>();
    List<String> ours = check(file, theirs);
    assertThat(ours).isEqualTo(theirs);
  }

  @Test
  void soundFilesAreReportedAlike() throws Exception {
    assertSame(sound());
    assertSame(file("REDIS0003", "fe00 00 0161 0162 ff"));
    assertSame(
        file(
            "REDIS0010",
            "fa0161 0162 fe10 f80500 0161 0162 f905 00 0162 0163 ff" + "00".repeat(8)));
  }

  @Test
  void damagedFilesAreReportedAlike() throws Exception {
    byte[] wrongSum = sound();
    wrongSum[wrongSum.length - 1] = 1;
    assertSame(wrongSum);
    assertSame(Arrays.copyOf(sound(), 5));
    assertSame(Arrays.copyOf(sound(), 9));
    assertSame(file("REDIS9999", "ff"));
    assertSame(file("redis0010", "ff"));
    assertSame(file("REDIS0010", "fe00 1c 016b 00"));
  }

  @Test
  void exitCodesAgreeWhereverAFileEnds() throws Exception {
    byte[] sound = sound();
    for (int length = 0; length < sound.length; length += 7) {
      List<String> theirs = new ArrayList<>();
      List<String> ours = check(Arrays.copyOf(sound, length), theirs);
      assertThat(ours).contains("--- RDB ERROR DETECTED ---");
      assertThat(ours.getLast()).isEqualTo(theirs.contains(ours.getLast()) ? ours.getLast() : "");
    }
  }

  @Test
  void withoutAFileThereIsNothingToCheck() throws IOException {
    assertThat(run(folder.resolve("missing").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("missing");
    assertThat(run()).isEqualTo(1);
    assertThat(run("a", "b")).isEqualTo(1);
    assertThat(err.toString()).contains("Try larder check-rdb --help.");
    Files.write(folder.resolve("empty"), new byte[0]);
    assertThat(run(folder.resolve("empty").toString())).isEqualTo(1);
  }

  @Test
  void progressIsALineThatGoesAway() {
    ProgressLine line = new ProgressLine(new PrintWriter(err, true), true);
    line.clear();
    assertThat(err.toString()).isEmpty();
    line.show(3 << 20, 6 << 20);
    assertThat(err.toString()).isEqualTo("\r[" + "#".repeat(20) + "-".repeat(20) + "] 3 of 6 MiB");
    line.clear();
    assertThat(err.toString()).endsWith("\r\033[K");
    ProgressLine hidden = new ProgressLine(new PrintWriter(out, true), false);
    hidden.show(1, 2);
    hidden.clear();
    assertThat(out.toString()).isEmpty();
  }
}
