package dev.larder.storage;

/** What a file or a command tells of a key's use before, in one number, {@link #NONE} mostly. */
public final class ToldUse {
  /** Nothing. */
  public static final long NONE = -1;

  private static final long MAX_SECONDS = Long.MAX_VALUE / 1000;

  private ToldUse() {}

  /** It has not been used for so long. */
  public static long idle(long seconds) {
    return seconds < 0 ? NONE : 1000 * Math.min(seconds, MAX_SECONDS);
  }

  /** It is used so often, up to 255: {@link Eviction#frequency}. */
  public static long frequency(int frequency) {
    return Long.MIN_VALUE + frequency;
  }

  static boolean isFrequency(long told) {
    return told < NONE;
  }

  static int frequencyOf(long told) {
    return (int) (told - Long.MIN_VALUE);
  }
}
