package dev.larder.script;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Loads libraries of functions into one interpreter, each when one of its functions is to be called
 * there for the first time; the library keeps them.
 *
 * <p>All functions have the same global variables: while a library is loaded nothing but what can
 * register functions, later what scripts have.
 */
final class LibraryLoader {
  /** How Redis names a library's chunk. */
  private static final String CHUNK = "@user_function";

  /** A library may take so many steps to load; that is about a tenth of a second. */
  private static final long STEPS_MAX = 5_000_000;

  private static final LuaString REDIS = LuaString.of("redis");
  private static final LuaString GLOBALS = LuaString.of("_G");
  private static final String REGISTER = "register_function";

  private final LuaState state;
  private final FunctionLibraries libraries;
  private final LuaTable environment = new LuaTable();
  private final LuaTable api = new LuaTable();

  /** The functions' own, whose settings scripts do not change. */
  private LuaTable json = Interpreter.json();

  private int flushes;

  /** What the library that is being loaded has registered; null while there is none. */
  private @Nullable List<Registration> registered;

  /**
   * Prepares to load libraries; the state has its global variables.
   *
   * @param version which release of Redis functions are told this is
   */
  LibraryLoader(LuaState state, FunctionLibraries libraries, String version) {
    this.state = state;
    this.libraries = libraries;
    RedisLibrary.addLog(api);
    RedisLibrary.addVersion(api, version);
    Builtin.add(api, REGISTER, this::register);
    api.metatable(state.globals().metatable());
    api.readOnly(true);
    environment.metatable(state.globals().metatable());
    environment.readOnly(true);
  }

  /**
   * What to run for a function, whose library is loaded if it was not.
   *
   * @throws CommandException if it cannot be loaded
   */
  LuaFunction callback(LibraryFunction function) throws CommandException {
    if (flushes != libraries.flushes()) {
      flushes = libraries.flushes();
      json = Interpreter.json();
    }
    Library library = function.library();
    Map<String, LuaFunction> known = library.callbacks(this);
    if (known == null) {
      known = new HashMap<>();
      for (Registration registration : load(library.body())) {
        known.put(registration.name(), registration.callback());
      }
      library.keep(this, known);
    }
    LuaFunction callback = known.get(function.name());
    if (callback == null) {
      throw failure("Function not found");
    }
    return callback;
  }

  /** Nothing is called here any more. */
  void close() {
    libraries.all().forEach(library -> library.forget(this));
  }

  /**
   * Runs what a library consists of.
   *
   * @return the functions that it registers, in order
   * @throws CommandException if it cannot be loaded
   */
  List<Registration> load(LuaString body) throws CommandException {
    LuaFunction main;
    try {
      main = state.load(body, CHUNK, environment);
    } catch (LuaError e) {
      throw failure("Error compiling function: " + e.getMessage());
    }
    List<Registration> functions = new ArrayList<>();
    registered = functions;
    showApi();
    try {
      Run run = state.start(main);
      switch (run.resume(STEPS_MAX)) {
        case DONE -> {}
        case FAILED ->
            throw failure("Error registering functions: " + Interpreter.text(run.error().value()));
        case PAUSED, LONG_CALL, WAITING -> {
          end(run);
          throw failure("Error registering functions: ERR FUNCTION LOAD timeout");
        }
      }
    } finally {
      registered = null;
      showGlobals();
    }
    if (functions.isEmpty()) {
      throw failure("No functions registered");
    }
    return functions;
  }

  private static void end(Run run) {
    run.kill(LuaString.of("FUNCTION LOAD timeout"));
    Run.Status status = run.resume(1);
    assert status == Run.Status.FAILED;
  }

  private void showApi() {
    for (int at = environment.next(0); at >= 0; at = environment.next(at)) {
      environment.put(Objects.requireNonNull(environment.keyAt(at)), null);
    }
    environment.put(REDIS, api);
  }

  private void showGlobals() {
    LuaTable globals = state.globals();
    for (int at = globals.next(0); at >= 0; at = globals.next(at)) {
      Object name = Objects.requireNonNull(globals.keyAt(at));
      if (!name.equals(Interpreter.KEYS) && !name.equals(Interpreter.ARGV)) {
        environment.put(name, globals.valueAt(at));
      }
    }
    environment.put(Interpreter.JSON, json);
    environment.put(GLOBALS, environment);
  }

  private static CommandException failure(String text) {
    return new CommandException(ErrorReply.of("ERR " + text));
  }

  // ---- redis.register_function

  private void register(Call call) {
    List<Registration> functions = registered;
    if (functions == null) {
      throw error("redis.register_function can only be called on FUNCTION LOAD command");
    }
    Registration added = RegisterArguments.read(call);
    for (Registration known : functions) {
      if (known.name().equals(added.name())) {
        throw error("Function already exists in the library");
      }
    }
    functions.add(added);
  }

  private static LuaError error(String text) {
    return RedisLibrary.error("ERR " + text);
  }
}
