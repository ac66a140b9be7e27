package dev.larder.lua;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Protected calls and coroutines. */
final class ControlCalls {
  /** Handlers that may fail, one in the other; measured at Redis. */
  private static final int LEVELS_MAX = 224;

  private static final LuaString ERROR_IN_HANDLER = LuaString.of("error in error handling");

  private ControlCalls() {}

  static void call(
      Machine machine, Control control, int function, int count, int wanted, int then, int target) {
    switch (control.action) {
      case PCALL -> {
        // Without a function it calls a truth value, as Redis's does.
        if (count == 0) {
          machine.current.ensure(machine.state, function + 2);
          machine.current.refs[function + 1] = Boolean.TRUE;
        }
        push(machine, CallFrame.PCALL, function, wanted, then, target);
        machine.call(function + 1, Math.max(count - 1, 0), -1, CallFrame.TO_CALLER, 0);
      }
      case XPCALL -> {
        if (count < 2) {
          throw Faults.argument(machine.current, 2, "value expected");
        }
        Coroutine coroutine = machine.current;
        coroutine.ensure(machine.state, function + 4);
        push(machine, CallFrame.XPCALL, function, wanted, then, target).failures = 0;
        coroutine.copy(function + 3, function + 1);
        coroutine.copy(function + 1, function + 2);
        coroutine.copy(function + 2, function + 3);
        machine.call(function + 2, 0, -1, CallFrame.TO_CALLER, 0);
      }
      case RESUME -> {
        if (count == 0 || !(machine.current.refs[function + 1] instanceof Coroutine resumed)) {
          throw Faults.argument(machine.current, 1, "coroutine expected");
        }
        resume(machine, resumed, CallFrame.RESUME, function, count - 1, wanted, then, target);
      }
      case WRAPPED -> {
        Coroutine resumed = Objects.requireNonNull(control.coroutine);
        resume(machine, resumed, CallFrame.WRAP, function, count, wanted, then, target);
      }
      case YIELD -> suspend(machine, function, count, wanted, then, target);
      default -> throw new AssertionError(control.action);
    }
  }

  private static CallFrame push(
      Machine machine, int kind, int function, int wanted, int then, int target) {
    Coroutine coroutine = machine.current;
    CallFrame frame = coroutine.push(machine.state, kind, function, wanted);
    machine.raiseBarrier(coroutine, frame);
    frame.then = then & CallFrame.THEN;
    frame.target = target;
    return frame;
  }

  /** Goes on after the call that a frame of no script has made. */
  static void finish(Machine machine, CallFrame frame, int from, int count) {
    Coroutine coroutine = machine.current;
    int function = frame.function;
    switch (frame.kind) {
      case CallFrame.BOTTOM -> finishCoroutine(machine, coroutine, from, count);
      case CallFrame.PCALL -> {
        coroutine.refs[function] = Boolean.TRUE;
        coroutine.depth--;
        machine.finish(function, count + 1, frame.wanted, frame.then, frame.target);
      }
      case CallFrame.XPCALL -> {
        coroutine.refs[function] = Boolean.TRUE;
        coroutine.copy(function + 1, from, count);
        coroutine.depth--;
        machine.finish(function, count + 1, frame.wanted, frame.then, frame.target);
      }
      case CallFrame.HANDLER -> {
        Object value = count > 0 ? coroutine.get(from) : null;
        coroutine.depth--;
        fail(machine, coroutine, new @Nullable Object[] {value});
      }
      default -> throw new AssertionError(frame.kind);
    }
  }

  /** Ends the protected call on top with an error. */
  private static void fail(Machine machine, Coroutine coroutine, @Nullable Object... values) {
    CallFrame frame = coroutine.frame();
    int function = frame.function;
    int count = values.length + 1;
    coroutine.ensure(machine.state, function + count);
    coroutine.refs[function] = Boolean.FALSE;
    for (int i = 1; i < count; i++) {
      coroutine.set(function + i, values[i - 1]);
    }
    coroutine.depth--;
    machine.finish(function, count, frame.wanted, frame.then, frame.target);
  }

  /**
   * Leaves all frames up to the call that is protected against errors.
   *
   * @return false if there is none: the run has failed, and its frames are as they were
   */
  static @Nullable LuaError unwind(Machine machine, LuaError error) {
    Object value = error.value();
    while (true) {
      Coroutine coroutine = machine.current;
      int depth = coroutine.depth;
      while (depth >= 0 && !isProtection(coroutine.frames[depth].kind)) {
        depth--;
      }
      if (depth >= 0) {
        coroutine.depth = depth;
        protect(machine, coroutine, value);
        return null;
      }
      Coroutine resumer = coroutine.resumer;
      if (coroutine == machine.main || resumer == null) {
        return value == error.value() ? error : new LuaError(value);
      }
      coroutine.status = Coroutine.Status.DEAD;
      coroutine.clear();
      CallFrame frame = wake(machine, resumer);
      if (frame.kind == CallFrame.RESUME) {
        int function = frame.function;
        resumer.ensure(machine.state, function + 2);
        resumer.refs[function] = Boolean.FALSE;
        resumer.set(function + 1, value);
        machine.finish(function, 2, frame.wanted, frame.then, frame.target);
        return null;
      }
      if (value instanceof Double number) {
        value = LuaNumbers.toLuaString(number);
      }
      if (value instanceof LuaString text) {
        value = LuaString.of(Faults.where(resumer, 1) + text);
      }
    }
  }

  private static boolean isProtection(int kind) {
    return kind == CallFrame.PCALL || kind == CallFrame.XPCALL || kind == CallFrame.HANDLER;
  }

  private static void protect(Machine machine, Coroutine coroutine, @Nullable Object value) {
    CallFrame frame = coroutine.frame();
    coroutine.close(frame.function);
    if (frame.kind == CallFrame.PCALL) {
      fail(machine, coroutine, machine.state.caught(value));
      return;
    }
    if (frame.kind == CallFrame.HANDLER) {
      coroutine.depth--;
      frame = coroutine.frame();
      frame.failures++;
    }
    int function = frame.function;
    int level = coroutine.barriers + frame.barriers + 2 + frame.failures;
    Object handler = coroutine.refs[function + 1];
    if (level >= LEVELS_MAX || !(handler instanceof LuaFunction)) {
      fail(machine, coroutine, ERROR_IN_HANDLER);
      return;
    }
    coroutine.push(machine.state, CallFrame.HANDLER, function + 1, 1);
    coroutine.ensure(machine.state, function + 4);
    coroutine.refs[function + 2] = handler;
    coroutine.set(function + 3, value);
    machine.call(function + 2, 1, -1, CallFrame.TO_CALLER, 0);
  }

  // Coroutines.

  private static void resume(
      Machine machine,
      Coroutine resumed,
      int kind,
      int function,
      int count,
      int wanted,
      int then,
      int target) {
    Coroutine coroutine = machine.current;
    int levels = coroutine.barriers + coroutine.frame().barriers;
    String refusal =
        levels > CallFrame.BARRIERS_MAX
            ? "C stack overflow"
            : resumed.status == Coroutine.Status.SUSPENDED
                ? null
                : "cannot resume " + resumed.status.text + " coroutine";
    if (refusal != null) {
      refuse(machine, kind, refusal, function, wanted, then, target);
      return;
    }
    int from = function + (kind == CallFrame.RESUME ? 2 : 1);
    CallFrame frame = coroutine.push(machine.state, kind, function, wanted);
    frame.then = then & CallFrame.THEN;
    frame.target = target;
    coroutine.status = Coroutine.Status.NORMAL;
    resumed.status = Coroutine.Status.RUNNING;
    resumed.resumer = coroutine;
    resumed.barriers = levels + 1;
    machine.current = resumed;
    int to = resumed.begun ? resumed.yieldFunction : 2;
    resumed.ensure(machine.state, to + count + 1);
    System.arraycopy(coroutine.refs, from, resumed.refs, to, count);
    System.arraycopy(coroutine.nums, from, resumed.nums, to, count);
    if (resumed.begun) {
      machine.finish(to, count, resumed.yieldWanted, resumed.yieldThen, resumed.yieldTarget);
    } else {
      resumed.begun = true;
      machine.call(1, count, -1, CallFrame.TO_CALLER, 0);
    }
  }

  private static void refuse(
      Machine machine, int kind, String refusal, int function, int wanted, int then, int target) {
    Coroutine coroutine = machine.current;
    if (kind == CallFrame.WRAP) {
      throw new LuaError(Faults.where(coroutine, 1) + refusal);
    }
    coroutine.ensure(machine.state, function + 2);
    coroutine.refs[function] = Boolean.FALSE;
    coroutine.set(function + 1, LuaString.of(refusal));
    machine.finish(function, 2, wanted, then & CallFrame.THEN, target);
  }

  private static void suspend(
      Machine machine, int function, int count, int wanted, int then, int target) {
    Coroutine coroutine = machine.current;
    if (coroutine == machine.main
        || coroutine.frame().barriers > 0
        || then != CallFrame.TO_CALLER) {
      throw new LuaError("attempt to yield across metamethod/C-call boundary");
    }
    coroutine.status = Coroutine.Status.SUSPENDED;
    coroutine.yieldFunction = function;
    coroutine.yieldWanted = wanted;
    coroutine.yieldThen = then;
    coroutine.yieldTarget = target;
    handOver(machine, coroutine, function + 1, count);
  }

  private static void finishCoroutine(Machine machine, Coroutine coroutine, int from, int count) {
    if (coroutine == machine.main) {
      machine.done = true;
      machine.resultFrom = from;
      machine.resultCount = count;
      return;
    }
    coroutine.status = Coroutine.Status.DEAD;
    handOver(machine, coroutine, from, count);
    coroutine.clear();
  }

  /** Makes a coroutine's resumer the current one, with values as its results. */
  private static void handOver(Machine machine, Coroutine coroutine, int from, int count) {
    Coroutine resumer = Objects.requireNonNull(coroutine.resumer);
    CallFrame frame = wake(machine, resumer);
    int function = frame.function;
    int to = function;
    resumer.ensure(machine.state, function + count + 2);
    if (frame.kind == CallFrame.RESUME) {
      resumer.refs[to++] = Boolean.TRUE;
    }
    System.arraycopy(coroutine.refs, from, resumer.refs, to, count);
    System.arraycopy(coroutine.nums, from, resumer.nums, to, count);
    machine.finish(function, to + count - function, frame.wanted, frame.then, frame.target);
  }

  /** Makes a coroutine that waits for another one the current one; its frame for that is gone. */
  private static CallFrame wake(Machine machine, Coroutine resumer) {
    machine.current = resumer;
    resumer.status = Coroutine.Status.RUNNING;
    CallFrame frame = resumer.frame();
    resumer.depth--;
    return frame;
  }
}
