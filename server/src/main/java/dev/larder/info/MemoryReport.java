package dev.larder.info;

import static dev.larder.info.MemoryFigures.ratio;

import dev.larder.config.MachineMemory;
import dev.larder.config.MemoryBudget;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Sessions;
import dev.larder.storage.Keyspace;

/** What the subcommands of MEMORY tell of the server. Safe for any thread. */
public record MemoryReport(ServerFacts facts, Keyspace keyspace, Sessions sessions, Vitals vitals) {
  /** Fields besides one for each database that has keys, and those of resident memory. */
  private static final int FIELDS = 30;

  private static final int RESIDENT_FIELDS = 4;
  private static final int DATABASE_FIELDS = 2;
  private static final String BLOCK_LINE = "%8s %12s %14s %14s %7s%n";

  /** MEMORY DOCTOR: what is wrong, and what helps. */
  public String doctor() {
    return MemoryDoctor.report(
        MemoryFigures.of(vitals, keyspace),
        facts,
        sessions.count(),
        MachineMemory.here(),
        MemoryBudget.BASE_BYTES);
  }

  /** MEMORY MALLOC-STATS: how the memory is divided among blocks. */
  public String blocks() {
    StringBuilder text = new StringBuilder();
    text.append("larder: ").append(keyspace.shardCount()).append(" arenas\n");
    text.append("live:      ").append(keyspace.usedBytes()).append('\n');
    text.append("committed: ").append(keyspace.memory().committedBytes()).append('\n');
    text.append("idle:      ").append(keyspace.memory().idleBytes()).append('\n');
    text.append(String.format(BLOCK_LINE, "size", "blocks", "live bytes", "page bytes", "used"));
    keyspace
        .memory()
        .forEachBlockSize((size, blocks, pageBytes) ->
            text.append(
                String.format(
                    BLOCK_LINE,
                    size,
                    blocks,
                    size * blocks,
                    pageBytes,
                    InfoText.decimal(MemoryFigures.percent(size * blocks, pageBytes), 1) + "%")));
    return text.toString();
  }

  /** MEMORY STATS: Redis's fields and some of Larder's own, as a map. */
  public void stats(ReplyWriter reply) {
    MemoryFigures memory = MemoryFigures.of(vitals, keyspace);
    long[] keys = new long[keyspace.databases()];
    int fields = FIELDS + (memory.knowsResident() ? RESIDENT_FIELDS : 0);
    for (int database = 0; database < keys.length; database++) {
      keys[database] = keyspace.size(database);
      fields += keys[database] > 0 ? 1 : 0;
    }
    reply.map(fields);
    number(reply, "peak.allocated", memory.peak());
    number(reply, "total.allocated", memory.used());
    number(reply, "startup.allocated", memory.startup());
    number(reply, "replication.backlog", 0);
    number(reply, "clients.slaves", 0);
    number(reply, "clients.normal", memory.clients());
    number(reply, "cluster.links", 0);
    number(reply, "aof.buffer", memory.aofBuffer());
    number(reply, "lua.caches", facts.scriptFacts().scriptBytes());
    number(reply, "functions.caches", facts.scriptFacts().functionBytes());
    for (int database = 0; database < keys.length; database++) {
      if (keys[database] > 0) {
        reply.bulkString("db." + database);
        reply.map(DATABASE_FIELDS);
        number(reply, "overhead.hashtable.main", keyspace.memory().indexBytes(database));
        number(reply, "overhead.hashtable.expires", keyspace.memory().expiryBytes(database));
      }
    }
    number(reply, "overhead.total", memory.overhead());
    number(reply, "db.dict.rehashing.count", 0);
    number(reply, "keys.count", memory.keys());
    number(reply, "keys.bytes-per-key", memory.keys() == 0 ? 0 : perKey(memory));
    number(reply, "dataset.bytes", memory.dataset());
    real(reply, "dataset.percentage", memory.datasetPercent());
    real(reply, "peak.percentage", memory.peakPercent());
    writeAllocator(reply, memory);
    number(reply, "larder.index-correction", keyspace.memory().indexCorrection());
    number(reply, "larder.buffer-pool", vitals.buffers().held().getAsLong());
    number(reply, "larder.buffer-pool.lent", vitals.buffers().lent().getAsLong());
    number(reply, "larder.buffer-pool.base", vitals.buffers().baseBytes());
  }

  private static long perKey(MemoryFigures memory) {
    return Math.max(0, memory.used() - memory.startup()) / memory.keys();
  }

  private static void writeAllocator(ReplyWriter reply, MemoryFigures memory) {
    number(reply, "allocator.allocated", memory.live());
    number(reply, "allocator.active", memory.active());
    number(reply, "allocator.resident", memory.committed());
    number(reply, "allocator.muzzy", 0);
    real(reply, "allocator-fragmentation.ratio", ratio(memory.active(), memory.live()));
    number(reply, "allocator-fragmentation.bytes", memory.active() - memory.live());
    real(reply, "allocator-rss.ratio", ratio(memory.committed(), memory.active()));
    number(reply, "allocator-rss.bytes", memory.committed() - memory.active());
    if (memory.knowsResident()) {
      long data = memory.residentData();
      real(reply, "rss-overhead.ratio", ratio(data, memory.committed()));
      number(reply, "rss-overhead.bytes", data - memory.committed());
      real(reply, "fragmentation", ratio(data, memory.used()));
      number(reply, "fragmentation.bytes", data - memory.used());
    }
    number(reply, "larder.unusable", memory.unusable());
  }

  private static void number(ReplyWriter reply, String name, long value) {
    reply.bulkString(name);
    reply.integer(value);
  }

  private static void real(ReplyWriter reply, String name, double value) {
    reply.bulkString(name);
    reply.doubleValue(value);
  }
}
