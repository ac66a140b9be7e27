package dev.larder.info;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What INFO tells, by name: for those who want numbers rather than a text. Not thread-safe. */
public final class InfoValues implements InfoFields {
  private final Map<String, Double> numbers = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();

  InfoValues() {}

  /** A field's number, null if the server does not know it, or it is a text. */
  public @Nullable Double number(String name) {
    return numbers.get(name);
  }

  /** A field's text, empty if the server does not know it, or it is a number. */
  public String text(String name) {
    return texts.getOrDefault(name, "");
  }

  @Override
  public void section(String title) {
    // Names are unique over all sections.
  }

  @Override
  public void line(String field) {
    // For the text only.
  }

  @Override
  public void field(String name, String value) {
    texts.put(name, value);
  }

  @Override
  public void field(String name, long value) {
    numbers.put(name, (double) value);
  }

  @Override
  public void field(String name, double value, int decimals) {
    numbers.put(name, value);
  }

  @Override
  public void bytes(String name, long value) {
    field(name, value);
  }

  @Override
  public void percent(String name, double value) {
    numbers.put(name, value);
  }
}
