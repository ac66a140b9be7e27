package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaError;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import org.jspecify.annotations.Nullable;

/**
 * Runs what fuzzing has made: for a while, with little memory, and ends it if it goes on. To make
 * one takes long; scripts cannot change what others see of it.
 */
final class Bounded {
  private static final int MEMORY_BYTES = 8 << 20;
  private static final long STEPS_MAX = 20_000;
  private static final int LONG_CALLS_MAX = 3;
  private static final LuaString KILLED = LuaString.of("killed");

  private final LuaState state = new LuaState(new LuaLimits(MEMORY_BYTES));

  Bounded() {
    Libraries.install(state);
    LuaTable globals = state.globals();
    for (int at = globals.next(0); at >= 0; at = globals.next(at)) {
      if (globals.valueAt(at) instanceof LuaTable library) {
        library.readOnly(true);
      }
    }
    globals.readOnly(true);
  }

  /** The function that a script is, with global variables of its own. */
  LuaFunction load(LuaString script) {
    LuaTable metatable = new LuaTable();
    metatable.put(LuaString.of("__index"), state.globals());
    LuaTable environment = new LuaTable();
    environment.metatable(metatable);
    return state.load(script, "=test", environment);
  }

  LuaFunction load(String script) {
    return load(LuaString.of(script));
  }

  /** The results; null if it failed or did not end in time. */
  @Nullable Object @Nullable [] run(LuaFunction function, @Nullable Object... arguments) {
    return run(STEPS_MAX, function, arguments);
  }

  /** As {@link #run(LuaFunction, Object...)}, with a pause after each slice of so many steps. */
  @Nullable Object @Nullable [] run(
      long slice, LuaFunction function, @Nullable Object... arguments) {
    Run run = state.start(function, arguments);
    int longCalls = 0;
    for (long steps = 0; steps < STEPS_MAX && longCalls < LONG_CALLS_MAX; steps += slice) {
      switch (run.resume(slice)) {
        case DONE -> {
          return run.results();
        }
        case FAILED -> {
          assertThat(run.error()).isExactlyInstanceOf(LuaError.class);
          return null;
        }
        case LONG_CALL -> longCalls++;
        case PAUSED -> {}
        case WAITING -> throw new AssertionError("nothing waits here");
      }
    }
    run.kill(KILLED);
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Run.Status.FAILED);
    assertThat(run.error().value()).isEqualTo(KILLED);
    return null;
  }
}
