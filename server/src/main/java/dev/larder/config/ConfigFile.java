package dev.larder.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file that a server was configured by, and how CONFIG REWRITE changes it. */
final class ConfigFile {
  private final Path path;

  /** Follows links, which stay what they are. */
  private ConfigFile(Path path) {
    this.path = path;
  }

  /**
   * Rewrites a file so that it says what is in force.
   *
   * @param now the configuration, which nobody changes meanwhile
   * @throws ConfigException with one line that says why the file is as it was
   */
  static void rewrite(Path file, Config now) throws ConfigException {
    try {
      ConfigFile target = new ConfigFile(file.toRealPath());
      String text = ConfigText.rewrite(now, file.toString(), target.lines());
      FileReplacement.replace(target.path, text.getBytes(UTF_8));
    } catch (IOException | UncheckedIOException e) {
      throw new ConfigException(FileReplacement.reason(e), e);
    }
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(path, UTF_8);
  }
}
