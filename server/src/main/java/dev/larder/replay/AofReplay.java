package dev.larder.replay;

import dev.larder.command.CommandTable;
import dev.larder.metrics.Clock;
import dev.larder.metrics.LoadProgress;
import dev.larder.persistence.AofScan;
import dev.larder.persistence.RdbFileLoader;
import dev.larder.resp.LargeArguments;
import dev.larder.storage.Keyspace;
import dev.larder.storage.LoadException;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.journal.AofFolder;
import dev.larder.storage.journal.AofPart;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads an append-only file: its base and its increments in order. Only the last increment with
 * content may have a torn end, which is cut off, if the operator allows that; all else must be
 * whole, or nothing is served. Used by one thread at a time.
 */
public final class AofReplay {
  private static final Logger log = LoggerFactory.getLogger(AofReplay.class);

  private static final int WINDOW_BYTES = 1 << 20;

  private final Keyspace keyspace;
  private final Supplier<CommandTable> commands;
  private final LargeArguments large;
  private final RdbFileLoader rdb;
  private final LoadProgress progress;
  private final BooleanSupplier cutsTornEnd;
  private volatile long replayedBytes;
  private volatile boolean isCancelled;

  /**
   * @param commands those of the server, MULTI and EXEC among them
   * @param cutsTornEnd whether a torn end is cut off; else it is an error
   */
  public AofReplay(
      Keyspace keyspace,
      Supplier<CommandTable> commands,
      LargeArguments large,
      RdbFileLoader rdb,
      LoadProgress progress,
      BooleanSupplier cutsTornEnd) {
    this.keyspace = keyspace;
    this.commands = commands;
    this.large = large;
    this.rdb = rdb;
    this.progress = progress;
    this.cutsTornEnd = cutsTornEnd;
  }

  /**
   * Loads all that the manifest lists.
   *
   * @throws LoadException when a file is damaged; the message names it, and the place
   */
  public void load(AofFolder folder) throws IOException, LoadException, InterruptedException {
    AofPart last = folder.lastWithContent();
    try (FileClient client = new FileClient(keyspace, commands.get(), large)) {
      for (AofPart part : folder.manifest().toLoad()) {
        try (DiskFile file = folder.folder().open(part.name())) {
          load(file, client, part.equals(last));
        }
      }
    }
  }

  /** Makes what is being loaded fail soon; any thread. */
  public void cancel() {
    isCancelled = true;
    rdb.cancel();
  }

  private void load(DiskFile file, FileClient client, boolean mayBeTorn)
      throws IOException, LoadException, InterruptedException {
    long started = Clock.nanos();
    long from = RdbFileLoader.isRdb(file) ? rdb.load(file, false) : 0;
    if (from == file.length()) {
      return;
    }
    AofScan scan = new AofScan(file);
    scan.run(from, new AofScan.Listener() {});
    String problem = scan.problem();
    if (problem != null) {
      boolean isCut = scan.end() == AofScan.End.TORN && mayBeTorn && cutsTornEnd.getAsBoolean();
      String place = problem + " (at offset " + scan.validBytes() + ')';
      if (!isCut) {
        throw new LoadException(file.name() + ": " + place);
      }
      log.warn(
          "{}: {}. It was cut to {} bytes, which drops the last {}",
          file.name(),
          problem,
          scan.validBytes(),
          file.length() - scan.validBytes());
      file.truncate(scan.validBytes());
    }
    replay(file, client, from, scan.validBytes());
    log.info(
        "Replayed {} commands of {} in {} s",
        scan.commands(),
        file.name(),
        "%.3f".formatted((Clock.nanos() - started) / 1e9));
  }

  /** Executes the commands from one offset to another. */
  private void replay(DiskFile file, FileClient client, long from, long to)
      throws IOException, LoadException {
    replayedBytes = 0;
    progress.begin(to - from, () -> replayedBytes);
    ByteBuf in = Unpooled.directBuffer(WINDOW_BYTES);
    ByteBuf rest = Unpooled.directBuffer(WINDOW_BYTES);
    long at = from;
    client.begin();
    try {
      while (at < to) {
        if (isCancelled) {
          throw new LoadException("loading was cancelled");
        }
        int count = (int) Math.min(WINDOW_BYTES, to - at);
        ByteBuffer window = in.clear().internalNioBuffer(0, count);
        int read = file.read(window, at);
        if (read <= 0) {
          throw new LoadException(file.name() + " has become shorter");
        }
        in.setIndex(0, read);
        at += read;
        feed(client, in, rest);
        replayedBytes = at - from;
      }
    } catch (IOException e) {
      throw new LoadException(file.name() + ": " + e.getMessage() + " (before offset " + at + ')');
    } finally {
      in.release();
      rest.release();
      progress.end(0, 0);
    }
  }

  private static void feed(FileClient client, ByteBuf in, ByteBuf rest) throws IOException {
    while (in.isReadable()) {
      client.stream(in);
      // No more of a large argument than its end belongs to the start of a command.
      rest.writeBytes(in);
      client.execute(rest);
      rest.discardReadBytes();
    }
  }
}
