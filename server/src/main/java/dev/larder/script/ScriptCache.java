package dev.larder.script;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The scripts that can be called by their digests. Those that were only evaluated are forgotten
 * when there are too many of them, or too much text, first the one that was called least recently.
 * When those that were loaded to stay take all the room, no more can be. Any thread.
 *
 * <p>When a script was called is counted in scripts that have come since, so a call notes it
 * without writing to what others read, as a rule.
 */
public final class ScriptCache {
  /** So many evaluated scripts are remembered, as Redis does. */
  private static final int EVALUATED_MAX = 500;

  private static final Comparator<Script> LEAST_RECENTLY =
      Comparator.comparingLong(Script::lastCalled);

  /** What a script takes beside its text, about. */
  private static final int SCRIPT_BYTES = 512;

  private static final ErrorReply FULL =
      ErrorReply.of("OOM too much memory is taken by scripts; SCRIPT FLUSH forgets them");

  private final long bytesMax;
  private final Map<Sha, Script> scripts = new ConcurrentHashMap<>();

  /** Those that were only evaluated, in the order in which they came; guarded by this. */
  private final Map<Sha, Script> evaluated = new LinkedHashMap<>();

  /**
   * How many scripts were evaluated first, twice: a call since is younger than the last of them.
   */
  private volatile long age;

  private long evicted;
  private long bytes;

  /** What those take that stay, beside their texts, too. */
  private long keptBytes;

  /** Counts the times that all was forgotten. */
  private volatile int flushes;

  /**
   * There are none.
   *
   * @param bytesMax how much those may take that were evaluated, and those that stay; about
   */
  ScriptCache(long bytesMax) {
    this.bytesMax = bytesMax;
  }

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

  private synchronized void put(Script script, boolean isKept) throws CommandException {
    if (isKept) {
      long kept = keptBytes + script.source().length() + SCRIPT_BYTES;
      if (kept > bytesMax) {
        throw new CommandException(FULL);
      }
      keptBytes = kept;
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
    while (evaluated.size() > EVALUATED_MAX || (bytes > bytesMax && evaluated.size() > 1)) {
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
    keptBytes = 0;
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
