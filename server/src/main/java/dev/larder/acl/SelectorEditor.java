package dev.larder.acl;

import dev.larder.command.CommandTable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Changes one selector of a user by rules about commands, keys, channels and databases. */
final class SelectorEditor {
  private static final String DATABASES = "db=";
  private static final int MAX_DIGITS = 9;
  private static final String AFTER_ALL_KEYS =
      "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have"
          + " any effect. Try 'resetkeys' to start with an empty list of patterns";
  private static final String AFTER_ALL_CHANNELS =
      "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not"
          + " have any effect. Try 'resetchannels' to start with an empty list of channels";

  private final CommandRules commands;

  /** Patterns with what they allow. */
  private final Map<String, Integer> keys = new LinkedHashMap<>();

  private final Set<String> channels = new LinkedHashSet<>();
  private final SortedSet<Integer> databases = new TreeSet<>();
  private boolean allKeys;
  private boolean allChannels;
  private boolean allDatabases;

  /** Begins with what a selector allows. */
  SelectorEditor(Selector start, CommandTable table) {
    this.commands = new CommandRules(table, start.commands());
    KeyRule[] keyRules = start.keys();
    this.allKeys = keyRules == null;
    for (KeyRule rule : keyRules == null ? new KeyRule[0] : keyRules) {
      keys.put(rule.pattern(), rule.access());
    }
    ChannelRule[] channelRules = start.channels();
    this.allChannels = channelRules == null;
    for (ChannelRule rule : channelRules == null ? new ChannelRule[0] : channelRules) {
      channels.add(rule.pattern());
    }
    int[] numbers = start.databases();
    this.allDatabases = numbers == null;
    for (int number : numbers == null ? new int[0] : numbers) {
      databases.add(number);
    }
  }

  /** One that allows no command and no key, but all databases. */
  static Selector none(boolean allChannels) {
    return new Selector(
        CommandRights.NONE, new KeyRule[0], allChannels ? null : new ChannelRule[0], null);
  }

  /**
   * Follows one rule; an empty one changes nothing.
   *
   * @throws RuleException if it is none; then nothing of it has been followed
   */
  void follow(String rule) throws RuleException {
    String word = rule.toLowerCase(Locale.ROOT);
    if (rule.isEmpty() || isWord(word)) {
      return;
    }
    if (word.startsWith(DATABASES)) {
      databases(word.substring(DATABASES.length()));
      return;
    }
    String rest = rule.substring(1);
    switch (rule.charAt(0)) {
      case '+', '-' -> commands.follow(rule.charAt(0) == '+', upToNul(rest));
      case '~' -> key(rest, KeyRule.ALL);
      case '%' -> keyWithAccess(rest);
      case '&' -> channel(rest);
      default -> throw new RuleException(UserEditor.SYNTAX);
    }
  }

  private static String upToNul(String text) {
    int nul = text.indexOf('\0');
    return nul < 0 ? text : text.substring(0, nul);
  }

  /** Follows a rule that is a word; whether it is one. */
  private boolean isWord(String word) {
    switch (word) {
      case "allkeys", "~*" -> setKeys(true);
      case "resetkeys" -> setKeys(false);
      case "allchannels", "&*" -> setChannels(true);
      case "resetchannels" -> setChannels(false);
      case "alldbs" -> setDatabases(true);
      case "resetdbs" -> setDatabases(false);
      case "allcommands" -> commands.all(true);
      case "nocommands" -> commands.all(false);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Allows no command and no key, but all databases. */
  void reset(boolean withChannels) {
    setKeys(false);
    setChannels(withChannels);
    setDatabases(true);
    commands.all(false);
  }

  private void setKeys(boolean all) {
    allKeys = all;
    keys.clear();
  }

  private void setChannels(boolean all) {
    allChannels = all;
    channels.clear();
  }

  private void setDatabases(boolean all) {
    allDatabases = all;
    databases.clear();
  }

  /** Allows these databases only: a list with commas. */
  private void databases(String list) throws RuleException {
    Set<Integer> numbers = new TreeSet<>();
    for (String number : list.split(",", -1)) {
      boolean isNumber = number.chars().allMatch(c -> c >= '0' && c <= '9');
      if (number.isEmpty() || number.length() > MAX_DIGITS || !isNumber) {
        throw new RuleException(UserEditor.SYNTAX);
      }
      numbers.add(Integer.parseInt(number));
    }
    setDatabases(false);
    databases.addAll(numbers);
  }

  /** Follows {@code %R~pattern} and the like; without a tilde the pattern is empty, as in Redis. */
  private void keyWithAccess(String rule) throws RuleException {
    requireSomeKeys();
    int access = 0;
    int i = 0;
    for (; i < rule.length() && rule.charAt(i) != '~'; i++) {
      int more =
          switch (rule.charAt(i)) {
            case 'r', 'R' -> KeyRule.READ;
            case 'w', 'W' -> KeyRule.WRITE;
            default -> 0;
          };
      if (more == 0 || (access & more) != 0) {
        throw new RuleException(UserEditor.SYNTAX);
      }
      access |= more;
    }
    if (access == 0) {
      throw new RuleException(UserEditor.SYNTAX);
    }
    key(rule.substring(Math.min(i + 1, rule.length())), access);
  }

  private void requireSomeKeys() throws RuleException {
    if (allKeys) {
      throw new RuleException(AFTER_ALL_KEYS);
    }
  }

  private void key(String pattern, int access) throws RuleException {
    requireSomeKeys();
    if (UserEditor.hasSpaces(pattern)) {
      throw new RuleException(UserEditor.SYNTAX);
    }
    keys.merge(pattern, access, (x, y) -> x | y);
  }

  private void channel(String pattern) throws RuleException {
    if (allChannels) {
      throw new RuleException(AFTER_ALL_CHANNELS);
    }
    if (UserEditor.hasSpaces(pattern)) {
      throw new RuleException(UserEditor.SYNTAX);
    }
    channels.add(pattern);
  }

  /** What the rules have led to. */
  Selector selector() {
    KeyRule[] keyRules =
        allKeys
            ? null
            : keys.entrySet().stream()
                .map(entry -> KeyRule.of(entry.getKey(), entry.getValue()))
                .toArray(KeyRule[]::new);
    ChannelRule[] channelRules =
        allChannels ? null : channels.stream().map(ChannelRule::new).toArray(ChannelRule[]::new);
    int[] numbers = allDatabases ? null : databases.stream().mapToInt(Integer::intValue).toArray();
    return new Selector(commands.rights(), keyRules, channelRules, numbers);
  }
}
