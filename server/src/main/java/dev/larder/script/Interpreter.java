package dev.larder.script;

import static dev.larder.script.ReplyFields.ERR;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import dev.larder.lua.library.Libraries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Lua state with all that scripts and functions may use; it runs one of them at a time. For one
 * event loop.
 */
public final class Interpreter {
  /** How Redis names a script's chunk. */
  private static final String CHUNK = "@user_script";

  static final LuaString KEYS = LuaString.of("KEYS");
  static final LuaString ARGV = LuaString.of("ARGV");
  static final LuaString JSON = LuaString.of("cjson");
  private static final LuaString INDEX = LuaString.of("__index");

  /** So many functions are kept. */
  private static final int FUNCTIONS_MAX = 2_000;

  /** They may take this part of what a script may have. */
  private static final int FUNCTIONS_PART = 4;

  /** More is cut from the texts of errors, which are copied several times on their way. */
  private static final int ERROR_LENGTH = 1 << 20;

  private final LuaState state;
  private final ScriptCache cache;
  private final LibraryLoader libraries;
  private final Map<Script, LuaFunction> functions = new HashMap<>();
  private final long functionBytesMax;
  private long functionBytes;
  private int flushes;

  /** Makes interpreters of scripts whose commands a host executes. */
  public interface Maker {
    /** Makes one. */
    Interpreter make(ScriptHost host);
  }

  /**
   * Compiles a script for nobody.
   *
   * @throws CommandException if it is no Lua
   */
  public static void check(Script script) throws CommandException {
    load(new LuaState(LuaLimits.GENEROUS), script);
  }

  private static LuaFunction load(LuaState state, Script script) throws CommandException {
    try {
      return state.load(script.body(), CHUNK);
    } catch (LuaError e) {
      throw new CommandException(
          ErrorReply.of("ERR Error compiling script (new function): " + e.getMessage()));
    }
  }

  /**
   * @param version which release of Redis scripts are told this is
   * @param memoryBytes how much a script may have at a time
   */
  Interpreter(
      ScriptHost host,
      ScriptCache cache,
      FunctionLibraries known,
      String version,
      long memoryBytes) {
    this.cache = cache;
    functionBytesMax = memoryBytes / FUNCTIONS_PART;
    state = new LuaState(new LuaLimits(memoryBytes));
    Libraries.install(state);
    RedisLibrary.install(state, host, version);
    LuaTable globals = state.globals();
    LuaTable strict = new LuaTable();
    strict.put(INDEX, new UnknownGlobal());
    strict.readOnly(true);
    globals.metatable(strict);
    state.caughtErrors(Interpreter::caught);
    protect(globals);
    Objects.requireNonNull(state.stringMetatable()).readOnly(true);
    libraries = new LibraryLoader(state, known, version);
  }

  /** What is raised for a global variable that does not exist. */
  private static final class UnknownGlobal extends Builtin {
    UnknownGlobal() {
      super("__index");
    }

    @Override
    protected void call(Call call) {
      if (!call.isNumber(2) && !(call.value(2) instanceof LuaString)) {
        throw call.error("Second argument to luaProtectedTableError must be a string or number");
      }
      throw call.error(
          "Script attempted to access nonexistent global variable '" + call.checkString(2) + "'");
    }
  }

  /** To scripts an error that a command replied is its text; behind another table is that field. */
  private static @Nullable Object[] caught(@Nullable Object error) {
    if (!(error instanceof LuaTable table)) {
      return new @Nullable Object[] {error};
    }
    Object text = table.get(ERR);
    return text instanceof LuaString
        ? new @Nullable Object[] {text}
        : new @Nullable Object[] {table, text};
  }

  /** A new library, the only one whose settings outlive a script. */
  static LuaTable json() {
    LuaTable json = Libraries.json();
    json.readOnly(true);
    return json;
  }

  private static void protect(LuaTable globals) {
    for (int at = globals.next(0); at >= 0; at = globals.next(at)) {
      if (globals.valueAt(at) instanceof LuaTable library && library != globals) {
        library.readOnly(true);
      }
    }
    globals.readOnly(true);
  }

  /**
   * Compiles a script, or loads a function's library, unless it has.
   *
   * @throws CommandException if that is not possible
   */
  public LuaFunction compile(Program program) throws CommandException {
    return switch (program) {
      case Script script -> compile(script);
      case LibraryFunction function -> libraries.callback(function);
    };
  }

  private LuaFunction compile(Script script) throws CommandException {
    int flushesNow = cache.flushes();
    if (flushes != flushesNow) {
      flushes = flushesNow;
      functions.clear();
      functionBytes = 0;
      state.globals().put(JSON, json());
    } else if (functions.size() > FUNCTIONS_MAX || functionBytes > functionBytesMax) {
      functions.clear();
      functionBytes = 0;
    }
    LuaFunction known = functions.get(script);
    if (known != null) {
      return known;
    }
    LuaFunction function = load(state, script);
    functions.put(script, function);
    functionBytes += LuaState.textBytes(script.body().length());
    return function;
  }

  /**
   * Runs what a library consists of.
   *
   * @return the functions that it registers, in order
   * @throws CommandException if it cannot be loaded
   */
  List<Registration> load(LuaString body) throws CommandException {
    return libraries.load(body);
  }

  /** Begins to run a script, or a function. */
  public Run start(Program program, LuaFunction function, LuaTable keys, LuaTable arguments) {
    if (program.isFunction()) {
      return state.start(function, keys, arguments);
    }
    state.globals().put(KEYS, keys);
    state.globals().put(ARGV, arguments);
    return state.start(function);
  }

  /** Forgets what the last script was called with. */
  public void forget() {
    state.globals().put(KEYS, null);
    state.globals().put(ARGV, null);
  }

  /** Nothing runs here any more: libraries of functions keep it no longer. */
  public void close() {
    libraries.close();
  }

  /** The error reply that tells of a run that has failed. */
  public static String failure(Run run, Program program) {
    Object value = run.error().value();
    String text = text(value);
    String place =
        run.errorLine() < 0 ? "" : ", on @" + run.errorSource() + ":" + run.errorLine() + ".";
    return text + " script: " + program.name() + place;
  }

  /** Whether the error that ended a run was a command's, and counted as such. */
  public static boolean isCounted(Run run) {
    return run.error().value() instanceof LuaTable table && LuaReply.isCounted(table);
  }

  /** What an error reply says of an error that was raised. */
  static String text(@Nullable Object error) {
    if (error instanceof LuaTable table && table.get(ERR) instanceof LuaString reply) {
      return cut(reply);
    }
    return "ERR " + (error instanceof LuaString message ? cut(message) : "nil");
  }

  private static String cut(LuaString text) {
    return text.length() <= ERROR_LENGTH
        ? text.toString()
        : LuaString.copyOf(text.bytes(), 0, ERROR_LENGTH).toString();
  }
}
