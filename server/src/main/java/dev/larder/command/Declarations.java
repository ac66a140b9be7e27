package dev.larder.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the declarations of all groups and builds the {@link CommandTable} from them. Used once,
 * at start, by one thread.
 */
public final class Declarations {

  private final Map<String, CommandBuilder> builders = new LinkedHashMap<>();

  /** Begins a declaration: {@code "GET"}, or {@code "CLIENT|LIST"} for a subcommand. */
  public CommandBuilder command(String name) {
    CommandBuilder builder = new CommandBuilder(name);
    if (builders.putIfAbsent(builder.fullName, builder) != null) {
      throw new IllegalStateException("command " + name + " is declared twice");
    }
    return builder;
  }

  /**
   * Declares the HELP of a container.
   *
   * @param lines an entry's usage, then its explanation indented by 4
   */
  public void help(
      String container, String since, CommandGroup group, AclCategory[] acl, String... lines) {
    command(container + "|HELP")
        .summary("Returns helpful text about the different subcommands.")
        .since(since)
        .group(group)
        .complexity("O(1)")
        .arity(2)
        .flags(Flag.LOADING, Flag.STALE)
        .acl(acl)
        .replies(ReplySchema.array("Subcommands and what they do, one line an element."))
        .handler(new Help(container, lines));
  }

  /**
   * Checks and builds all that was declared.
   *
   * @throws IllegalStateException if a declaration contradicts itself or another
   */
  public CommandTable build() {
    Map<String, List<CommandSpec>> subcommands = new LinkedHashMap<>();
    int index = 0;
    for (CommandBuilder builder : builders.values()) {
      int bar = builder.fullName.indexOf('|');
      if (bar >= 0) {
        String container = builder.fullName.substring(0, bar);
        if (!builders.containsKey(container)) {
          throw new IllegalStateException("command " + builder.fullName + " has no container");
        }
        subcommands
            .computeIfAbsent(container, _ -> new ArrayList<>())
            .add(builder.build(NameTable.empty(), index++));
      }
    }
    List<CommandSpec> commands = new ArrayList<>();
    for (CommandBuilder builder : builders.values()) {
      if (builder.fullName.indexOf('|') < 0) {
        List<CommandSpec> own = subcommands.getOrDefault(builder.fullName, List.of());
        commands.add(builder.build(NameTable.of(own), index++));
      }
    }
    return new CommandTable(NameTable.of(commands), index);
  }
}
