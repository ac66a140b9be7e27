package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.resp.HotPath;
import java.util.List;

/**
 * What a user may do: what one of its selectors allows, of which there is at least one. Immutable;
 * asking allocates nothing.
 */
@HotPath
public final class Permissions {
  static final Permissions ALL = new Permissions(List.of(Selector.ALL));

  private final Selector[] selectors;

  /**
   * @param selectors the first is that of the rules outside of parentheses
   */
  Permissions(List<Selector> selectors) {
    this.selectors = selectors.toArray(new Selector[0]);
  }

  /** Whether there is nothing that is not allowed. */
  boolean isAll() {
    for (Selector selector : selectors) {
      if (selector.isAll()) {
        return true;
      }
    }
    return false;
  }

  int count() {
    return selectors.length;
  }

  Selector selector(int i) {
    return selectors[i];
  }

  /** That of the rules outside of parentheses. */
  Selector first() {
    return selectors[0];
  }

  /** Those of the rules in parentheses. */
  List<Selector> others() {
    return List.of(selectors).subList(1, selectors.length);
  }

  /** Whether a call may run if its keys and channels are allowed, too. */
  boolean allowCommand(CommandSpec spec, Arguments call) {
    for (Selector selector : selectors) {
      if (selector.commands().allow(spec, call)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a subscription is allowed.
   *
   * @param channel or a pattern of channels, which only the same pattern allows
   */
  boolean allowChannel(byte[] channel, boolean isPattern) {
    for (Selector selector : selectors) {
      if (selector.allowsChannel(channel, isPattern)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a call may read every key: what it needs if only data tell which. */
  boolean readAllKeys(CommandSpec spec, Arguments call) {
    for (Selector selector : selectors) {
      if (selector.readsAllKeys() && selector.commands().allow(spec, call)) {
        return true;
      }
    }
    return false;
  }
}
