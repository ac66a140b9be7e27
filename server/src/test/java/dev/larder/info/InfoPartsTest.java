package dev.larder.info;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts from which sections are made. */
final class InfoPartsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1023, 1023B",
    "1024, 1.00K",
    "940992, 918.94K",
    "25276502016, 23.54G",
    "1099511627776, 1.00T",
    "9223372036854775807, 8192.00P"
  })
  void bytesForPeople(long bytes, String text) {
    assertThat(InfoText.human(bytes)).isEqualTo(text);
  }

  @Test
  void rateIsTheMeanOverTheSamplesKept() {
    Rate rate = new Rate();
    assertThat(rate.perSecond()).isZero();
    for (int i = 0; i < 100; i++) {
      rate.sample(i * 100_000_000L, i * 10L);
    }
    assertThat(rate.perSecond()).isCloseTo(100, within(1e-9));
  }

  @Test
  void rateFollowsAChange() {
    Rate rate = new Rate();
    for (int i = 0; i < 20; i++) {
      rate.sample(i * 100_000_000L, i * 10L);
    }
    for (int i = 20; i < 36; i++) {
      rate.sample(i * 100_000_000L, 190);
    }
    assertThat(rate.perSecond()).isZero();
  }

  @Test
  void rateStartsAnewAfterAReset() {
    Rate rate = new Rate();
    rate.sample(0, 1000);
    rate.sample(1_000_000_000, 0);
    assertThat(rate.perSecond()).isZero();
    rate.sample(2_000_000_000, 7);
    assertThat(rate.perSecond()).isCloseTo(7, within(1e-9));
  }

  @Test
  void cpuTimesAreReadBehindTheName() {
    String line = "12 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 3 4 20 0";

    ProcessFacts.Cpu cpu = ProcessFacts.cpu(List.of(line));

    assertThat(cpu).isEqualTo(new ProcessFacts.Cpu(2.5, 0.5, 0.03, 0.04));
  }

  @Test
  void unreadableFactsAreUnknown() {
    assertThat(ProcessFacts.cpu(List.of()).user()).isEqualTo(ProcessFacts.UNKNOWN);
    assertThat(ProcessFacts.cpu(List.of("1 (x) S 1")).user()).isEqualTo(ProcessFacts.UNKNOWN);
    assertThat(ProcessFacts.residentBytes(List.of("VmRSS: kB"))).isEqualTo(ProcessFacts.UNKNOWN);
    assertThat(ProcessFacts.residentBytes(List.of("VmRSS:\t  2048 kB"))).isEqualTo(2 << 20);
  }
}
