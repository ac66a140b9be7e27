package dev.larder.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.AclCategory;
import dev.larder.command.Ascii;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows rules about commands, one after the other, and keeps those that still matter: a rule goes
 * when a later one is about the same command or category, or about the whole command of its
 * subcommand.
 */
final class CommandRules {
  private static final String UNKNOWN = "Unknown command or category name in ACL";
  private static final String OF_SUBCOMMAND = "Allowing first-arg of a subcommand is not supported";
  private static final String ALL = "all";

  private final CommandTable table;
  private final long[] bits;
  private final List<FirstArgument> firstArguments = new ArrayList<>();

  /** Whether the rules start from all commands, rather than from none. */
  private boolean startsFromAll;

  /** What the rules are about, in their order; whether they allow it. */
  private final Map<String, Boolean> rules = new LinkedHashMap<>();

  /** Goes on from where earlier rules have led. */
  CommandRules(CommandTable table, CommandRights start) {
    this.table = table;
    this.bits = new long[(table.specCount() + Long.SIZE - 1) / Long.SIZE];
    for (int i = 0; i < table.specCount(); i++) {
      if (start.allows(i)) {
        bits[i >> 6] |= 1L << i;
      }
    }
    firstArguments.addAll(Arrays.asList(start.firstArguments()));
    String[] words = start.text().split(" ", -1);
    startsFromAll = words[0].startsWith("+");
    for (int i = 1; i < words.length; i++) {
      rules.put(words[i].substring(1), words[i].startsWith("+"));
    }
  }

  /**
   * Follows {@code +what} or {@code -what}.
   *
   * @throws RuleException if there is no such thing
   */
  void follow(boolean allow, String what) throws RuleException {
    if (what.startsWith("@")) {
      category(allow, what.substring(1));
      return;
    }
    int bar = what.lastIndexOf('|');
    if (!allow || bar < 0) {
      CommandSpec spec = find(what);
      change(spec, allow);
      note(spec.fullName(), allow);
      return;
    }
    CommandSpec spec = find(what.substring(0, bar));
    if (spec.isSubcommand()) {
      throw new RuleException(OF_SUBCOMMAND);
    }
    String argument = new String(Ascii.keyword(what.substring(bar + 1)), ISO_8859_1);
    if (argument.isEmpty() || UserEditor.hasSpaces(argument)) {
      throw new RuleException(UserEditor.SYNTAX);
    }
    if (spec.isContainer()) {
      change(find(what), true);
    } else {
      firstArguments.removeIf(known -> known.isSame(spec.index(), argument));
      firstArguments.add(new FirstArgument(spec.index(), argument));
    }
    note(spec.fullName() + "|" + argument, true);
  }

  private CommandSpec find(String name) throws RuleException {
    CommandSpec spec = table.find(name);
    if (spec == null) {
      throw new RuleException(UNKNOWN);
    }
    return spec;
  }

  private void category(boolean allow, String name) throws RuleException {
    if (name.equalsIgnoreCase(ALL)) {
      all(allow);
      return;
    }
    AclCategory category = AclCategory.byName(name);
    if (category == null) {
      throw new RuleException(UNKNOWN);
    }
    for (CommandSpec spec : table.all()) {
      if (spec.acl().contains(category)) {
        change(spec, allow);
      }
    }
    note("@" + category.wireName(), allow);
  }

  /** Allows all commands, or none. */
  void all(boolean allow) {
    Arrays.fill(bits, allow ? -1 : 0);
    firstArguments.clear();
    startsFromAll = allow;
    rules.clear();
  }

  /** Changes a command with its subcommands. */
  private void change(CommandSpec spec, boolean allow) {
    set(spec.index(), allow);
    firstArguments.removeIf(argument -> argument.isOf(spec.index()));
    for (CommandSpec subcommand : spec.subcommands()) {
      set(subcommand.index(), allow);
    }
  }

  private void set(int index, boolean allow) {
    long bit = 1L << index;
    bits[index >> 6] = allow ? bits[index >> 6] | bit : bits[index >> 6] & ~bit;
  }

  private void note(String what, boolean allow) {
    rules.remove(what);
    if (what.indexOf('|') < 0) {
      String parts = what + "|";
      for (Iterator<String> i = rules.keySet().iterator(); i.hasNext(); ) {
        if (i.next().startsWith(parts)) {
          i.remove();
        }
      }
    }
    rules.put(what, allow);
  }

  CommandRights rights() {
    boolean isAll = true;
    for (int i = 0; i < table.specCount() && isAll; i++) {
      isAll = (bits[i >> 6] & 1L << i) != 0;
    }
    StringBuilder text = new StringBuilder(startsFromAll ? "+@all" : "-@all");
    rules.forEach((what, allow) -> text.append(allow ? " +" : " -").append(what));
    return new CommandRights(
        isAll ? null : bits.clone(), firstArguments.toArray(new FirstArgument[0]), text.toString());
  }
}
