package dev.larder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.acl.AclUsers;
import dev.larder.command.CommandTable;
import dev.larder.commands.AllCommands;
import dev.larder.config.CommandRename;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.config.Setting;
import dev.larder.config.TlsOptions;
import dev.larder.dispatch.LoopContext;
import dev.larder.info.BufferPool;
import dev.larder.info.Vitals;
import dev.larder.metrics.ChangeCounter;
import dev.larder.metrics.Clock;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.monitoring.MonitoringServer;
import dev.larder.net.LargeArgumentStore;
import dev.larder.net.NetServer;
import dev.larder.net.StartException;
import dev.larder.notify.Notifications;
import dev.larder.persistence.AppendOnlyFile;
import dev.larder.persistence.FolderLock;
import dev.larder.persistence.Reload;
import dev.larder.persistence.SnapshotSaver;
import dev.larder.persistence.StartupData;
import dev.larder.pubsub.KeyMessages;
import dev.larder.push.Mailboxes;
import dev.larder.replay.AofData;
import dev.larder.resp.Limits;
import dev.larder.script.ScriptRuns;
import dev.larder.session.ClientEviction;
import dev.larder.session.Sessions;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.tls.TlsContexts;
import dev.larder.tracking.ClientTracking;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A running server. Any thread may use it.
 *
 * {@snippet :
 * try (LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L))) {
 *   connectTo(server.port());
 * }
 * }
 */
public final class LarderServer implements AutoCloseable {
  private static final int MAX_PERCENT = 100;

  private final Config config;
  private final ServerStats stats = new ServerStats();
  private final Sessions sessions = new Sessions();
  private final Keyspace keyspace;
  private final MemoryUse memory;
  private final Vitals vitals;
  private final NetServer net;
  private final ChangeCounter changes;
  private final StartupData data;
  private final AppendOnlyFile aof;

  /** Whether there is an append-only file to be loaded, instead of a snapshot. */
  private final boolean hasAof;

  private final AofData aofData;
  private final FolderLock lock;
  private final SnapshotSaver saver;
  private final ScriptRuns scripts;
  private final Reload reload;

  /** Null if nobody is to be told anything over HTTP. */
  private @Nullable MonitoringServer monitoring;

  private volatile boolean failed;

  /** Whether the data are being saved for the last time. */
  private volatile boolean isSavingAtTheEnd;

  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private LarderServer(Config config, AppendOnlyFile.Disk disk) {
    this.config = config;
    AclUsers users = new AclUsers(config, sessions, stats.denials());
    ConfigSettings settings = new ConfigSettings(config, users);
    StorageOptions storage = storageOptions(config, settings.loops());
    this.changes = new ChangeCounter(storage.shards());
    this.keyspace = Keyspace.open(storage, changes);
    ConfigLimits.apply(config, keyspace, stats);
    ClientTracking tracking = tracking(settings.loops());
    this.memory = ConfigLimits.memoryUse(config, keyspace, stats);
    this.vitals = new Vitals(memory, sessions, stats);
    RunningServer running =
        new RunningServer(this, keyspace, changes, sessions, tracking, vitals, settings.loops());
    this.scripts = running.scripts();
    CommandTable commands;
    try {
      commands = renamed(AllCommands.table(config, sessions, users, running));
      users.load(config.users(), commands);
      lock = new FolderLock(config);
      aof = new AppendOnlyFile(config, disk, keyspace, changes, stats.aof(), this::giveUp);
      hasAof = config.get(PersistenceOptions.APPENDONLY) && aof.open();
      data = new StartupData(config, keyspace, stats.load(), settings.loops());
      saver = new SnapshotSaver(config, keyspace, changes, stats.save());
      reload = new Reload(config, keyspace, changes, stats.load(), saver, settings.loops());
      aofData =
          new AofData(
              config,
              keyspace,
              () -> AllCommands.tableForReplay(config, sessions, users, running),
              new LargeArgumentStore(keyspace),
              stats.load(),
              settings.loops());
      if (config.get(PersistenceOptions.APPENDONLY)) {
        // Also where there is none yet: what clients do before it begins would not be in it.
        stats.load().announceSeveral();
      }
      stats.commandCount(commands.specCount());
      stats.expiredKeys(keyspace::expiredCount);
      stats.evictedKeys(keyspace.eviction()::evictedKeys);
      stats.evictionClock(memory.exceededTime());
      stats.keysFreedLater(keyspace.memory()::keysFreed);
      keyspace.eviction().loadingWhile(stats.load()::isLoading);
      stats.expiredFields(keyspace::expiredFieldCount);
      HeadStart.awaitNetwork();
      net =
          new NetServer(
              settings,
              sessions,
              stats,
              protocolLimits(config),
              new LargeArgumentStore(keyspace),
              tls(config),
              contexts(commands, tracking, running, settings.loops()));
    } catch (IOException | ConfigException e) {
      keyspace.close();
      throw StartException.of(e);
    } catch (RuntimeException e) {
      keyspace.close();
      throw e;
    }
    listen(running, commands);
  }

  /** As clients call the commands. */
  private CommandTable renamed(CommandTable declared) throws ConfigException {
    CommandTable commands = declared;
    for (CommandRename rename : config.renames()) {
      try {
        String newName = new String(rename.newName().getBytes(UTF_8), ISO_8859_1);
        commands = commands.renamed(rename.command(), newName);
      } catch (IllegalArgumentException e) {
        throw new ConfigException(rename.at() + e.getMessage(), e);
      }
    }
    return commands;
  }

  private void listen(RunningServer running, CommandTable commands) {
    try {
      net.listen();
      monitoring = Monitoring.open(this, running.info(), commands, running);
      vitals.buffers(
          new BufferPool(net::bufferPoolBytes, net::bufferBytes, net.bufferShareBytes()));
      net.every(Vitals.TICK_MILLIS, vitals::tick);
      net.every(Vitals.TICK_MILLIS, this::followHits);
      net.every(Vitals.TICK_MILLIS, clientEviction()::tick);
      net.every(StartupData.LOG_MILLIS, data::logProgress);
      net.every(Vitals.TICK_MILLIS, this::saveIfDue);
    } catch (RuntimeException e) {
      closeMonitoring();
      net.close();
      keyspace.close();
      lock.release();
      throw e;
    }
  }

  private void closeMonitoring() {
    if (monitoring != null) {
      monitoring.close();
    }
  }

  private ClientEviction clientEviction() {
    Setting<Long> most = config.setting(Options.MAXMEMORY_CLIENTS);
    return new ClientEviction(sessions, () -> clientsLimit(most.asLong()), stats::clientEvicted);
  }

  /** A percentage, which is negative, is one of the limit of all. */
  private long clientsLimit(long configured) {
    return configured >= 0 ? configured : memory.limitBytes() / MAX_PERCENT * -configured;
  }

  private ClientTracking tracking(int loops) {
    Setting<Long> maxKeys = config.setting(Options.TRACKING_TABLE_MAX_KEYS);
    ClientTracking tracking = new ClientTracking(keyspace, sessions, loops, maxKeys::asLong);
    config.onChange(Options.TRACKING_TABLE_MAX_KEYS, value -> tracking.limitChanged());
    return tracking;
  }

  private NetServer.ContextFactory contexts(
      CommandTable commands, ClientTracking tracking, RunningServer running, int loops) {
    Mailboxes mailboxes = new Mailboxes(loops);
    keyspace
        .events()
        .listener(
            new Notifications(
                config.setting(Options.NOTIFY_KEYSPACE_EVENTS),
                new KeyMessages(running.pubSub(), mailboxes, stats.aof()::holdsReplies)));
    return (loop, addressOf) ->
        new LoopContext(
            loop, keyspace, commands, stats, mailboxes, tracking, scripts, memory, addressOf);
  }

  /** What makes engines for TLS, null if there is no port for it; follows the options. */
  private static @Nullable TlsContexts tls(Config config) throws ConfigException {
    if (config.get(TlsOptions.TLS_PORT) == 0) {
      return null;
    }
    TlsContexts contexts = new TlsContexts(config);
    config.onChange(TlsOptions.RELOADED, contexts::reload);
    return contexts;
  }

  private void followHits() {
    keyspace.eviction().hitCurve().tick(stats.keyHits(), stats.keyMisses(), Clock.wallMillis());
  }

  private void saveIfDue() {
    if (!stats.load().isLoading()) {
      saver.tick();
      aof.tick();
    }
  }

  /**
   * Starts a server with the data that it finds on disk; it serves clients when this returns.
   *
   * @throws StartException when it cannot start as configured; the message says what to do
   */
  public static LarderServer start(Config config) {
    LarderServer server = open(config);
    server.load();
    return server;
  }

  /**
   * Opens a server's ports. If there are data on disk, clients are told to wait until {@link #load}
   * has ended, which must follow.
   *
   * @throws StartException when it cannot start as configured; the message says what to do
   */
  static LarderServer open(Config config) {
    return open(config, DiskFolder::at);
  }

  /** As {@link #open(Config)}, with an append-only file on this disk. */
  static LarderServer open(Config config, AppendOnlyFile.Disk disk) {
    return new LarderServer(config, disk);
  }

  /**
   * Loads the data that are on disk, if any.
   *
   * @return whether that is done; if not, the server was closed meanwhile
   * @throws StartException when they cannot be loaded; the server is closed then
   */
  boolean load() {
    try {
      boolean isLoaded = hasAof ? aofData.load(aof) : data.load();
      if (isLoaded) {
        changes.startOver();
        beginAof();
      }
      return isLoaded;
    } catch (IOException e) {
      close();
      throw StartException.of(e);
    }
  }

  /** Begins an append-only file if there has to be one and is none; follows the option. */
  private void beginAof() throws IOException {
    if (config.get(PersistenceOptions.APPENDONLY) && !hasAof && !aof.rewrite()) {
      throw new IOException(
          "cannot begin an append-only file in " + config.get(Options.DIR) + "; the log says why");
    }
    stats.load().endSeveral();
    // Elsewhere, as it takes its time.
    config.onChange(
        PersistenceOptions.APPENDONLY,
        unused -> Thread.ofPlatform().name("larder-aof").daemon().start(aof::followOption));
  }

  private static StorageOptions storageOptions(Config config, int loops) {
    int shards = Math.toIntExact(config.get(Options.SHARDS));
    StorageOptions byCores = StorageOptions.forCores(loops);
    return new StorageOptions(
        shards > 0 ? shards : byCores.shards(),
        Math.toIntExact(config.get(Options.DATABASES)),
        byCores.shardReserveBytes());
  }

  private static Limits protocolLimits(Config config) {
    Limits limits = new Limits();
    limits.setMaxBulkBytes(config.get(Options.PROTO_MAX_BULK_LEN));
    config.onChange(Options.PROTO_MAX_BULK_LEN, limits::setMaxBulkBytes);
    return limits;
  }

  /**
   * The process is there for this server alone; to be called before {@link #load}.
   *
   * @param most how much memory the process may have
   * @return what the JVM has for itself, in bytes; negative if that is not known
   */
  long ownProcess(long most) {
    vitals.ownProcess(keyspace.memory()::committedBytes, most);
    return vitals.baseBytes();
  }

  /** Runs a task at this interval, until the server is closed; it must be short and not throw. */
  void every(long millis, Runnable task) {
    net.every(millis, task);
  }

  /** What the server is doing, in a line for who looks after it. */
  String statusLine() {
    if (stats.load().isLoading()) {
      return "Loading data, " + (int) stats.load().loadedPercent() + " %";
    }
    return "Serving " + sessions.count() + " clients, " + (memory.usedBytes() >> 20) + " MiB used";
  }

  /** For how long an event loop has not made a turn, in nanoseconds; 0 while all do. */
  long stuckNanos() {
    return net.stuckNanos();
  }

  SnapshotSaver saver() {
    return saver;
  }

  AppendOnlyFile aof() {
    return aof;
  }

  CompletableFuture<Boolean> reloadAppendOnlyFile() {
    return aofData.reload(aof);
  }

  Reload reload() {
    return reload;
  }

  /**
   * Saves the data for the last time; if that succeeds, the server has to be closed then, for no
   * client gets to any key any more.
   *
   * @param saves whether to save; null if there are save points
   * @return whether the data are safe, or need not be
   */
  CompletableFuture<Boolean> prepareToStop(@Nullable Boolean saves) {
    boolean isWanted = saves == null ? saver.hasPoints() : saves;
    // What is not loaded to its end would take the place of what is in the file.
    if (!isWanted || stats.load().isLoading() || closing.get()) {
      return CompletableFuture.completedFuture(true);
    }
    isSavingAtTheEnd = true;
    return saver
        .saveAtTheEnd()
        .thenApply(isSafe -> {
          isSavingAtTheEnd = isSafe;
          return isSafe;
        });
  }

  /** Whether the server is about to end, unless its data cannot be saved. */
  boolean isStopping() {
    return isSavingAtTheEnd || closing.get();
  }

  /** The TCP port that it listens on for connections without TLS, 0 if none. */
  public int port() {
    return net.port();
  }

  /** The TCP port that it listens on for TLS, 0 if none. */
  public int tlsPort() {
    return net.tlsPort();
  }

  List<String> listeners() {
    return net.listeners();
  }

  /** How sockets are served: {@code io_uring}, {@code epoll} or {@code nio}. */
  public String transport() {
    return net.transport().wireName();
  }

  public Config config() {
    return config;
  }

  public ServerStats stats() {
    return stats;
  }

  public Keyspace keyspace() {
    return keyspace;
  }

  /** Bytes of the network's buffers in use: requests and replies on their way. */
  public long bufferBytes() {
    return net.bufferBytes();
  }

  /** Waits until the server has been closed, by {@link #close} or by a client. */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /** Closes the server from one of its own threads, which cannot wait for their end. */
  public void closeLater() {
    Thread.ofPlatform().name("larder-shutdown").start(this::close);
  }

  /** What replies would promise cannot be kept. */
  private void giveUp() {
    failed = true;
    closeLater();
  }

  /** Whether the server has closed, or is about to, because it could not go on. */
  boolean hasFailed() {
    return failed;
  }

  /** Disconnects all clients and gives all memory back; the first call does it, others wait. */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        data.cancel();
        reload.cancel();
        aofData.cancel();
        aof.stopRewriting();
        saver.close();
        net.close();
        closeMonitoring();
        aof.close(scripts.longest() != null);
        keyspace.close();
        lock.release();
      } finally {
        closed.countDown();
      }
    } else {
      boolean interrupted = false;
      while (closed.getCount() > 0) {
        try {
          closed.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
