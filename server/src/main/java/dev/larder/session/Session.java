package dev.larder.session;

import dev.larder.resp.HotPath;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's state. The event loop of its connection is the only writer; other threads (CLIENT
 * LIST, CLIENT KILL, timeouts) read, so every field is volatile: single-writer volatile stores of
 * rarely changed state cost nothing that shows, and the two that change with every batch are
 * written once a batch, not once a command.
 */
@HotPath
public final class Session {

  private final long id;
  private final Connection connection;
  private final long createdMillis;
  private final User defaultUser;

  private volatile long lastInteractionMillis;
  private volatile long commandCount;
  private volatile @Nullable String lastCommand;

  private volatile int database;

  /** 0 but for a session that replays a file. */
  private long replayMillis;

  private volatile int protocol = 2;
  private volatile User user;
  private volatile boolean authenticated;
  private volatile @Nullable String name;
  private volatile @Nullable String libraryName;
  private volatile @Nullable String libraryVersion;

  private volatile @Nullable Blocked blocked;

  private final ClientModes modes = new ClientModes();

  /** Touched on the session's loop only. */
  private final Fieldsets fieldsets = new Fieldsets();

  /** Null before the first one. */
  private volatile @Nullable Transaction transaction;

  /** Null before the client asks to be told of keys. */
  private volatile @Nullable Tracking tracking;

  /** Null before the client subscribes to anything. */
  private volatile @Nullable Subscriptions subscriptions;

  /** Touched on the session's loop only. */
  private long lastEffect;

  private volatile boolean closeAfterReply;
  private volatile boolean closeRequested;
  private volatile boolean hasEnded;

  /**
   * @param id unique in the server's life, from {@link Sessions#nextId()}
   * @param nowMillis wall clock at accept
   * @param defaultUser who the client is until it authenticates as somebody
   */
  public Session(long id, Connection connection, long nowMillis, User defaultUser) {
    this.id = id;
    this.connection = Objects.requireNonNull(connection);
    this.createdMillis = nowMillis;
    this.lastInteractionMillis = nowMillis;
    this.defaultUser = defaultUser;
    this.user = defaultUser;
    this.authenticated = defaultUser.isOpen();
  }

  public long id() {
    return id;
  }

  public Connection connection() {
    return connection;
  }

  public long createdMillis() {
    return createdMillis;
  }

  public long lastInteractionMillis() {
    return lastInteractionMillis;
  }

  /**
   * Notes a finished batch.
   *
   * @param nowMillis the loop's clock reading
   * @param lastCommandName full name of its last command ({@code client|list}), null to keep
   * @param commands how many commands it executed
   */
  public void interacted(long nowMillis, @Nullable String lastCommandName, long commands) {
    lastInteractionMillis = nowMillis;
    commandCount = commandCount + commands;
    if (lastCommandName != null) {
      lastCommand = lastCommandName;
    }
  }

  /** Commands executed so far, batches in progress excluded. */
  public long commandCount() {
    return commandCount;
  }

  /** Full name of the last command, null when there was none. */
  public @Nullable String lastCommand() {
    return lastCommand;
  }

  /** Sets what CLIENT LIST shows as cmd; called before a command that reports sessions runs. */
  public void lastCommand(String fullName) {
    lastCommand = fullName;
  }

  /** The wall clock where commands of a file are replayed, 0 elsewhere. */
  public long replayMillis() {
    return replayMillis;
  }

  /** Has the session replay a file; for its loop. */
  public void replayMillis(long nowMillis) {
    replayMillis = nowMillis;
  }

  /** The selected database. */
  public int database() {
    return database;
  }

  public void database(int index) {
    database = index;
  }

  /** RESP version of replies: 2 or 3. */
  public int protocol() {
    return protocol;
  }

  public void protocol(int version) {
    if (version != 2 && version != 3) {
      throw new IllegalArgumentException("RESP version " + version);
    }
    protocol = version;
  }

  /** Whether the client has proved who it is, or need not. */
  public boolean isAuthenticated() {
    return authenticated || defaultUser.isOpen();
  }

  /** Who the client is; the default user before it has authenticated. */
  public User user() {
    return user;
  }

  /** The client has proved who it is; on its loop. */
  public void authenticate(User provenUser) {
    user = provenUser;
    authenticated = true;
  }

  /** The name given by CLIENT SETNAME or HELLO, null when none. */
  public @Nullable String name() {
    return name;
  }

  public void name(@Nullable String newName) {
    name = newName;
  }

  public @Nullable String libraryName() {
    return libraryName;
  }

  public void libraryName(@Nullable String newName) {
    libraryName = newName;
  }

  public @Nullable String libraryVersion() {
    return libraryVersion;
  }

  public void libraryVersion(@Nullable String newVersion) {
    libraryVersion = newVersion;
  }

  /** What the client waits for, or waited for a moment ago; null when it executes commands. */
  public @Nullable Blocked blocked() {
    return blocked;
  }

  public void blocked(@Nullable Blocked wait) {
    blocked = wait;
  }

  /** Whether the client waits for a key. */
  public boolean isBlocked() {
    Blocked wait = blocked;
    return wait != null && wait.isWaiting();
  }

  /** What the client has switched on or off for itself. */
  public ClientModes modes() {
    return modes;
  }

  /** The lists of fields that the client has prepared. */
  public Fieldsets fieldsets() {
    return fieldsets;
  }

  /** Whether the client's commands are queued, until EXEC; any thread. */
  public boolean isInTransaction() {
    Transaction begun = transaction;
    return begun != null && begun.isOpen();
  }

  /** The client's transaction; on its loop. */
  public Transaction transaction() {
    Transaction begun = transaction;
    if (begun == null) {
      begun = new Transaction();
      transaction = begun;
    }
    return begun;
  }

  /** How many commands the client has queued; any thread. */
  public int queuedCommands() {
    Transaction begun = transaction;
    return begun == null ? 0 : begun.count();
  }

  /** How many keys the client watches; any thread. */
  public int watchedKeys() {
    Transaction begun = transaction;
    return begun == null ? 0 : begun.watchCount();
  }

  /** How much memory the queued commands take, in bytes; any thread. */
  public long queuedBytes() {
    Transaction begun = transaction;
    return begun == null ? 0 : begun.bytes();
  }

  /** Whether the client listens to messages that others publish; any thread. */
  public boolean isSubscribed() {
    Subscriptions all = subscriptions;
    return all != null && !all.isEmpty();
  }

  /** What the client listens to; null as long as it has never subscribed. */
  public @Nullable Subscriptions subscriptions() {
    return subscriptions;
  }

  public void subscriptions(Subscriptions all) {
    subscriptions = all;
  }

  /** What the client wants to be told of keys; null as long as it has never asked. */
  public @Nullable Tracking tracking() {
    return tracking;
  }

  public void tracking(Tracking asked) {
    tracking = asked;
  }

  /** The journal's sequence of what the client has done last, 0 for nothing; on its loop. */
  public long lastEffect() {
    return lastEffect;
  }

  public void lastEffect(long sequence) {
    lastEffect = sequence;
  }

  /**
   * Whether the connection ends once the replies written so far are sent; later input is dropped.
   */
  public boolean isCloseAfterReply() {
    return closeAfterReply;
  }

  /** Called on the session's own loop. */
  public void closeAfterReply() {
    closeAfterReply = true;
  }

  /**
   * Whether another client, or an operator, has ended this connection: what arrives from now on is
   * not executed, even if its loop has yet to close it.
   */
  public boolean isCloseRequested() {
    return closeRequested;
  }

  /** Any thread: ends the connection without waiting for replies. */
  public void close() {
    closeRequested = true;
    connection.close();
  }

  /** RESET: back to what a new connection has; the reply protocol too, but not the identity. */
  public void reset() {
    database = 0;
    protocol = 2;
    name = null;
    user = defaultUser;
    authenticated = defaultUser.isOpen();
    modes.reset();
    release();
  }

  /** Whether its loop executes nothing more that the client has sent; any thread. */
  public boolean hasEnded() {
    return hasEnded;
  }

  /**
   * Nothing that is published from now on gets to the client, and nothing that it has sent is
   * executed; on its loop.
   */
  public void end() {
    hasEnded = true;
    unsubscribe();
  }

  private void unsubscribe() {
    if (subscriptions != null) {
      subscriptions.end();
      subscriptions = null;
    }
  }

  /** Gives back what the session holds: at its end, or when it begins anew. */
  public void release() {
    modes.leaveMonitors();
    fieldsets.clear();
    if (transaction != null) {
      transaction.close();
    }
    if (tracking != null) {
      tracking.end();
      tracking = null;
    }
    unsubscribe();
  }
}
