package dev.larder.info;

import com.sun.management.OperatingSystemMXBean;
import dev.larder.command.CommandTable;
import dev.larder.metrics.MemoryUse;
import dev.larder.storage.Relocation;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;

/**
 * Where memory goes. {@code used_memory} is what {@code maxmemory} is about: keys, values, what
 * finds them, and clients' buffers. The JVM's own memory is outside it and shown beside it.
 */
final class MemorySection implements InfoSection {
  private final ServerFacts facts;
  private final Vitals vitals;

  private final Relocation relocation;

  MemorySection(ServerFacts facts, Vitals vitals, Relocation relocation) {
    this.facts = facts;
    this.vitals = vitals;
    this.relocation = relocation;
  }

  @Override
  public void write(InfoText out, CommandTable commands) {
    MemoryUse memory = vitals.memory();
    long used = memory.usedBytes();
    long peak = memory.peakBytes();
    long dataset = vitals.dataBytes();
    long startup = vitals.startupBytes();
    long resident = ProcessFacts.residentBytes();
    out.section("Memory");
    out.bytes("used_memory", used);
    if (resident != ProcessFacts.UNKNOWN) {
      out.bytes("used_memory_rss", resident);
    }
    out.bytes("used_memory_peak", peak);
    out.percent("used_memory_peak_perc", percent(used, peak));
    out.field("used_memory_overhead", Math.max(0, used - dataset));
    out.field("used_memory_startup", startup);
    out.field("used_memory_dataset", dataset);
    out.percent("used_memory_dataset_perc", percent(dataset, used - startup));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      out.bytes("total_system_memory", system.getTotalMemorySize());
    }
    ServerFacts.ScriptFacts scripts = facts.scriptFacts();
    out.field("used_memory_scripts_eval", scripts.scriptBytes());
    out.field("number_of_cached_scripts", scripts.scripts());
    out.field("number_of_functions", scripts.functions());
    out.field("number_of_libraries", scripts.libraries());
    out.field("used_memory_functions", scripts.functionBytes());
    out.bytes("used_memory_scripts", scripts.scriptBytes() + scripts.functionBytes());
    out.bytes("maxmemory", memory.limitBytes());
    out.field("maxmemory_policy", facts.maxMemoryPolicy());
    if (resident != ProcessFacts.UNKNOWN) {
      out.field("mem_fragmentation_ratio", used == 0 ? 0 : (double) resident / used, 2);
      out.field("mem_fragmentation_bytes", resident - used);
    }
    out.field("mem_clients_normal", vitals.clientBytes());
    out.field("mem_clients_slaves", 0);
    out.field("mem_allocator", "larder");
    out.field("active_defrag_running", relocation.running());
    writeJvm(out);
  }

  /** What the process takes besides {@code used_memory}. */
  private void writeJvm(InfoText out) {
    if (vitals.baseResidentBytes() != ProcessFacts.UNKNOWN) {
      out.bytes("larder_jvm_base", vitals.baseResidentBytes());
    }
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    out.field("larder_heap_used", heap.getUsed());
    out.field("larder_heap_committed", heap.getCommitted());
    if (heap.getMax() >= 0) {
      out.field("larder_heap_max", heap.getMax());
    }
    out.field("larder_nonheap_committed", memory.getNonHeapMemoryUsage().getCommitted());
    out.bytes("larder_policy_bytes", facts.policyBytes());
    out.field("larder_buffer_pool", facts.bufferPoolBytes());
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

  static double percent(long part, long whole) {
    return whole <= 0 ? 0 : 100.0 * part / whole;
  }
}
