package dev.larder.cli.shipped;

import dev.larder.cli.LarderCommand;
import dev.larder.config.DefaultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.AutoComplete;

/** Writes all texts into the folder of a distribution. */
public final class ShippedTexts {
  private ShippedTexts() {}

  /**
   * Writes them.
   *
   * @param args the folder, which exists
   */
  public static void main(String[] args) throws IOException {
    Path home = Path.of(args[0]);
    write(home.resolve("conf/larder.conf"), DefaultFile.text());
    write(home.resolve("share/bash-completion/completions/larder"), completion());
    for (Map.Entry<String, String> page : ManualPages.all(LarderCommand.commandLine()).entrySet()) {
      String name = page.getKey();
      String section = name.substring(name.lastIndexOf('.') + 1);
      write(home.resolve("share/man/man" + section).resolve(name), page.getValue());
    }
  }

  /** For bash, which reads it into a running shell: it is no program of its own. */
  private static String completion() {
    return AutoComplete.bash("larder", LarderCommand.commandLine()).replaceFirst("^#!.*\n", "");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
