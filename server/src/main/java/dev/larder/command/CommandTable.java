package dev.larder.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All commands of a server. Immutable and safe for any thread; looking up by address allocates
 * nothing.
 */
public final class CommandTable {

  /** How much of a name, or of all arguments together, an error quotes. */
  private static final int QUOTED_BYTES = 128;

  private final NameTable commands;
  private final int specCount;

  CommandTable(NameTable commands, int specCount) {
    this.commands = commands;
    this.specCount = specCount;
  }

  /** Commands in order of declaration, without subcommands. */
  public Collection<CommandSpec> commands() {
    return commands.specs();
  }

  /** How many commands and subcommands there are: the bound of {@link CommandSpec#index()}. */
  public int specCount() {
    return specCount;
  }

  /** All commands, each container followed by its subcommands. */
  public List<CommandSpec> all() {
    List<CommandSpec> all = new ArrayList<>(specCount);
    for (CommandSpec command : commands()) {
      all.add(command);
      all.addAll(command.subcommands());
    }
    return all;
  }

  /**
   * The command or subcommand that a call names. A container called without arguments is found as
   * itself, and then fails its arity.
   *
   * @return null when there is none: {@link #unknown} says what to reply
   */
  public @Nullable CommandSpec find(Arguments call) {
    CommandSpec command = commands.find(call.argAddress(0), call.argLength(0));
    if (command == null || !command.isContainer() || call.argCount() == 1) {
      return command;
    }
    return command.subcommandTable().find(call.argAddress(1), call.argLength(1));
  }

  /** The command of a full name in any case, {@code GET} or {@code client|list}, or null. */
  public @Nullable CommandSpec find(String fullName) {
    String name = fullName.toLowerCase(Locale.ROOT);
    int bar = name.indexOf('|');
    if (bar < 0) {
      return commands.find(name);
    }
    CommandSpec container = commands.find(name.substring(0, bar));
    return container == null ? null : container.subcommandTable().find(name.substring(bar + 1));
  }

  /** The error for a call that {@link #find(Arguments)} does not know. */
  public ErrorReply unknown(Arguments call) {
    String name = call.argQuoted(0, QUOTED_BYTES);
    CommandSpec command = commands.find(call.argAddress(0), call.argLength(0));
    if (command != null && call.argCount() > 1) {
      return unknownSubcommand(call.argQuoted(1, QUOTED_BYTES), name);
    }
    StringBuilder args = new StringBuilder();
    for (int i = 1; i < call.argCount() && args.length() < QUOTED_BYTES; i++) {
      String quoted = call.argQuoted(i, QUOTED_BYTES - args.length());
      args.append('\'').append(quoted).append("' ");
    }
    return ErrorReply.of("ERR unknown command '" + name + "', with args beginning with: " + args);
  }

  private static ErrorReply unknownSubcommand(String subcommand, String container) {
    return ErrorReply.of(
        "ERR unknown subcommand '"
            + subcommand
            + "'. Try "
            + container.toUpperCase(Locale.ROOT)
            + " HELP.");
  }
}
