package dev.larder.acl;

import dev.larder.command.CommandTable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Changes one selector of a user by rules about commands, keys and channels. */
final class SelectorEditor {
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
  private boolean allKeys;
  private boolean allChannels;

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
  }

  /** One that allows no command and no key. */
  static Selector none(boolean allChannels) {
    return new Selector(
        CommandRights.NONE, new KeyRule[0], allChannels ? null : new ChannelRule[0]);
  }

  /**
   * Follows one rule; an empty one changes nothing.
   *
   * @throws RuleException if it is none; then nothing of it has been followed
   */
  void follow(String rule) throws RuleException {
    if (rule.isEmpty() || isWord(rule.toLowerCase(Locale.ROOT))) {
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
      case "allcommands" -> commands.all(true);
      case "nocommands" -> commands.all(false);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Allows no command and no key. */
  void reset(boolean withChannels) {
    setKeys(false);
    setChannels(withChannels);
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
    return new Selector(commands.rights(), keyRules, channelRules);
  }
}
