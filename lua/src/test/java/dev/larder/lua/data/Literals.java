package dev.larder.lua.data;

import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads values as Lua writes them, those of the golden files, and shows values in the same way.
 * Each character is a byte.
 */
final class Literals {
  private static final Map<String, Double> NUMBERS =
      Map.of("inf", Double.POSITIVE_INFINITY, "nan", Double.NaN);

  /** Tables deeper than this are not shown. */
  private static final int SHOWN_DEPTH_MAX = 300;

  private final String text;
  private int at;

  private Literals(String text) {
    this.text = text;
  }

  /** The values of a list with commas. */
  static @Nullable Object[] read(String text) {
    Literals literals = new Literals(text);
    List<@Nullable Object> values = new ArrayList<>();
    literals.space();
    while (literals.at < text.length()) {
      values.add(literals.value());
      if (literals.at < text.length()) {
        literals.expect(',');
      }
    }
    return values.toArray();
  }

  private void space() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw new IllegalArgumentException(expected + " expected at " + at + " of " + text);
    }
    at++;
    space();
  }

  private @Nullable Object value() {
    space();
    Object value =
        switch (peek()) {
          case '"' -> LuaString.of(string());
          case '{' -> table();
          default -> word();
        };
    space();
    return value;
  }

  private String string() {
    StringBuilder found = new StringBuilder();
    for (at++; peek() != '"'; at++) {
      if (peek() != '\\') {
        found.append(peek());
      } else {
        int digits = 1;
        while (digits <= 3 && Character.isDigit(text.charAt(at + digits))) {
          digits++;
        }
        found.append((char) Integer.parseInt(text.substring(at + 1, at + digits)));
        at += digits - 1;
      }
    }
    at++;
    return found.toString();
  }

  /** As a constructor in a script does, with room for all from the start: the order follows. */
  private LuaTable table() {
    List<@Nullable Object> elements = new ArrayList<>();
    List<Object> keys = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    expect('{');
    while (peek() != '}') {
      if (peek() == '[') {
        expect('[');
        keys.add(Objects.requireNonNull(value()));
        expect(']');
        expect('=');
        values.add(value());
      } else {
        elements.add(value());
      }
      if (peek() == ',') {
        expect(',');
      }
    }
    expect('}');
    LuaTable table = new LuaTable(elements.size(), keys.size());
    for (int i = 0; i < keys.size(); i++) {
      table.put(keys.get(i), values.get(i));
    }
    for (int i = 0; i < elements.size(); i++) {
      table.putInt(i + 1, elements.get(i));
    }
    return table;
  }

  /** A number, also a product, quotient, power or sum of two; or a name. */
  private @Nullable Object word() {
    int from = at;
    while (at < text.length() && ",}] ".indexOf(peek()) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    return switch (word) {
      case "nil" -> null;
      case "true" -> true;
      case "false" -> false;
      case "null" -> JsonSettings.NULL;
      default -> number(word);
    };
  }

  private static double number(String word) {
    if (word.startsWith("-")) {
      return -number(word.substring(1));
    }
    if (NUMBERS.containsKey(word)) {
      return NUMBERS.get(word);
    }
    for (char operator : new char[] {'+', '*', '/', '^'}) {
      int split = word.indexOf(operator, 1);
      if (split > 0 && "eE".indexOf(word.charAt(split - 1)) < 0) {
        double left = number(word.substring(0, split));
        double right = number(word.substring(split + 1));
        return switch (operator) {
          case '+' -> left + right;
          case '*' -> left * right;
          case '/' -> left / right;
          default -> Math.pow(left, right);
        };
      }
    }
    return word.startsWith("0x") ? Long.parseLong(word.substring(2), 16) : Double.parseDouble(word);
  }

  /** Shows values so that equal ones look the same, whatever the order of fields. */
  static String show(@Nullable Object... values) {
    StringBuilder shown = new StringBuilder();
    for (Object value : values) {
      shown.append(shown.isEmpty() ? "" : ", ").append(show(value, 0));
    }
    return shown.toString();
  }

  private static String show(@Nullable Object value, int depth) {
    return switch (value) {
      case null -> "nil";
      case LuaString string -> quote(string);
      case LuaTable table when depth > SHOWN_DEPTH_MAX -> "...";
      case LuaTable table -> {
        List<String> fields = new ArrayList<>();
        for (int i = table.next(0); i > 0; i = table.next(i)) {
          fields.add(show(table.keyAt(i), depth + 1) + "=" + show(table.valueAt(i), depth + 1));
        }
        fields.sort(null);
        yield fields.toString();
      }
      default -> value == JsonSettings.NULL ? "null" : value.toString();
    };
  }

  private static String quote(LuaString string) {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    shown.write('"');
    for (byte found : string.bytes()) {
      if (found >= ' ' && found < 0x7F && found != '"' && found != '\\') {
        shown.write(found);
      } else {
        shown.writeBytes(String.format(Locale.ROOT, "\\%03d", found & 0xFF).getBytes());
      }
    }
    shown.write('"');
    return shown.toString();
  }
}
