package dev.larder.config;

/**
 * The value of one option in one server. Any thread reads; hot paths keep the setting and call
 * {@link #asLong()}, a plain volatile read. Changes go through {@link Config}.
 *
 * @param <T> type of the value
 */
public final class Setting<T> {

  private final Option<T> option;
  private volatile T value;
  private volatile long number;

  Setting(Option<T> option) {
    this.option = option;
    this.value = option.defaultValue();
    this.number = option.type().toLong(value);
  }

  public Option<T> option() {
    return option;
  }

  public T get() {
    return value;
  }

  /** The value of a numeric option. */
  public long asLong() {
    return number;
  }

  /** The value of a yes-no option. */
  public boolean isOn() {
    return number != 0;
  }

  /** The value as CONFIG GET shows it. */
  public String text() {
    return option.type().format(value);
  }

  /** The line of a file that gives it this value. */
  String line() {
    return option.name() + ' ' + option.type().formatLine(value);
  }

  void set(T newValue) {
    value = newValue;
    number = option.type().toLong(newValue);
  }
}
