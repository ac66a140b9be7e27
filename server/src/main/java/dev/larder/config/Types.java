package dev.larder.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The simple value types; error texts are Redis's. */
final class Types {

  private static final Pattern MEMORY = Pattern.compile("(\\d{1,20})(b|kb?|mb?|gb?)?");
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9]\\d{0,18}");

  private Types() {}

  static ValueType<Boolean> bool() {
    return new ValueType<>() {
      @Override
      String description() {
        return "`yes` or `no`";
      }

      @Override
      Boolean parse(String text, Boolean current) throws ConfigException {
        return switch (text.toLowerCase(Locale.ROOT)) {
          case "yes" -> true;
          case "no" -> false;
          default -> throw new ConfigException("argument must be 'yes' or 'no'");
        };
      }

      @Override
      String format(Boolean value) {
        return value ? "yes" : "no";
      }

      @Override
      long toLong(Boolean value) {
        return value ? 1 : 0;
      }
    };
  }

  /** A decimal integer within bounds, both included. */
  static ValueType<Long> integer(long min, long max) {
    return new ValueType<>() {
      @Override
      String description() {
        return "integer, " + bound(min) + " to " + bound(max);
      }

      @Override
      Long parse(String text, Long current) throws ConfigException {
        String failure = "argument couldn't be parsed into an integer";
        return within(parseInteger(text, failure), min, max);
      }
    };
  }

  /** Permission bits, written in octal. */
  static ValueType<Long> octal(long max) {
    return new ValueType<>() {
      @Override
      String description() {
        return "octal number, 0 to " + Long.toOctalString(max);
      }

      @Override
      Long parse(String text, Long current) throws ConfigException {
        if (!text.matches("[0-7]{1,9}")) {
          throw new ConfigException("argument couldn't be parsed as an octal number");
        }
        long value = Long.parseLong(text, 8);
        if (value > max) {
          throw new ConfigException(
              "argument must be between 0 and " + Long.toOctalString(max) + " inclusive");
        }
        return value;
      }

      @Override
      String format(Long value) {
        return Long.toOctalString(value);
      }
    };
  }

  /** A number of bytes: {@code 1k} is 1000, {@code 1kb} is 1024, likewise m, mb, g and gb. */
  static ValueType<Long> memory(long min, long max) {
    return new ValueType<>() {
      @Override
      String description() {
        return "memory, " + bound(min) + " to " + bound(max) + " bytes";
      }

      @Override
      Long parse(String text, Long current) throws ConfigException {
        return within(parseMemory(text, "argument must be a memory value"), min, max);
      }
    };
  }

  /**
   * A number of bytes, or a percentage of the memory that the process may have, which becomes such
   * a number at once.
   */
  static ValueType<Long> memoryOrShare() {
    return new ValueType<>() {
      @Override
      String description() {
        return "memory, or a percentage such as `75%`";
      }

      @Override
      Long parse(String text, Long current) throws ConfigException {
        String failure = "argument must be a memory value";
        if (text.endsWith("%")) {
          long percent = parseInteger(text.substring(0, text.length() - 1), failure);
          return MemoryBudget.share(percent, MachineMemory.here());
        }
        return parseMemory(text, failure);
      }
    };
  }

  /** A number of bytes, or a percentage, which is held as a negative number. */
  static ValueType<Long> memoryOrPercent() {
    return new ValueType<>() {
      @Override
      String description() {
        return "memory, or a percentage such as `5%`";
      }

      @Override
      Long parse(String text, Long current) throws ConfigException {
        String failure = "argument must be a memory or percent value";
        if (!text.endsWith("%")) {
          return parseMemory(text, failure);
        }
        long percent = parseInteger(text.substring(0, text.length() - 1), failure);
        if (percent < 0) {
          throw new ConfigException(failure);
        }
        if (percent > 100) {
          throw new ConfigException("percentage argument must be less or equal to 100");
        }
        return -percent;
      }

      @Override
      String format(Long value) {
        return value < 0 ? -value + "%" : value.toString();
      }
    };
  }

  /** One of several names, in any case. */
  static ValueType<String> choice(String... names) {
    return new ValueType<>() {
      @Override
      String description() {
        return "`" + String.join("`, `", names) + "`";
      }

      @Override
      String parse(String text, String current) throws ConfigException {
        for (String name : names) {
          if (name.equalsIgnoreCase(text)) {
            return name;
          }
        }
        throw new ConfigException(
            "argument(s) must be one of the following: " + String.join(", ", names));
      }
    };
  }

  static ValueType<String> text() {
    return new ValueType<>() {
      @Override
      String description() {
        return "text";
      }

      @Override
      String parse(String text, String current) {
        return text;
      }
    };
  }

  /** Words; empty text is none. */
  static ValueType<List<String>> words(int max) {
    return new ValueType<>() {
      @Override
      String description() {
        return "words, up to " + max;
      }

      @Override
      List<String> parse(String text, List<String> current) throws ConfigException {
        List<String> words = Words.split(text).stream().filter(word -> !word.isEmpty()).toList();
        if (words.size() > max) {
          throw new ConfigException("wrong number of arguments");
        }
        return words;
      }

      @Override
      String format(List<String> value) {
        return String.join(" ", value);
      }

      @Override
      boolean isWordList() {
        return true;
      }
    };
  }

  /** Percentiles from 0 to 100. */
  static ValueType<List<Double>> percentiles(String option) {
    return new ValueType<>() {
      @Override
      String description() {
        return "numbers from 0 to 100";
      }

      @Override
      List<Double> parse(String text, List<Double> current) throws ConfigException {
        Double[] values = new Double[Words.split(text).size()];
        int count = 0;
        for (String word : Words.split(text)) {
          if (!word.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            throw new ConfigException("Invalid " + option + " parameters");
          }
          double value = Double.parseDouble(word);
          if (value > 100) {
            throw new ConfigException(option + " parameters should sit between [0.0,100.0]");
          }
          values[count++] = value;
        }
        return List.of(Arrays.copyOf(values, count));
      }

      @Override
      String format(List<Double> value) {
        StringBuilder text = new StringBuilder();
        for (double number : value) {
          text.append(text.isEmpty() ? "" : " ");
          text.append(number == Math.rint(number) ? Long.toString((long) number) : number + "");
        }
        return text.toString();
      }

      @Override
      boolean isWordList() {
        return true;
      }
    };
  }

  static long parseInteger(String text, String failure) throws ConfigException {
    if (!INTEGER.matcher(text).matches()) {
      throw new ConfigException(failure);
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ConfigException(failure, e);
    }
  }

  static long parseMemory(String text, String failure) throws ConfigException {
    Matcher matcher = MEMORY.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new ConfigException(failure);
    }
    String unit = matcher.group(2) == null ? "b" : matcher.group(2);
    long scale =
        switch (unit) {
          case "k" -> 1000L;
          case "kb" -> 1L << 10;
          case "m" -> 1_000_000L;
          case "mb" -> 1L << 20;
          case "g" -> 1_000_000_000L;
          case "gb" -> 1L << 30;
          default -> 1L;
        };
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), scale);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new ConfigException(failure, e);
    }
  }

  private static long within(long value, long min, long max) throws ConfigException {
    if (value < min || value > max) {
      throw new ConfigException("argument must be between " + min + " and " + max + " inclusive");
    }
    return value;
  }

  private static String bound(long value) {
    return value == Long.MAX_VALUE ? "2^63-1" : Long.toString(value);
  }
}
