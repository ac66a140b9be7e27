package dev.larder.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How large a simulated cache is.
 *
 * @param text as it was given
 * @param amount above 0; for {@link Unit#PERCENT} up to 100, and perhaps not whole
 */
record CacheSize(String text, Unit unit, double amount) {
  /** What it counts. */
  enum Unit {
    KEYS,
    BYTES,
    /** Of the keys that a trace asks for. */
    PERCENT
  }

  /** How many keys or bytes, if a trace asks for so many different keys. */
  long of(long distinctKeys) {
    return unit == Unit.PERCENT
        ? Math.max(1, Math.round(amount * distinctKeys / 100))
        : (long) amount;
  }

  /** Reads {@code 10000} as keys, {@code 10mb} as bytes, {@code 10%} as a part of the keys. */
  static final class Converter implements ITypeConverter<CacheSize> {
    @Override
    public CacheSize convert(String text) {
      int end = text.length();
      while (end > 0 && !Character.isDigit(text.charAt(end - 1))) {
        end--;
      }
      String number = text.substring(0, end);
      String unit = text.substring(end).toLowerCase(Locale.ROOT);
      try {
        double amount = unit.equals("%") ? Double.parseDouble(number) : Long.parseLong(number);
        double bytes = amount * bytesOf(unit);
        if (bytes > 0 && bytes < Long.MAX_VALUE && !(unit.equals("%") && amount > 100)) {
          return switch (unit) {
            case "" -> new CacheSize(text, Unit.KEYS, amount);
            case "%" -> new CacheSize(text, Unit.PERCENT, amount);
            default -> new CacheSize(text, Unit.BYTES, bytes);
          };
        }
      } catch (NumberFormatException e) {
        // The same message as for 0.
      }
      throw new TypeConversionException(
          "'" + text + "' is no size: give keys (10000), memory (100mb) or a part of keys (10%)");
    }

    /** The units of maxmemory; 0 for others. */
    private static long bytesOf(String unit) {
      return switch (unit) {
        case "", "%", "b" -> 1;
        case "k" -> 1_000;
        case "kb" -> 1 << 10;
        case "m" -> 1_000_000;
        case "mb" -> 1 << 20;
        case "g" -> 1_000_000_000;
        case "gb" -> 1 << 30;
        default -> 0;
      };
    }
  }
}
