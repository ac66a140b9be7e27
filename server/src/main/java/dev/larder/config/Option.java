package dev.larder.config;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of the server, declared once as a constant of {@link Options} or {@link
 * ReservedOptions}: from it come the parsing of files and command line, CONFIG GET and SET, and the
 * reference. Immutable; the fluent methods return changed copies.
 *
 * @param <T> type of its values
 */
public final class Option<T> {

  private final String name;
  private final List<String> aliases;
  private final ValueType<T> type;
  private final T defaultValue;
  private final String doc;
  private final boolean isMutable;
  private final boolean isHidden;
  private final boolean isSensitive;
  private final boolean isReserved;
  private final Function<T, @Nullable String> check;

  private Option(
      String name,
      List<String> aliases,
      ValueType<T> type,
      T defaultValue,
      String doc,
      boolean isMutable,
      boolean isHidden,
      boolean isSensitive,
      boolean isReserved,
      Function<T, @Nullable String> check) {
    this.name = name;
    this.aliases = aliases;
    this.type = type;
    this.defaultValue = defaultValue;
    this.doc = doc;
    this.isMutable = isMutable;
    this.isHidden = isHidden;
    this.isSensitive = isSensitive;
    this.isReserved = isReserved;
    this.check = check;
  }

  /**
   * An option that is fixed once the server runs.
   *
   * @param doc what it governs, in whole sentences
   */
  static <T> Option<T> of(String name, ValueType<T> type, T defaultValue, String doc) {
    return new Option<>(
        name, List.of(), type, defaultValue, doc, false, false, false, false, _ -> null);
  }

  Option<T> alias(String... names) {
    return new Option<>(
        name,
        List.of(names),
        type,
        defaultValue,
        doc,
        isMutable,
        isHidden,
        isSensitive,
        isReserved,
        check);
  }

  /** May change while the server runs. */
  Option<T> mutable() {
    return with(true, isHidden, isSensitive, isReserved);
  }

  /** CONFIG GET shows it only when asked for by its whole name. */
  Option<T> hidden() {
    return with(isMutable, true, isSensitive, isReserved);
  }

  /** Its value must not reach a log. */
  Option<T> sensitive() {
    return with(isMutable, isHidden, true, isReserved);
  }

  /** Known and kept, while what it governs does not exist yet. */
  Option<T> reserved() {
    return with(isMutable, isHidden, isSensitive, true);
  }

  /** Refuses values that the type takes; the function returns why, or null. */
  Option<T> checkedBy(Function<T, @Nullable String> newCheck) {
    return new Option<>(
        name,
        aliases,
        type,
        defaultValue,
        doc,
        isMutable,
        isHidden,
        isSensitive,
        isReserved,
        newCheck);
  }

  private Option<T> with(boolean mutable, boolean hidden, boolean sensitive, boolean reserved) {
    return new Option<>(
        name, aliases, type, defaultValue, doc, mutable, hidden, sensitive, reserved, check);
  }

  public String name() {
    return name;
  }

  /** Older names that mean the same. */
  public List<String> aliases() {
    return aliases;
  }

  public T defaultValue() {
    return defaultValue;
  }

  public String doc() {
    return doc;
  }

  public boolean isMutable() {
    return isMutable;
  }

  public boolean isHidden() {
    return isHidden;
  }

  public boolean isSensitive() {
    return isSensitive;
  }

  public boolean isReserved() {
    return isReserved;
  }

  ValueType<T> type() {
    return type;
  }

  /** Throws if the value is refused although the type takes it. */
  void check(T value) throws ConfigException {
    String complaint = check.apply(value);
    if (complaint != null) {
      throw new ConfigException(complaint);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
