package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/*
 * Calls and returns. No call of a script's function, metamethod or coroutine is a call in Java: it
 * pushes a frame, which says what is to happen to the results, and the loop of the Interpreter goes
 * on with whatever frame is on top. A builtin is called at once, and its results treated as those
 * of a frame. So between any two steps the state of a run is here and in its coroutines' frames:
 * it can stay there for as long as one likes, and go on in another thread.
 *
 * On the stack a call is the function, then its arguments; results take the function's place.
 */

/** The state of one run. */
final class Machine {
  /** Steps between two looks at whether the run has been killed. */
  private static final int CHUNK = 2_000;

  /** How often builtins may hand a call on to one another. */
  private static final int TAILS_MAX = 200;

  final LuaState state;
  final Coroutine main = new Coroutine();
  Coroutine current = main;

  /** Steps up to the next check. */
  int budget;

  /** Steps of the slice beyond those. */
  private long remaining;

  private long slice;

  /** Whether the slice has been exceeded for a builtin that has begun late in it. */
  private boolean overdrawn;

  /** Whether the builtin that is called may take any number of steps. */
  private boolean unlimited;

  boolean done;
  boolean paused;
  volatile @Nullable LuaString killReason;

  /** The call of a builtin that has to be made again. */
  private @Nullable Builtin pending;

  private int pendingFunction;
  private int pendingCount;
  private int pendingWanted;
  private int pendingThen;
  private int pendingTarget;

  /** Where the results are, on the main stack. */
  int resultFrom;

  int resultCount;

  Machine(LuaState state) {
    this.state = state;
  }

  /** Prepares to execute a function. */
  void begin(LuaFunction function, @Nullable Object... arguments) {
    current = main;
    done = false;
    pending = null;
    if (killReason != null) {
      killReason = null;
    }
    main.status = Coroutine.Status.RUNNING;
    main.ensure(state, arguments.length + 2);
    main.push(state, CallFrame.BOTTOM, 0, -1);
    main.refs[1] = function;
    for (int i = 0; i < arguments.length; i++) {
      main.set(i + 2, arguments[i]);
    }
    pendingFunction = 1;
    pendingCount = arguments.length;
    pendingWanted = -1;
    pendingThen = CallFrame.TO_CALLER;
    begun = false;
  }

  private boolean begun;

  /** Forgets the last run. */
  boolean reset() {
    main.clear();
    pending = null;
    done = true;
    return main.isSmall();
  }

  /** Allows a number of steps. */
  void beginSlice(long steps) {
    slice = Math.max(steps, 1);
    remaining = slice;
    overdrawn = false;
    refill();
  }

  /** Executes until the run is done or has used up its steps. */
  void execute() {
    paused = false;
    resumeCall();
    Interpreter.execute(this);
  }

  /** Makes the call that the run was left in. */
  private void resumeCall() {
    Builtin builtin = pending;
    if (builtin != null) {
      pending = null;
      unlimited = true;
      try {
        callBuiltin(
            builtin, pendingFunction, pendingCount, pendingWanted, pendingThen, pendingTarget);
      } finally {
        unlimited = false;
      }
    } else if (!begun) {
      begun = true;
      call(pendingFunction, pendingCount, pendingWanted, pendingThen, 0);
    }
  }

  // Budget.

  private void refill() {
    budget = (int) Math.min(remaining, CHUNK);
    remaining -= budget;
  }

  private void checkKilled() {
    LuaString reason = killReason;
    if (reason != null) {
      throw new Stop(reason);
    }
  }

  /** Called by the loop where the budget is below 0: whether the run has to pause. */
  boolean mustPause() {
    checkKilled();
    remaining += budget + 1;
    if (remaining < 1) {
      paused = true;
      return true;
    }
    refill();
    budget--;
    return false;
  }

  /** Counts steps of a builtin. */
  void stepInBuiltin(int work) {
    budget -= work;
    if (budget < 0) {
      endBudgetInBuiltin();
    }
  }

  private void endBudgetInBuiltin() {
    checkKilled();
    if (unlimited) {
      budget = CHUNK;
      return;
    }
    remaining += budget;
    if (remaining < 1) {
      if (overdrawn) {
        throw Pause.LONG;
      }
      overdrawn = true;
      remaining = slice;
    }
    refill();
  }

  /** Counts work in bytes, many of which are one step. */
  void stepInBytes(long bytes) {
    budget -= (int) (bytes >>> 6);
  }

  // Calls.

  /**
   * Calls what is at a place of the current stack, with the arguments behind it.
   *
   * @param then what happens to the results, with a register or truth as target
   */
  void call(int function, int count, int wanted, int then, int target) {
    budget--;
    Coroutine coroutine = current;
    int given = count;
    Object callee = coroutine.refs[function];
    if (!(callee instanceof LuaFunction)) {
      Object handler = state.handler(callee, Event.CALL);
      if (!(handler instanceof LuaFunction)) {
        throw Faults.operand(coroutine, "call", callee, function);
      }
      coroutine.ensure(state, function + given + 2);
      coroutine.copy(function + 1, function, given + 1);
      coroutine.refs[function] = handler;
      given++;
      callee = handler;
    }
    if (callee instanceof LuaClosure closure) {
      enter(coroutine, closure, function, given, wanted, then, target);
    } else if (callee instanceof Control control) {
      ControlCalls.call(this, control, function, given, wanted, then, target);
    } else {
      callBuiltin((Builtin) callee, function, given, wanted, then, target);
    }
  }

  /** Pushes the frame of a script's function. */
  CallFrame enter(
      Coroutine coroutine,
      LuaClosure closure,
      int function,
      int count,
      int wanted,
      int then,
      int target) {
    Prototype prototype = closure.prototype;
    int base = function + 1;
    int depth = coroutine.depth + 1;
    if (!prototype.plain
        || then != CallFrame.TO_CALLER
        || base + prototype.registers > coroutine.refs.length
        || depth >= coroutine.usedFrames) {
      return enterSlowly(coroutine, closure, function, count, wanted, then, target);
    }
    CallFrame frame = coroutine.frames[depth];
    frame.kind = CallFrame.LUA;
    frame.closure = closure;
    frame.function = function;
    frame.base = base;
    frame.pc = 0;
    frame.wanted = wanted;
    frame.then = CallFrame.TO_CALLER;
    frame.varargs = 0;
    frame.tailCalls = 0;
    frame.barriers = coroutine.frames[depth - 1].barriers;
    coroutine.depth = depth;
    for (int i = count; i < prototype.parameters; i++) {
      coroutine.refs[base + i] = null;
    }
    return frame;
  }

  private CallFrame enterSlowly(
      Coroutine coroutine,
      LuaClosure closure,
      int function,
      int count,
      int wanted,
      int then,
      int target) {
    Prototype prototype = closure.prototype;
    int base = function + 1;
    coroutine.ensure(state, base + prototype.registers + (prototype.vararg ? count : 0));
    CallFrame frame = coroutine.push(state, CallFrame.LUA, function, wanted);
    frame.closure = closure;
    frame.pc = 0;
    frame.varargs = 0;
    if (then != CallFrame.TO_CALLER || prototype.disguised) {
      raiseBarrier(coroutine, frame);
      frame.then = then & CallFrame.THEN;
      frame.target = target;
    }
    if (prototype.vararg) {
      base += count;
      shiftParameters(coroutine, frame, base, count);
    } else {
      for (int i = count; i < prototype.parameters; i++) {
        coroutine.refs[base + i] = null;
      }
    }
    frame.base = base;
    return frame;
  }

  /** Counts one more call that cannot be yielded across; they are as limited as calls in C. */
  void raiseBarrier(Coroutine coroutine, CallFrame frame) {
    if (coroutine.barriers + frame.barriers >= CallFrame.BARRIERS_MAX) {
      coroutine.depth--;
      throw Faults.atScript(coroutine, "C stack overflow");
    }
    frame.barriers++;
  }

  /** Moves the named arguments behind the others, which stay below the frame. */
  private void shiftParameters(Coroutine coroutine, CallFrame frame, int base, int count) {
    Prototype prototype = frame.closure.prototype;
    int parameters = prototype.parameters;
    for (int i = 0; i < parameters; i++) {
      if (i < count) {
        coroutine.copy(base + i, frame.function + 1 + i);
        coroutine.refs[frame.function + 1 + i] = null;
      } else {
        coroutine.refs[base + i] = null;
      }
    }
    frame.varargs = Math.max(count - parameters, 0);
    if (prototype.argTable) {
      LuaTable table = new LuaTable(frame.varargs, 1);
      state.allocate(table.bytes());
      for (int i = 1; i <= frame.varargs; i++) {
        table.putInt(i, coroutine.get(frame.function + parameters + i));
      }
      table.put(LuaString.of("n"), (double) frame.varargs);
      coroutine.refs[base + parameters] = table;
    } else {
      coroutine.refs[base + parameters] = null;
    }
  }

  /** Calls a builtin at once. */
  void callBuiltin(Builtin builtin, int function, int count, int wanted, int then, int target) {
    Coroutine coroutine = current;
    Call call = state.call;
    Builtin callee = builtin;
    int given = count;
    for (int tails = 0; ; tails++) {
      call.begin(coroutine.refs, coroutine.nums, function + 1, given);
      try {
        callee.call(call);
      } catch (Pause pause) {
        keepCall(callee, function, given, wanted, then, target);
        throw pause;
      }
      LuaFunction tail = call.tail;
      if (tail == null) {
        break;
      }
      given = call.results;
      placeResults(coroutine, function + 1);
      coroutine.refs[function] = tail;
      if (tails > TAILS_MAX) {
        throw new LuaError("C stack overflow");
      }
      if (!(tail instanceof Builtin next) || tail instanceof Control) {
        call(function, given, wanted, then | CallFrame.FROM_BUILTIN, target);
        return;
      }
      callee = next;
    }
    int results = call.results;
    placeResults(coroutine, function);
    call.unreachedBytes = 0;
    if (then == CallFrame.TO_CALLER && coroutine.frame().kind == CallFrame.LUA) {
      adjust(coroutine, function, results, wanted);
    } else {
      finish(function, results, wanted, then & CallFrame.THEN, target);
    }
  }

  private void placeResults(Coroutine coroutine, int to) {
    Call call = state.call;
    int count = call.results;
    coroutine.ensure(state, to + count + 1);
    for (int i = 0; i < count; i++) {
      coroutine.refs[to + i] = call.resultRefs[i];
      coroutine.nums[to + i] = call.resultNums[i];
    }
  }

  private void keepCall(
      Builtin builtin, int function, int count, int wanted, int then, int target) {
    pending = builtin;
    pendingFunction = function;
    pendingCount = count;
    pendingWanted = wanted;
    pendingThen = then;
    pendingTarget = target;
  }

  // Returns.

  /** Returns from the frame on top, with results that are on its stack. */
  void leave(Coroutine coroutine, int from, int count) {
    CallFrame frame = coroutine.frame();
    if (coroutine.openUpvalues != null) {
      coroutine.close(frame.base);
    }
    int function = frame.function;
    coroutine.copy(function, from, count);
    coroutine.depth--;
    finish(function, count, frame.wanted, frame.then, frame.target);
  }

  /** Treats the results of a call whose frame is gone; they are where the function was. */
  void finish(int function, int count, int wanted, int then, int target) {
    Coroutine coroutine = current;
    CallFrame caller = coroutine.frame();
    switch (then) {
      case CallFrame.TO_CALLER, CallFrame.TO_LOOP -> {
        if (caller.kind == CallFrame.LUA) {
          adjust(coroutine, function, count, wanted);
        } else {
          ControlCalls.finish(this, caller, function, count);
        }
      }
      case CallFrame.TO_REGISTER -> setFirst(coroutine, caller.base + target, function, count);
      case CallFrame.TO_CONDITION -> branch(caller, isTrue(coroutine, function, count), target);
      case CallFrame.TO_NEGATED_CONDITION ->
          branch(caller, !isTrue(coroutine, function, count), target);
      case CallFrame.TO_CONCAT -> {
        setFirst(coroutine, caller.base + target, function, count);
        SlowPaths.concat(this, coroutine, caller, caller.base + target);
      }
      default -> {
        assert then == CallFrame.TO_NOTHING;
      }
    }
  }

  static void adjust(Coroutine coroutine, int function, int count, int wanted) {
    if (wanted < 0) {
      coroutine.top = function + count;
    } else {
      for (int i = count; i < wanted; i++) {
        coroutine.refs[function + i] = null;
      }
    }
  }

  private static void setFirst(Coroutine coroutine, int register, int function, int count) {
    if (count > 0) {
      coroutine.copy(register, function);
    } else {
      coroutine.refs[register] = null;
    }
  }

  private static boolean isTrue(Coroutine coroutine, int function, int count) {
    Object ref = count > 0 ? coroutine.refs[function] : null;
    return ref != null && ref != Boolean.FALSE;
  }

  /** Decides about the jump that is the next instruction. */
  static void branch(CallFrame frame, boolean holds, int jumpsIf) {
    if (holds != (jumpsIf != 0)) {
      frame.pc++;
    }
  }
}
