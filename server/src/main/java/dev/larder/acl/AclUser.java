package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.session.Session;
import dev.larder.session.User;
import java.util.ArrayList;
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

  /** Whether a session's user may read every key by a call. */
  public static boolean readsAllKeys(Session session, CommandSpec spec, Arguments call) {
    return permissions(session.user()).readAllKeys(spec, call);
  }

  /**
   * What ACL GETUSER tells of a user.
   *
   * @param passwords their hashes
   * @param selectors the first is that of the rules outside of parentheses
   */
  public record Description(
      List<String> flags, List<String> passwords, List<SelectorRules> selectors) {}

  /**
   * The rules of a selector, with one char a byte.
   *
   * @param databases empty if it is about all of them
   */
  public record SelectorRules(String commands, String keys, String channels, String databases) {}

  public Description describe() {
    UserRules now = rules;
    List<SelectorRules> selectors = new ArrayList<>();
    for (int i = 0; i < now.permissions().count(); i++) {
      Selector selector = now.permissions().selector(i);
      selectors.add(
          new SelectorRules(
              selector.commands().text(),
              selector.keyText(),
              selector.channelText(),
              selector.databaseText()));
    }
    return new Description(now.flags(), now.passwords(), selectors);
  }

  /** A line of ACL LIST, or of a file, with one char a byte. */
  public String line() {
    return "user " + name() + ' ' + rules.text();
  }
}
