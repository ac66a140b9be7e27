package dev.larder.acl;

import java.util.ArrayList;
import java.util.List;

/**
 * All that is known of a user but the name. Immutable.
 *
 * @param isEnabled whether one may authenticate as this user
 * @param needsNoPassword whether any password will do
 * @param passwords their hashes
 */
record UserRules(
    boolean isEnabled,
    boolean needsNoPassword,
    Sanitizing sanitizing,
    List<String> passwords,
    Permissions permissions) {

  /** Whether payloads of RESTORE are checked: here they always are, the rule is only kept. */
  enum Sanitizing {
    UNSAID(""),
    ON("sanitize-payload"),
    OFF("skip-sanitize-payload");

    private final String flag;

    Sanitizing(String flag) {
      this.flag = flag;
    }
  }

  /** The default user's, who may do everything without a password. */
  static final UserRules TRUSTED =
      new UserRules(true, true, Sanitizing.UNSAID, List.of(), Permissions.ALL);

  UserRules {
    passwords = List.copyOf(passwords);
  }

  /** A new user's, who may do nothing. */
  static UserRules none(boolean allChannels) {
    return new UserRules(
        false,
        false,
        Sanitizing.UNSAID,
        List.of(),
        new Permissions(List.of(SelectorEditor.none(allChannels))));
  }

  /**
   * Whether one may authenticate with a password; takes as long wherever it differs.
   *
   * @param hash of the password
   */
  boolean accepts(String hash) {
    boolean matches = needsNoPassword;
    for (String password : passwords) {
      matches |= PasswordHash.equal(password, hash);
    }
    return isEnabled && matches;
  }

  /** The flags as ACL GETUSER tells them. */
  List<String> flags() {
    List<String> flags = new ArrayList<>();
    flags.add(isEnabled ? "on" : "off");
    if (needsNoPassword) {
      flags.add("nopass");
    }
    if (sanitizing != Sanitizing.UNSAID) {
      flags.add(sanitizing.flag);
    }
    return flags;
  }

  /** The rules that make a user like this out of a new one, as ACL LIST and files have them. */
  String text() {
    StringBuilder text = new StringBuilder(String.join(" ", flags()));
    for (String password : passwords) {
      text.append(" #").append(password);
    }
    text.append(' ').append(permissions.first().text());
    for (Selector selector : permissions.others()) {
      text.append(" (").append(selector.text()).append(')');
    }
    return text.toString();
  }
}
