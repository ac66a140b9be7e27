package dev.larder.info;

import dev.larder.metrics.MemoryUse;
import dev.larder.storage.Keyspace;

/**
 * Where the memory is at a moment, for all who tell of it: INFO, MEMORY STATS, MEMORY DOCTOR. All
 * in bytes. Ratios compare what is comparable: the JVM's own memory is in {@code resident} but in
 * no other figure, so it is taken off first.
 *
 * @param used what {@code maxmemory} limits
 * @param startup what the empty server used
 * @param resident physical memory of the process, or {@link ProcessFacts#UNKNOWN}
 * @param base the JVM's own part of it, or {@link ProcessFacts#UNKNOWN}
 * @param live blocks and chunks that hold something, data and index
 * @param committed what the storage has of the system, for what is live and what was
 * @param idle the part of that which holds nothing, and goes back soon
 * @param index tables and trees by which keys are found
 * @param other all that is used beside {@code live}
 * @param clients what clients have for themselves
 * @param aofBuffer what is on its way to the append-only file
 * @param reserve what a snapshot may yet need
 * @param unusable memory in pages that hold too little, as far as it counts as used
 */
record MemoryFigures(
    long used,
    long peak,
    long peakMillis,
    long limit,
    long startup,
    long resident,
    long base,
    long live,
    long committed,
    long idle,
    long index,
    long other,
    long clients,
    long aofBuffer,
    long reserve,
    long unusable,
    long keys) {

  static MemoryFigures of(Vitals vitals, Keyspace keyspace) {
    MemoryUse memory = vitals.memory();
    long index = 0;
    long keys = 0;
    for (int database = 0; database < keyspace.databases(); database++) {
      index += keyspace.memory().indexBytes(database) + keyspace.memory().expiryBytes(database);
      keys += keyspace.size(database);
    }
    return new MemoryFigures(
        memory.usedBytes(),
        memory.peakBytes(),
        memory.peakMillis(),
        memory.limitBytes(),
        vitals.startupBytes(),
        vitals.residentBytes(),
        vitals.baseBytes(),
        keyspace.usedBytes(),
        keyspace.memory().committedBytes(),
        keyspace.memory().idleBytes(),
        index,
        memory.otherBytes(),
        vitals.clientBytes(),
        vitals.aofBytes(),
        keyspace.memory().snapshotReserveBytes(),
        vitals.excessBytes(),
        keys);
  }

  /** What is used for anything but the values of keys. */
  long overhead() {
    return Math.min(used, Math.max(startup, other) + index);
  }

  long dataset() {
    return used - overhead();
  }

  boolean knowsResident() {
    return resident != ProcessFacts.UNKNOWN && base != ProcessFacts.UNKNOWN;
  }

  /** Physical memory beside the JVM's own. */
  long residentData() {
    return Math.max(0, resident - base);
  }

  /** Pages that hold something. */
  long active() {
    return Math.max(live, committed - idle);
  }

  double datasetPercent() {
    return percent(dataset(), used - startup);
  }

  double peakPercent() {
    return percent(used, peak);
  }

  static double percent(long part, long whole) {
    return whole <= 0 ? 0 : 100.0 * part / whole;
  }

  static double ratio(long part, long whole) {
    return whole <= 0 ? 0 : (double) part / whole;
  }
}
