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

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.resp.ReplyWriter;
import org.jspecify.annotations.Nullable;

/** Writes what a script returns as a reply. */
public final class ScriptReply {

  /** Longer names of formats are cut, shorter ones filled up. */
  private static final int FORMAT_LENGTH = 3;

  /** Tables in tables: so deep Java's stack is used. Redis allows some thousand. */
  private static final int NESTING_MAX = 1_000;

  /** A table may be in many others, so little memory can be a reply without an end. */
  private static final int VALUES_MAX = 1 << 22;

  private static final int BYTES_MAX = 512 << 20;

  private static final ErrorReply TOO_LONG =
      ErrorReply.of("ERR the reply of the script is too long");

  private static final String TOO_DEEP = "ERR reached lua stack limit";

  private final ReplyWriter out;
  private final Errors errors;

  /** Whether truth values are a type of their own. */
  private final boolean hasTruth;

  private final int start;
  private int values;

  /** Hears of the errors in a reply. */
  public interface Errors {
    /**
     * There is one.
     *
     * @param isCounted whether it was a command's, and counted as such
     */
    void replied(String text, boolean isCounted);
  }

  private ScriptReply(ReplyWriter out, Errors errors, boolean hasTruth) {
    this.out = out;
    this.errors = errors;
    this.hasTruth = hasTruth;
    this.start = out.mark();
  }

  /**
   * Writes a value.
   *
   * @param protocol the one that the script has chosen
   * @throws CommandException if the reply is too long; what was written is to be taken back
   */
  public static void write(@Nullable Object value, int protocol, ReplyWriter out, Errors errors)
      throws CommandException {
    new ScriptReply(out, errors, protocol == 3).write(value, 0);
  }

  private void write(@Nullable Object value, int depth) throws CommandException {
    int length = value instanceof LuaString text ? text.length() : 0;
    if (++values > VALUES_MAX || (long) out.mark() - start + length > BYTES_MAX) {
      throw new CommandException(TOO_LONG);
    }
    switch (value) {
      case null -> out.nil();
      case LuaString text -> out.bulk(text.bytes());
      case Double number -> out.integer(dev.larder.lua.Call.toLong(number));
      case Boolean truth -> bool(truth);
      case LuaTable table -> table(table, depth);
      default -> out.nil();
    }
  }

  private void bool(boolean truth) {
    if (hasTruth) {
      out.bool(truth);
    } else if (truth) {
      out.integer(1);
    } else {
      out.nil();
    }
  }

  private void table(LuaTable table, int depth) throws CommandException {
    if (depth >= NESTING_MAX) {
      out.error(TOO_DEEP);
      errors.replied(TOO_DEEP, false);
      return;
    }
    if (table.get(ERR) instanceof LuaString text) {
      out.error(text.bytes());
      errors.replied(text.toString(), LuaReply.isCounted(table));
    } else if (table.get(OK) instanceof LuaString text) {
      out.simpleString(text.toString().replace('\r', ' ').replace('\n', ' '));
    } else if (table.get(DOUBLE) instanceof Double number) {
      out.doubleValue(number);
    } else if (table.get(MAP) instanceof LuaTable map) {
      map(map, depth);
    } else if (table.get(SET) instanceof LuaTable set) {
      set(set, depth);
    } else if (table.get(BIG_NUMBER) instanceof LuaString digits) {
      out.bigNumber(digits.toString().replace('\r', ' ').replace('\n', ' '));
    } else if (table.get(VERBATIM) instanceof LuaTable verbatim
        && verbatim.get(FORMAT) instanceof LuaString format
        && verbatim.get(STRING) instanceof LuaString string) {
      out.verbatim((format + "   ").substring(0, FORMAT_LENGTH), string.bytes());
    } else {
      array(table, depth);
    }
  }

  private void array(LuaTable table, int depth) throws CommandException {
    int count = 0;
    while (table.getInt(count + 1) != null) {
      count++;
    }
    out.array(count);
    for (int i = 1; i <= count; i++) {
      write(table.getInt(i), depth + 1);
    }
  }

  private void map(LuaTable table, int depth) throws CommandException {
    int count = 0;
    for (int at = table.next(0); at >= 0; at = table.next(at)) {
      count++;
    }
    out.map(count);
    for (int at = table.next(0); at >= 0; at = table.next(at)) {
      write(table.keyAt(at), depth + 1);
      write(table.valueAt(at), depth + 1);
    }
  }

  private void set(LuaTable table, int depth) throws CommandException {
    int count = 0;
    for (int at = table.next(0); at >= 0; at = table.next(at)) {
      count++;
    }
    out.set(count);
    for (int at = table.next(0); at >= 0; at = table.next(at)) {
      write(table.keyAt(at), depth + 1);
    }
  }
}
