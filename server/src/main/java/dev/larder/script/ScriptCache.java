package dev.larder.script;

import dev.larder.command.CommandException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The scripts that can be called by their digests. Those that were only evaluated are forgotten
 * when there are too many of them, first the one that was called least recently. Any thread.
 *
 * <p>When a script was called is counted in scripts that have come since, so a call notes it
 * without writing to what others read, as a rule.
 */
public final class ScriptCache {
  /** So many evaluated scripts are remembered, as Redis does. */
  private static final int EVALUATED_MAX = 500;

  private static final Comparator<Script> LEAST_RECENTLY =
      Comparator.comparingLong(Script::lastCalled);

  private final Map<Sha, Script> scripts = new ConcurrentHashMap<>();

  /** Those that were only evaluated, in the order in which they came; guarded by this. */
  private final Map<Sha, Script> evaluated = new LinkedHashMap<>();

  /**
   * How many scripts were evaluated first, twice: a call since is younger than the last of them.
   */
  private volatile long age;

  private long evicted;
  private long bytes;

  /** Counts the times that all was forgotten. */
  private volatile int flushes;

  /** The script of a digest. */
  public @Nullable Script find(Sha sha) {
    return scripts.get(sha);
  }

  /** The script of a digest, which is about to be called. */
  public @Nullable Script findToCall(Sha sha) {
    Script script = scripts.get(sha);
    if (script != null) {
      script.called(age);
    }
    return script;
  }

  /**
   * The script of a text, which is added if it is new.
   *
   * @param isKept whether it stays until all are forgotten
   * @param check compiles a new one
   * @throws CommandException if it cannot be used
   */
  public Script add(byte[] text, boolean isKept, Check check) throws CommandException {
    Sha sha = Sha.of(text);
    Script known = scripts.get(sha);
    if (known != null && (known.isKept() || !isKept)) {
      known.called(age);
      return known;
    }
    Script added = known == null ? new Script(sha, text) : known;
    if (known == null) {
      check.compile(added);
    }
    put(added, isKept);
    return added;
  }

  /** Whether a script can be used. */
  public interface Check {
    /**
     * Compiles it.
     *
     * @throws CommandException if it is no Lua
     */
    void compile(Script script) throws CommandException;
  }

  private synchronized void put(Script script, boolean isKept) {
    if (isKept) {
      script.keep();
      evaluated.remove(script.sha());
    } else if (!scripts.containsKey(script.sha())) {
      evaluated.put(script.sha(), script);
      script.called(age + 1);
      age += 2;
    }
    if (scripts.put(script.sha(), script) == null) {
      bytes += script.source().length();
    }
    if (evaluated.size() > EVALUATED_MAX) {
      Script forgotten = Collections.min(evaluated.values(), LEAST_RECENTLY);
      evaluated.remove(forgotten.sha());
      scripts.remove(forgotten.sha());
      bytes -= forgotten.source().length();
      evicted++;
    }
  }

  /** Forgets all scripts. */
  public synchronized void flush() {
    scripts.clear();
    evaluated.clear();
    bytes = 0;
    flushes++;
  }

  /** How often all were forgotten, for those who keep what they made of scripts. */
  int flushes() {
    return flushes;
  }

  /** How many scripts are known. */
  public int count() {
    return scripts.size();
  }

  /** The bytes of their texts. */
  public synchronized long bytes() {
    return bytes;
  }

  /** How many were forgotten since there were too many. */
  public synchronized long evicted() {
    return evicted;
  }
}
