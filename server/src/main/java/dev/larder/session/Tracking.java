package dev.larder.session;

import dev.larder.push.PushTarget;
import dev.larder.resp.HotPath;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client has asked for by CLIENT TRACKING: whether it is told of keys that change, of which
 * ones, and where. It is made when the client first asks, and lasts as long as the client. Written
 * by the session's loop; other threads read it when they have something to tell.
 */
@HotPath
public final class Tracking {
  /** Keys by their prefixes, not those that the client has read. */
  public static final int BROADCAST = 1;

  /** Only keys read by a command that follows CLIENT CACHING YES. */
  public static final int OPT_IN = 2;

  /** No keys read by a command that follows CLIENT CACHING NO. */
  public static final int OPT_OUT = 4;

  /** Not of what the client changes itself. */
  public static final int NO_LOOP = 8;

  private static final int NO_READER = -1;

  /** Where a client is told, if not on its own connection. */
  private record Redirection(long id, PushTarget target) {}

  private final Session session;
  private final Consumer<Tracking> leave;
  private final PushTarget own;
  private volatile boolean isOn;
  private volatile int options;
  private volatile @Nullable Redirection redirection;
  private volatile boolean isBroken;
  private volatile int reader = NO_READER;

  /** Whether CLIENT CACHING was the last command but for others of CLIENT. */
  private volatile boolean isCaching;

  /** In their order as bytes; never changed, but replaced. */
  private volatile List<byte[]> prefixes = List.of();

  /**
   * @param leave what has to be done when the client has gone
   */
  public Tracking(Session session, Consumer<Tracking> leave) {
    this.session = session;
    this.leave = leave;
    this.own =
        (message, sequence) -> {
          if (session.protocol() > 2) {
            session.connection().push(message, sequence);
          }
        };
  }

  public Session session() {
    return session;
  }

  /** Whether the client wants to be told of anything. */
  public boolean isOn() {
    return isOn;
  }

  /** Whether one of the options above is on. */
  public boolean has(int option) {
    return (options & option) != 0;
  }

  /**
   * Begins, or goes on with other options.
   *
   * @param redirected the client that is told instead, null for none
   */
  public void on(int newOptions, @Nullable Session redirected) {
    options = newOptions;
    redirection = redirected == null ? null : redirectTo(redirected);
    isBroken = false;
    isOn = true;
  }

  /** Clients of the older protocol understand it only where they listen to messages. */
  private static Redirection redirectTo(Session told) {
    return new Redirection(
        told.id(),
        (message, sequence) -> {
          if (told.protocol() > 2 || told.isSubscribed()) {
            told.connection().push(message, sequence);
          }
        });
  }

  /** Ends; what the client has read so far stays known, as it does in Redis. */
  public void off() {
    isOn = false;
    options = 0;
    isBroken = false;
    isCaching = false;
    prefixes = List.of();
  }

  /** The id of the client that is told instead; 0 if it is this one, -1 if nobody is. */
  public long redirect() {
    Redirection to = redirection;
    return !isOn ? -1 : to == null ? 0 : to.id;
  }

  /** Who gets the messages: the other client, if there is one. */
  public PushTarget target() {
    Redirection to = redirection;
    return to == null ? own : to.target;
  }

  /** The client itself: tells it what concerns it even where another one is told. */
  public PushTarget own() {
    return own;
  }

  /** Whether the other client had gone when it was to be told. */
  public boolean isBroken() {
    return isBroken;
  }

  /** See {@link #isBroken}; any thread. */
  public void breaks() {
    isBroken = true;
  }

  /** The prefixes of keys that a client in broadcast mode is told of. */
  public List<byte[]> prefixes() {
    return prefixes;
  }

  public void prefixes(List<byte[]> newPrefixes) {
    prefixes = newPrefixes;
  }

  /** The client has gone, or begins anew. */
  void end() {
    leave.accept(this);
  }

  // ---- what it reads ---------------------------------------------------------------------------

  /** Whether the keys that the client reads now are remembered. */
  public boolean remembers() {
    int now = options;
    return isOn
        && (now & BROADCAST) == 0
        && ((now & (OPT_IN | OPT_OUT)) == 0 || ((now & OPT_IN) != 0) == isCaching);
  }

  /** The number under which its keys are remembered, or below 0 for none yet. */
  public int reader() {
    return reader;
  }

  public void reader(int number) {
    reader = number;
  }

  /** It has no number any more; the one that it had, or below 0. */
  public int takeReader() {
    int taken = reader;
    reader = NO_READER;
    return taken;
  }

  /** Whether CLIENT CACHING concerns this command. */
  public boolean isCaching() {
    return isCaching;
  }

  /** Makes an exception of the next command, or not. */
  public void caching(boolean isException) {
    isCaching = isException;
  }
}
