package dev.larder.info;

import dev.larder.command.CommandTable;

/** Processor time used, in seconds; as fine as the system counts it, which is 10 ms on Linux. */
final class CpuSection implements InfoSection {
  private static final int DECIMALS = 6;

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("CPU");
    ProcessFacts.Cpu cpu = ProcessFacts.cpu();
    if (cpu.user() != ProcessFacts.UNKNOWN) {
      out.field("used_cpu_sys", cpu.system(), DECIMALS);
      out.field("used_cpu_user", cpu.user(), DECIMALS);
      out.field("used_cpu_sys_children", cpu.childrenSystem(), DECIMALS);
      out.field("used_cpu_user_children", cpu.childrenUser(), DECIMALS);
    }
  }
}
