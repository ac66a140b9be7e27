package dev.larder.info;

import static dev.larder.info.MemoryFigures.ratio;

import dev.larder.command.CommandTable;
import dev.larder.config.MachineMemory;
import dev.larder.storage.Keyspace;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;

/**
 * Where memory goes. {@code used_memory} is what {@code maxmemory} is about: keys, values, what
 * finds them, and what is kept for clients and files. The JVM's own memory is outside it and shown
 * beside it.
 */
final class MemorySection implements InfoSection {
  private static final long MILLIS_PER_SECOND = 1000;

  private final ServerFacts facts;
  private final Vitals vitals;
  private final Keyspace keyspace;
  private final MachineMemory machine = MachineMemory.here();

  MemorySection(ServerFacts facts, Vitals vitals, Keyspace keyspace) {
    this.facts = facts;
    this.vitals = vitals;
    this.keyspace = keyspace;
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    MemoryFigures memory = MemoryFigures.of(vitals, keyspace);
    out.section("Memory");
    writeUsed(out, memory);
    writeAllocator(out, memory);
    if (machine.totalBytes() != MachineMemory.NONE) {
      out.bytes("total_system_memory", machine.totalBytes());
    }
    writeScripts(out);
    out.bytes("maxmemory", memory.limit());
    out.field("maxmemory_policy", facts.maxMemoryPolicy());
    writeRatios(out, memory);
    writeParts(out, memory);
    writeJvm(out, memory);
  }

  private static void writeUsed(InfoFields out, MemoryFigures memory) {
    out.bytes("used_memory", memory.used());
    if (memory.resident() != ProcessFacts.UNKNOWN) {
      out.bytes("used_memory_rss", memory.resident());
    }
    out.bytes("used_memory_peak", memory.peak());
    out.field("used_memory_peak_time", memory.peakMillis() / MILLIS_PER_SECOND);
    out.percent("used_memory_peak_perc", memory.peakPercent());
    out.field("used_memory_overhead", memory.overhead());
    out.field("used_memory_startup", memory.startup());
    out.field("used_memory_dataset", memory.dataset());
    out.percent("used_memory_dataset_perc", memory.datasetPercent());
  }

  private static void writeAllocator(InfoFields out, MemoryFigures memory) {
    out.field("allocator_allocated", memory.live());
    out.field("allocator_active", memory.active());
    out.field("allocator_resident", memory.committed());
    out.field("allocator_muzzy", 0);
  }

  private void writeScripts(InfoFields out) {
    ServerFacts.ScriptFacts scripts = facts.scriptFacts();
    out.field("used_memory_scripts_eval", scripts.scriptBytes());
    out.field("number_of_cached_scripts", scripts.scripts());
    out.field("number_of_functions", scripts.functions());
    out.field("number_of_libraries", scripts.libraries());
    out.field("used_memory_functions", scripts.functionBytes());
    out.bytes("used_memory_scripts", scripts.scriptBytes() + scripts.functionBytes());
  }

  private static void writeRatios(InfoFields out, MemoryFigures memory) {
    out.field("allocator_frag_ratio", ratio(memory.active(), memory.live()), 2);
    out.field("allocator_frag_bytes", memory.active() - memory.live());
    out.field("allocator_rss_ratio", ratio(memory.committed(), memory.active()), 2);
    out.field("allocator_rss_bytes", memory.committed() - memory.active());
    if (memory.knowsResident()) {
      long data = memory.residentData();
      out.field("rss_overhead_ratio", ratio(data, memory.committed()), 2);
      out.field("rss_overhead_bytes", data - memory.committed());
      out.field("mem_fragmentation_ratio", ratio(data, memory.used()), 2);
      out.field("mem_fragmentation_bytes", data - memory.used());
    }
  }

  private void writeParts(InfoFields out, MemoryFigures memory) {
    out.field("mem_not_counted_for_evict", 0);
    out.field("mem_replication_backlog", 0);
    out.field("mem_total_replication_buffers", 0);
    out.field("mem_replica_full_sync_buffer", 0);
    out.field("mem_clients_slaves", 0);
    out.field("mem_clients_normal", memory.clients());
    out.field("mem_cluster_links", 0);
    out.field("mem_aof_buffer", memory.aofBuffer());
    out.field("mem_overhead_db_hashtable_rehashing", 0);
    out.field("mem_allocator", "larder");
    out.field("active_defrag_running", keyspace.relocation().running());
    out.field("lazyfree_pending_objects", keyspace.memory().keysToFree());
    out.field("lazyfreed_objects", vitals.keysFreedLater());
    out.bytes("larder_policy_bytes", facts.policyBytes());
    out.field("larder_index_correction", keyspace.memory().indexCorrection());
    out.field("larder_snapshot_reserve", memory.reserve());
    out.field("larder_unusable_memory", memory.unusable());
  }

  /** What the process takes besides {@code used_memory}. */
  private void writeJvm(InfoFields out, MemoryFigures figures) {
    if (figures.base() != ProcessFacts.UNKNOWN) {
      out.bytes("larder_jvm_base", figures.base());
    }
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    out.field("larder_heap_used", heap.getUsed());
    out.field("larder_heap_committed", heap.getCommitted());
    if (heap.getMax() >= 0) {
      out.field("larder_heap_max", heap.getMax());
    }
    out.field("larder_nonheap_committed", memory.getNonHeapMemoryUsage().getCommitted());
    BufferPool buffers = vitals.buffers();
    out.field("larder_buffer_pool", buffers.held().getAsLong());
    out.field("larder_buffer_pool_lent", buffers.lent().getAsLong());
    out.field("larder_buffer_pool_base", buffers.baseBytes());
    out.field("larder_threads", ManagementFactory.getThreadMXBean().getThreadCount());
    long collections = 0;
    long millis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections += Math.max(0, collector.getCollectionCount());
      millis += Math.max(0, collector.getCollectionTime());
    }
    out.field("larder_gc_count", collections);
    out.field("larder_gc_millis", millis);
  }
}
