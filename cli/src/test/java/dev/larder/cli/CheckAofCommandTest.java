package dev.larder.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The report, the exit code and what is left of the files are those of the redis-check-aof. */
@Tag("slow")
final class CheckAofCommandTest {
  private static final String SET = "*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\n1\r\n";
  private static final String MULTI = "*1\r\n$5\r\nMULTI\r\n";
  private static final String EXEC = "*1\r\n$4\r\nEXEC\r\n";
  private static final String FILE = "f.aof";

  /** A key of type string, as redis-server 7.0 writes it. */
  private static final String RDB = "REDIS0010" + fromHex("fe00 00 0161 0162 ff 00000000 00000000");

  private static final String MANIFEST =
      """
      file a.1.base.rdb seq 1 type b
      file a.1.incr.aof seq 1 type i
      file a.2.incr.aof seq 2 type i
      """;

  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private static String fromHex(String hex) {
    return new String(HexFormat.of().parseHex(hex.replace(" ", "")), ISO_8859_1);
  }

  private static String stamp(int seconds) {
    return "#TS:" + seconds + "\r\n";
  }

  private record Outcome(List<String> lines, int exitCode, List<String> files) {}

  /** Both tools do the same with the same files; what ours says. */
  private List<String> assertSame(String input, List<String> files, String... arguments)
      throws Exception {
    Outcome theirs = theirs(input, files, arguments);
    Outcome ours = ours(input, files, arguments);
    assertThat(ours.exitCode).as("%s%n%s", theirs.lines, ours.lines).isEqualTo(theirs.exitCode);
    assertThat(ours.files).as("%s", theirs.lines).isEqualTo(theirs.files);
    assertThat(comparable(ours.lines)).isEqualTo(comparable(theirs.lines));
    return ours.lines;
  }

  /** Where and why a command is not whole is told in other words. */
  private static List<String> comparable(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith("0x") && !line.endsWith(" format error"))
        .filter(line -> !line.startsWith("If you insist") && !line.startsWith("What follows"))
        .map(line -> line.replace(" ./", " "))
        .toList();
  }

  /** Files alternate: a name, its content. */
  private void write(List<String> files) throws IOException {
    for (int i = 0; i < files.size(); i += 2) {
      Files.write(folder.resolve(files.get(i)), files.get(i + 1).getBytes(ISO_8859_1));
    }
  }

  private List<String> read(List<String> files) throws IOException {
    List<String> read = new ArrayList<>();
    for (int i = 0; i < files.size(); i += 2) {
      read.add(Files.readString(folder.resolve(files.get(i)), ISO_8859_1));
    }
    return read;
  }

  private Outcome theirs(String input, List<String> files, String... arguments) throws Exception {
    write(files);
    List<String> command = new ArrayList<>(List.of("redis-check-aof"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (OutputStream answers = process.getOutputStream()) {
      answers.write(input.getBytes(ISO_8859_1));
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("pipe");
    }
    String text = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    return new Outcome(lines(text), process.waitFor(), read(files));
  }

  private Outcome ours(String input, List<String> files, String... arguments) throws Exception {
    write(files);
    StringWriter out = new StringWriter();
    String[] all = arguments.clone();
    all[all.length - 1] = folder.resolve(all[all.length - 1]).toString();
    int exitCode = run(input, out, all);
    return new Outcome(lines(out.toString()), exitCode, read(files));
  }

  private static List<String> lines(String text) {
    return text.lines().flatMap(line -> Stream.of(line.split("(?<=: )(?=Succ|Abort)"))).toList();
  }

  private int run(String input, StringWriter out, String... arguments) {
    InputStream answers = new ByteArrayInputStream(input.getBytes(ISO_8859_1));
    return new CommandLine(new CheckAofCommand(answers))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private List<String> check(String content) throws Exception {
    return assertSame("", List.of(FILE, content), FILE);
  }

  @Test
  void wholeFilesAreReportedAlike() throws Exception {
    assertThat(check(SET + MULTI + SET + EXEC).getLast()).isEqualTo("AOF f.aof is valid");
    check("");
    check(SET + stamp(7) + SET + "#TS:abc\r\n#note\r\n" + SET);
    check(RDB);
    check(RDB + SET);
  }

  @Test
  void filesThatAreNotWholeAreReportedAlike() throws Exception {
    check(SET + MULTI + SET);
    check(SET + MULTI + MULTI);
    check(SET + EXEC);
    check(SET + "hello\r\n" + SET);
    check(SET + "*a\r\n");
    check(SET + "*3\r\n$3\r\nset\r\n:1");
    check(SET + "*3\r\n$3\r\nsetXX$1");
    check(SET + "*3\r\n$-3\r\nset\r\n");
    check(SET + "\0\0\0\0");
    check("*3\n$3\nset\n");
    check(RDB + SET + "*3");
    check("REDIS0010xxxx");
  }

  @Test
  void aFileCutAnywhereIsReportedAlike() throws Exception {
    String whole = SET + stamp(1234567890) + MULTI + SET + EXEC + SET;
    for (int length = 0; length < whole.length(); length++) {
      if (length > SET.length() && length <= SET.length() + stamp(1234567890).length()) {
        // A note that is cut off is none for us, and nothing at all for redis-check-aof.
        continue;
      }
      check(whole.substring(0, length));
    }
  }

  @Test
  void aFileIsFixedIfThatIsConfirmed() throws Exception {
    List<String> torn = List.of(FILE, SET + SET.substring(0, 20));
    assertThat(assertSame("y\n", torn, "--fix", FILE)).contains("Continue? [y/N]: ");
    assertThat(Files.readString(folder.resolve(FILE), ISO_8859_1)).isEqualTo(SET);
    assertSame("n\n", torn, "--fix", FILE);
    assertSame("", torn, "--fix", FILE);
    assertSame("", List.of(FILE, SET), "--fix", FILE);
    assertSame("y\n", List.of(FILE, SET + MULTI + SET), "--fix", FILE);
    assertSame("y\n", List.of(FILE, RDB + SET + MULTI), "--fix", FILE);
    assertSame("y\n", List.of(FILE, SET + "damage" + SET), "--fix", FILE);
  }

  @Test
  void aFileIsCutToATimestamp() throws Exception {
    List<String> file = List.of(FILE, SET + stamp(10) + SET + stamp(20) + MULTI + SET + EXEC);
    for (String second : List.of("5", "10", "15", "20", "25")) {
      assertSame("", file, "--truncate-to-timestamp", second, FILE);
    }
    assertSame("", List.of(FILE, SET + SET.substring(3)), "--truncate-to-timestamp", "5", FILE);
    assertSame("", file, "--truncate-to-timestamp", "0", FILE);
    assertThat(ours("", file, "--truncate-to-timestamp", "x", FILE).exitCode).isOne();
    assertThat(ours("", file, "--fix", "--truncate-to-timestamp", "5", FILE).exitCode).isOne();
  }

  private static List<String> parts(String first, String last) {
    return List.of(
        "a.manifest", MANIFEST, "a.1.base.rdb", RDB, "a.1.incr.aof", first, "a.2.incr.aof", last);
  }

  @Test
  void whatAManifestListsIsCheckedAndFixedAlike() throws Exception {
    String torn = SET + SET.substring(0, 20);
    for (List<String> files :
        List.of(parts(SET, SET), parts(SET, ""), parts("", SET + MULTI), parts(torn, SET))) {
      assertSame("", files, "a.manifest");
      assertSame("y\n", files, "--fix", "a.manifest");
    }
    List<String> stamped =
        parts(SET + stamp(10) + SET + stamp(20) + SET, SET + stamp(30) + SET + stamp(40) + SET);
    for (String second : List.of("15", "35", "45")) {
      assertSame("", stamped, "--truncate-to-timestamp", second, "a.manifest");
    }
    assertSame("", List.of("b.manifest", "file b.aof seq 1 type b\n", "b.aof", SET), "b.manifest");
  }

  @Test
  void whatCannotBeReadIsTold() throws Exception {
    StringWriter out = new StringWriter();
    assertThat(run("", out, folder.resolve("missing").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("missing");
    List<String> lone = List.of("c.manifest", "file c.aof seq 1 type b\n");
    assertThat(ours("", lone, "c.manifest").exitCode).isEqualTo(1);
    assertThat(err.toString()).contains("c.aof");
    assertThat(ours("", List.of("d.manifest", "file d.aof\n"), "d.manifest").exitCode).isOne();
    assertThat(err.toString()).contains("line 1 of the manifest");
    assertThat(LarderCommand.commandLine().getSubcommands()).containsKey("check-aof");
  }
}
