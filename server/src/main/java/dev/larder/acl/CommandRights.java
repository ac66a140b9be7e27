package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.command.Flag;
import org.jspecify.annotations.Nullable;

/**
 * Which commands may be run: a bit for each, by {@link CommandSpec#index()}. Of a command that may
 * not be run and has no subcommands, calls may be allowed by their first argument. Immutable.
 */
final class CommandRights {
  private static final FirstArgument[] NO_ARGUMENTS = {};

  static final CommandRights ALL = new CommandRights(null, NO_ARGUMENTS, "+@all");
  static final CommandRights NONE = new CommandRights(new long[0], NO_ARGUMENTS, "-@all");

  /** Null where everything is allowed; words that are missing are 0. */
  private final long @Nullable [] bits;

  private final FirstArgument[] firstArguments;
  private final String text;

  /**
   * Takes the arrays over.
   *
   * @param bits null for all commands
   * @param text the rules that led to it
   */
  CommandRights(long @Nullable [] bits, FirstArgument[] firstArguments, String text) {
    this.bits = bits;
    this.firstArguments = firstArguments;
    this.text = text;
  }

  /** Whether a call may run; what a client needs to authenticate always may. */
  boolean allow(CommandSpec spec, Arguments call) {
    return allows(spec.index()) || spec.has(Flag.NO_AUTH) || allowsFirst(spec.index(), call);
  }

  /** Whether every call of the command with this index may run. */
  boolean allows(int index) {
    if (bits == null) {
      return true;
    }
    int word = index >> 6;
    return word < bits.length && (bits[word] & 1L << index) != 0;
  }

  private boolean allowsFirst(int index, Arguments call) {
    for (FirstArgument argument : firstArguments) {
      if (argument.allows(index, call)) {
        return true;
      }
    }
    return false;
  }

  boolean isAll() {
    return bits == null;
  }

  FirstArgument[] firstArguments() {
    return firstArguments.clone();
  }

  /** The rules that lead to it, from {@code +@all} or {@code -@all} on. */
  String text() {
    return text;
  }
}
