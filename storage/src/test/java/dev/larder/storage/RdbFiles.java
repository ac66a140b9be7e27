package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.RdbFileWriter;
import dev.larder.storage.rdb.RdbSink;
import dev.larder.storage.rdb.ValueWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Files of whole keyspaces, written in one go. */
public final class RdbFiles {
  private RdbFiles() {}

  /** Writes all databases to a file; returns its version. */
  public static int save(Keyspace keyspace, DiskFile file, boolean compresses, boolean hasChecksum)
      throws IOException {
    Unit unit = keyspace.newUnit();
    EntryWriter entries = new EntryWriter(keyspace, unit);
    ValueWriter values = new ValueWriter(keyspace.large());
    values.compresses(compresses);
    try (RdbFileWriter writer =
        new RdbFileWriter(new FileSink(file), keyspace.large(), hasChecksum)) {
      writer.begin(0);
      writer.aux("redis-ver", "8.10.0");
      for (byte[] library : keyspace.functions().all()) {
        writer.function(library);
      }
      unit.begin(0);
      for (int i = 0; i < keyspace.shardCount(); i++) {
        assertThat(unit.acquire(keyspace.shard(i))).isTrue();
      }
      for (int database = 0; database < keyspace.databases(); database++) {
        if (keyspace.size(database) > 0) {
          writer.database(database, keyspace.size(database), keyspace.volatileSize(database));
          for (int i = 0; i < keyspace.shardCount(); i++) {
            save(unit, keyspace.shard(i), database, entries, values, writer);
          }
        }
      }
      unit.releaseAll();
      writer.finish();
      return writer.version();
    }
  }

  private static void save(
      Unit unit,
      Shard shard,
      int database,
      EntryWriter entries,
      ValueWriter values,
      RdbFileWriter writer)
      throws IOException {
    long position = 0;
    do {
      position = shard.walk(unit, database, position, entry -> entries.write(shard, entry, values));
      assertThat(values.output().isExhausted()).isFalse();
      writer.entries(
          database, values.output().address(), values.output().length(), values.version());
      values.clear();
    } while (position != 0);
  }

  private static final class FileSink implements RdbSink {
    private final DiskFile file;
    private long position;

    FileSink(DiskFile file) {
      this.file = file;
    }

    @Override
    public void append(long address, long bytes) throws IOException {
      ByteBuffer source = Memory.view(address, (int) bytes);
      file.writeFully(source, position);
      position += bytes;
    }

    @Override
    public void replaceHead(long address, int bytes) throws IOException {
      file.writeFully(Memory.view(address, bytes), 0);
    }
  }

  /** Loads a file into a keyspace. */
  static RdbLoad load(Keyspace keyspace, DiskFolder folder, String name, int threads, long now)
      throws IOException, LoadException, InterruptedException {
    try (DiskFile file = folder.openToRead(name)) {
      RdbLoad load = new RdbLoad(keyspace, file, threads, now, true);
      load.run();
      return load;
    }
  }
}
