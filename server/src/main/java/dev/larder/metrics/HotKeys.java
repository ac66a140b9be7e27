package dev.larder.metrics;

import dev.larder.resp.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Which keys take the most time and bytes. Some commands are sampled always, so that an operator
 * who wonders why a server is busy need not have asked before; more is told of periods that are
 * asked for. Each event loop has sketches of its own, which are added up for reports.
 */
public final class HotKeys {
  /** One of so many commands is sampled when nobody has asked for anything. */
  public static final int USUAL_RATIO = 64;

  /** So often what is always sampled is halved. */
  private static final long AGE_NANOS = 60_000_000_000L;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /**
   * A key with what it has taken.
   *
   * @param amount of microseconds or bytes
   */
  public record HotKey(int database, ByteString key, long amount) {}

  /**
   * A period that was asked for.
   *
   * @param count how many keys are to be told
   * @param ratio one of so many commands is sampled
   * @param durationMillis 0 for until it is stopped
   * @param startedMicros time that all commands had taken before it; likewise bytes, and the
   *     process's CPU time
   */
  public record Period(
      boolean cpu,
      boolean net,
      int count,
      int ratio,
      long durationMillis,
      long startMillis,
      long startedMicros,
      long startedBytes,
      long startUserMillis,
      long startSystemMillis) {}

  /** What one event loop has seen; for its thread, but for what the sketches allow others. */
  public final class Loop {
    private final KeySketch usualCpu = new KeySketch();
    private final KeySketch usualNet = new KeySketch();
    private final KeySketch cpu = new KeySketch();
    private final KeySketch net = new KeySketch();
    private long agedNanos = Clock.nanos();

    /** Adds what a sampled command has taken for a key. */
    public void add(
        long hash, int database, long key, int keyBytes, long nanos, long bytes, long nowNanos) {
      int sampled = ratio();
      if (isActive()) {
        cpu.add(hash, database, key, keyBytes, nanos);
        net.add(hash, database, key, keyBytes, bytes);
      }
      usualCpu.add(hash, database, key, keyBytes, nanos * sampled);
      usualNet.add(hash, database, key, keyBytes, bytes * sampled);
      if (nowNanos - agedNanos > AGE_NANOS) {
        agedNanos = nowNanos;
        usualCpu.age();
        usualNet.age();
      }
    }
  }

  private final List<Loop> loops = new CopyOnWriteArrayList<>();
  private volatile @Nullable Period period;

  /** When the period ended, 0 while it goes on. */
  private volatile long endMillis;

  /** What all had taken then. */
  private volatile long endMicros;

  private volatile long endBytes;
  private volatile boolean isStarted;
  private volatile int ratio = USUAL_RATIO;

  /** Adds an event loop. */
  public Loop addLoop() {
    Loop loop = new Loop();
    loops.add(loop);
    return loop;
  }

  /** One of so many commands is to be sampled now. */
  public int ratio() {
    return ratio;
  }

  /** Whether a period goes on. */
  public boolean isActive() {
    return isStarted && !isOver();
  }

  /** Whether a period's time is over, and nobody has stopped it yet. */
  public boolean isOver() {
    Period current = period;
    return isStarted
        && current != null
        && current.durationMillis > 0
        && Clock.wallMillis() - current.startMillis >= current.durationMillis;
  }

  /** The period that goes on or was the last; null if there is none. */
  public @Nullable Period period() {
    return period;
  }

  /** Begins a period; none may go on. */
  public synchronized void start(Period begun) {
    loops.forEach(loop -> {
      loop.cpu.clear();
      loop.net.clear();
    });
    period = begun;
    endMillis = 0;
    isStarted = true;
    ratio = begun.ratio;
  }

  /**
   * Ends a period.
   *
   * @param micros that all commands have taken, and bytes
   */
  public synchronized void stop(long micros, long bytes) {
    isStarted = false;
    ratio = USUAL_RATIO;
    endMillis = Clock.wallMillis();
    endMicros = micros;
    endBytes = bytes;
  }

  /** Forgets the last period; none may go on. */
  public synchronized void reset() {
    period = null;
    isStarted = false;
  }

  /** How long the period has gone on, or did. */
  public long durationMillis() {
    Period current = period;
    if (current == null) {
      return 0;
    }
    long end = endMillis == 0 ? Clock.wallMillis() : endMillis;
    long millis = Math.max(0, end - current.startMillis);
    return current.durationMillis == 0 ? millis : Math.min(millis, current.durationMillis);
  }

  /** What all commands took in the period. */
  public long allMicros(long micros) {
    Period current = period;
    long end = endMillis == 0 ? micros : endMicros;
    return current == null ? 0 : Math.max(0, end - current.startedMicros);
  }

  /** The bytes that all clients sent and got in the period. */
  public long allBytes(long bytes) {
    Period current = period;
    long end = endMillis == 0 ? bytes : endBytes;
    return current == null ? 0 : Math.max(0, end - current.startedBytes);
  }

  /** The keys that took the most time in the period, in microseconds, longest first. */
  public List<HotKey> byTime(int most) {
    return top(loops.stream().map(loop -> loop.cpu).toList(), most, NANOS_PER_MILLI / 1000);
  }

  /** The keys for which the most bytes were sent and got in the period. */
  public List<HotKey> byBytes(int most) {
    return top(loops.stream().map(loop -> loop.net).toList(), most, 1);
  }

  /** As {@link #byTime}, of the last minutes, as estimated from what is always sampled. */
  public List<HotKey> usualByTime(int most) {
    return top(loops.stream().map(loop -> loop.usualCpu).toList(), most, NANOS_PER_MILLI / 1000);
  }

  /** As {@link #byBytes}, of the last minutes, as estimated from what is always sampled. */
  public List<HotKey> usualByBytes(int most) {
    return top(loops.stream().map(loop -> loop.usualNet).toList(), most, 1);
  }

  private static List<HotKey> top(List<KeySketch> sketches, int most, long unit) {
    record Key(int database, ByteString name) {}

    Map<Key, Long> sums = new HashMap<>();
    for (KeySketch sketch : sketches) {
      sketch.forEach((database, key, weight) ->
          sums.merge(new Key(database, ByteString.of(key)), weight, Long::sum));
    }
    List<HotKey> keys = new ArrayList<>();
    sums.forEach((key, sum) -> {
      if (sum >= unit) {
        keys.add(new HotKey(key.database, key.name, sum / unit));
      }
    });
    keys.sort(Comparator.comparingLong(HotKey::amount).reversed());
    return keys.subList(0, Math.min(most, keys.size()));
  }
}
