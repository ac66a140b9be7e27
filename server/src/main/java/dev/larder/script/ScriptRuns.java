package dev.larder.script;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The scripts of a server: those that are known, and those that are taking long. Any thread. */
public final class ScriptRuns {
  /** How a request to end scripts was answered. */
  public enum Kill {
    KILLED,
    NONE_RUNS,
    HAS_WRITTEN
  }

  private final ScriptCache cache = new ScriptCache();
  private final String version;
  private final long memoryBytes;
  private final LongSupplier busyMillis;
  private final Set<RunningScript> running = ConcurrentHashMap.newKeySet();

  /**
   * No scripts so far.
   *
   * @param version which release of Redis scripts are told this is
   * @param memoryBytes how much each script may have at a time, on the heap
   * @param busyMillis after what time others do not wait for a script
   */
  public ScriptRuns(String version, long memoryBytes, LongSupplier busyMillis) {
    this.busyMillis = busyMillis;
    this.version = version;
    this.memoryBytes = memoryBytes;
  }

  /** After what time others do not wait for a script, in milliseconds. */
  public long busyMillis() {
    return busyMillis.getAsLong();
  }

  /** What makes interpreters for the scripts. */
  public Interpreter.Maker maker() {
    return host -> new Interpreter(host, cache, version, memoryBytes);
  }

  /** The scripts that can be called by their digests. */
  public ScriptCache cache() {
    return cache;
  }

  /** A script takes long. */
  public void add(RunningScript script) {
    running.add(script);
  }

  /** It is over. */
  public void remove(RunningScript script) {
    running.remove(script);
  }

  /** How many scripts are taking long. */
  public int count() {
    return running.size();
  }

  /** Ends all scripts that are taking long and have changed nothing. */
  public Kill kill() {
    Kill kill = Kill.NONE_RUNS;
    for (RunningScript script : running) {
      if (!script.hasWritten()) {
        script.kill();
        kill = Kill.KILLED;
      } else if (kill == Kill.NONE_RUNS) {
        kill = Kill.HAS_WRITTEN;
      }
    }
    return kill;
  }
}
