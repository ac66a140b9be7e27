package dev.larder.command;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groups of commands that access rules name, in the order COMMAND INFO lists them. */
public enum AclCategory {
  KEYSPACE,
  READ,
  WRITE,
  SET,
  SORTEDSET,
  LIST,
  HASH,
  STRING,
  BITMAP,
  HYPERLOGLOG,
  GEO,
  STREAM,
  PUBSUB,
  ADMIN,
  FAST,
  SLOW,
  BLOCKING,
  DANGEROUS,
  CONNECTION,
  TRANSACTION,
  SCRIPTING;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name without its leading {@code @}. */
  public String wireName() {
    return wireName;
  }

  /** The category of this name (any case, no {@code @}), or null. */
  public static @Nullable AclCategory byName(String name) {
    for (AclCategory category : values()) {
      if (category.wireName.equalsIgnoreCase(name)) {
        return category;
      }
    }
    return null;
  }

  /** The declared categories and those that follow from the flags: one rule a line. */
  static Set<AclCategory> withImplied(Set<AclCategory> declared, Set<Flag> flags) {
    EnumSet<AclCategory> all = EnumSet.noneOf(AclCategory.class);
    all.addAll(declared);
    addIf(flags.contains(Flag.WRITE), all, WRITE);
    addIf(flags.contains(Flag.READONLY) && !declared.contains(SCRIPTING), all, READ);
    addIf(flags.contains(Flag.ADMIN), all, ADMIN);
    addIf(flags.contains(Flag.ADMIN), all, DANGEROUS);
    addIf(flags.contains(Flag.PUBSUB), all, PUBSUB);
    addIf(flags.contains(Flag.FAST), all, FAST);
    addIf(flags.contains(Flag.BLOCKING), all, BLOCKING);
    addIf(!all.contains(FAST), all, SLOW);
    return all;
  }

  private static void addIf(boolean rule, Set<AclCategory> all, AclCategory category) {
    if (rule) {
      all.add(category);
    }
  }
}
