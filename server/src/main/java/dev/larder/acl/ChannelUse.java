package dev.larder.acl;

import dev.larder.command.CommandSpec;
import dev.larder.command.Flag;

/** Which arguments of a command are channels that it needs a permission for. */
enum ChannelUse {
  NONE,
  /** The first one. */
  FIRST,
  ALL,
  /** All, and they are patterns. */
  PATTERNS;

  /** Leaving a channel needs no permission. */
  static ChannelUse of(CommandSpec spec) {
    if (!spec.has(Flag.PUBSUB)) {
      return NONE;
    }
    return switch (spec.fullName()) {
      case "publish", "spublish" -> FIRST;
      case "subscribe", "ssubscribe" -> ALL;
      case "psubscribe" -> PATTERNS;
      default -> NONE;
    };
  }
}
