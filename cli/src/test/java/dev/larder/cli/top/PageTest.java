package dev.larder.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.top.Interval.CommandRate;
import dev.larder.cli.top.Sample.CommandCost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

final class PageTest {
  private static final Map<String, Long> NO_KEYS = Map.of();

  private static CommandCost cost(long calls, long micros, Map<Long, Long> histogram) {
    return new CommandCost(calls, micros, 0, new TreeMap<>(histogram));
  }

  private static Sample sample(
      long seconds, String run, Map<String, String> fields, Map<String, CommandCost> commands) {
    Map<String, String> info = new HashMap<>(fields);
    info.put("run_id", run);
    info.put("uptime_in_seconds", String.valueOf(100 + seconds));
    return new Sample(seconds * 1_000_000_000, info, commands, NO_KEYS, NO_KEYS);
  }

  @Test
  void ratesAreOfTheTimeBetween() {
    Sample before =
        sample(
            0,
            "a",
            Map.of("keyspace_hits", "100", "keyspace_misses", "100", "evicted_keys", "7"),
            Map.of("get", cost(1000, 500, Map.of(1L, 990L, 2L, 1000L))));
    Sample now =
        sample(
            2,
            "a",
            Map.of("keyspace_hits", "190", "keyspace_misses", "110", "evicted_keys", "27"),
            Map.of(
                "get", cost(1200, 700, Map.of(1L, 1100L, 2L, 1110L, 64L, 1200L)),
                "set", cost(10, 600, Map.of(64L, 10L))));
    Interval interval = Interval.between(before, now);
    assertThat(interval.rate("evicted_keys")).isEqualTo(10);
    assertThat(interval.hitRatio()).isEqualTo(0.9);
    List<CommandRate> commands = interval.commands(Interval.Order.TIME);
    assertThat(commands).extracting(CommandRate::name).containsExactly("set", "get");
    CommandRate get = commands.getLast();
    assertThat(get.callsPerSecond()).isEqualTo(100);
    assertThat(get.micros()).isEqualTo(1);
    assertThat(get.share()).isEqualTo(0.25);
    assertThat(get.percentiles()).containsExactly(1L, 64L, 64L);
    assertThat(interval.commands(Interval.Order.CALLS).getFirst()).isEqualTo(get);
  }

  @Test
  void aServerThatWasStartedAnewBeginsAnew() {
    Sample before = sample(0, "a", Map.of("evicted_keys", "1000"), Map.of());
    Sample now = sample(1, "b", Map.of("evicted_keys", "101"), Map.of());
    assertThat(Interval.between(before, now).rate("evicted_keys")).isEqualTo(1);
  }

  @Test
  void aPageFitsTheScreenAndKeysCannotChangeTheTerminal() {
    Map<String, CommandCost> commands = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      commands.put("command" + i, cost(i + 1, i + 1, Map.of()));
    }
    Sample one = sample(0, "a", Map.of(), commands);
    Sample hot =
        new Sample(
            one.nanos(), one.info(), commands, Map.of("a\u001b[31mb", 5L), Map.of("k", 70_000L));
    List<AttributedString> lines =
        Page.of(Interval.between(null, hot), Interval.Order.CALLS, "host:1", 80, 24);
    assertThat(lines).hasSize(24);
    assertThat(lines).allMatch(line -> line.columnLength() <= 110);
    String text = lines.stream().map(AttributedString::toString).collect(Collectors.joining("\n"));
    assertThat(text).contains("command49", "a.[31mb", "68.4K").doesNotContain("command3 ");
    assertThat(Page.of(Interval.between(null, hot), Interval.Order.CALLS, "h:1", 10, 3)).hasSize(3);
  }

  @Test
  void figuresAreShort() {
    assertThat(Figures.count(999)).isEqualTo("999");
    assertThat(Figures.count(0.25)).isEqualTo("0.3");
    assertThat(Figures.count(12_345)).isEqualTo("12.3K");
    assertThat(Figures.count(999_999)).isEqualTo("1.0M");
    assertThat(Figures.bytes(1536)).isEqualTo("1.5K");
    assertThat(Figures.micros(0.5)).isEqualTo("0.5us");
    assertThat(Figures.micros(1500)).isEqualTo("1.5ms");
    assertThat(Figures.micros(2_500_000)).isEqualTo("2.5s");
    assertThat(Figures.duration(3 * 86_400 + 4 * 3600 + 5 * 60)).isEqualTo("3d 04:05");
    assertThat(Figures.percent(Double.NaN)).isEqualTo("-");
  }
}
