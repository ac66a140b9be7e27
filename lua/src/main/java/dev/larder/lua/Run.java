package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/**
 * One execution, from outside. Any thread may resume it, one at a time; only {@link #kill} may be
 * called meanwhile.
 */
public final class Run {
  /** How a run stands. */
  public enum Status {
    /** It has returned: {@link Run#results}. */
    DONE,
    /** It has ended with an error: {@link Run#error}. */
    FAILED,
    /** It has used up its steps. */
    PAUSED,
    /**
     * A builtin needs more steps than it was given. When the run is resumed, it is called again and
     * may take as long as it needs: better where nobody waits.
     */
    LONG_CALL,
    /** A builtin waits for the host, and is called again when the run is resumed. */
    WAITING
  }

  private final LuaState state;
  private @Nullable Machine machine;
  private @Nullable Object[] results = {};
  private @Nullable LuaError error;
  private boolean stopped;
  private String errorSource = "";
  private int errorLine = -1;

  Run(LuaState state, Machine machine, LuaFunction function, @Nullable Object... arguments) {
    this.state = state;
    this.machine = machine;
    machine.begin(function, arguments);
  }

  /**
   * Executes up to a number of steps: iterations and calls, and work of builtins that is about as
   * much. It may be twice as many where a builtin begins late.
   */
  public Status resume(long steps) {
    Machine running = machine;
    if (running == null) {
      throw new IllegalStateException("the run is over");
    }
    Machine outer = state.activeMachine();
    state.activate(running);
    try {
      return resume(running, steps);
    } finally {
      state.activate(outer);
    }
  }

  private Status resume(Machine running, long steps) {
    LuaError thrown = null;
    running.beginSlice(steps);
    while (true) {
      try {
        if (thrown != null) {
          LuaError uncaught = ControlCalls.unwind(running, thrown);
          thrown = null;
          if (uncaught != null) {
            return fail(running, uncaught);
          }
        }
        running.execute();
        return running.paused ? Status.PAUSED : finish(running);
      } catch (LuaError e) {
        thrown = e;
        state.call.unreachedBytes = 0;
      } catch (Pause pause) {
        return pause == Pause.LONG ? Status.LONG_CALL : Status.WAITING;
      } catch (Stop stop) {
        stopped = true;
        return fail(running, new LuaError(stop.reason()));
      }
    }
  }

  private Status finish(Machine running) {
    results = new @Nullable Object[running.resultCount];
    for (int i = 0; i < results.length; i++) {
      results[i] = running.main.get(running.resultFrom + i);
    }
    release(running);
    return Status.DONE;
  }

  private Status fail(Machine running, LuaError cause) {
    error = cause;
    Coroutine coroutine = running.current;
    int depth = coroutine.depth;
    while (depth > 0 && isBuiltin(coroutine.frames[depth])) {
      depth--;
    }
    CallFrame frame = coroutine.frames[depth];
    if (frame.kind == CallFrame.LUA) {
      Prototype prototype = frame.closure.prototype;
      errorSource = prototype.source.chunkName();
      errorLine = prototype.lineOf(Math.max(frame.pc - 1, 0));
    }
    release(running);
    return Status.FAILED;
  }

  /** Whether it is a builtin's that is written in Lua. */
  private static boolean isBuiltin(CallFrame frame) {
    return frame.kind == CallFrame.LUA && frame.isDisguised();
  }

  private void release(Machine running) {
    machine = null;
    state.release(running);
  }

  /** What the function returned. */
  public @Nullable Object[] results() {
    return results;
  }

  /** What the run failed with. */
  public LuaError error() {
    LuaError failure = error;
    if (failure == null) {
      throw new IllegalStateException("the run has not failed");
    }
    return failure;
  }

  /** Whether it failed because it was killed or had no memory, which scripts cannot catch. */
  public boolean wasStopped() {
    return stopped;
  }

  /** The name of the chunk whose function raised the error, as messages show it. */
  public String errorSource() {
    return errorSource;
  }

  /** The line on which the error was raised; -1 if that was in no function of a script. */
  public int errorLine() {
    return errorLine;
  }

  /**
   * Ends the run at its next check, if it is not over; the message is its error. Any thread may
   * call this.
   */
  public void kill(LuaString message) {
    Machine running = machine;
    if (running != null) {
      running.killReason = message;
    }
  }
}
