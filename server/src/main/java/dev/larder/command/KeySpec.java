package dev.larder.command;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys of a command are among its arguments: where the search begins, how the keys follow
 * from there, and what the command does to them.
 *
 * @param notes a remark for readers, null when there is none
 */
public record KeySpec(Begin begin, Find find, Set<KeyAccess> access, @Nullable String notes) {

  /** Where the search begins. */
  public sealed interface Begin {
    /** At this argument; 0 is the command's name. */
    record Index(int position) implements Begin {}

    /**
     * Behind this keyword, which is looked for from argument {@code startFrom} on (negative: from
     * that place counted from the end, backwards).
     */
    record Keyword(String keyword, int startFrom) implements Begin {}

    /** Nowhere that can be described. */
    record Unknown() implements Begin {}
  }

  /** How keys follow from where the search begins. */
  public sealed interface Find {
    /**
     * Every {@code step}-th argument up to {@code last}, which counts from the first key, or from
     * the end when negative. A {@code limit} of 2 or more takes only that part of the rest: 2 is
     * its first half.
     */
    record Range(int last, int step, int limit) implements Find {}

    /**
     * A number of keys, given by the argument {@code countIndex} behind the beginning; the first
     * key is {@code firstKey} behind it.
     */
    record Count(int countIndex, int firstKey, int step) implements Find {}

    /** In a way that cannot be described. */
    record Unknown() implements Find {}
  }

  public KeySpec {
    EnumSet<KeyAccess> copy = EnumSet.noneOf(KeyAccess.class);
    copy.addAll(access);
    access = Collections.unmodifiableSet(copy);
  }

  /** One key at this argument, until {@link #range} or {@link #count} says otherwise. */
  public static KeySpec at(int position) {
    return new KeySpec(new Begin.Index(position), new Find.Range(0, 1, 0), Set.of(), null);
  }

  /** One key behind a keyword, until {@link #range} or {@link #count} says otherwise. */
  public static KeySpec after(String keyword, int startFrom) {
    return new KeySpec(
        new Begin.Keyword(keyword, startFrom), new Find.Range(0, 1, 0), Set.of(), null);
  }

  /** Keys that only the handler can find. */
  public static KeySpec unknown() {
    return new KeySpec(new Begin.Unknown(), new Find.Unknown(), Set.of(), null);
  }

  public KeySpec range(int last, int step, int limit) {
    return new KeySpec(begin, new Find.Range(last, step, limit), access, notes);
  }

  public KeySpec count(int countIndex, int firstKey, int step) {
    return new KeySpec(begin, new Find.Count(countIndex, firstKey, step), access, notes);
  }

  public KeySpec access(KeyAccess... flags) {
    return new KeySpec(begin, find, Set.of(flags), notes);
  }

  public KeySpec notes(String text) {
    return new KeySpec(begin, find, access, text);
  }

  /** The bits of {@link #access()}. */
  int accessBits() {
    int bits = 0;
    for (KeyAccess flag : access) {
      bits |= flag.bit();
    }
    return bits;
  }

  boolean isIncomplete() {
    return access.contains(KeyAccess.INCOMPLETE)
        || begin instanceof Begin.Unknown
        || find instanceof Find.Unknown;
  }

  /** The names of what this specification lacks or contradicts, null when it is sound. */
  @Nullable String defect() {
    if (access.contains(KeyAccess.NOT_KEY)) {
      return null;
    }
    int treatments = 0;
    for (KeyAccess flag : access) {
      if (flag.ordinal() <= KeyAccess.RM.ordinal()) {
        treatments++;
      }
    }
    return treatments == 1 ? null : "needs exactly one of RO, RW, OW and RM, has " + access;
  }
}
