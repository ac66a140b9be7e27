package dev.larder.script;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import java.util.List;
import java.util.Set;

/** What the first line of a script says: {@code #!lua flags=no-writes,allow-oom}. */
record ScriptFlags(Set<String> names) {
  private static final String ENGINE = "#!lua";
  private static final String OPTION = "flags=";

  /** All that there are, in the order in which they are told. */
  static final List<String> KNOWN =
      List.of("no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys");

  static ScriptFlags parse(String line) throws CommandException {
    String[] parts = line.strip().split("\\s+");
    if (!parts[0].equals(ENGINE)) {
      throw error("Unexpected engine in script shebang: " + parts[0]);
    }
    Set<String> names = Set.of();
    for (int i = 1; i < parts.length; i++) {
      if (!parts[i].startsWith(OPTION)) {
        throw error("Unknown lua shebang option: " + parts[i]);
      }
      String list = parts[i].substring(OPTION.length());
      List<String> listed = list.isEmpty() ? List.of() : List.of(list.split(",", -1));
      names = Set.copyOf(listed);
      for (String name : listed) {
        if (!KNOWN.contains(name)) {
          throw error("Unexpected flag in script shebang: " + name);
        }
      }
    }
    return new ScriptFlags(names);
  }

  private static CommandException error(String text) {
    return new CommandException(ErrorReply.of("ERR " + text));
  }

  boolean has(String name) {
    return names.contains(name);
  }
}
