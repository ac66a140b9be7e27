package dev.larder.acl;

import dev.larder.session.Session;
import dev.larder.session.User;
import java.util.List;

/** A user with rules. Any thread reads; {@link AclUsers} changes. */
public final class AclUser extends User {
  private volatile UserRules rules;
  private volatile boolean deleted;

  AclUser(String name, UserRules rules) {
    super(name, false, true);
    this.rules = rules;
    rules(rules);
  }

  /** Replaces the rules: they hold for whatever a client of this user asks from now on. */
  void rules(UserRules newRules) {
    // Whoever sees that there are restrictions sees these, or later ones.
    rules = newRules;
    open(newRules.isEnabled() && newRules.needsNoPassword());
    restricted(!newRules.permissions().isAll());
  }

  UserRules rules() {
    return rules;
  }

  /** Takes everything from a user who is known no longer. */
  void delete() {
    deleted = true;
    rules(UserRules.none(false));
  }

  /** Whether the user is known no longer, so that all clients have to go. */
  boolean isDeleted() {
    return deleted;
  }

  /** What a user may do. */
  public static Permissions permissions(User user) {
    return user.isRestricted() ? ((AclUser) user).rules.permissions() : Permissions.ALL;
  }

  /** Whether a session's user may read every key. */
  public static boolean readsAllKeys(Session session) {
    return permissions(session.user()).readsAllKeys();
  }

  /**
   * What ACL GETUSER tells of a user.
   *
   * @param passwords their hashes
   * @param commands rules, as {@code keys} and {@code channels}, with one char a byte
   */
  public record Description(
      List<String> flags, List<String> passwords, String commands, String keys, String channels) {}

  public Description describe() {
    UserRules now = rules;
    return new Description(
        now.flags(),
        now.passwords(),
        now.permissions().commands().text(),
        now.keys(),
        now.channels());
  }

  /** A line of ACL LIST, or of a file, with one char a byte. */
  public String line() {
    return "user " + name() + ' ' + rules.text();
  }
}
