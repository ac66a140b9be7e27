package dev.larder.script;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.lua.LuaState;
import dev.larder.storage.FunctionSources;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The scripts and functions of a server: those that are known, and those that are taking long. Any
 * thread.
 */
public final class ScriptRuns {
  /** How a request to end scripts was answered. */
  public enum Kill {
    KILLED,
    NONE_RUNS,
    HAS_WRITTEN,
    /** Only functions run, and a script was meant, or the other way round. */
    OTHERS_RUN
  }

  /**
   * So many scripts may take long at a time, so that what they have on the heap is bounded: the
   * others have what one turn of their loop takes.
   */
  public static final int LONG_MAX = 4;

  /** Scripts that run may have been called with so many times what one of them may have. */
  private static final int ARGUMENTS_PART = 2;

  /** Shorter arguments are not counted: so many scripts cannot be under way. */
  private static final int COUNTED_BYTES = 64 * 1024;

  private static final ErrorReply NO_MEMORY =
      ErrorReply.of("ERR not enough memory for the arguments of a script");
  private static final ErrorReply NO_MEMORY_NOW =
      ErrorReply.of("BUSY Redis is busy running scripts. Their arguments take too much memory.");
  private static final ErrorReply TOO_LONG =
      ErrorReply.of("ERR Error compiling script (new function): not enough memory");

  private final AtomicLong argumentBytes = new AtomicLong();
  private final ScriptCache cache;
  private final ScriptFloor floor = new ScriptFloor();
  private final FunctionLibraries functions;
  private final String version;
  private final long memoryBytes;
  private final LongSupplier busyMillis;
  private volatile boolean mayRunAll;
  private final Set<RunningScript> running = ConcurrentHashMap.newKeySet();

  /**
   * No scripts so far.
   *
   * @param sources the texts of the libraries of functions
   * @param version which release of Redis scripts are told this is
   * @param memoryBytes how much each script may have at a time, on the heap
   * @param busyMillis after what time others do not wait for a script
   */
  public ScriptRuns(
      FunctionSources sources, String version, long memoryBytes, LongSupplier busyMillis) {
    this.cache = new ScriptCache(memoryBytes);
    this.functions = new FunctionLibraries(sources, () -> maker().make(new NoHost()), memoryBytes);
    this.busyMillis = busyMillis;
    this.version = version;
    this.memoryBytes = memoryBytes;
  }

  /** After what time others do not wait for a script, in milliseconds. */
  public long busyMillis() {
    return busyMillis.getAsLong();
  }

  /** Whether scripts may run commands that are not for scripts, as some tests want it. */
  public boolean mayRunAll() {
    return mayRunAll;
  }

  /** Allows scripts commands that are not for scripts, or forbids them again. */
  public void mayRunAll(boolean may) {
    mayRunAll = may;
  }

  /** What makes interpreters for the scripts. */
  public Interpreter.Maker maker() {
    return host -> new Interpreter(host, cache, functions, version, memoryBytes);
  }

  /** The scripts that can be called by their digests. */
  public ScriptCache cache() {
    return cache;
  }

  /** Which loop runs scripts that want all shards. */
  public ScriptFloor floor() {
    return floor;
  }

  /**
   * Refuses a text that no script may have, before it is copied to the heap.
   *
   * @throws CommandException if it is too long
   */
  public void checkText(int length) throws CommandException {
    if (LuaState.textBytes(length) > memoryBytes) {
      throw new CommandException(TOO_LONG);
    }
  }

  /**
   * A script is to be called with arguments, which are on the heap until it is over, even while it
   * waits.
   *
   * @param bytes how much they take
   * @return what to give back by {@link #giveBack}
   * @throws CommandException if there is no room
   */
  public long reserve(long bytes) throws CommandException {
    if (bytes < COUNTED_BYTES) {
      return 0;
    }
    if (bytes > memoryBytes) {
      throw new CommandException(NO_MEMORY);
    }
    if (argumentBytes.addAndGet(bytes) > ARGUMENTS_PART * memoryBytes) {
      argumentBytes.addAndGet(-bytes);
      throw new CommandException(NO_MEMORY_NOW);
    }
    return bytes;
  }

  /** A script with arguments is over. */
  public void giveBack(long bytes) {
    if (bytes != 0) {
      argumentBytes.addAndGet(-bytes);
    }
  }

  /** The libraries of functions. */
  public FunctionLibraries functions() {
    return functions;
  }

  /** A script takes long, and cannot be put off. */
  public void add(RunningScript script) {
    running.add(script);
  }

  /** A script takes long; false if it has to be put off, since so many others do. */
  public synchronized boolean tryAdd(RunningScript script) {
    return running.size() < LONG_MAX && running.add(script);
  }

  /** It is over. */
  public void remove(RunningScript script) {
    running.remove(script);
  }

  /** What is replied to who does not wait for it. */
  public ErrorReply busy() {
    RunningScript longest = longest();
    return longest != null && longest.isFunction() ? ErrorReply.BUSY_FUNCTION : ErrorReply.BUSY;
  }

  /** The script or function that has been running longest, or null. */
  public @Nullable RunningScript longest() {
    RunningScript longest = null;
    for (RunningScript script : running) {
      if (longest == null || script.durationMillis() > longest.durationMillis()) {
        longest = script;
      }
    }
    return longest;
  }

  /**
   * Ends all that are taking long and have changed nothing.
   *
   * @param areFunctions whether functions are meant, not scripts
   */
  public Kill kill(boolean areFunctions) {
    Kill kill = Kill.NONE_RUNS;
    for (RunningScript script : running) {
      if (script.isFunction() != areFunctions) {
        kill = kill == Kill.NONE_RUNS ? Kill.OTHERS_RUN : kill;
      } else if (!script.hasWritten()) {
        script.kill();
        kill = Kill.KILLED;
      } else if (kill != Kill.KILLED) {
        kill = Kill.HAS_WRITTEN;
      }
    }
    return kill;
  }
}
