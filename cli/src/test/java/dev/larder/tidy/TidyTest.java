package dev.larder.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Holds the sources of all modules to the house's rules; each check has a canary it must catch. */
final class TidyTest {
  private static final List<String> MODULES =
      List.of("protocol", "lua", "storage", "server", "cli", "bench", "junit");

  private static final Map<String, String> MAIN = read("src/main/java");
  private static final Map<String, String> TESTS = read("src/test/java");

  @Test
  void sourcesAreFound() {
    for (String module : MODULES) {
      assertThat(MAIN.keySet()).anyMatch(path -> path.startsWith(module + "/"));
    }
  }

  @Test
  void linesFit() {
    assertThat(Tidy.wideLines(MAIN)).isEmpty();
    assertThat(Tidy.wideLines(TESTS)).isEmpty();
  }

  @Test
  void filesAreShort() {
    assertThat(Tidy.longFiles(MAIN)).isEmpty();
    assertThat(Tidy.longFiles(TESTS)).isEmpty();
  }

  @Test
  void methodsAreShort() {
    assertThat(Tidy.longMethods(MAIN)).isEmpty();
    assertThat(Tidy.longMethods(TESTS)).isEmpty();
  }

  @Test
  void packagesAreDescribedAndNullMarked() {
    assertThat(Tidy.packagesWithoutInfo(MAIN)).isEmpty();
  }

  @Test
  void nothingBannedIsUsed() {
    assertThat(Tidy.banned(MAIN)).isEmpty();
  }

  @Test
  void noTestIsDisabled() {
    assertThat(Tidy.banned(TESTS)).noneMatch(finding -> finding.contains("disabled tests"));
  }

  /** Proof that each check can fail. */
  @Nested
  final class Canaries {
    @Test
    void wideLine() {
      assertThat(Tidy.wideLines(source("  int a;\n  // " + "x".repeat(96) + "\n")))
          .containsExactly("storage/src/main/java/a/A.java:2: 101 columns");
      assertThat(Tidy.wideLines(source("// " + "x".repeat(97)))).isEmpty();
      assertThat(Tidy.wideLines(source("// see https://" + "x".repeat(97)))).isEmpty();
    }

    @Test
    void longFile() {
      assertThat(Tidy.longFiles(source("// a line\n".repeat(501)))).hasSize(1);
      assertThat(Tidy.longFiles(source("// a line\n".repeat(500)))).isEmpty();
    }

    @Test
    void longMethod() {
      String method = "class A {\n  void a() {\n%s  }\n}\n";
      assertThat(Tidy.longMethods(source(method.formatted("    a();\n".repeat(69)))))
          .containsExactly("storage/src/main/java/a/A.java:2: a has 71 lines: name its parts");
      assertThat(Tidy.longMethods(source(method.formatted("    a();\n".repeat(68))))).isEmpty();
    }

    @Test
    void missingOrBarePackageInfo() {
      assertThat(Tidy.packagesWithoutInfo(source("class A {}"))).hasSize(1);
      assertThat(packageInfo("/** Why. */\npackage a;")).hasSize(1);
      assertThat(packageInfo("/* @NullMarked */\npackage a;")).hasSize(1);
      assertThat(packageInfo("@NullMarked\npackage a;")).hasSize(1);
      assertThat(packageInfo("/** Why. */\n@NullMarked\npackage a;")).isEmpty();
    }

    private List<String> packageInfo(String text) {
      return Tidy.packagesWithoutInfo(Map.of("storage/src/main/java/a/package-info.java", text));
    }

    @Test
    void eachBan() {
      for (String use :
          List.of(
              "System.out.println(1);",
              "long a = System.nanoTime();",
              "sun.misc.Unsafe a;",
              "System.exit(1);",
              "throw new RuntimeException(\"\");",
              "e.printStackTrace();",
              "new Thread(a).start();",
              "a.toLowerCase();",
              "java.util.Date a;",
              "import java.util.*;",
              "@Disabled void a() {}",
              "// TODO finish")) {
        assertThat(Tidy.banned(source("\n" + use))).as(use).hasSize(1);
      }
      assertThat(Ban.LIST).as("one canary a ban").hasSize(12);
    }

    @Test
    void namedThreadsAreAllowed() {
      assertThat(Tidy.banned(source("new Thread(() -> a(b(c), d), \"name\").start();"))).isEmpty();
      assertThat(Tidy.banned(source("new Thread(() -> a(b(c), \"d\")).start();"))).hasSize(1);
    }

    @Test
    void commentsAndStringsAreNoUse() {
      assertThat(
              Tidy.banned(
                  source(
                      """
                      /* System.out */ // System.exit(1)
                      String a = "System.out \\" System.exit(1)" + '"' + \"""
                          System.out "x" System.exit(1)
                          \""";
                      """)))
          .isEmpty();
    }

    private Map<String, String> source(String text) {
      return Map.of("storage/src/main/java/a/A.java", text);
    }
  }

  private static Map<String, String> read(String folder) {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("larder")) || !Files.exists(root.resolve("protocol"))) {
      root = root.getParent();
    }
    Map<String, String> sources = new TreeMap<>();
    for (String module : MODULES) {
      Path start = root.resolve(module).resolve(folder);
      if (Files.exists(start)) {
        addAll(root, start, sources);
      }
    }
    return sources;
  }

  private static void addAll(Path root, Path start, Map<String, String> sources) {
    try (Stream<Path> files = Files.walk(start)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String path = root.relativize(file).toString().replace('\\', '/');
        sources.put(path, Files.readString(file));
      }
    } catch (IOException e) {
      throw new AssertionError("cannot read the sources below " + start, e);
    }
  }
}
