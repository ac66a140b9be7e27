package dev.larder.script;

import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.storage.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Reads a reply as scripts see it. The bytes are those of our own writer, which are not checked.
 *
 * <p>In RESP2: integers are numbers, bulk strings are strings, arrays are tables, null is false,
 * and status and error replies are tables with the field {@code ok} or {@code err}. In RESP3 null
 * is nil, and the other types are tables with a field that names the type.
 */
public final class LuaReply {
  private static final LuaString OK = LuaString.of("ok");
  private static final LuaString ERR = LuaString.of("err");
  private static final LuaString MAP = LuaString.of("map");
  private static final LuaString SET = LuaString.of("set");
  private static final LuaString DOUBLE = LuaString.of("double");
  private static final LuaString BIG_NUMBER = LuaString.of("big_number");
  private static final LuaString VERBATIM = LuaString.of("verbatim_string");
  private static final LuaString FORMAT = LuaString.of("format");
  private static final LuaString STRING = LuaString.of("string");
  private static final LuaString IGNORE = LuaString.of("ignore_error_stats_update");

  /** What a table takes beside its values, about. */
  private static final int TABLE_BYTES = 80;

  private static final int VALUE_BYTES = 32;
  private static final int FORMAT_BYTES = 4;

  private final Call call;
  private long at;

  private LuaReply(Call call, long at) {
    this.call = call;
    this.at = at;
  }

  /** Adds a whole reply to the results of a call. */
  public static void read(Call call, long address) {
    call.add(new LuaReply(call, address).value());
  }

  /** The table that scripts see for an error. */
  static LuaTable error(LuaString text) {
    LuaTable table = new LuaTable(0, 2);
    table.put(ERR, text);
    table.put(IGNORE, true);
    return table;
  }

  private @Nullable Object value() {
    byte type = Bytes.getByte(at++);
    return switch (type) {
      case ':' -> (double) number();
      case '$' -> bulk();
      case '+' -> field(OK, line());
      case '-' -> error(line());
      case '*', '>' -> array();
      case '%' -> map();
      case '~' -> set();
      case '_' -> nothing();
      case '#' -> Bytes.getByte(lineStart()) == 't';
      case ',' -> field(DOUBLE, Double.parseDouble(javaDouble(line().toString())));
      case '(' -> field(BIG_NUMBER, line());
      case '=' -> verbatim();
      default -> throw new IllegalStateException("no reply begins with " + (char) type);
    };
  }

  private static String javaDouble(String text) {
    return switch (text) {
      case "inf" -> "Infinity";
      case "-inf" -> "-Infinity";
      case "nan" -> "NaN";
      default -> text;
    };
  }

  private long lineStart() {
    long start = at;
    skipLine();
    return start;
  }

  private void skipLine() {
    while (Bytes.getByte(at) != '\r') {
      at++;
    }
    at += 2;
  }

  private @Nullable Object nothing() {
    skipLine();
    return null;
  }

  private long number() {
    boolean isNegative = Bytes.getByte(at) == '-';
    if (isNegative) {
      at++;
    }
    long number = 0;
    byte digit = Bytes.getByte(at);
    while (digit != '\r') {
      number = number * 10 - (digit - '0');
      digit = Bytes.getByte(++at);
    }
    at += 2;
    return isNegative ? number : -number;
  }

  private LuaString line() {
    long start = at;
    skipLine();
    return string(start, (int) (at - 2 - start));
  }

  private LuaString string(long start, int length) {
    call.allocate(VALUE_BYTES + length);
    return LuaString.of(Bytes.toArray(start, length));
  }

  private Object bulk() {
    int length = (int) number();
    if (length < 0) {
      return false;
    }
    LuaString text = string(at, length);
    at += length + 2;
    return text;
  }

  private Object verbatim() {
    int length = (int) number();
    LuaTable content = table(0, 2);
    content.put(FORMAT, string(at, FORMAT_BYTES - 1));
    content.put(STRING, string(at + FORMAT_BYTES, length - FORMAT_BYTES));
    at += length + 2;
    return field(VERBATIM, content);
  }

  private Object array() {
    int count = (int) number();
    if (count < 0) {
      return false;
    }
    LuaTable table = table(count, 0);
    for (int i = 1; i <= count; i++) {
      table.putInt(i, value());
    }
    return table;
  }

  private Object map() {
    int count = (int) number();
    LuaTable table = table(0, count);
    for (int i = 0; i < count; i++) {
      Object key = value();
      Object value = value();
      if (key != null) {
        table.put(key, value);
      }
    }
    return field(MAP, table);
  }

  private Object set() {
    int count = (int) number();
    LuaTable table = table(0, count);
    for (int i = 0; i < count; i++) {
      Object member = value();
      if (member != null) {
        table.put(member, true);
      }
    }
    return field(SET, table);
  }

  private LuaTable table(int arrayCapacity, int hashCapacity) {
    call.allocate(TABLE_BYTES + (long) VALUE_BYTES * (arrayCapacity + hashCapacity));
    return new LuaTable(arrayCapacity, hashCapacity);
  }

  private LuaTable field(LuaString name, Object value) {
    LuaTable table = table(0, 1);
    table.put(name, value);
    return table;
  }
}
