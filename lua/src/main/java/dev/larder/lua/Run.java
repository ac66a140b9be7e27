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
    /** A builtin needs more steps than it was given: resume with more, where nobody waits. */
    LONG_CALL,
    /** A builtin waits for the host. */
    WAITING
  }

  private final LuaState state;
  private final LuaFunction function;
  private final @Nullable Object[] arguments;
  private @Nullable Object[] results = {};
  private @Nullable LuaError error;

  Run(LuaState state, LuaFunction function, @Nullable Object... arguments) {
    this.state = state;
    this.function = function;
    this.arguments = arguments;
  }

  /** Executes up to a number of steps. */
  public Status resume(long steps) {
    Call call = state.call;
    @Nullable Object[] refs = new @Nullable Object[arguments.length];
    double[] nums = new double[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      refs[i] = arguments[i] instanceof Double ? Marker.NUMBER : arguments[i];
      nums[i] = arguments[i] instanceof Double number ? number : 0;
    }
    call.begin(refs, nums, 0, arguments.length);
    try {
      ((Builtin) function).call(call);
    } catch (LuaError thrown) {
      error = thrown;
      return Status.FAILED;
    } catch (Pause pause) {
      return pause == Pause.LONG ? Status.LONG_CALL : Status.WAITING;
    }
    results = new @Nullable Object[call.results];
    for (int i = 0; i < results.length; i++) {
      results[i] =
          call.resultRefs[i] == Marker.NUMBER ? (Double) call.resultNums[i] : call.resultRefs[i];
    }
    return Status.DONE;
  }

  /** What the function returned. */
  public @Nullable Object[] results() {
    return results;
  }

  /** What the run failed with. */
  public LuaError error() {
    if (error == null) {
      throw new IllegalStateException("the run has not failed");
    }
    return error;
  }
}
