package dev.larder.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.acl.UserRules.Sanitizing;
import dev.larder.command.CommandTable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Changes the rules of a user by modifiers, as ACL SETUSER and files have them. */
final class UserEditor {
  static final String SYNTAX = "Syntax error";

  private static final String BAD_HASH =
      "The password hash must be exactly 64 characters and contain only lowercase hexadecimal"
          + " characters";
  private static final String NO_SUCH_PASSWORD =
      "The password you are trying to remove from the user does not exist";
  private static final String PASSWORD_TOO_LONG =
      "The password must not be longer than " + PasswordHash.MAX_PASSWORD_BYTES + " bytes";
  private static final String AFTER_ALL_KEYS =
      "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have"
          + " any effect. Try 'resetkeys' to start with an empty list of patterns";
  private static final String AFTER_ALL_CHANNELS =
      "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not"
          + " have any effect. Try 'resetchannels' to start with an empty list of channels";
  private static final String NO_SELECTORS = "Selectors do not exist in this release of Larder yet";

  private final boolean channelsByDefault;
  private final CommandRules commands;
  private final Set<String> passwords;

  /** Patterns with what they allow. */
  private final Map<String, Integer> keys = new LinkedHashMap<>();

  private final Set<String> channels = new LinkedHashSet<>();
  private boolean isEnabled;
  private boolean needsNoPassword;
  private Sanitizing sanitizing;
  private boolean allKeys;
  private boolean allChannels;

  /**
   * Begins with the rules of a user.
   *
   * @param channelsByDefault whether a user who is reset may use all channels
   */
  UserEditor(UserRules start, CommandTable table, boolean channelsByDefault) {
    this.channelsByDefault = channelsByDefault;
    this.commands = new CommandRules(table, start.permissions().commands());
    this.passwords = new LinkedHashSet<>(start.passwords());
    this.isEnabled = start.isEnabled();
    this.needsNoPassword = start.needsNoPassword();
    this.sanitizing = start.sanitizing();
    KeyRule[] keyRules = start.permissions().keys();
    this.allKeys = keyRules == null;
    for (KeyRule rule : keyRules == null ? new KeyRule[0] : keyRules) {
      keys.put(rule.pattern(), rule.access());
    }
    ChannelRule[] channelRules = start.permissions().channels();
    this.allChannels = channelRules == null;
    for (ChannelRule rule : channelRules == null ? new ChannelRule[0] : channelRules) {
      channels.add(rule.pattern());
    }
  }

  /** Whether there is a character that would end a rule where rules are written in a line. */
  static boolean hasSpaces(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Follows one modifier, which has one char a byte; one without a character changes nothing.
   *
   * @throws RuleException if it is none; then nothing of it has been followed
   */
  void follow(String modifier) throws RuleException {
    if (modifier.isEmpty() || isWord(modifier.toLowerCase(Locale.ROOT))) {
      return;
    }
    String rest = modifier.substring(1);
    switch (modifier.charAt(0)) {
      case '+', '-' -> commands.follow(modifier.charAt(0) == '+', upToNul(rest));
      case '~' -> key(rest, KeyRule.ALL);
      case '%' -> keyWithAccess(rest);
      case '&' -> channel(rest);
      case '>' -> addPassword(hash(rest));
      case '#' -> addPassword(checkedHash(rest));
      case '<' -> removePassword(hash(rest));
      case '!' -> removePassword(checkedHash(rest));
      case '(' -> throw new RuleException(NO_SELECTORS);
      default -> throw new RuleException(SYNTAX);
    }
  }

  private static String upToNul(String text) {
    int nul = text.indexOf('\0');
    return nul < 0 ? text : text.substring(0, nul);
  }

  /** Follows a modifier that is a word; whether it is one. */
  private boolean isWord(String word) {
    switch (word) {
      case "on" -> isEnabled = true;
      case "off" -> isEnabled = false;
      case "nopass" -> setNoPassword(true);
      case "resetpass" -> setNoPassword(false);
      case "sanitize-payload" -> sanitizing = Sanitizing.ON;
      case "skip-sanitize-payload" -> sanitizing = Sanitizing.OFF;
      case "allkeys", "~*" -> setKeys(true);
      case "resetkeys" -> setKeys(false);
      case "allchannels", "&*" -> setChannels(true);
      case "resetchannels" -> setChannels(false);
      case "allcommands" -> commands.all(true);
      case "nocommands" -> commands.all(false);
      case "clearselectors" -> {
        // There are none that would have to go.
      }
      case "reset" -> reset();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void reset() {
    isEnabled = false;
    sanitizing = Sanitizing.ON;
    setNoPassword(false);
    setKeys(false);
    setChannels(channelsByDefault);
    commands.all(false);
  }

  private void setNoPassword(boolean noPassword) {
    needsNoPassword = noPassword;
    passwords.clear();
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
        throw new RuleException(SYNTAX);
      }
      access |= more;
    }
    if (access == 0) {
      throw new RuleException(SYNTAX);
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
    if (hasSpaces(pattern)) {
      throw new RuleException(SYNTAX);
    }
    keys.merge(pattern, access, (x, y) -> x | y);
  }

  private void channel(String pattern) throws RuleException {
    if (allChannels) {
      throw new RuleException(AFTER_ALL_CHANNELS);
    }
    if (hasSpaces(pattern)) {
      throw new RuleException(SYNTAX);
    }
    channels.add(pattern);
  }

  private static String hash(String password) throws RuleException {
    if (password.length() > PasswordHash.MAX_PASSWORD_BYTES) {
      throw new RuleException(PASSWORD_TOO_LONG);
    }
    return PasswordHash.of(password.getBytes(ISO_8859_1));
  }

  private static String checkedHash(String text) throws RuleException {
    if (!PasswordHash.isHash(text)) {
      throw new RuleException(BAD_HASH);
    }
    return text;
  }

  private void addPassword(String hash) {
    passwords.add(hash);
    needsNoPassword = false;
  }

  private void removePassword(String hash) throws RuleException {
    if (!passwords.remove(hash)) {
      throw new RuleException(NO_SUCH_PASSWORD);
    }
  }

  /** What the modifiers have led to. */
  UserRules rules() {
    KeyRule[] keyRules =
        allKeys
            ? null
            : keys.entrySet().stream()
                .map(entry -> KeyRule.of(entry.getKey(), entry.getValue()))
                .toArray(KeyRule[]::new);
    ChannelRule[] channelRules =
        allChannels ? null : channels.stream().map(ChannelRule::new).toArray(ChannelRule[]::new);
    return new UserRules(
        isEnabled,
        needsNoPassword,
        sanitizing,
        List.copyOf(passwords),
        new Permissions(commands.rights(), keyRules, channelRules));
  }
}
