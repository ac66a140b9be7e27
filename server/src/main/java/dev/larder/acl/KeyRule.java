package dev.larder.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Glob;
import dev.larder.command.KeyAccess;

/**
 * Keys that may be read, written or both: those that match a pattern.
 *
 * @param access {@link #READ}, {@link #WRITE} or both
 */
record KeyRule(String pattern, int access, Glob glob) {
  static final int READ = 1;
  static final int WRITE = 2;
  static final int ALL = READ | WRITE;

  private static final int READING = KeyAccess.ACCESS.bit();
  private static final int WRITING =
      KeyAccess.INSERT.bit() | KeyAccess.UPDATE.bit() | KeyAccess.DELETE.bit();

  /** A rule for a pattern with one char a byte. */
  static KeyRule of(String pattern, int access) {
    return new KeyRule(pattern, access, new Glob(pattern.getBytes(ISO_8859_1), false));
  }

  /** What a rule must allow for these {@link KeyAccess} bits; nothing for a look at a key. */
  static int needed(int keyAccessBits) {
    return ((keyAccessBits & READING) != 0 ? READ : 0)
        | ((keyAccessBits & WRITING) != 0 ? WRITE : 0);
  }

  boolean allows(long key, int length, int needed) {
    return (access & needed) == needed && glob.matches(key, length);
  }

  /** Whether it is about every key. */
  boolean isAboutAll() {
    return glob.matchesAll();
  }

  /** The rule as it is written. */
  String text() {
    return switch (access) {
      case READ -> "%R~" + pattern;
      case WRITE -> "%W~" + pattern;
      default -> "~" + pattern;
    };
  }
}
