package dev.larder.info;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.MachineMemory;
import org.junit.jupiter.api.Test;

final class MemoryDoctorTest {
  private static final long MIB = 1L << 20;
  private static final MachineMemory MACHINE = MachineMemory.here();

  /** Figures of a healthy server with 100 MB of data, in MB, by name. */
  private long used = 100;

  private long peak = 100;
  private long limit;
  private long resident = 180;
  private long base = 75;
  private long committed = 102;
  private long clients;
  private long aof;
  private long unusable;

  private String report(int clientCount) {
    MemoryFigures figures =
        new MemoryFigures(
            used * MIB,
            peak * MIB,
            0,
            limit * MIB,
            0,
            resident * MIB,
            base * MIB,
            100 * MIB,
            committed * MIB,
            0,
            8 * MIB,
            0,
            clients * MIB,
            aof * MIB,
            0,
            unusable * MIB,
            1000);
    return MemoryDoctor.report(figures, new TestFacts(), clientCount, MACHINE, 100 * MIB);
  }

  @Test
  void healthyServerHasNoProblem() {
    assertThat(report(10)).isEqualTo("No problem was found with the memory of this server.\n");
  }

  @Test
  void emptyServerTellsNothing() {
    used = 4;
    assertThat(report(10)).startsWith("There is too little data");
  }

  @Test
  void eachProblemIsFound() {
    peak = 200;
    assertThat(report(10)).contains(" * Peak: 200.00M were used once, now it is 100.00M.");
    peak = 100;
    committed = 150;
    resident = 225;
    assertThat(report(10)).contains(" * Fragmentation: pages that hold data have 50.00M free.");
    committed = 102;
    assertThat(report(10)).contains(" * Outside: 48.00M are resident").doesNotContain("Frag");
    resident = 180;
    limit = 101;
    assertThat(report(10)).contains(" * Limit: 100.00M of maxmemory's 101.00M are used");
    limit = 0;
    unusable = 20;
    assertThat(report(10)).contains(" * Pages: 20.00M count as used");
    unusable = 0;
    clients = 10;
    assertThat(report(10)).contains(" * Clients: they have 1.00M each on average");
    clients = 0;
    aof = 20;
    assertThat(report(10)).contains(" * Disk: 20.00M wait to be written");
    aof = 0;
    base = 125;
    resident = 230;
    assertThat(report(10)).contains(" * JVM: it has 125.00M for itself, where 100.00M should do.");
  }

  @Test
  void limitBeyondTheMachineIsFound() {
    limit = MACHINE.mostBytes() / MIB;
    assertThat(report(10)).contains(" * Room: maxmemory and the JVM's 75.00M are more than");
  }
}
