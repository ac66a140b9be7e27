package dev.larder.storage;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.DiskSource;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbFileReader;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.TextSlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Brings an RDB file into a keyspace. The thread that calls {@link #run} reads the file, finds out
 * where each entry ends and hands it to the worker of its shard; the workers, threads of their own,
 * build the values. Nothing is kept of the file but a bounded number of pieces.
 *
 * <p>What is there of a file that turns out to be damaged stays in the keyspace: who calls must not
 * serve it. The figures may be read by any thread meanwhile; used once.
 */
public final class RdbLoad {
  /** The figure of bytes read is behind by at most so many. */
  private static final int PROGRESS_BYTES = 64 * 1024;

  /** Shorter entries are rare. */
  private static final int USUAL_ENTRY_BYTES = 16;

  private final Keyspace keyspace;
  private final DiskSource source;
  private final long nowMillis;
  private final boolean dropsExpired;
  private final long totalBytes;
  private final LongAdder keys = new LongAdder();
  private final LongAdder emptyKeys = new LongAdder();
  private final List<LoadBuilder> builders = new ArrayList<>();
  private final List<LoadWorker> workers = new ArrayList<>();
  private final List<byte[]> libraries = new ArrayList<>();
  private final Set<String> remarks = new LinkedHashSet<>();
  private final RdbInput input = new RdbInput();
  private final TextSlot key;

  /** The key of an entry that comes in pieces. */
  private final GrowableMemory longKey;

  /** For entries that are too long for a batch. */
  private final LoadBuilder builder;

  private boolean isMerging;
  private String writtenBy = "";
  private volatile long usedMemory;
  private volatile long loadedBytes;
  private volatile long expiredKeys;
  private volatile boolean isCancelled;

  /**
   * Prepares to load a file.
   *
   * @param file which {@link #run} only reads
   * @param threads how many workers
   * @param dropsExpired whether keys are left out that have expired at {@code nowMillis}: not where
   *     the effects that follow count on them
   */
  public RdbLoad(
      Keyspace keyspace, DiskFile file, int threads, long nowMillis, boolean dropsExpired)
      throws IOException {
    this.keyspace = keyspace;
    this.source = new DiskSource(file);
    this.totalBytes = source.size();
    this.nowMillis = nowMillis;
    this.dropsExpired = dropsExpired;
    this.key = new TextSlot(keyspace.large());
    this.longKey = new GrowableMemory(keyspace.large());
    this.builder = newBuilder();
    int shards = keyspace.shardCount();
    int count = Math.clamp(threads, 1, shards);
    for (int i = 0; i < count; i++) {
      int first = Math.ceilDiv(i * shards, count);
      int end = Math.ceilDiv((i + 1) * shards, count);
      workers.add(new LoadWorker(newBuilder(), i, first, end));
    }
  }

  private LoadBuilder newBuilder() {
    LoadBuilder made = new LoadBuilder(keyspace, nowMillis, keys, emptyKeys);
    builders.add(made);
    return made;
  }

  /** Before {@link #run}: keys and libraries of the file take the place of those of their names. */
  public void replaceKeys() {
    isMerging = true;
    builders.forEach(LoadBuilder::replaceKeys);
  }

  /**
   * Loads the file, to the end of its RDB part.
   *
   * @return the offset in the file where that ends
   * @throws LoadException when the file is damaged, or holds what cannot be held here
   */
  public long run() throws IOException, LoadException, InterruptedException {
    long end;
    try (RdbFileReader reader = openReader()) {
      end = read(reader);
      for (LoadWorker worker : workers) {
        worker.finish(false);
      }
    } finally {
      for (LoadWorker worker : workers) {
        worker.finish(true);
      }
      key.clear();
      longKey.shrink();
    }
    if (isMerging) {
      keyspace.functions().merge(libraries);
    } else {
      keyspace.functions().replace(libraries);
    }
    return end;
  }

  private RdbFileReader openReader() throws IOException, LoadException {
    try {
      return new RdbFileReader(source, keyspace.large());
    } catch (RdbException e) {
      throw LoadBuilder.failure("", 0, String.valueOf(e.getMessage()));
    }
  }

  private long read(RdbFileReader reader) throws IOException, LoadException, InterruptedException {
    try {
      reader.open();
      builders.forEach(made -> made.version(reader.version()));
      workers.forEach(LoadWorker::start);
      while (readItem(reader)) {
        long position = reader.position();
        if (position - loadedBytes > PROGRESS_BYTES) {
          loadedBytes = position;
        }
        if (isCancelled) {
          throw new LoadException("loading was stopped");
        }
      }
      loadedBytes = reader.position();
      return reader.position();
    } catch (RdbException e) {
      String what = String.valueOf(e.getMessage()) + " (at offset " + reader.position() + ')';
      throw LoadBuilder.failure(reader.keyText(), reader.start(), what);
    }
  }

  /** Reads an item; false at the end. */
  private boolean readItem(RdbFileReader reader)
      throws IOException, RdbException, LoadException, InterruptedException {
    switch (reader.next()) {
      case ENTRY -> readEntry(reader);
      case AUX -> readAux(reader.name(), reader.text());
      case DATABASE -> requireDatabase(reader);
      case FUNCTION -> libraries.add(reader.library());
      case OLD_FUNCTION -> remarks.add("functions in the format of Redis 7.0's release candidates");
      case MODULE_AUX ->
          remarks.add("data of the module '" + reader.name() + "', which are not for keys");
      case SIZES -> expect(reader);
      case SLOTS -> {}
      case END -> {
        if (reader.hasModuleKeyData()) {
          remarks.add("what modules keep beside keys");
        }
        return false;
      }
    }
    return true;
  }

  private void readAux(String name, String text) {
    if (name.equals("redis-ver") || name.equals("valkey-ver")) {
      writtenBy = text;
    } else if (name.equals("used-mem") && text.matches("\\d{1,18}")) {
      usedMemory = Long.parseLong(text);
    }
  }

  private void requireDatabase(RdbFileReader reader) throws LoadException {
    long number = reader.database();
    if (number < 0 || number >= keyspace.databases()) {
      throw LoadBuilder.failure(
          "",
          reader.start(),
          "it holds database "
              + Long.toUnsignedString(number)
              + ", and there are only "
              + keyspace.databases());
    }
  }

  /** Takes the file's word for how many keys there are, as far as it has bytes for them. */
  private void expect(RdbFileReader reader) {
    long most = reader.remaining() / USUAL_ENTRY_BYTES;
    long count = reader.keyCount();
    builder.expect((int) reader.database(), count < 0 || count > most ? most : count);
  }

  private void readEntry(RdbFileReader reader)
      throws IOException, RdbException, LoadException, InterruptedException {
    long bytes = reader.bytes();
    input.point(bytes, reader.byteCount());
    int type = input.readByte();
    key.read(input);
    if (type == RdbType.MODULE_2) {
      String what = "it is a value of the module '" + reader.moduleName() + "'";
      throw LoadBuilder.failure(reader.keyText(), reader.start(), what);
    }
    long deadline = reader.deadlineMillis();
    if (dropsExpired && deadline >= 0 && deadline < nowMillis) {
      expiredKeys++;
      return;
    }
    long hash = keyspace.hash(key.address(), key.length());
    int database = (int) reader.database();
    long value = bytes + input.position();
    long length = input.remaining();
    if (!reader.isComplete()) {
      // Its pieces go over the place in the window where the key is.
      if (!longKey.ensure(Math.max(key.length(), 1), 0)) {
        throw RdbException.memoryExhausted();
      }
      Memory.copy(key.address(), longKey.address(), key.length());
      builder.buildInPieces(reader, input, hash, longKey.address(), key.length());
      longKey.shrink();
      return;
    }
    if (!LoadBatch.canHold(key.length() + length)) {
      builder.buildAlone(
          hash,
          deadline,
          reader.start(),
          LoadBuilder.use(reader),
          database,
          type,
          key.address(),
          key.length(),
          value,
          length);
      return;
    }
    int worker = (int) ((long) keyspace.shardIndex(hash) * workers.size() / keyspace.shardCount());
    workers
        .get(worker)
        .batchFor(key.length() + length)
        .add(
            hash,
            deadline,
            reader.start(),
            LoadBuilder.use(reader),
            database,
            type,
            key.address(),
            key.length(),
            value,
            (int) length);
  }

  /** Makes {@link #run} fail soon. */
  public void cancel() {
    isCancelled = true;
  }

  /** Bytes of the file, all of which may not be RDB. */
  public long totalBytes() {
    return totalBytes;
  }

  /** Bytes of the file that were read; behind a little. */
  public long loadedBytes() {
    return loadedBytes;
  }

  /** Keys that were loaded. */
  public long keys() {
    return keys.sum();
  }

  /** Keys that were left out since they had expired. */
  public long expiredKeys() {
    return expiredKeys;
  }

  /** Keys that were left out since their collections had no elements. */
  public long emptyKeys() {
    return emptyKeys.sum();
  }

  /** The version of the server that wrote the file, as it says; empty if it does not. */
  public String writtenBy() {
    return writtenBy;
  }

  /** How much memory the data took where they were written, as the file says; 0 if it does not. */
  public long usedMemory() {
    return usedMemory;
  }

  /** What of the file was passed over, for people; after {@link #run}. */
  public List<String> passedOver() {
    return List.copyOf(remarks);
  }
}
