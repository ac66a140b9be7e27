package dev.larder.lua.data;

import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls functions of the libraries without a script, in a state of its own. */
final class DataCalls {
  private final LuaState state;

  DataCalls() {
    this(LuaLimits.GENEROUS);
  }

  DataCalls(LuaLimits limits) {
    state = new LuaState(limits);
    DataLibraries.install(state.globals());
  }

  /** The library that scripts know by a name. */
  LuaTable library(String name) {
    return (LuaTable) Objects.requireNonNull(state.globals().get(LuaString.of(name)));
  }

  /** The results of {@code library.function(arguments)}; fails as that does. */
  @Nullable Object[] call(String library, String function, @Nullable Object... arguments) {
    return call(library(library), function, arguments);
  }

  /** The results of a library's function. */
  @Nullable Object[] call(LuaTable library, String function, @Nullable Object... arguments) {
    Object found = library.get(LuaString.of(function));
    Run run = state.start((LuaFunction) Objects.requireNonNull(found), arguments);
    return switch (run.resume(Long.MAX_VALUE)) {
      case DONE -> run.results();
      case FAILED -> throw run.error();
      default -> throw new IllegalStateException("paused");
    };
  }

  /** The only result of a library's function. */
  Object one(String library, String function, @Nullable Object... arguments) {
    return one(library(library), function, arguments);
  }

  Object one(LuaTable library, String function, @Nullable Object... arguments) {
    @Nullable Object[] results = call(library, function, arguments);
    if (results.length != 1 || results[0] == null) {
      throw new IllegalStateException(Literals.show(results));
    }
    return results[0];
  }
}
