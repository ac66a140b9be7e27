package dev.larder.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link Builtin}, as that sees it: arguments, counted from 1, and results. There is
 * one for each state, so it is good only during the call.
 */
public final class Call {
  private final LuaState state;

  /** The stack with the arguments, and where the first of them is. */
  private @Nullable Object[] refs = {};

  private double[] nums = {};
  private int base;
  private int count;

  /** The results so far. */
  @Nullable Object[] resultRefs = new @Nullable Object[16];

  double[] resultNums = new double[16];
  int results;

  /** What this call has asked for, in bytes, while nothing that can be reached has it. */
  long unreachedBytes;

  /** What is called in place of returning; its arguments are the results. */
  @Nullable LuaFunction tail;

  /** Whether errors tell where the script is that called the library. */
  private boolean blamesScript;

  Call(LuaState state) {
    this.state = state;
  }

  void begin(@Nullable Object[] newRefs, double[] newNums, int newBase, int newCount) {
    if (refs != newRefs) {
      refs = newRefs;
      nums = newNums;
    }
    base = newBase;
    count = newCount;
    results = 0;
    unreachedBytes = 0;
    tail = null;
    blamesScript = false;
  }

  /** The state whose script calls. */
  public LuaState state() {
    return state;
  }

  /** How many arguments there are. */
  public int count() {
    return count;
  }

  /** An argument, numbers as {@link Double}; null for nil and for one that was not given. */
  public @Nullable Object value(int i) {
    if (i > count) {
      return null;
    }
    Object ref = refs[base + i - 1];
    return ref == Marker.NUMBER ? Numbers.box(nums[base + i - 1]) : ref;
  }

  /** Whether an argument was not given. */
  public boolean isNone(int i) {
    return i > count;
  }

  /** Whether an argument is nil or was not given. */
  public boolean isNil(int i) {
    return i > count || refs[base + i - 1] == null;
  }

  /** Whether an argument is a number, rather than a string that could be one. */
  public boolean isNumber(int i) {
    return i <= count && refs[base + i - 1] == Marker.NUMBER;
  }

  /** An argument that {@link #isNumber}. */
  public double number(int i) {
    return nums[base + i - 1];
  }

  /** Whether an argument is neither nil nor false. */
  public boolean isTrue(int i) {
    return i <= count && refs[base + i - 1] != null && refs[base + i - 1] != Boolean.FALSE;
  }

  /** An argument that has to be a string or a number. */
  public LuaString checkString(int i) {
    if (i <= count) {
      Object ref = refs[base + i - 1];
      if (ref instanceof LuaString string) {
        return string;
      }
      if (ref == Marker.NUMBER) {
        return LuaNumbers.toLuaString(nums[base + i - 1]);
      }
    }
    throw typeError(i, "string");
  }

  /** An argument that has to be a number, or a string that is one. */
  public double checkNumber(int i) {
    if (i <= count) {
      Object ref = refs[base + i - 1];
      if (ref == Marker.NUMBER) {
        return nums[base + i - 1];
      }
      if (ref instanceof LuaString string) {
        double number = LuaNumbers.parse(string, Double.NaN);
        if (!Double.isNaN(number) || LuaNumbers.parses(string)) {
          return number;
        }
      }
    }
    throw typeError(i, "number");
  }

  /** An argument that has to be a number, without its fraction and its higher 32 bits. */
  public int checkInt(int i) {
    return (int) checkLong(i);
  }

  /** An argument that has to be a number, without its fraction, as C converts on x86-64. */
  public long checkLong(int i) {
    return toLong(checkNumber(i));
  }

  /** A number without its fraction; the lowest there is, if that does not fit. */
  public static long toLong(double number) {
    return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
  }

  /** An argument that has to be a table. */
  public LuaTable checkTable(int i) {
    if (i <= count && refs[base + i - 1] instanceof LuaTable table) {
      return table;
    }
    throw typeError(i, "table");
  }

  /** An argument that has to be a function. */
  public LuaFunction checkFunction(int i) {
    if (i <= count && refs[base + i - 1] instanceof LuaFunction function) {
      return function;
    }
    throw typeError(i, "function");
  }

  /** Demands that an argument was given. */
  public void checkAny(int i) {
    if (i > count) {
      throw argumentError(i, "value expected");
    }
  }

  /** As {@link #checkString}, with a value for an argument that is nil or was not given. */
  public LuaString optString(int i, LuaString otherwise) {
    return isNil(i) ? otherwise : checkString(i);
  }

  /** As {@link #checkInt}, with a value for an argument that is nil or was not given. */
  public int optInt(int i, int otherwise) {
    return isNil(i) ? otherwise : checkInt(i);
  }

  /** As {@link #checkNumber}, with a value for an argument that is nil or was not given. */
  public double optNumber(int i, double otherwise) {
    return isNil(i) ? otherwise : checkNumber(i);
  }

  /** Adds a result. */
  public void add(@Nullable Object value) {
    if (value instanceof Double number) {
      add(number.doubleValue());
    } else {
      growResults();
      resultRefs[results++] = value;
    }
  }

  /** Adds a number as result. */
  public void add(double number) {
    growResults();
    resultRefs[results] = Marker.NUMBER;
    resultNums[results++] = number;
  }

  /** Adds a truth value as result. */
  public void add(boolean truth) {
    growResults();
    resultRefs[results++] = truth;
  }

  /** Adds nil as result. */
  public void addNil() {
    growResults();
    resultRefs[results++] = null;
  }

  /** Adds all arguments from one on as results. */
  public void addArguments(int first) {
    for (int i = first; i <= count; i++) {
      growResults();
      resultRefs[results] = refs[base + i - 1];
      resultNums[results++] = nums[base + i - 1];
    }
  }

  private void growResults() {
    if (results == resultRefs.length) {
      resultRefs = Arrays.copyOf(resultRefs, 2 * results);
      resultNums = Arrays.copyOf(resultNums, 2 * results);
    }
  }

  /** Has a function called in place of this one, which returns at once; its results are these. */
  public void tailCall(LuaFunction function, @Nullable Object... arguments) {
    results = 0;
    for (Object argument : arguments) {
      add(argument);
    }
    tail = function;
  }

  /** The error that an argument is not as it has to be; to be thrown. */
  public LuaError argumentError(int i, String message) {
    return Faults.argument(state.machine().current, i, message);
  }

  /** The error that an argument is of another type than expected; to be thrown. */
  public LuaError typeError(int i, String expected) {
    String got = i > count ? "no value" : LuaTypes.nameOf(refs[base + i - 1]);
    return argumentError(i, expected + " expected, got " + got);
  }

  /** An error whose message tells where the caller is; to be thrown. */
  public LuaError error(String message) {
    return new LuaError((blamesScript ? state.whereLibraryIsCalled() : state.where(1)) + message);
  }

  /**
   * Has {@link #error} tell where the script is that called the library, for a builtin that only a
   * library's own code in Lua calls.
   */
  public void blameScript() {
    blamesScript = true;
  }

  /**
   * Counts work that grows with the arguments, about as much as an instruction takes for each. It
   * may leave the call by a throw, to have it made again or to end the run.
   */
  public void step(int work) {
    state.stepInBuiltin(work);
  }

  /**
   * Asks for memory on the heap that the script's values will take, before it is taken.
   *
   * @throws LuaError if the script may not have so much
   */
  public void allocate(long bytes) {
    state.allocate(bytes);
    unreachedBytes += bytes;
  }

  /**
   * Sets the value of a key as a script's {@code rawset} does.
   *
   * @throws LuaError if the table is read-only, or the script may not have so much memory
   */
  public void put(LuaTable table, Object key, @Nullable Object value) {
    if (table.readOnly()) {
      throw new LuaError(LuaTable.READ_ONLY);
    }
    table.put(key, value, state);
  }

  /**
   * Leaves the call, which is to be made again from its start once the host has what it needs.
   *
   * @return nothing: it throws
   */
  public RuntimeException waitAndRetry() {
    throw Pause.WAITING;
  }
}
