package dev.larder.info;

import dev.larder.metrics.Clock;
import dev.larder.metrics.HotKeys;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.ReplyWriter;
import java.util.List;

/** What HOTKEYS tells. Safe for any thread. */
public record HotKeysReport(ServerStats stats) {
  private static final double MILLIS_PER_SECOND = 1000;
  private static final int FIELDS = 7;
  private static final int CPU_FIELDS = 3;
  private static final int NET_FIELDS = 2;

  /** CPU time of the process, user and system, in milliseconds. */
  private static long[] cpuMillis() {
    ProcessFacts.Cpu cpu = ProcessFacts.cpu();
    return new long[] {
      Math.max(0, Math.round(cpu.user() * MILLIS_PER_SECOND)),
      Math.max(0, Math.round(cpu.system() * MILLIS_PER_SECOND))
    };
  }

  /** HOTKEYS GET: an array of one map, or null if no period was begun. */
  public void period(ReplyWriter reply) {
    HotKeys hotKeys = stats.hotKeys();
    HotKeys.Period period = hotKeys.period();
    if (period == null) {
      reply.nil();
      return;
    }
    int fields = FIELDS + (period.cpu() ? CPU_FIELDS : 0) + (period.net() ? NET_FIELDS : 0);
    reply.array(1);
    reply.map(fields);
    number(reply, "tracking-active", hotKeys.isActive() ? 1 : 0);
    number(reply, "sample-ratio", period.ratio());
    reply.bulkString("selected-slots");
    reply.array(0);
    long bytes = hotKeys.allBytes(stats.bytesReceived() + stats.bytesSent());
    number(reply, "all-commands-all-slots-us", hotKeys.allMicros(stats.commandMicros()));
    number(reply, "net-bytes-all-commands-all-slots", bytes);
    number(reply, "collection-start-time-unix-ms", period.startMillis());
    number(reply, "collection-duration-ms", hotKeys.durationMillis());
    if (period.cpu()) {
      long[] cpu = cpuMillis();
      number(reply, "total-cpu-time-user-ms", Math.max(0, cpu[0] - period.startUserMillis()));
      number(reply, "total-cpu-time-sys-ms", Math.max(0, cpu[1] - period.startSystemMillis()));
    }
    if (period.net()) {
      number(reply, "total-net-bytes", bytes);
    }
    if (period.cpu()) {
      keys(reply, "by-cpu-time-us", hotKeys.byTime(period.count()));
    }
    if (period.net()) {
      keys(reply, "by-net-bytes", hotKeys.byBytes(period.count()));
    }
  }

  /** HOTKEYS START: begins a period. */
  public void start(boolean cpu, boolean net, int count, int ratio, long durationMillis) {
    long[] time = cpuMillis();
    stats
        .hotKeys()
        .start(
            new HotKeys.Period(
                cpu,
                net,
                count,
                ratio,
                durationMillis,
                Clock.wallMillis(),
                stats.commandMicros(),
                stats.bytesReceived() + stats.bytesSent(),
                time[0],
                time[1]));
  }

  /** HOTKEYS STOP: ends a period. */
  public void stop() {
    stats.hotKeys().stop(stats.commandMicros(), stats.bytesReceived() + stats.bytesSent());
  }

  /** Ends a period whose time is over. */
  void stopIfDue() {
    if (stats.hotKeys().isOver()) {
      stop();
    }
  }

  /** HOTKEYS TOP: what is always known. */
  public void top(ReplyWriter reply, int count) {
    HotKeys hotKeys = stats.hotKeys();
    reply.map(2);
    keys(reply, "by-cpu-time-us", hotKeys.usualByTime(count));
    keys(reply, "by-net-bytes", hotKeys.usualByBytes(count));
  }

  private static void keys(ReplyWriter reply, String name, List<HotKeys.HotKey> keys) {
    reply.bulkString(name);
    reply.array(2 * keys.size());
    for (HotKeys.HotKey key : keys) {
      reply.bulk(key.key().toArray());
      reply.integer(key.amount());
    }
  }

  private static void number(ReplyWriter reply, String name, long value) {
    reply.bulkString(name);
    reply.integer(value);
  }
}
