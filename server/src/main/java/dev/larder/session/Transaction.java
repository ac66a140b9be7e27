package dev.larder.session;

import dev.larder.resp.HotPath;
import dev.larder.storage.Keyspace;
import org.jspecify.annotations.Nullable;

/** What a client has begun by MULTI or WATCH. For the client's loop. */
@HotPath
public final class Transaction {
  /** Made when the first command is queued. */
  private @Nullable CommandQueue queue;

  /** Made when the first key is watched. */
  private @Nullable Watches watches;

  // Read by other threads as well.
  private boolean isOpen;

  private boolean isAborted;
  private boolean runsScripts;
  private long anyFlags;
  private long commonFlags;

  /** Whether commands are queued, not run. */
  public boolean isOpen() {
    return isOpen;
  }

  /** MULTI. */
  public void open() {
    isOpen = true;
    isAborted = false;
    runsScripts = false;
    anyFlags = 0;
    commonFlags = -1;
  }

  /** A command was refused instead of being queued: nothing will be run. */
  public void abort() {
    isAborted = true;
  }

  /** Whether {@link #abort} was called since MULTI. */
  public boolean isAborted() {
    return isAborted;
  }

  /** The queue, null before the first command was queued. */
  public @Nullable CommandQueue queue() {
    return queue;
  }

  public void queue(CommandQueue newQueue) {
    queue = newQueue;
  }

  /** The queue, for somebody else to run and to clear, even if the client has gone. */
  public @Nullable CommandQueue takeQueue() {
    CommandQueue taken = queue;
    queue = null;
    return taken;
  }

  /** The keys that are watched, null before the first one was. */
  public @Nullable Watches watches() {
    return watches;
  }

  /** The same, for one to add to. */
  public Watches watches(WatchedKeys all, Keyspace keyspace) {
    Watches known = watches;
    if (known == null) {
      known = new Watches(all, keyspace);
      watches = known;
    }
    return known;
  }

  /** How many keys are watched; any thread. */
  int watchCount() {
    Watches known = watches;
    return known == null ? 0 : known.count();
  }

  /** A command with these flags, as bits, belongs to it. */
  public void addFlags(long bits) {
    anyFlags |= bits;
    commonFlags &= bits;
  }

  /** A command that runs a script belongs to it. */
  public void addScript() {
    runsScripts = true;
  }

  /** Whether any of its commands runs a script. */
  public boolean runsScripts() {
    return runsScripts;
  }

  /** The flags that any of its commands has, as bits. */
  public long anyFlags() {
    return anyFlags;
  }

  /** The flags that all its commands have, as bits. */
  public long commonFlags() {
    return commonFlags;
  }

  /** How many commands are queued; any thread. */
  int count() {
    CommandQueue commands = queue;
    return commands == null ? 0 : commands.count();
  }

  /** The size of the queued commands, in bytes; any thread. */
  long bytes() {
    CommandQueue commands = queue;
    return commands == null ? 0 : commands.bytes();
  }

  /** UNWATCH. */
  public void unwatch() {
    if (watches != null) {
      watches.end();
    }
  }

  /** It is over, or never was: EXEC, DISCARD, RESET, or the end of the connection. */
  public void close() {
    isOpen = false;
    isAborted = false;
    if (queue != null) {
      queue.clear();
    }
    unwatch();
  }
}
