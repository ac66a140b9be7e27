package dev.larder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A generated file of the repository: compared with what it should be, or written anew. */
public final class GoldenFile {

  private GoldenFile() {}

  /**
   * Fails unless a file has this text; with {@code -Dgolden.update} gives it this text.
   *
   * @param path from the root of the repository
   */
  public static void check(String path, String text) throws IOException {
    Path file = Path.of("..").resolve(path);
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(Files.exists(file) ? Files.readString(file, UTF_8) : "")
        .as("%s is generated: run the server's tests with -Dgolden.update to bring it up", path)
        .isEqualTo(text);
  }
}
