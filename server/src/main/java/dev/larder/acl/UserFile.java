package dev.larder.acl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.config.ConfigException;
import dev.larder.config.FileReplacement;
import dev.larder.config.UserLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The file of the option {@code aclfile}: a line a user, as ACL LIST shows them. */
final class UserFile {
  private UserFile() {}

  /**
   * Reads the lines; whether their rules make sense is not known yet.
   *
   * @throws ConfigException with the first line that declares no user
   */
  static List<UserLine> read(Path file) throws IOException, ConfigException {
    List<UserLine> users = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file, UTF_8)) {
      number++;
      String at = file + ":" + number + ": ";
      if (line.isBlank()) {
        continue;
      }
      // Rules have neither blanks nor quotes.
      String[] words = line.strip().split("[ \t]+");
      if (words.length < 2 || !words[0].equals("user")) {
        throw new ConfigException(at + "line should start with user keyword and a name");
      }
      users.add(new UserLine(at, words[1], List.of(words).subList(2, words.length)));
    }
    return users;
  }

  /** Replaces the file as a whole, or leaves it as it was. */
  static void write(Path file, Collection<AclUser> users) throws IOException {
    StringBuilder text = new StringBuilder();
    users.forEach(user -> text.append(user.line()).append('\n'));
    FileReplacement.replace(
        file.toRealPath(), text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
