package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void medianOfRatiosComparesNeighbours() {
    assertThat(Stats.medianRatio(new double[] {1, 20, 3}, new double[] {2, 40, 3})).isEqualTo(0.5);
    assertThat(Stats.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
    assertThat(Stats.median(new double[0])).isNaN();
  }

  @Test
  void aGoalIsMetAtItsLimitAndUnknownWithoutFigure() {
    Goal goal = Goal.atMost(0.85, " of redis");
    assertThat(goal.text()).isEqualTo("<= 0.85 of redis");
    assertThat(goal.judge(0.85)).isEqualTo(Verdict.OK);
    assertThat(goal.judge(0.851)).isEqualTo(Verdict.MISSED);
    assertThat(goal.judge(Double.NaN)).isEqualTo(Verdict.UNKNOWN);
    Goal least = Goal.atLeast(1.1, " of redis");
    assertThat(least.text()).isEqualTo(">= 1.1 of redis");
    assertThat(least.judge(1.1)).isEqualTo(Verdict.OK);
    assertThat(least.judge(1.09)).isEqualTo(Verdict.MISSED);
  }

  @Test
  void goalsFollowSizeDepthAndTransport() {
    assertThat(Goals.cpu(32, 1, true).limit()).isEqualTo(0.85);
    assertThat(Goals.cpu(32, 1, false).limit()).isEqualTo(0.97);
    assertThat(Goals.cpu(32, 16, true).limit()).isEqualTo(0.5);
    assertThat(Goals.cpu(32, 100, true).limit()).isEqualTo(0.3);
    assertThat(Goals.cpu(1024, 1, true).limit()).isEqualTo(0.9);
    assertThat(Goals.cpu(1024, 16, true).limit()).isEqualTo(0.6);
    assertThat(Goals.cpu(16_384, 16, true).limit()).isEqualTo(1.0);
  }

  @Test
  void numbersAreShort() {
    assertThat(Text.number(5)).isEqualTo("5");
    assertThat(Text.number(0.97)).isEqualTo("0.97");
    assertThat(Text.number(100)).isEqualTo("100");
    assertThat(Text.bytes(32)).isEqualTo("32 B");
    assertThat(Text.bytes(16_384)).isEqualTo("16 KiB");
    assertThat(Text.micros(1_340)).isEqualTo("1.34");
  }

  @Test
  void tablesAlignAndEscape() {
    Table table = new Table("T", "a", "long");
    table.add("x|y", "1");
    assertThat(table.aligned()).isEqualTo("T\n  a    long\n  x|y  1\n");
    assertThat(table.markdown()).contains("| --- | --- |\n| x\\|y | 1 |\n");
  }

  @Test
  void deadlinesLieInTheirSpan() {
    long[] sorted = Deadlines.sorted(Deadlines.spread(1_000, 500), 10_000);
    assertThat(sorted[0]).isBetween(1_000L, 1_010L);
    assertThat(sorted[9_999]).isBetween(1_490L, 1_499L);
  }

  @Test
  void aProcessUsesTimeAndMemory() {
    long self = ProcessHandle.current().pid();
    ProcessUsage before = ProcessUsage.read(self);
    long sum = 0;
    for (long end = Clock.nanos() + 50 * Clock.MILLI; Clock.nanos() < end; ) {
      sum += KeyValues.mix(sum);
    }
    assertThat(sum).isNotZero();
    ProcessUsage.Difference used = ProcessUsage.read(self).since(before);
    assertThat(used.ranNanos()).isPositive();
    assertThat(used.othersShare()).isBetween(0.0, 1.0);
    assertThat(ProcessUsage.residentBytes(self)).isGreaterThan(1 << 20);
  }
}
