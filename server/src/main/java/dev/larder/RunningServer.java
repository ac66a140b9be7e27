package dev.larder;

import dev.larder.command.CommandTable;
import dev.larder.commands.Saving;
import dev.larder.commands.ServerHandle;
import dev.larder.config.Config;
import dev.larder.config.DiagnosisOptions;
import dev.larder.config.Options;
import dev.larder.config.Version;
import dev.larder.info.HitCurveReport;
import dev.larder.info.InfoReport;
import dev.larder.info.MemoryReport;
import dev.larder.info.ServerFacts;
import dev.larder.info.Vitals;
import dev.larder.metrics.ChangeCounter;
import dev.larder.metrics.ServerStats;
import dev.larder.net.NetServer;
import dev.larder.pubsub.PubSub;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.ScriptRuns;
import dev.larder.session.Sessions;
import dev.larder.storage.Keyspace;
import dev.larder.tracking.ClientTracking;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A server as its own commands see it: what they may ask, and what they may do. */
final class RunningServer implements ServerHandle, ServerFacts {
  private final LarderServer server;
  private final Config config;
  private final ServerStats stats;
  private final int loops;

  /** All scripts may take this part of the heap. */
  private static final int SCRIPTS_HEAP_PART = 2;

  private final PubSub pubSub = new PubSub();
  private final ScriptRuns scripts;
  private final InfoReport info;
  private final MemoryReport memory;
  private final HitCurveReport hitCurve;
  private final ServerSaving saving;

  /** Whether the data are being saved for the last time. */
  private final AtomicBoolean isStopping = new AtomicBoolean();

  RunningServer(
      LarderServer server,
      Keyspace keyspace,
      ChangeCounter changes,
      Sessions sessions,
      ClientTracking tracking,
      Vitals vitals,
      int loops) {
    this.server = server;
    this.config = server.config();
    this.stats = server.stats();
    this.loops = loops;
    this.saving = new ServerSaving(server);
    this.scripts =
        new ScriptRuns(
            keyspace.functions(),
            Version.REDIS,
            scriptBytes(loops),
            config.setting(Options.BUSY_REPLY_THRESHOLD)::asLong);
    stats.evictedScripts(scripts.cache()::evicted);
    this.info =
        new InfoReport(this, keyspace, changes::total, sessions, tracking, pubSub, stats, vitals);
    this.memory = new MemoryReport(this, keyspace, sessions, vitals);
    this.hitCurve = new HitCurveReport(keyspace.eviction().hitCurve());
  }

  /** What a script may have: those that take long, and one of each loop beside them, at a time. */
  private static long scriptBytes(int loops) {
    return Runtime.getRuntime().maxMemory() / SCRIPTS_HEAP_PART / (ScriptRuns.LONG_MAX + loops);
  }

  InfoReport info() {
    return info;
  }

  @Override
  public void resetStatistics() {
    stats.reset();
  }

  @Override
  public ServerStats stats() {
    return stats;
  }

  @Override
  public String info(List<String> sections, CommandTable commands) {
    return info.render(sections, commands);
  }

  @Override
  public void memoryStats(ReplyWriter reply) {
    memory.stats(reply);
  }

  @Override
  public boolean hitCurve(ReplyWriter reply) {
    return hitCurve.write(reply);
  }

  @Override
  public String memoryDoctor() {
    return memory.doctor();
  }

  @Override
  public String memoryBlocks() {
    return memory.blocks();
  }

  @Override
  public CompletableFuture<Boolean> purgeMemory() {
    return server.keyspace().memory().purge();
  }

  @Override
  public ScriptRuns scripts() {
    return scripts;
  }

  @Override
  public PubSub pubSub() {
    return pubSub;
  }

  @Override
  public Saving saving() {
    return saving;
  }

  @Override
  public CompletableFuture<Boolean> stop(@Nullable Boolean saves, boolean isForced) {
    isStopping.set(true);
    return server
        .prepareToStop(saves)
        .thenApply(isSafe -> {
          isStopping.set(false);
          if (isSafe || isForced) {
            server.closeLater();
          }
          return isSafe || isForced;
        });
  }

  @Override
  public boolean abortStop() {
    boolean isAborted = isStopping.get() && server.stats().save().current() != null;
    if (isAborted) {
      server.saver().abort();
    }
    return isAborted;
  }

  @Override
  public String transport() {
    return server.transport();
  }

  @Override
  public int port() {
    return server.port() > 0 ? server.port() : server.tlsPort();
  }

  @Override
  public List<String> listeners() {
    return server.listeners();
  }

  @Override
  public int eventLoops() {
    return loops;
  }

  @Override
  public String configFile() {
    return config.file();
  }

  @Override
  public ScriptFacts scriptFacts() {
    return new ScriptFacts(
        scripts.cache().count(),
        scripts.cache().bytes(),
        scripts.functions().all().size(),
        scripts.functions().count(),
        scripts.functions().bytes());
  }

  @Override
  public int maxClients() {
    return Math.toIntExact(config.get(Options.MAXCLIENTS));
  }

  @Override
  public String maxMemoryPolicy() {
    return config.get(Options.MAXMEMORY_POLICY);
  }

  @Override
  public long policyBytes() {
    return server.keyspace().eviction().bytes();
  }

  @Override
  public List<Double> latencyPercentiles() {
    return config.get(DiagnosisOptions.LATENCY_TRACKING_INFO_PERCENTILES);
  }

  @Override
  public int housekeepingPerSecond() {
    return NetServer.TICKS_PER_SECOND;
  }
}
