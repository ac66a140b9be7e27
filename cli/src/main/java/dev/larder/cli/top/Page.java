package dev.larder.cli.top;

import dev.larder.cli.top.Interval.CommandRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** One interval as lines of text: figures of the server, its commands, its hot keys. */
final class Page {
  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle HEAD = PLAIN.inverse();
  private static final int HOT_KEY_ROWS = 5;
  private static final int AMOUNT_WIDTH = 8;
  private static final String COLUMNS = "%-24s%9s%8s%9s%9s%9s%9s%9s";

  private final Interval interval;
  private final Sample now;
  private final int width;
  private final List<AttributedString> lines = new ArrayList<>();

  private Page(Interval interval, int width) {
    this.interval = interval;
    this.now = interval.now();
    this.width = width;
  }

  /**
   * The lines.
   *
   * @param address of the server, as it was given
   * @param height so many lines at most; commands that are called seldom are left out
   */
  static List<AttributedString> of(
      Interval interval, Interval.Order order, String address, int width, int height) {
    Page page = new Page(interval, width);
    page.head(address);
    page.server();
    List<AttributedString> hot = page.hotKeys();
    page.add("", PLAIN);
    page.commands(order, height - page.lines.size() - hot.size());
    page.lines.addAll(hot);
    return page.lines.subList(0, Math.min(height, page.lines.size()));
  }

  private void add(String text, AttributedStyle style) {
    lines.add(line(text, style));
  }

  private AttributedString line(String text, AttributedStyle style) {
    String padded = style == HEAD ? String.format("%-" + width + "s", text) : text;
    return new AttributedStringBuilder().styled(style, padded).toAttributedString();
  }

  private void head(String address) {
    boolean isLarder = !now.text("larder_version").isEmpty();
    String name =
        isLarder ? "larder " + now.text("larder_version") : "redis " + now.text("redis_version");
    add(
        name
            + "  "
            + address
            + "  up "
            + Figures.duration((long) now.number("uptime_in_seconds"))
            + (interval.before() == null ? "  (since its start)" : ""),
        PLAIN.bold());
  }

  private void server() {
    add("", PLAIN);
    row(
        "commands " + Figures.count(interval.rate("total_commands_processed")) + "/s",
        "hits " + Figures.percent(interval.hitRatio()),
        "in " + Figures.bytes(interval.rate("total_net_input_bytes")) + "/s",
        "out " + Figures.bytes(interval.rate("total_net_output_bytes")) + "/s",
        "cpu " + Figures.percent(interval.cores()));
    row(
        "memory " + Figures.bytes(now.number("used_memory")) + limit(),
        "rss " + Figures.bytes(now.number("used_memory_rss")),
        "fragmentation " + now.text("mem_fragmentation_ratio"),
        "policy " + now.text("maxmemory_policy"),
        "");
    row(
        "keys " + Figures.count(keys()),
        "expired " + Figures.count(interval.rate("expired_keys")) + "/s",
        "evicted " + Figures.count(interval.rate("evicted_keys")) + "/s",
        "errors " + Figures.count(interval.rate("total_error_replies")) + "/s",
        "");
    row(
        "clients " + Figures.count(now.number("connected_clients")),
        "blocked " + Figures.count(now.number("blocked_clients")),
        "pubsub " + Figures.count(now.number("pubsub_clients")),
        "new " + Figures.count(interval.rate("total_connections_received")) + "/s",
        "");
  }

  private String limit() {
    double limit = now.number("maxmemory");
    return limit == 0
        ? ""
        : " of " + Figures.bytes(limit) + " " + Figures.percent(now.number("used_memory") / limit);
  }

  private double keys() {
    double keys = 0;
    for (Map.Entry<String, String> field : now.info().entrySet()) {
      if (field.getKey().matches("db\\d+")) {
        String count = field.getValue().replaceFirst("^keys=(\\d+).*", "$1");
        keys += count.matches("\\d+") ? Double.parseDouble(count) : 0;
      }
    }
    return keys;
  }

  private void row(String first, String second, String third, String fourth, String fifth) {
    add(
        String.format("%-28s%-14s%-22s%-20s%s", first, second, third, fourth, fifth)
            .stripTrailing(),
        PLAIN);
  }

  private void commands(Interval.Order order, int rows) {
    add(
        String.format(
                COLUMNS, "COMMAND", "CALLS/s", "TIME", "A CALL", "50%", "99%", "99.9%", "FAILED/s")
            + "   by "
            + order.title(),
        HEAD);
    List<CommandRate> commands = interval.commands(order);
    for (CommandRate command : commands.subList(0, Math.clamp(rows - 1, 0, commands.size()))) {
      List<Long> percentiles = command.percentiles();
      add(
          String.format(
              COLUMNS,
              command.name(),
              Figures.count(command.callsPerSecond()),
              Figures.percent(command.share()),
              Figures.micros(command.micros()),
              latency(percentiles.get(0)),
              latency(percentiles.get(1)),
              latency(percentiles.get(2)),
              command.failuresPerSecond() == 0 ? "" : Figures.count(command.failuresPerSecond())),
          PLAIN);
    }
  }

  private static String latency(long micros) {
    return micros == 0 ? "-" : "<" + Figures.micros(micros);
  }

  /** The keys that took most in two columns; no lines if the server cannot tell. */
  private List<AttributedString> hotKeys() {
    List<Map.Entry<String, Long>> byTime = List.copyOf(now.keysByTime().entrySet());
    List<Map.Entry<String, Long>> byBytes = List.copyOf(now.keysByBytes().entrySet());
    List<AttributedString> rows = new ArrayList<>();
    int count = Math.min(HOT_KEY_ROWS, Math.max(byTime.size(), byBytes.size()));
    if (count > 0) {
      rows.add(line("", PLAIN));
      rows.add(line(columns("KEYS BY TIME", "", "KEYS BY BYTES", ""), HEAD));
    }
    for (int i = 0; i < count; i++) {
      Map.Entry<String, Long> time = i < byTime.size() ? byTime.get(i) : Map.entry("", 0L);
      Map.Entry<String, Long> bytes = i < byBytes.size() ? byBytes.get(i) : Map.entry("", 0L);
      rows.add(
          line(
              columns(
                  Figures.key(time.getKey()),
                  time.getKey().isEmpty() ? "" : Figures.micros(time.getValue()),
                  Figures.key(bytes.getKey()),
                  bytes.getKey().isEmpty() ? "" : Figures.bytes(bytes.getValue())),
              PLAIN));
    }
    return rows;
  }

  private String columns(String left, String leftAmount, String right, String rightAmount) {
    int half = Math.max(AMOUNT_WIDTH + 2, width / 2 - 2);
    int keyWidth = half - AMOUNT_WIDTH;
    String format = "%-" + keyWidth + "s%" + AMOUNT_WIDTH + "s";
    return String.format(
        Locale.ROOT,
        format + "    " + format,
        cut(left, keyWidth),
        leftAmount,
        cut(right, keyWidth),
        rightAmount);
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "~";
  }
}
