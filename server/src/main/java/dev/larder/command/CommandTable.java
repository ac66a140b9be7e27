package dev.larder.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All commands of a server. Immutable and safe for any thread; looking up by address allocates
 * nothing.
 */
public final class CommandTable {

  /** How much of a name, or of all arguments together, an error quotes. */
  private static final int QUOTED_BYTES = 128;

  /** By the names that they are declared by. */
  private final NameTable declared;

  /** By the names that clients call them by. */
  private final NameTable called;

  private final int specCount;

  CommandTable(NameTable commands, int specCount) {
    this(commands, commands, specCount);
  }

  private CommandTable(NameTable declared, NameTable called, int specCount) {
    this.declared = declared;
    this.called = called;
    this.specCount = specCount;
  }

  /**
   * The same commands, some of which clients have to call by other names.
   *
   * @param name of a command, in any case
   * @param newName any text with one char a byte; empty if nobody is to call it
   * @throws IllegalArgumentException with one line that says why that cannot be
   */
  public CommandTable renamed(String name, String newName) {
    Map<String, CommandSpec> names = new LinkedHashMap<>(called.byName());
    CommandSpec command = names.remove(Ascii.lower(name));
    if (command == null) {
      throw new IllegalArgumentException("there is no command " + name);
    }
    if (!newName.isEmpty() && names.put(Ascii.lower(newName), command) != null) {
      throw new IllegalArgumentException("there is a command " + newName + " already");
    }
    return new CommandTable(declared, NameTable.named(names), specCount);
  }

  /** The commands that can be called, without subcommands. */
  public Collection<CommandSpec> commands() {
    return called.specs();
  }

  /** What {@link #commands} has, each container followed by its subcommands. */
  public List<CommandSpec> callable() {
    return withSubcommands(commands());
  }

  /** How many commands and subcommands there are: the bound of {@link CommandSpec#index()}. */
  public int specCount() {
    return specCount;
  }

  /** All commands in order of declaration, each container followed by its subcommands. */
  public List<CommandSpec> all() {
    return withSubcommands(declared.specs());
  }

  private static List<CommandSpec> withSubcommands(Collection<CommandSpec> commands) {
    List<CommandSpec> all = new ArrayList<>();
    for (CommandSpec command : commands) {
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
    CommandSpec command = called.find(call.argAddress(0), call.argLength(0));
    if (command == null || !command.isContainer() || call.argCount() == 1) {
      return command;
    }
    return command.subcommandTable().find(call.argAddress(1), call.argLength(1));
  }

  /**
   * The command that is declared by a full name, {@code GET} or {@code client|list} in any case, or
   * null. Rules of users name it so, whatever clients call it.
   */
  public @Nullable CommandSpec find(String fullName) {
    return find(declared, fullName);
  }

  /** As {@link #find(String)}, of a name that clients call it by. */
  public @Nullable CommandSpec findCallable(String fullName) {
    return find(called, fullName);
  }

  private static @Nullable CommandSpec find(NameTable names, String fullName) {
    String name = Ascii.lower(fullName);
    int bar = name.indexOf('|');
    if (bar < 0) {
      return names.find(name);
    }
    CommandSpec container = names.find(name.substring(0, bar));
    return container == null ? null : container.subcommandTable().find(name.substring(bar + 1));
  }

  /** The error for a call that {@link #find(Arguments)} does not know. */
  public ErrorReply unknown(Arguments call) {
    String name = call.argQuoted(0, QUOTED_BYTES);
    CommandSpec command = called.find(call.argAddress(0), call.argLength(0));
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
