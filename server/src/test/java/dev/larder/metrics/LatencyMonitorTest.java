package dev.larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.LatencyMonitor.Sample;
import org.junit.jupiter.api.Test;

final class LatencyMonitorTest {
  private final LatencyMonitor monitor = new LatencyMonitor();

  @Test
  void notesWhatTakesLongOnly() {
    monitor.note("command", Long.MAX_VALUE - 1);
    assertThat(monitor.isOn()).isFalse();
    assertThat(monitor.all()).isEmpty();
    monitor.threshold(10);
    assertThat(monitor.isOn()).isTrue();
    monitor.note("command", 9_999_999);
    assertThat(monitor.all()).isEmpty();
    monitor.note("command", 10_000_000);
    assertThat(monitor.find("command").latest().millis()).isEqualTo(10);
  }

  @Test
  void keepsTheWorstOfASecond() {
    monitor.add("command", 1, 20);
    monitor.add("command", 1, 50);
    monitor.add("command", 1, 30);
    monitor.add("command", 2, 10);

    assertThat(monitor.find("command").samples())
        .containsExactly(new Sample(1, 50), new Sample(2, 10));
    assertThat(monitor.find("command").maxMillis()).isEqualTo(50);
  }

  @Test
  void keepsTheLastSamples() {
    for (int second = 0; second < 500; second++) {
      monitor.add("command", second, 500 - second);
    }

    assertThat(monitor.find("command").samples()).hasSize(LatencyMonitor.SAMPLES);
    assertThat(monitor.find("command").samples().getFirst()).isEqualTo(new Sample(340, 160));
    assertThat(monitor.find("command").maxMillis()).isEqualTo(500);
  }

  @Test
  void forgets() {
    monitor.add("a", 1, 1);
    monitor.add("b", 1, 1);
    assertThat(monitor.forget("a")).isTrue();
    assertThat(monitor.forget("a")).isFalse();
    assertThat(monitor.forgetAll()).isEqualTo(1);
    assertThat(monitor.all()).isEmpty();
  }
}
