package dev.larder.cli.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class RehearsalTest {
  private static final String FLAGS =
      "@" + Path.of("src/main/dist/larder.jvmargs").toAbsolutePath();

  @TempDir Path folder;

  /** The JVM would not start if it could not use the cache, told to by {@code AOTMode}. */
  @Test
  void theShippedFlagsStartWithTheCache() throws Exception {
    String classes = jars();
    Path cache = folder.resolve("larder.aot");
    Result made = java("-cp", classes, Rehearsal.class.getName(), cache.toString(), FLAGS);
    assertThat(made.status()).as(made.output()).isZero();
    assertThat(cache).isNotEmptyFile();
    String cached = "-XX:AOTCache=" + cache;
    String main = "dev.larder.cli.Main";
    Result used = java(FLAGS, cached, "-XX:AOTMode=on", "-cp", classes, main, "--version");
    assertThat(used.status()).as(used.output()).isZero();
    assertThat(used.output()).startsWith("larder").doesNotContainIgnoringCase("warning");
  }

  @Test
  void aServerThatCannotStartIsTold() throws Exception {
    Path cache = folder.resolve("larder.aot");
    String classes = System.getProperty("java.class.path");
    Result result =
        java("-cp", classes, Rehearsal.class.getName(), cache.toString(), "-XX:NoSuchOption");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("NoSuchOption");
    assertThat(folder).isEmptyDirectory();
  }

  /** The class path as jars in one folder, as it is shipped: a cache can make nothing of others. */
  private String jars() throws IOException {
    List<String> jars = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(part);
      Path jar = folder.resolve("lib" + jars.size() + ".jar");
      if (Files.isDirectory(path)) {
        zip(path, jar);
      } else {
        Files.copy(path, jar);
      }
      jars.add(jar.toString());
    }
    return String.join(File.pathSeparator, jars);
  }

  private static void zip(Path path, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(path.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
  }

  private record Result(int status, String output) {}

  private static Result java(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), output);
  }
}
