package dev.larder.info;

import dev.larder.metrics.MemoryUse;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Keyspace;
import java.util.function.Supplier;

/** What MEMORY STATS tells, by Redis's names as far as the facts exist. Safe for any thread. */
public final class MemoryReport {
  /** How many fields {@link #write} writes when the process's resident memory is known. */
  private static final int FIELDS = 14;

  private final Keyspace keyspace;
  private final Vitals vitals;
  private final Supplier<ServerFacts.ScriptFacts> scripts;

  /**
   * @param scripts tells what scripts and functions there are
   */
  public MemoryReport(Keyspace keyspace, Vitals vitals, Supplier<ServerFacts.ScriptFacts> scripts) {
    this.keyspace = keyspace;
    this.vitals = vitals;
    this.scripts = scripts;
  }

  /** Writes the map. */
  public void write(ReplyWriter reply) {
    MemoryUse memory = vitals.memory();
    long used = memory.usedBytes();
    long peak = memory.peakBytes();
    long startup = vitals.startupBytes();
    long dataset = vitals.dataBytes();
    long resident = ProcessFacts.residentBytes();
    long keys = 0;
    for (int database = 0; database < keyspace.databases(); database++) {
      keys += keyspace.size(database);
    }
    reply.map(resident == ProcessFacts.UNKNOWN ? FIELDS - 2 : FIELDS);
    number(reply, "peak.allocated", peak);
    number(reply, "total.allocated", used);
    number(reply, "startup.allocated", startup);
    number(reply, "clients.normal", vitals.clientBytes());
    ServerFacts.ScriptFacts known = scripts.get();
    number(reply, "lua.caches", known.scriptBytes());
    number(reply, "functions.caches", known.functionBytes());
    number(reply, "overhead.total", Math.max(0, used - dataset));
    number(reply, "keys.count", keys);
    number(reply, "keys.bytes-per-key", keys == 0 ? 0 : dataset / keys);
    number(reply, "dataset.bytes", dataset);
    reply.bulkString("dataset.percentage");
    reply.doubleValue(MemorySection.percent(dataset, used - startup));
    reply.bulkString("peak.percentage");
    reply.doubleValue(MemorySection.percent(used, peak));
    if (resident != ProcessFacts.UNKNOWN) {
      reply.bulkString("fragmentation");
      reply.doubleValue(used == 0 ? 0 : (double) resident / used);
      number(reply, "fragmentation.bytes", resident - used);
    }
  }

  private static void number(ReplyWriter reply, String name, long value) {
    reply.bulkString(name);
    reply.integer(value);
  }
}
