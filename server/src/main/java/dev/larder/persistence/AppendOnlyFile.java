package dev.larder.persistence;

import static java.util.Objects.requireNonNull;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.config.Setting;
import dev.larder.metrics.AofProgress;
import dev.larder.metrics.ChangeCounter;
import dev.larder.metrics.Clock;
import dev.larder.metrics.FlightEvents;
import dev.larder.storage.Keyspace;
import dev.larder.storage.LoadException;
import dev.larder.storage.Unit;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.journal.AofFolder;
import dev.larder.storage.journal.AofPart;
import dev.larder.storage.journal.Appender;
import dev.larder.storage.journal.BlockJournal;
import dev.larder.storage.journal.BlockPrefix;
import dev.larder.storage.journal.FsyncPolicy;
import dev.larder.storage.journal.JournalFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Idea. The keyspace's journal is the counter of changes alone while there is no file, and writes
 * a file as well while there is one. It is exchanged where nothing can be under way: by who owns
 * every shard. A file always begins with a base, which is a snapshot: its cut is the moment from
 * which on effects go to a new increment. So to switch the file on, and to rewrite it, is the same.
 */

/** The append-only file of a server: on, off, rewritten. Any thread may use it. */
public final class AppendOnlyFile implements JournalFailure {
  private static final Logger log = LoggerFactory.getLogger(AppendOnlyFile.class);

  private static final long BOUND_BYTES = 256L << 20;

  private static final long MILLIS_PER_SECOND = 1000;
  private static final long DRAIN_SECONDS = 60;

  /** What was done before a unit that never ends takes no longer. */
  private static final long CUT_SECONDS = 2;

  private static final long PATIENCE_SECONDS = 10;

  /** Where files are. */
  public interface Disk {
    /** The folder at a path, which must be one. */
    DiskFolder folder(Path path) throws IOException;

    /** Effects may take so much memory on their way there before who writes has to wait. */
    default long boundBytes() {
      return BOUND_BYTES;
    }

    /** When that is full, and nothing has been written for so long, the disk is stuck. */
    default long patienceNanos() {
      return TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    }
  }

  private final Config config;
  private final Disk disk;
  private final Keyspace keyspace;
  private final ChangeCounter changes;
  private final AofProgress progress;
  private final Runnable onStopped;
  private final Setting<Boolean> hasTimestamps;
  private final Unit unit;
  private final SnapshotTurns turns = new SnapshotTurns(() -> 0);

  /** Made with the first file, and there to the end. */
  private volatile @Nullable BlockJournal blocks;

  private @Nullable AofJournal journal;
  private @Nullable Appender cuts;
  private @Nullable AofFolder folder;

  /** What is being written as a base. */
  private volatile @Nullable AofBase base;

  private volatile boolean isClosed;

  /**
   * @param onStopped run when the file cannot be kept any more although replies promise it: the
   *     process has to end
   */
  public AppendOnlyFile(
      Config config,
      Disk disk,
      Keyspace keyspace,
      ChangeCounter changes,
      AofProgress progress,
      Runnable onStopped) {
    this.config = config;
    this.disk = disk;
    this.keyspace = keyspace;
    this.changes = changes;
    this.progress = progress;
    this.onStopped = onStopped;
    this.hasTimestamps = config.setting(PersistenceOptions.AOF_TIMESTAMP_ENABLED);
    this.unit = keyspace.newUnit();
    config.onChange(PersistenceOptions.APPENDFSYNC, value -> applyPolicy());
  }

  // ---- at the start ----------------------------------------------------------------------------

  /**
   * Opens the folder, which it makes if there is none.
   *
   * @return whether there is a file in it, which is to be loaded before {@link #goOn}
   */
  public synchronized boolean open() throws IOException {
    AofFolder opened =
        AofFolder.open(
            disk.folder(Path.of(config.get(Options.DIR)).toAbsolutePath().normalize()),
            config.get(PersistenceOptions.APPENDDIRNAME),
            config.get(PersistenceOptions.APPENDFILENAME));
    folder = opened;
    return !opened.isNew();
  }

  /** The folder that was opened. */
  public synchronized AofFolder folder() {
    return requireNonNull(folder);
  }

  /** Goes on with the file that was loaded; nobody else uses the keyspace yet. */
  public synchronized void goOn() throws IOException {
    BlockJournal writer = makeJournal();
    DiskFile file = folder().openToAppend();
    long position = file.length();
    exclusively(() -> {
      switchHere(writer, file, position);
      keyspace.journal(requireNonNull(journal));
    });
    progress.on(true);
    long bytes = totalBytes();
    progress.sizes(bytes, bytes - position);
  }

  private long totalBytes() throws IOException {
    long bytes = 0;
    for (AofPart part : folder().manifest().toLoad()) {
      try (DiskFile file = folder().folder().openToRead(part.name())) {
        bytes += file.length();
      }
    }
    return bytes;
  }

  private BlockJournal makeJournal() {
    BlockJournal made = blocks;
    if (made == null) {
      made = new BlockJournal(0, disk.boundBytes(), new AofContext(), this);
      made.start();
      blocks = made;
      journal = new AofJournal(keyspace, made, changes, this::markedSecond);
      cuts = made.newAppender();
      applyPolicy();
      progress.journal(made, disk.patienceNanos());
    }
    return made;
  }

  private long markedSecond() {
    return hasTimestamps.get() ? Clock.wallMillis() / MILLIS_PER_SECOND : 0;
  }

  private void applyPolicy() {
    BlockJournal writer = blocks;
    if (writer != null) {
      FsyncPolicy policy =
          switch (config.get(PersistenceOptions.APPENDFSYNC)) {
            case "always" -> FsyncPolicy.ALWAYS;
            case "no" -> FsyncPolicy.NO;
            default -> FsyncPolicy.EVERYSEC;
          };
      keyspace.marksEffects(policy == FsyncPolicy.ALWAYS);
      writer.setPolicy(policy);
    }
  }

  // ---- who owns every shard --------------------------------------------------------------------

  private void exclusively(Runnable work) {
    unit.begin(0);
    for (int i = 0; i < keyspace.shardCount(); i++) {
      // Whoever has one gives it back, and waits for none with another one in hand.
      while (!unit.acquire(keyspace.shard(i))) {
        turns.await();
      }
    }
    try {
      work.run();
    } finally {
      unit.releaseAll();
    }
  }

  /** Has everything from now on go to another file; the caller owns every shard. */
  private long switchHere(BlockJournal writer, @Nullable DiskFile file, long position) {
    Appender cut = requireNonNull(cuts);
    long sequence = cut.open(0);
    writer.switchAfter(sequence, file, position);
    cut.publish(BlockPrefix.FRESH, BlockPrefix.FRESH, false);
    cut.announce();
    return sequence;
  }

  // ---- rewriting -------------------------------------------------------------------------------

  /**
   * Switches the file on, beginning with a snapshot of all data, or rewrites it. Takes as long as
   * that takes.
   *
   * @return whether it is done; if not, what there was before goes on, and the log says why
   */
  public synchronized boolean rewrite() {
    boolean isFirst = !progress.isOn();
    if (isClosed) {
      return false;
    }
    progress.begin();
    boolean isDone = false;
    try {
      if (folder == null) {
        boolean unused = open();
      }
      isDone = rewrite(isFirst);
    } catch (IOException e) {
      log.error("Cannot rewrite the append-only file: {}", e.toString());
    } finally {
      progress.end(isDone);
    }
    return isDone;
  }

  private boolean rewrite(boolean isFirst) throws IOException {
    BlockJournal writer = makeJournal();
    if (!awaitSwitch(writer)) {
      return false;
    }
    AofFolder.Rewrite rewrite = folder().beginRewrite(isFirst);
    long started = Clock.nanos();
    long[] cut = {0};
    boolean isWhole = false;
    long keys = 0;
    try {
      AofBase written = new AofBase(config, keyspace, folder().folder());
      base = written;
      if (isClosed) {
        written.abort();
      }
      written.begin(() -> {
        cut[0] = switchHere(writer, rewrite.file(), 0);
        keyspace.journal(requireNonNull(journal));
      });
      suspendForces(writer, true);
      isWhole = written.write();
      if (isWhole) {
        folder().finishRewrite(rewrite, written.name(), written.isRdb());
        writer.coveredUpTo(cut[0]);
        progress.on(true);
        long bytes = totalBytes();
        progress.sizes(bytes, bytes - rewrite.file().length());
        keys = written.keys();
        folder().deleteHistory();
        log.info(
            "Rewrote the append-only file with {} keys in {} s",
            keys,
            "%.3f".formatted((Clock.nanos() - started) / 1e9));
      }
      return isWhole;
    } finally {
      FlightEvents.snapshot("aof", Clock.nanos() - started, keys, isWhole, 0);
      base = null;
      suspendForces(writer, false);
      if (!isWhole && isFirst) {
        leave(writer);
        folder().abortRewrite(rewrite);
      }
    }
  }

  private void suspendForces(BlockJournal writer, boolean isRewriting) {
    writer.suspendForces(isRewriting && config.get(PersistenceOptions.NO_APPENDFSYNC_ON_REWRITE));
  }

  // ---- again -----------------------------------------------------------------------------------

  /** Loads all that is in a folder into the keyspace. */
  public interface Loader {
    /** Called on the thread that calls {@link #reload}. */
    void load(AofFolder folder) throws IOException, LoadException, InterruptedException;
  }

  /**
   * Forgets all data and loads the file again; clients are told to wait meanwhile. If that fails,
   * the file is switched off, so that it stays what it is.
   */
  public synchronized void reload(Loader loader)
      throws IOException, LoadException, InterruptedException {
    BlockJournal writer = progress.isOn() ? blocks : null;
    if (folder == null) {
      boolean unused = open();
    }
    Reload.flush(keyspace, () -> keyspace.journal(changes));
    boolean isDone = false;
    try {
      if (!drain()) {
        throw new IOException("what was done last cannot be written");
      }
      loader.load(folder());
      changes.startOver();
      isDone = true;
    } finally {
      if (writer != null && isDone) {
        exclusively(() -> keyspace.journal(requireNonNull(journal)));
      } else if (writer != null) {
        turnOff();
      }
    }
  }

  // ---- off -------------------------------------------------------------------------------------

  /**
   * Switches the file on or off, as the option says now: who set it last is followed, whatever the
   * order in which the threads get here that each change of it starts.
   */
  public synchronized void followOption() {
    if (!config.get(PersistenceOptions.APPENDONLY)) {
      turnOff();
    } else if (!progress.isOn() && !rewrite()) {
      log.error("The append-only file stays off");
    }
  }

  /** Switches the file off: what was done so far is in it, what follows is not. */
  private void turnOff() {
    BlockJournal writer = blocks;
    if (writer == null || !progress.isOn()) {
      return;
    }
    if (awaitSwitch(writer)) {
      leave(writer);
      progress.on(false);
    }
  }

  /** Waits until the file in use is the one that was switched to last; false if all is over. */
  private boolean awaitSwitch(BlockJournal writer) {
    // A journal that has stopped never gets there.
    while (writer.isSwitching() && !isClosed) {
      turns.pause();
    }
    return !isClosed;
  }

  private void leave(BlockJournal writer) {
    exclusively(() -> {
      keyspace.journal(changes);
      long unused = switchHere(writer, null, 0);
    });
  }

  /**
   * Waits until all that was done is on the disk.
   *
   * @return whether it is
   */
  public boolean drain() {
    return drain(DRAIN_SECONDS);
  }

  private boolean drain(long seconds) {
    BlockJournal writer;
    synchronized (this) {
      writer = blocks;
    }
    try {
      return writer == null || !progress.isOn() || writer.drain(TimeUnit.SECONDS.toNanos(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives up what is being rewritten, and rewrites nothing any more. */
  public void stopRewriting() {
    isClosed = true;
    AofBase current = base;
    if (current != null) {
      current.abort();
    }
  }

  /**
   * Ends the file; {@link #stopRewriting} was called, and nobody changes keys any more.
   *
   * @param isCut whether a unit may have been cut off, which the file then ends before
   */
  public synchronized void close(boolean isCut) {
    BlockJournal writer = blocks;
    if (writer != null) {
      boolean isWhole = drain(isCut ? CUT_SECONDS : DRAIN_SECONDS);
      if (!isWhole && isCut) {
        log.warn("The append-only file ends before a script that was still running");
      } else if (!isWhole) {
        log.error("The end of the append-only file could not be written");
      }
      writer.close();
    }
  }

  // ---- by itself -------------------------------------------------------------------------------

  /** Looks whether a rewrite is due; called about ten times a second. */
  public void tick() {
    if (progress.isOn() && !progress.isRewriting() && (progress.isScheduled() || hasGrown())) {
      rewriteInBackground();
    }
  }

  private boolean hasGrown() {
    long percent = config.get(PersistenceOptions.AUTO_AOF_REWRITE_PERCENTAGE);
    long bytes = progress.bytes();
    long base = Math.max(1, progress.baseBytes());
    return percent > 0
        && bytes > config.get(PersistenceOptions.AUTO_AOF_REWRITE_MIN_SIZE)
        && (bytes - base) * 100.0 / base >= percent
        && !progress.hasFailed();
  }

  /**
   * Begins a rewrite on a thread of its own. A file that is switched off gets a new base, and stays
   * off.
   *
   * @return false if one is under way
   */
  public boolean rewriteInBackground() {
    if (progress.isRewriting()) {
      return false;
    }
    progress.begin();
    Thread.ofPlatform()
        .name("larder-rewrite")
        .daemon()
        .start(() -> {
          boolean unused = rewrite();
          followOption();
        });
    return true;
  }

  // ---- failures --------------------------------------------------------------------------------

  @Override
  public void stopped(String file, Throwable cause) {
    log.error(
        "Cannot bring to the disk what replies would promise, {}: the server ends. What was replied"
            + " so far is on the disk",
        file,
        cause);
    onStopped.run();
  }

  @Override
  public void forceFailed(String file, IOException cause) {
    log.error(
        "Cannot force {} to the disk: {}. Commands that write are refused until a rewrite has saved"
            + " the data",
        file,
        cause.toString());
    progress.schedule(true);
  }
}
