package dev.larder.script;

import static dev.larder.script.ReplyFields.BIG_NUMBER;
import static dev.larder.script.ReplyFields.DOUBLE;
import static dev.larder.script.ReplyFields.ERR;
import static dev.larder.script.ReplyFields.FORMAT;
import static dev.larder.script.ReplyFields.MAP;
import static dev.larder.script.ReplyFields.OK;
import static dev.larder.script.ReplyFields.SET;
import static dev.larder.script.ReplyFields.STRING;
import static dev.larder.script.ReplyFields.VERBATIM;

import dev.larder.command.Numbers;
import dev.larder.lua.Call;
import dev.larder.lua.LuaNumbers;
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

  /** The table that scripts see for an error which was not counted as one. */
  public static LuaTable error(LuaString text) {
    LuaTable table = new LuaTable(0, 2);
    table.put(ERR, text);
    return table;
  }

  /** The table that scripts see for a command's error, which is not counted again. */
  public static LuaTable countedError(LuaString text) {
    LuaTable table = error(text);
    table.put(IGNORE, true);
    return table;
  }

  /** Whether an error was counted before a script returned or raised it. */
  static boolean isCounted(LuaTable error) {
    Object value = error.get(IGNORE);
    return value != null && !value.equals(false);
  }

  private @Nullable Object value() {
    byte type = Bytes.getByte(at++);
    return switch (type) {
      case ':' -> (double) number();
      case '$' -> bulk();
      case '+' -> field(OK, line());
      case '-' -> countedError(line());
      case '*', '>' -> array();
      case '%' -> map();
      case '~' -> set();
      case '_' -> nothing();
      case '#' -> Bytes.getByte(lineStart()) == 't';
      case ',' -> field(DOUBLE, LuaNumbers.parse(line(), Double.NaN));
      case '(' -> field(BIG_NUMBER, line());
      case '=' -> verbatim();
      case '|' -> withAttributes();
      default -> throw new IllegalStateException("no reply begins with " + (char) type);
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
    long start = lineStart();
    return Numbers.parseLong(start, (int) (at - 2 - start));
  }

  private LuaString line() {
    long start = lineStart();
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

  /** Scripts do not see attributes. */
  private @Nullable Object withAttributes() {
    for (long i = 2 * number(); i > 0; i--) {
      value();
    }
    return value();
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
