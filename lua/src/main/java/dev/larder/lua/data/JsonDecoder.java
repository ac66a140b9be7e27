package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of JSON, straight from the bytes. What contains what is on a stack of its own, so
 * that Java's does not grow with the nesting.
 *
 * <p>As in the original, a zero byte ends the text, and a text that looks like UTF-16 or UTF-32 is
 * refused at once.
 */
final class JsonDecoder {
  private static final String VALUE = "value";
  private static final String KEY = "object key string";
  private static final int DEPTH_INITIAL = 16;

  /** More depth than this is not kept from call to call. */
  private static final int DEPTH_KEPT_MAX = 1024;

  /** Marks a level of the stack as an object. */
  private static final int OBJECT = -1;

  /** How much text is read between two looks at the steps. */
  private static final int BYTES_PER_STEP = 1024;

  private final JsonSettings settings;
  private final JsonStrings strings = new JsonStrings();
  private final JsonNumbers numbers = new JsonNumbers();

  private byte[] text = {};
  private int at;

  private @Nullable LuaTable[] tables = new @Nullable LuaTable[DEPTH_INITIAL];

  /** For each level how many values an array has by now, or {@link #OBJECT}. */
  private int[] counts = new int[DEPTH_INITIAL];

  /** For each level of an object the key whose value comes next. */
  private @Nullable LuaString[] keys = new @Nullable LuaString[DEPTH_INITIAL];

  private int depth;

  /** How many values the original would have on Lua's stack. */
  private int slots;

  /** Memory that is yet to be charged. */
  private long owed;

  /** Up to where work has been counted and memory charged. */
  private int settledAt;

  JsonDecoder(JsonSettings settings) {
    this.settings = settings;
  }

  /** The value that a text stands for. */
  Object decode(Call call, LuaString json) {
    text = json.bytes();
    at = 0;
    depth = 0;
    slots = 1;
    owed = 0;
    settledAt = 0;
    if (text.length >= 2 && (text[0] == 0 || text[1] == 0)) {
      throw call.error("JSON parser does not support UTF-16 or UTF-32");
    }
    strings.begin(call, text);
    try {
      Object value = document(call);
      call.allocate(owed);
      return value;
    } finally {
      end();
    }
  }

  /** Lets go of what the call has used. */
  private void end() {
    text = new byte[0];
    strings.end();
    if (tables.length > DEPTH_KEPT_MAX) {
      tables = new @Nullable LuaTable[DEPTH_INITIAL];
      counts = new int[DEPTH_INITIAL];
      keys = new @Nullable LuaString[DEPTH_INITIAL];
    } else {
      Arrays.fill(tables, 0, depth, null);
      Arrays.fill(keys, 0, depth, null);
    }
  }

  private Object document(Call call) {
    while (true) {
      Object value = value(call);
      // Null is an array or object that has been begun and is not empty.
      while (value != null) {
        if (depth == 0) {
          if (skipSpace() != 0) {
            throw unexpected(call, "the end");
          }
          return value;
        }
        value = counts[depth - 1] == OBJECT ? field(call, value) : element(call, value);
      }
      if (at - settledAt > BYTES_PER_STEP) {
        settle(call);
      }
    }
  }

  /** Pays for the work and the memory of the last part. */
  private void settle(Call call) {
    call.step((at - settledAt) >> 4);
    settledAt = at;
    call.allocate(owed);
    owed = 0;
  }

  /**
   * Puts a value into the array on top.
   *
   * @return the array if this has ended it, or null if another value follows
   */
  private @Nullable Object element(Call call, Object value) {
    LuaTable array = top();
    array.putInt(++counts[depth - 1], value);
    owed += CStack.VALUE_BYTES;
    switch (skipSpace()) {
      case ',' -> {
        at++;
        return null;
      }
      case ']' -> {
        at++;
        pop(1);
        return array;
      }
      default -> throw unexpected(call, "comma or array end");
    }
  }

  /** As {@link #element}, for the object on top. */
  private @Nullable Object field(Call call, Object value) {
    LuaTable object = top();
    object.put(Objects.requireNonNull(keys[depth - 1]), value);
    owed += CStack.VALUE_BYTES;
    switch (skipSpace()) {
      case ',' -> {
        at++;
        skipSpace();
        keys[depth - 1] = key(call);
        return null;
      }
      case '}' -> {
        at++;
        pop(2);
        return object;
      }
      default -> throw unexpected(call, "comma or object end");
    }
  }

  private LuaTable top() {
    return Objects.requireNonNull(tables[depth - 1]);
  }

  private void pop(int usedSlots) {
    depth--;
    tables[depth] = null;
    keys[depth] = null;
    slots -= usedSlots;
  }

  /** A value without others in it; null if an array or object has been begun. */
  private @Nullable Object value(Call call) {
    int first = skipSpace();
    switch (first) {
      case '"':
        return string(call);
      case '{':
        return object(call);
      case '[':
        return array(call);
      case 't':
        return literal(call, "true", Boolean.TRUE);
      case 'f':
        return literal(call, "false", Boolean.FALSE);
      case 'n':
        if (startsWith("null")) {
          at += 4;
          return JsonSettings.NULL;
        }
        break;
      default:
        break;
    }
    if (!numbers.read(text, at, settings.decodeInvalidNumbers)) {
      throw unexpected(call, VALUE);
    }
    at = numbers.end();
    return numbers.value();
  }

  private Object literal(Call call, String name, Object value) {
    if (!startsWith(name)) {
      throw unexpected(call, VALUE);
    }
    at += name.length();
    return value;
  }

  private boolean startsWith(String name) {
    if (text.length - at < name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (text[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Object array(Call call) {
    descend(call, 2);
    LuaTable table = new LuaTable();
    if (skipSpace() == ']') {
      at++;
      return table;
    }
    push(table, 0, 1);
    return null;
  }

  private @Nullable Object object(Call call) {
    descend(call, 3);
    LuaTable table = new LuaTable();
    if (skipSpace() == '}') {
      at++;
      return table;
    }
    LuaString key = key(call);
    push(table, OBJECT, 2);
    keys[depth - 1] = key;
    return null;
  }

  /** Goes behind a bracket, if there may be as much in each other. */
  private void descend(Call call, int neededSlots) {
    at++;
    if (depth >= settings.decodeMaxDepth || slots + neededSlots > CStack.SLOTS_MAX) {
      throw call.error(
          "Found too many nested data structures (" + (depth + 1) + ") at character " + at);
    }
    owed += CStack.TABLE_BYTES;
  }

  private void push(LuaTable table, int count, int usedSlots) {
    if (depth == tables.length) {
      tables = Arrays.copyOf(tables, 2 * depth);
      counts = Arrays.copyOf(counts, 2 * depth);
      keys = Arrays.copyOf(keys, 2 * depth);
    }
    tables[depth] = table;
    counts[depth] = count;
    depth++;
    slots += usedSlots;
  }

  /** Reads a key and its colon. */
  private LuaString key(Call call) {
    if (at >= text.length || text[at] != '"') {
      throw unexpected(call, KEY);
    }
    int from = at + 1;
    int end = strings.scanKey(from);
    if (end < 0) {
      throw mismatch(call, KEY, strings.problem(), ~end);
    }
    at = end + 1;
    LuaString key = strings.key(from, end);
    if (skipSpace() != ':') {
      throw unexpected(call, "colon");
    }
    at++;
    return key;
  }

  private LuaString string(Call call) {
    int from = at + 1;
    int end = strings.scan(from);
    if (end < 0) {
      throw mismatch(call, VALUE, strings.problem(), ~end);
    }
    at = end + 1;
    owed += CStack.STRING_BYTES;
    return strings.string(from, end);
  }

  /** Goes to what is no white space; returns that, or 0 at the end. */
  private int skipSpace() {
    byte[] bytes = text;
    int i = at;
    while (i < bytes.length) {
      int found = bytes[i];
      if (found > ' ' || found != ' ' && found != '\n' && found != '\r' && found != '\t') {
        at = i;
        return found;
      }
      i++;
    }
    at = i;
    return 0;
  }

  /** The error that something else is here than should be. */
  private LuaError unexpected(Call call, String expected) {
    int first = at < text.length ? text[at] : 0;
    if (first == '"') {
      int end = strings.scan(at + 1);
      return end < 0
          ? mismatch(call, expected, strings.problem(), ~end)
          : mismatch(call, expected, "T_STRING", at);
    }
    return mismatch(call, expected, nameOf(first), at);
  }

  private String nameOf(int first) {
    switch (first) {
      case 0:
        return "T_END";
      case '{':
        return "T_OBJ_BEGIN";
      case '}':
        return "T_OBJ_END";
      case '[':
        return "T_ARR_BEGIN";
      case ']':
        return "T_ARR_END";
      case ',':
        return "T_COMMA";
      case ':':
        return "T_COLON";
      default:
        if (startsWith("true") || startsWith("false")) {
          return "T_BOOLEAN";
        } else if (startsWith("null")) {
          return "T_NULL";
        }
        boolean lenient = settings.decodeInvalidNumbers;
        if (numbers.read(text, at, lenient)) {
          return "T_NUMBER";
        }
        return JsonNumbers.begins(first, lenient) ? "invalid number" : "invalid token";
    }
  }

  private static LuaError mismatch(Call call, String expected, String found, int index) {
    return call.error(
        "Expected " + expected + " but found " + found + " at character " + (index + 1));
  }
}
