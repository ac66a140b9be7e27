package dev.larder.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that a server was configured by, and how CONFIG REWRITE changes it. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * Rewrites a file so that it says what is in force; links to it stay what they are.
   *
   * @param now the configuration, which nobody changes meanwhile
   * @throws ConfigException with one line that says why the file is as it was
   */
  static void rewrite(Path file, Config now) throws ConfigException {
    try {
      Path target = file.toRealPath();
      String text = ConfigText.rewrite(now, file.toString(), Files.readAllLines(target, UTF_8));
      FileReplacement.replace(target, text.getBytes(UTF_8));
    } catch (IOException | UncheckedIOException e) {
      throw new ConfigException(FileReplacement.reason(e), e);
    }
  }
}
