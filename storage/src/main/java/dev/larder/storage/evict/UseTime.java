package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.Record;

/**
 * When a record's key was used last, or changed last, in 15 bits.
 *
 * <pre>
 *   15      14 .. 12  11 ........ 0
 *   +-------+---------+------------+
 *   | small |  scale  |   stamp    |    stamp: time in units of 8 ms * 8^scale, modulo 4096
 *   +-------+---------+------------+
 * </pre>
 *
 * <p>A use is stamped in the scale of the moment, and writes nothing if that stands there already.
 * Before the stamps of a scale come round, which they do after 33 seconds to two years, somebody
 * {@linkplain #lift lifts} the record to a coarser scale; an idle time becomes longer by less than
 * a hundredth of it. Where that came too late, a key seems to be younger than it is. The small bit
 * is left as it is: {@link EvictionBits}.
 */
@HotPath
public final class UseTime {
  private static final int SMALL = 0x8000;
  private static final int SCALE_SHIFT = 12;
  private static final int STAMPS = 1 << SCALE_SHIFT;
  private static final int MAX_SCALE = 7;

  /** Of this age on, in units, a stamp may go to the next scale. */
  private static final int OLD = STAMPS / 4;

  /** What seems to be older is of the future: clocks can be set back, and loops read them apart. */
  private static final int FUTURE = STAMPS - STAMPS / 16;

  /** At the coarsest scale nothing gets older than this. */
  private static final int OLDEST = STAMPS - STAMPS / 4;

  private UseTime() {}

  /** By how many bits milliseconds are shifted to the units of a scale. */
  private static int shift(int scale) {
    return 3 + 3 * scale;
  }

  /** How often somebody should come by records that are stamped in a scale. */
  public static long liftMillis(int scale) {
    return (long) OLD << shift(scale);
  }

  /** A key is used. */
  public static void stamp(long record, long nowMillis, int scale) {
    int bits = Record.eviction(record);
    int stamped = bits & SMALL | bits(nowMillis, scale);
    if ((short) stamped != (short) bits) {
      Record.eviction(record, (short) stamped);
    }
  }

  private static int bits(long millis, int scale) {
    return scale << SCALE_SHIFT | (int) (millis >>> shift(scale)) & STAMPS - 1;
  }

  /** Makes a key look as if it had not been used for so long. */
  public static void idle(long record, long idleMillis, long nowMillis, int leastScale) {
    int scale = leastScale;
    while (scale < MAX_SCALE && idleMillis >= liftMillis(scale)) {
      scale++;
    }
    long most = (long) OLDEST << shift(scale);
    stamp(record, nowMillis - Math.clamp(idleMillis, 0, most), scale);
  }

  /** When a key was used last, in milliseconds since the epoch; no later than now. */
  public static long lastMillis(long record, long nowMillis) {
    int bits = Record.eviction(record);
    int shift = shift(scale(bits));
    return Math.min(nowMillis, (nowMillis >>> shift) - age(bits, nowMillis) << shift);
  }

  private static int scale(int bits) {
    return bits >>> SCALE_SHIFT & MAX_SCALE;
  }

  /** In units of its scale. */
  private static int age(int bits, long nowMillis) {
    int age = (int) (nowMillis >>> shift(scale(bits))) - bits & STAMPS - 1;
    return age >= FUTURE ? 0 : age;
  }

  /** Has a key's stamp last until the next time, and be in no finer scale than this. */
  public static void lift(long record, long nowMillis, int leastScale) {
    int bits = Record.eviction(record);
    int scale = scale(bits);
    int age = age(bits, nowMillis);
    if (scale == MAX_SCALE) {
      if (age > OLDEST) {
        stamp(record, nowMillis - ((long) OLDEST << shift(scale)), scale);
      }
    } else if (age >= OLD || scale < leastScale) {
      stamp(record, lastMillis(record, nowMillis), Math.max(scale + 1, leastScale));
    }
  }
}
