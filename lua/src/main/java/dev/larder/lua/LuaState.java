package dev.larder.lua;

import dev.larder.lua.compiler.Compiler;
import dev.larder.lua.compiler.FunctionCode;
import dev.larder.lua.compiler.SyntaxException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One interpreter: globals, and what its scripts may take of memory. Used by one thread at a time;
 * it may have several runs, of which one executes.
 */
public final class LuaState {
  private final LuaTable globals = new LuaTable();
  private final MemoryMeter memory;
  private final Names names = new Names();
  final Call call = new Call(this);
  private @Nullable LuaTable stringMetatable;
  private Function<@Nullable Object, @Nullable Object[]> caughtErrors =
      value -> new @Nullable Object[] {value};

  /** Iterators that the loop executes without a call. */
  final Builtin next = new CoreFunctions.Next();

  final Builtin nextIndex = new CoreFunctions.NextIndex();

  /** The run that executes. */
  private @Nullable Machine active;

  /** A machine that no run uses. */
  private @Nullable Machine idle;

  /** Makes a state without any globals. */
  public LuaState(LuaLimits limits) {
    memory = new MemoryMeter(this, limits.memoryBytes());
  }

  /** The table of global variables. */
  public LuaTable globals() {
    return globals;
  }

  /** Gives all strings a metatable. */
  public void stringMetatable(@Nullable LuaTable table) {
    stringMetatable = table;
  }

  /** The function {@code next}, for libraries in Lua. */
  public Builtin next() {
    return next;
  }

  /** The metatable of all strings. */
  public @Nullable LuaTable stringMetatable() {
    return stringMetatable;
  }

  /**
   * Compiles a script to a function.
   *
   * @param chunkName where it comes from, for messages: what follows {@code =} or, for files,
   *     {@code @}; otherwise its first line is shown
   * @throws LuaError if it is not Lua, or too long for the memory that there is
   */
  public LuaFunction load(LuaString source, String chunkName) {
    return load(source, chunkName, globals, 0);
  }

  /** As {@link #load(LuaString, String)}, with other global variables. */
  public LuaFunction load(LuaString source, String chunkName, LuaTable environment) {
    return load(source, chunkName, environment, 0);
  }

  LuaFunction load(LuaString source, String chunkName, LuaTable environment, int levels) {
    try {
      allocate(textBytes(source.length()));
    } catch (Stop stop) {
      if (active == null) {
        throw new LuaError(stop.reason());
      }
      throw stop;
    }
    return new LuaClosure(
        new Prototype(compile(source, chunkName, levels), false, names), environment);
  }

  /** What a script of so many bytes takes: code, constants and names are a few times its text. */
  public static long textBytes(int length) {
    return 64 + 8L * length;
  }

  private static FunctionCode compile(LuaString source, String chunkName, int levels) {
    try {
      return Compiler.compile(
          source.bytes(),
          chunkName,
          (bytes, from, length) -> LuaNumbers.parse(bytes, from, length, Double.NaN),
          levels);
    } catch (SyntaxException e) {
      throw new LuaError(e.getMessage());
    }
  }

  /**
   * Runs a script whose functions are to look like builtins: without positions in errors, and no
   * yield crosses them.
   *
   * @param arguments what the script sees as {@code ...}
   * @return what the script returns
   */
  public @Nullable Object[] prelude(String source, @Nullable Object... arguments) {
    FunctionCode code = compile(LuaString.of(source), "=[C]", 0);
    Run run = start(new LuaClosure(new Prototype(code, true, names), globals), arguments);
    if (run.resume(Long.MAX_VALUE) != Run.Status.DONE) {
      throw new IllegalStateException("a library's own script failed", run.error());
    }
    return run.results();
  }

  /** Begins to execute a function; the run does nothing before it is resumed. */
  public Run start(LuaFunction function, @Nullable Object... arguments) {
    Machine machine = idle;
    idle = null;
    return new Run(this, machine == null ? new Machine(this) : machine, function, arguments);
  }

  /** Takes back the machine of a run that is over. */
  void release(Machine machine) {
    if (machine.reset()) {
      idle = machine;
    }
  }

  /** Decides what {@code pcall} returns behind {@code false}, by the error's value. */
  public void caughtErrors(Function<@Nullable Object, @Nullable Object[]> newCaughtErrors) {
    caughtErrors = newCaughtErrors;
  }

  // For what executes.

  @Nullable Object[] caught(@Nullable Object error) {
    return caughtErrors.apply(error);
  }

  void activate(@Nullable Machine machine) {
    active = machine;
  }

  Machine machine() {
    Machine machine = active;
    if (machine == null) {
      throw new IllegalStateException("no run of this state executes");
    }
    return machine;
  }

  @Nullable Machine activeMachine() {
    return active;
  }

  /** The handler that a value on the stack has for an event. */
  @Nullable Object handler(@Nullable Object ref, int event) {
    if (ref instanceof LuaTable table) {
      LuaTable metatable = table.metatable();
      return metatable == null ? null : metatable.handler(event);
    }
    if (ref instanceof LuaString) {
      LuaTable metatable = stringMetatable;
      return metatable == null ? null : metatable.handler(event);
    }
    return null;
  }

  /** The table in which methods of strings are looked up, or null. */
  @Nullable LuaTable stringMethods() {
    LuaTable metatable = stringMetatable;
    return metatable != null && metatable.handler(Event.INDEX) instanceof LuaTable methods
        ? methods
        : null;
  }

  /**
   * A step of a loop over a table, if its iterator is one of Lua's own.
   *
   * @param a the register of the iterator; table and key follow, then the results
   * @return false if the iterator has to be called
   */
  boolean iterate(
      @Nullable Object iterator,
      LuaTable table,
      @Nullable Object[] refs,
      double[] nums,
      int a,
      int results) {
    if (results > 2) {
      return false;
    }
    if (iterator == next) {
      return Iteration.next(table, refs, nums, a, results);
    }
    return iterator == nextIndex && Iteration.nextIndex(table, refs, nums, a, results);
  }

  String where(int level) {
    return Faults.where(machine().current, level);
  }

  /** Where the script is that called the library whose code in Lua executes. */
  String whereLibraryIsCalled() {
    return Faults.whereLibraryIsCalled(machine().current);
  }

  void stepInBuiltin(int work) {
    machine().stepInBuiltin(work);
  }

  /** Asks for memory; more of it is more work, too. */
  void allocate(long bytes) {
    memory.allocate(bytes);
    Machine machine = active;
    if (machine != null) {
      machine.stepInBytes(bytes);
    }
  }

  /** What scripts have, as an estimate that is too high by what nobody uses any more. */
  public long usedBytes() {
    return memory.usedBytes();
  }

  /** Finds out what scripts have. */
  void collect() {
    memory.measure();
  }
}
