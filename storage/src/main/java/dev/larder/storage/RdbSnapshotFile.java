package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.rdb.DiskSink;
import dev.larder.storage.rdb.RdbFileWriter;
import dev.larder.storage.rdb.RdbVersion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that becomes an RDB file. It is written beside, forced, and only then gets its name,
 * so that there is never a file that is not whole. Used once, on the snapshot's thread.
 */
public final class RdbSnapshotFile implements SnapshotTarget {
  private final Keyspace keyspace;
  private final DiskFolder folder;
  private final String name;
  private final String temporaryName;
  private final boolean hasChecksum;
  private final Map<String, String> facts;
  private boolean isReadSoon;
  private List<byte[]> libraries = List.of();
  private @Nullable SnapshotPace pace;
  private @Nullable DiskFile file;
  private @Nullable DiskSink sink;
  private @Nullable RdbFileWriter writer;
  private @Nullable SnapshotAside aside;

  /**
   * @param temporaryName of the file until it is whole; one of this name goes
   * @param hasChecksum whether the file ends with a checksum, not with 0
   * @param facts what the file tells of itself, in order
   */
  public RdbSnapshotFile(
      Keyspace keyspace,
      DiskFolder folder,
      String name,
      String temporaryName,
      boolean hasChecksum,
      Map<String, String> facts) {
    this.keyspace = keyspace;
    this.folder = folder;
    this.name = name;
    this.temporaryName = temporaryName;
    this.hasChecksum = hasChecksum;
    this.facts = facts;
  }

  /** Has the file stay in the system's cache, as who reads it soon wants it; before it begins. */
  public void readSoon() {
    isReadSoon = true;
  }

  @Override
  public void cut() {
    libraries = keyspace.functions().all();
  }

  /** Whether there were libraries of functions at the cut. */
  public boolean hasLibraries() {
    return !libraries.isEmpty();
  }

  @Override
  public void begin(SnapshotSizes sizes, SnapshotPace newPace) throws IOException {
    pace = newPace;
    file = isReadSoon ? folder.create(temporaryName) : folder.createUncached(temporaryName);
    sink = new DiskSink(file, keyspace.large(), newPace::pause);
    RdbFileWriter made = new RdbFileWriter(sink, keyspace.large(), hasChecksum);
    writer = made;
    made.begin(RdbVersion.LOWEST_WRITTEN);
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      made.aux(fact.getKey(), fact.getValue());
    }
    for (byte[] library : libraries) {
      made.function(library);
    }
    for (int i = 0; i < keyspace.databases(); i++) {
      if (sizes.keys(i) > 0) {
        made.database(i, sizes.keys(i), sizes.volatileKeys(i));
      }
    }
  }

  @Override
  public void entries(int number, long address, long bytes, int version) throws IOException {
    requireNonNull(writer).entries(number, address, bytes, version);
  }

  @Override
  public void setAside(int number, long address, long bytes, int version) throws IOException {
    SnapshotAside current = aside;
    if (current == null) {
      current =
          new SnapshotAside(
              folder, temporaryName + ".aside", keyspace.large(), requireNonNull(pace));
      aside = current;
    }
    current.add(number, address, bytes, version);
  }

  @Override
  public boolean takeBack() throws IOException {
    SnapshotAside current = aside;
    boolean isMore = current != null && current.takeBack(requireNonNull(writer)::entries);
    if (!isMore) {
      aside = null;
    }
    return isMore;
  }

  @Override
  public void finish() throws IOException {
    requireNonNull(writer).finish();
    requireNonNull(sink).finish();
    close();
    folder.rename(temporaryName, name);
    folder.force();
  }

  @Override
  public void abandon() {
    try {
      if (aside != null) {
        aside.remove();
      }
      close();
      folder.delete(temporaryName);
    } catch (IOException e) {
      // The snapshot has failed for another reason, or is not wanted: that one counts.
    }
  }

  private void close() throws IOException {
    if (writer != null) {
      writer.close();
      writer = null;
    }
    if (sink != null) {
      sink.close();
      sink = null;
    }
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
