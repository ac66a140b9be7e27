package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.command.KeyPositions;
import dev.larder.resp.HotPath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Commands that may be run with some keys and channels, in some databases: a call needs one
 * selector of its user that allows all of it. Immutable; asking allocates nothing.
 */
@HotPath
final class Selector {
  static final Selector ALL = new Selector(CommandRights.ALL, null, null, null);

  /** What is allowed. */
  static final int NOTHING_DENIED = -1;

  /** Of a call that needs every database. */
  static final int EVERY_DATABASE = -2;

  /** In place of the selected database, where it is asked for later. */
  static final int UNKNOWN_DATABASE = -1;

  private final CommandRights commands;

  /** Null for all keys. */
  private final KeyRule @Nullable [] keys;

  /** Null for all channels. */
  private final ChannelRule @Nullable [] channels;

  /** In ascending order; null for all databases. */
  private final int @Nullable [] databases;

  /**
   * Takes the arrays over.
   *
   * @param keys null for all
   * @param channels null for all
   * @param databases in ascending order, null for all
   */
  Selector(
      CommandRights commands,
      KeyRule @Nullable [] keys,
      ChannelRule @Nullable [] channels,
      int @Nullable [] databases) {
    this.commands = commands;
    this.keys = keys;
    this.channels = channels;
    this.databases = databases;
  }

  /** Whether there is nothing that is not allowed. */
  boolean isAll() {
    return commands.isAll() && keys == null && channels == null && databases == null;
  }

  CommandRights commands() {
    return commands;
  }

  KeyRule @Nullable [] keys() {
    return keys;
  }

  ChannelRule @Nullable [] channels() {
    return channels;
  }

  int @Nullable [] databases() {
    return databases;
  }

  /**
   * The argument that is a key which may not be used as the call does, or -1. Where the arguments
   * do not tell which are keys, the command fails by itself.
   *
   * @param found filled with the keys of the call
   */
  int deniedKey(CommandSpec spec, Arguments call, KeyPositions found) {
    if (keys == null || !spec.findKeys(call, found)) {
      return NOTHING_DENIED;
    }
    for (int i = 0; i < found.count(); i++) {
      int position = found.position(i);
      int needed = KeyRule.needed(found.flags(i));
      if (!allowsKey(call.argAddress(position), call.argLength(position), needed)) {
        return position;
      }
    }
    return NOTHING_DENIED;
  }

  private boolean allowsKey(long key, int length, int needed) {
    if (keys == null) {
      return true;
    }
    for (KeyRule rule : keys) {
      if (rule.allows(key, length, needed)) {
        return true;
      }
    }
    return false;
  }

  /** The argument that is a channel which may not be used, or -1. */
  int deniedChannel(CommandSpec spec, Arguments call) {
    if (channels == null) {
      return NOTHING_DENIED;
    }
    ChannelUse use = ChannelUse.of(spec);
    if (use == ChannelUse.NONE) {
      return NOTHING_DENIED;
    }
    int last = use == ChannelUse.FIRST ? 1 : call.argCount() - 1;
    for (int i = 1; i <= last; i++) {
      if (!allowsChannel(call.argAddress(i), call.argLength(i), use == ChannelUse.PATTERNS)) {
        return i;
      }
    }
    return NOTHING_DENIED;
  }

  private boolean allowsChannel(long channel, int length, boolean isPattern) {
    if (channels == null) {
      return true;
    }
    for (ChannelRule rule : channels) {
      if (rule.allows(channel, length, isPattern)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The database that may not be used as the call does, or {@link #EVERY_DATABASE}, or -1.
   *
   * @param selected by the session, or {@link #UNKNOWN_DATABASE}
   */
  int deniedDatabase(CommandSpec spec, Arguments call, int selected) {
    if (databases == null) {
      return NOTHING_DENIED;
    }
    DatabaseUse use = DatabaseUse.of(spec);
    if (use == DatabaseUse.ALL) {
      return EVERY_DATABASE;
    }
    if (use.usesSelected() && selected != UNKNOWN_DATABASE && !allowsDatabase(selected)) {
      return selected;
    }
    for (int i = use.next(call, 0); i > 0 && i < call.argCount(); i = use.next(call, i)) {
      int named = DatabaseUse.named(call, i);
      if (named >= 0 && !allowsDatabase(named)) {
        return named;
      }
    }
    return NOTHING_DENIED;
  }

  private boolean allowsDatabase(int database) {
    return databases == null || Arrays.binarySearch(databases, database) >= 0;
  }

  /**
   * Whether a subscription is allowed.
   *
   * @param channel or a pattern of channels, which only the same pattern allows
   */
  boolean allowsChannel(byte[] channel, boolean isPattern) {
    if (channels == null) {
      return true;
    }
    for (ChannelRule rule : channels) {
      if (rule.allows(channel, isPattern)) {
        return true;
      }
    }
    return false;
  }

  /** Whether every key may be read: what a command needs that reads keys which only data tell. */
  boolean readsAllKeys() {
    if (keys == null) {
      return true;
    }
    for (KeyRule rule : keys) {
      if (rule.isAboutAll() && (rule.access() & KeyRule.READ) != 0) {
        return true;
      }
    }
    return false;
  }

  /** The rules about keys, as they are written. */
  String keyText() {
    if (keys == null) {
      return "~*";
    }
    StringBuilder text = new StringBuilder();
    for (KeyRule rule : keys) {
      text.append(text.isEmpty() ? "" : " ").append(rule.text());
    }
    return text.toString();
  }

  /** The rules about channels, as they are written. */
  String channelText() {
    if (channels == null) {
      return "&*";
    }
    StringBuilder text = new StringBuilder();
    for (ChannelRule rule : channels) {
      text.append(text.isEmpty() ? "&" : " &").append(rule.pattern());
    }
    return text.toString();
  }

  /** The rule about databases, as it is written; empty for all of them. */
  String databaseText() {
    if (databases == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int database : databases) {
      text.append(text.isEmpty() ? "db=" : ",").append(database);
    }
    return text.isEmpty() ? "resetdbs" : text.toString();
  }

  /** The rules that make a selector like this out of a new one. */
  String text() {
    StringBuilder text = new StringBuilder(keyText());
    text.append(text.isEmpty() ? "" : " ");
    text.append(channels == null ? "" : "resetchannels ");
    String channelRules = channelText();
    text.append(channelRules).append(channelRules.isEmpty() ? "" : " ");
    text.append(databaseText()).append(databases == null ? "" : " ");
    return text.append(commands.text()).toString();
  }
}
