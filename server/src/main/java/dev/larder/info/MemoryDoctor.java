package dev.larder.info;

import dev.larder.config.MachineMemory;
import java.util.ArrayList;
import java.util.List;

/** What MEMORY DOCTOR says: rules, each of which knows a problem and what helps. */
final class MemoryDoctor {
  private static final long MIB = 1L << 20;

  /** With less than this no proportion means anything. */
  private static final long LEAST_BYTES = 5 * MIB;

  private static final long NOTICED_BYTES = 10 * MIB;
  private static final double HIGH_PEAK = 1.5;
  private static final double HIGH_FRAGMENTATION = 1.3;
  private static final double NEARLY_FULL = 0.95;

  /** Compiled code and a heap that is not small for a moment are no problem. */
  private static final double HIGH_BASE = 1.2;

  private static final long LARGE_CLIENT_BYTES = 200 * 1024;
  private static final long MANY_SCRIPTS = 1000;

  private MemoryDoctor() {}

  /**
   * The report, of one or more lines.
   *
   * @param base the most that the JVM is to take for itself
   */
  static String report(
      MemoryFigures memory, ServerFacts facts, int clients, MachineMemory machine, long base) {
    List<String> findings = new ArrayList<>();
    if (memory.used() < LEAST_BYTES) {
      return "There is too little data for a report: less than " + LEAST_BYTES / MIB + " MB.\n";
    }
    ofData(memory, findings);
    ofLimit(memory, facts, machine, findings);
    ofOthers(memory, facts, clients, base, findings);
    if (findings.isEmpty()) {
      return "No problem was found with the memory of this server.\n";
    }
    StringBuilder text = new StringBuilder("What was found about the memory of this server:\n");
    findings.forEach(finding -> text.append("\n * ").append(finding).append('\n'));
    return text.toString();
  }

  private static void ofData(MemoryFigures memory, List<String> findings) {
    if (memory.peak() > memory.used() * HIGH_PEAK
        && memory.peak() - memory.used() > NOTICED_BYTES) {
      findings.add(
          "Peak: "
              + InfoText.human(memory.peak())
              + " were used once, now it is "
              + InfoText.human(memory.used())
              + ". What became free is given back to the system; if more is resident than used,"
              + " MEMORY PURGE does so at once.");
    }
    long unused = memory.active() - memory.live();
    if (memory.active() > memory.live() * HIGH_FRAGMENTATION && unused > NOTICED_BYTES) {
      findings.add(
          "Fragmentation: pages that hold data have "
              + InfoText.human(unused)
              + " free. It is used by new values of the same size, or given back as pages become"
              + " empty. MEMORY MALLOC-STATS tells which sizes it is.");
    }
    long outside = memory.residentData() - memory.committed() - memory.other();
    if (memory.knowsResident() && outside > Math.max(NOTICED_BYTES, memory.used() / 10)) {
      findings.add(
          "Outside: "
              + InfoText.human(outside)
              + " are resident that are neither data nor buffers nor the JVM's. Threads, the JIT"
              + " compiler and the C library have them; MALLOC_ARENA_MAX=1 keeps that low.");
    }
  }

  private static void ofLimit(
      MemoryFigures memory, ServerFacts facts, MachineMemory machine, List<String> findings) {
    boolean keepsAll = facts.maxMemoryPolicy().equals("noeviction");
    if (memory.limit() > 0 && memory.used() > memory.limit() * NEARLY_FULL && keepsAll) {
      findings.add(
          "Limit: "
              + InfoText.human(memory.used())
              + " of maxmemory's "
              + InfoText.human(memory.limit())
              + " are used, and nothing is evicted: commands that need memory are refused beyond"
              + " it. Raise maxmemory, or choose a maxmemory-policy.");
    }
    long most = machine.mostBytes();
    if (memory.limit() > 0
        && most != MachineMemory.NONE
        && memory.knowsResident()
        && memory.limit() + memory.base() > most) {
      findings.add(
          "Room: maxmemory and the JVM's "
              + InfoText.human(memory.base())
              + " are more than the "
              + InfoText.human(most)
              + " that this process may have: the system may end it. Use a percentage, as in"
              + " `maxmemory 75%`.");
    }
    if (memory.unusable() > NOTICED_BYTES) {
      findings.add(
          "Pages: "
              + InfoText.human(memory.unusable())
              + " count as used because pages hold too little for maxmemory to be kept otherwise.");
    }
  }

  private static void ofOthers(
      MemoryFigures memory, ServerFacts facts, int clients, long base, List<String> findings) {
    if (clients > 0 && memory.clients() / clients > LARGE_CLIENT_BYTES) {
      findings.add(
          "Clients: they have "
              + InfoText.human(memory.clients() / clients)
              + " each on average, in queries and replies that they do not read. CLIENT LIST shows"
              + " whose tot-mem is large; maxmemory-clients and client-output-buffer-limit bound"
              + " it.");
    }
    if (memory.aofBuffer() > Math.max(NOTICED_BYTES, memory.used() / 10)) {
      findings.add(
          "Disk: "
              + InfoText.human(memory.aofBuffer())
              + " wait to be written to the append-only file: the disk is too slow.");
    }
    if (memory.base() > base * HIGH_BASE) {
      findings.add(
          "JVM: it has "
              + InfoText.human(memory.base())
              + " for itself, where "
              + InfoText.human(base)
              + " should do. Scripts, subscriptions and very many clients live on its heap.");
    }
    if (facts.scriptFacts().scripts() > MANY_SCRIPTS) {
      findings.add(
          "Scripts: "
              + facts.scriptFacts().scripts()
              + " are cached. Texts that differ only in values should take those as ARGV instead.");
    }
  }
}
