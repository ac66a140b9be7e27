package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.FloatFormat;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaString;

/** The function {@code string.format}, which writes what C's {@code printf} would. */
final class FormatFunction extends Builtin {
  /** How many flags there may be. */
  private static final int FLAGS_MAX = 5;

  /** Longer strings are copied as they are, zeros included, if no precision is given. */
  private static final int WHOLE_STRING_BYTES = 100;

  private static final int PRECISION_DEFAULT = 6;

  private static final LuaString RETURN = LuaString.of("\\r");
  private static final LuaString ZERO = LuaString.of("\\000");

  private final ByteBuilder result = new ByteBuilder(ByteBuilder.KEPT_BYTES);

  /** A number, before it is padded. */
  private final byte[] number = new byte[FloatFormat.LENGTH_MAX];

  // The conversion at hand.
  private boolean left;
  private boolean plus;
  private boolean space;
  private boolean alternative;
  private boolean zeros;
  private int width;

  /** -1 if none is given. */
  private int precision;

  FormatFunction() {
    super("format");
  }

  @Override
  protected void call(Call call) {
    LuaString format = call.checkString(1);
    byte[] bytes = format.bytes();
    result.begin(call);
    int argument = 1;
    int i = 0;
    while (i < bytes.length) {
      int percent = i;
      while (percent < bytes.length && bytes[percent] != '%') {
        percent++;
      }
      result.append(bytes, i, percent - i);
      i = percent + 1;
      if (percent == bytes.length) {
        break;
      }
      if (i < bytes.length && bytes[i] == '%') {
        result.append((byte) '%');
        i++;
        continue;
      }
      argument++;
      if (call.isNone(argument)) {
        throw call.argumentError(argument, "no value");
      }
      i = parse(call, bytes, i);
      convert(call, argument, i < bytes.length ? bytes[i] : 0);
      i++;
    }
    call.add(result.toLuaString(call));
  }

  /** Reads flags, width and precision; returns where the conversion's letter is. */
  private int parse(Call call, byte[] bytes, int from) {
    left = false;
    plus = false;
    space = false;
    alternative = false;
    zeros = false;
    width = 0;
    precision = -1;
    int i = from;
    while (i < bytes.length && flag(bytes[i])) {
      i++;
    }
    if (i - from > FLAGS_MAX) {
      throw call.error("invalid format (repeated flags)");
    }
    for (int digits = 0; digits < 2 && isDigit(bytes, i); digits++) {
      width = 10 * width + (bytes[i] - '0');
      i++;
    }
    if (i < bytes.length && bytes[i] == '.') {
      i++;
      precision = 0;
      for (int digits = 0; digits < 2 && isDigit(bytes, i); digits++) {
        precision = 10 * precision + (bytes[i] - '0');
        i++;
      }
    }
    if (isDigit(bytes, i)) {
      throw call.error("invalid format (width or precision too long)");
    }
    return i;
  }

  private boolean flag(byte character) {
    switch (character) {
      case '-' -> left = true;
      case '+' -> plus = true;
      case ' ' -> space = true;
      case '#' -> alternative = true;
      case '0' -> zeros = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(byte[] bytes, int i) {
    return i < bytes.length && CharacterClass.isDigit(bytes[i]);
  }

  private void convert(Call call, int argument, byte letter) {
    switch (letter) {
      case 'd', 'i' -> integer(call.checkLong(argument));
      case 'u', 'o', 'x', 'X' -> unsigned(toUnsigned(call.checkNumber(argument)), letter);
      case 'e', 'E', 'f', 'g', 'G' -> real(call.checkNumber(argument), letter);
      case 'c' -> character(call.checkNumber(argument));
      case 's' -> string(call.checkString(argument));
      case 'q' -> quoted(call.checkString(argument));
      default -> {
        String option = letter == 0 ? "" : String.valueOf((char) (letter & 0xFF));
        throw call.error("invalid option '%" + option + "' to 'format'");
      }
    }
  }

  /** A number as C on x86-64 makes it unsigned. */
  private static long toUnsigned(double number) {
    return number >= 0x1p63 ? Call.toLong(number - 0x1p63) ^ Long.MIN_VALUE : Call.toLong(number);
  }

  private void integer(long value) {
    if (width == 0 && precision < 0 && !plus && !space) {
      result.reserve(20);
      result.end(LuaNumbers.decimal(value, result.bytes(), result.length()));
      return;
    }
    int end = LuaNumbers.decimal(value, number, 0);
    whole(sign(value < 0), value < 0 ? 1 : 0, value == 0 && precision == 0 ? 0 : end);
  }

  private void unsigned(long value, byte letter) {
    String text =
        switch (letter) {
          case 'o' -> Long.toOctalString(value);
          case 'u' -> Long.toUnsignedString(value);
          default -> Long.toHexString(value);
        };
    int end = value == 0 && precision == 0 ? 0 : text.length();
    for (int i = 0; i < end; i++) {
      number[i] = (byte) text.charAt(i);
    }
    String prefix = "";
    if (alternative && letter == 'o' && (value == 0 ? end == 0 : precision <= end)) {
      prefix = "0";
    } else if (alternative && letter == 'x' && value != 0) {
      prefix = "0x";
    } else if (alternative && letter == 'X' && value != 0) {
      prefix = "0X";
    }
    if (letter == 'X') {
      raise(end);
    }
    whole(prefix, 0, end);
  }

  /** Writes digits of {@link #number} with what comes before them. */
  private void whole(String prefix, int from, int end) {
    int most = precision >= 0 || left || !zeros ? precision : width - prefix.length();
    pad(prefix, Math.max(most - (end - from), 0), from, end);
  }

  private void real(double value, byte letter) {
    int digits = precision < 0 ? PRECISION_DEFAULT : precision;
    double magnitude = Math.abs(value);
    boolean finite = magnitude <= Double.MAX_VALUE;
    int end;
    if (!finite) {
      end = LuaNumbers.general(magnitude, 1, number, 0);
    } else {
      end =
          switch (letter) {
            case 'f' -> FloatFormat.fixed(magnitude, digits, alternative, number, 0);
            case 'e', 'E' -> FloatFormat.scientific(magnitude, digits, alternative, number, 0);
            default -> FloatFormat.general(magnitude, digits, alternative, number, 0);
          };
    }
    if (letter < 'a') {
      raise(end);
    }
    String sign = sign(Double.doubleToRawLongBits(value) < 0);
    int least = finite && zeros && !left ? width - sign.length() - end : 0;
    pad(sign, Math.max(least, 0), 0, end);
  }

  private String sign(boolean negative) {
    if (negative) {
      return "-";
    }
    return plus ? "+" : space ? " " : "";
  }

  /** Makes the first letters of {@link #number} capitals. */
  private void raise(int end) {
    for (int i = 0; i < end; i++) {
      if (number[i] >= 'a') {
        number[i] -= 'a' - 'A';
      }
    }
  }

  private void pad(String prefix, int zeroCount, int from, int end) {
    int blanks = width - prefix.length() - zeroCount - (end - from);
    result.repeat((byte) ' ', left ? 0 : blanks);
    for (int i = 0; i < prefix.length(); i++) {
      result.append((byte) prefix.charAt(i));
    }
    result.repeat((byte) '0', zeroCount);
    result.append(number, from, end - from);
    result.repeat((byte) ' ', left ? blanks : 0);
  }

  /** In C, a zero ends the string that was written. */
  private void character(double value) {
    byte character = value > -0x1p31 - 1 && value < 0x1p31 ? (byte) (int) value : 0;
    result.repeat((byte) ' ', left ? 0 : width - 1);
    if (character != 0) {
      result.append(character);
      result.repeat((byte) ' ', left ? width - 1 : 0);
    }
  }

  private void string(LuaString string) {
    int length = string.length();
    byte[] bytes = string.bytes();
    if (precision < 0 && length >= WHOLE_STRING_BYTES) {
      result.append(string);
      return;
    }
    int end = 0;
    int most = precision < 0 ? length : Math.min(precision, length);
    while (end < most && bytes[end] != 0) {
      end++;
    }
    result.repeat((byte) ' ', left ? 0 : width - end);
    result.append(bytes, 0, end);
    result.repeat((byte) ' ', left ? width - end : 0);
  }

  private void quoted(LuaString string) {
    result.append((byte) '"');
    byte[] bytes = string.bytes();
    for (byte character : bytes) {
      switch (character) {
        case '"', '\\', '\n' -> {
          result.append((byte) '\\');
          result.append(character);
        }
        case '\r' -> result.append(RETURN);
        case 0 -> result.append(ZERO);
        default -> result.append(character);
      }
    }
    result.append((byte) '"');
  }
}
