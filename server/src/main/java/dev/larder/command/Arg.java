package dev.larder.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One argument in a command's declaration; with {@link #args} a tree. Immutable: the fluent methods
 * return changed copies.
 *
 * @param token the keyword that precedes the argument, or that it is; null when there is none
 * @param displayText how usage lines show it, null for its name
 * @param multipleToken whether each repetition repeats the token
 * @param keys where the keys are that this argument stands for; null when it is no key, or shares
 *     the specification named by {@code keySpecIndex}
 * @param keySpecIndex index of its key specification in the command, -1 for none; assigned when the
 *     command is built
 */
public record Arg(
    String name,
    ArgType type,
    @Nullable String token,
    @Nullable String displayText,
    @Nullable String summary,
    @Nullable String since,
    @Nullable String deprecatedSince,
    boolean isOptional,
    boolean isMultiple,
    boolean multipleToken,
    @Nullable KeySpec keys,
    int keySpecIndex,
    List<Arg> args) {

  public Arg {
    args = List.copyOf(args);
  }

  private static Arg of(String name, ArgType type, Arg... args) {
    return new Arg(
        name, type, null, null, null, null, null, false, false, false, null, -1, List.of(args));
  }

  /** A key; {@link #at}, {@link #after} or {@link #spec} tells where, {@link #access} what for. */
  public static Arg key(String name) {
    return of(name, ArgType.KEY);
  }

  public static Arg string(String name) {
    return of(name, ArgType.STRING);
  }

  public static Arg integer(String name) {
    return of(name, ArgType.INTEGER);
  }

  public static Arg doubleArg(String name) {
    return of(name, ArgType.DOUBLE);
  }

  public static Arg pattern(String name) {
    return of(name, ArgType.PATTERN);
  }

  public static Arg unixTime(String name) {
    return of(name, ArgType.UNIX_TIME);
  }

  /** A keyword that stands alone, named after itself. */
  public static Arg token(String token) {
    return token(token.toLowerCase(java.util.Locale.ROOT), token);
  }

  public static Arg token(String name, String token) {
    return of(name, ArgType.PURE_TOKEN).tokenIs(token);
  }

  public static Arg oneOf(String name, Arg... alternatives) {
    return of(name, ArgType.ONEOF, alternatives);
  }

  public static Arg block(String name, Arg... members) {
    return of(name, ArgType.BLOCK, members);
  }

  public Arg optional() {
    return copy(token, displayText, summary, since, deprecatedSince, true, isMultiple);
  }

  /** May repeat. A key that repeats extends to the last argument unless told otherwise. */
  public Arg multiple() {
    Arg repeated = copy(token, displayText, summary, since, deprecatedSince, isOptional, true);
    return type == ArgType.KEY
            && keys != null
            && keys.find() instanceof KeySpec.Find.Range(int last, int step, int limit)
            && last == 0
        ? repeated.spec(keys.range(-1, step, limit))
        : repeated;
  }

  /** May repeat, and each repetition repeats the keyword. */
  public Arg multipleWithToken() {
    Arg a = multiple();
    return new Arg(
        a.name,
        a.type,
        a.token,
        a.displayText,
        a.summary,
        a.since,
        a.deprecatedSince,
        a.isOptional,
        true,
        true,
        a.keys,
        a.keySpecIndex,
        a.args);
  }

  /** Preceded by this keyword. */
  public Arg tokenIs(String keyword) {
    return copy(keyword, displayText, summary, since, deprecatedSince, isOptional, isMultiple);
  }

  public Arg display(String text) {
    return copy(token, text, summary, since, deprecatedSince, isOptional, isMultiple);
  }

  public Arg summary(String text) {
    return copy(token, displayText, text, since, deprecatedSince, isOptional, isMultiple);
  }

  public Arg since(String version) {
    return copy(token, displayText, summary, version, deprecatedSince, isOptional, isMultiple);
  }

  public Arg deprecatedSince(String version) {
    return copy(token, displayText, summary, since, version, isOptional, isMultiple);
  }

  /** The key is this argument of the command (0 is the command's name). */
  public Arg at(int position) {
    return spec(KeySpec.at(position).range(isMultiple ? -1 : 0, 1, 0));
  }

  /** The key follows this keyword. */
  public Arg after(String keyword, int startFrom) {
    return spec(KeySpec.after(keyword, startFrom).range(isMultiple ? -1 : 0, 1, 0));
  }

  /** Every n-th argument from here to the end is a key. */
  public Arg step(int n) {
    return spec(requireKeys().range(-1, n, 0));
  }

  /** The keys reach to this one; see {@link KeySpec.Find.Range}. */
  public Arg range(int last, int step, int limit) {
    return spec(requireKeys().range(last, step, limit));
  }

  /** Their number is an argument; see {@link KeySpec.Find.Count}. */
  public Arg count(int countIndex, int firstKey, int step) {
    return spec(requireKeys().count(countIndex, firstKey, step));
  }

  public Arg access(KeyAccess... flags) {
    return spec(requireKeys().access(flags));
  }

  /** A remark on the key specification. */
  public Arg notes(String text) {
    return spec(requireKeys().notes(text));
  }

  public Arg spec(KeySpec newKeys) {
    return with(newKeys, -1, args);
  }

  /** The same keys as the command's n-th key specification, counted from 0. */
  public Arg sharing(int specIndex) {
    return with(null, specIndex, args);
  }

  private KeySpec requireKeys() {
    if (keys == null) {
      throw new IllegalStateException("argument " + name + ": say where the key is first");
    }
    return keys;
  }

  Arg with(@Nullable KeySpec newKeys, int newIndex, List<Arg> newArgs) {
    return new Arg(
        name,
        type,
        token,
        displayText,
        summary,
        since,
        deprecatedSince,
        isOptional,
        isMultiple,
        multipleToken,
        newKeys,
        newIndex,
        newArgs);
  }

  private Arg copy(
      @Nullable String newToken,
      @Nullable String newDisplay,
      @Nullable String newSummary,
      @Nullable String newSince,
      @Nullable String newDeprecated,
      boolean optional,
      boolean multiple) {
    return new Arg(
        name,
        type,
        newToken,
        newDisplay,
        newSummary,
        newSince,
        newDeprecated,
        optional,
        multiple,
        multipleToken,
        keys,
        keySpecIndex,
        args);
  }

  /** The fewest arguments of a call that this one accounts for. */
  int minCount() {
    return isOptional ? 0 : minCountOnce();
  }

  private int minCountOnce() {
    int own =
        switch (type) {
          case STRING, INTEGER, DOUBLE, KEY, PATTERN, UNIX_TIME, PURE_TOKEN -> 1;
          case ONEOF -> leastOfChoices();
          case BLOCK -> sumOfParts();
        };
    return own + (token != null && type != ArgType.PURE_TOKEN ? 1 : 0);
  }

  private int leastOfChoices() {
    int least = args.isEmpty() ? 0 : Integer.MAX_VALUE;
    for (Arg arg : args) {
      least = Math.min(least, arg.minCountOnce());
    }
    return least;
  }

  private int sumOfParts() {
    int sum = 0;
    for (Arg arg : args) {
      sum += arg.minCount();
    }
    return sum;
  }

  /** Whether the number of arguments that this one accounts for varies. */
  boolean isVariable() {
    if (isOptional || isMultiple) {
      return true;
    }
    for (Arg arg : args) {
      if (arg.isVariable()
          || (type == ArgType.ONEOF && arg.minCountOnce() != args.getFirst().minCountOnce())) {
        return true;
      }
    }
    return false;
  }
}
