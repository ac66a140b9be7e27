package dev.larder.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Ascii;
import dev.larder.command.Glob;
import java.util.Arrays;

/** Channels that may be used: those that match a pattern, and that pattern. */
final class ChannelRule {
  private final String pattern;
  private final byte[] bytes;
  private final Glob glob;

  /** A rule for a pattern with one char a byte. */
  ChannelRule(String pattern) {
    this.pattern = pattern;
    this.bytes = pattern.getBytes(ISO_8859_1);
    this.glob = new Glob(bytes, false);
  }

  /**
   * Whether it is about a channel, or a pattern of channels: one that is allowed itself, since
   * whether a pattern covers another is not to be told.
   */
  boolean allows(long channel, int length, boolean isPattern) {
    return isPattern ? Ascii.equals(channel, length, bytes) : glob.matches(channel, length);
  }

  /** As {@link #allows(long, int, boolean)}. */
  boolean allows(byte[] channel, boolean isPattern) {
    return isPattern ? Arrays.equals(channel, bytes) : glob.matches(channel);
  }

  /** The pattern with one char a byte. */
  String pattern() {
    return pattern;
  }
}
