package dev.larder.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.acl.UserRules.Sanitizing;
import dev.larder.command.CommandTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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

  private final CommandTable table;
  private final boolean channelsByDefault;
  private final SelectorEditor first;
  private final List<Selector> others;
  private final Set<String> passwords;
  private boolean isEnabled;
  private boolean needsNoPassword;
  private Sanitizing sanitizing;

  /**
   * Begins with the rules of a user.
   *
   * @param channelsByDefault whether a user who is reset may use all channels
   */
  UserEditor(UserRules start, CommandTable table, boolean channelsByDefault) {
    this.table = table;
    this.channelsByDefault = channelsByDefault;
    this.first = new SelectorEditor(start.permissions().first(), table);
    this.others = new ArrayList<>(start.permissions().others());
    this.passwords = new LinkedHashSet<>(start.passwords());
    this.isEnabled = start.isEnabled();
    this.needsNoPassword = start.needsNoPassword();
    this.sanitizing = start.sanitizing();
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
      case '>' -> addPassword(hash(rest));
      case '#' -> addPassword(checkedHash(rest));
      case '<' -> removePassword(hash(rest));
      case '!' -> removePassword(checkedHash(rest));
      case '(' -> addSelector(rest);
      default -> first.follow(modifier);
    }
  }

  /** Follows the rules in parentheses, of which the opening one has been read. */
  private void addSelector(String rules) throws RuleException {
    if (!rules.endsWith(")")) {
      throw new RuleException(SYNTAX);
    }
    SelectorEditor editor = new SelectorEditor(SelectorEditor.none(channelsByDefault), table);
    for (String rule : rules.substring(0, rules.length() - 1).strip().split(" +")) {
      editor.follow(rule);
    }
    others.add(editor.selector());
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
      case "clearselectors" -> others.clear();
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
    first.reset(channelsByDefault);
    others.clear();
  }

  private void setNoPassword(boolean noPassword) {
    needsNoPassword = noPassword;
    passwords.clear();
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
    List<Selector> selectors = new ArrayList<>();
    selectors.add(first.selector());
    selectors.addAll(others);
    return new UserRules(
        isEnabled, needsNoPassword, sanitizing, List.copyOf(passwords), new Permissions(selectors));
  }
}
