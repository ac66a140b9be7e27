package dev.larder.oracle;

import java.util.random.RandomGenerator;

/** What a soak draws from: more keys, some of them short-lived, some values of megabytes. */
final class SoakPools extends Pools {

  private static final int KEYS = 20_000;
  private static final int BIG_KEYS = 4;
  private static final int BIG_BYTES = 4 * 1024 * 1024;

  private final RandomGenerator random;

  SoakPools(RandomGenerator random) {
    super(random);
    this.random = random;
  }

  @Override
  byte[] key() {
    return chance(0.2) ? super.key() : bytes("key:" + below(KEYS));
  }

  /** One of a few keys, for large values: their number bounds the memory. */
  byte[] bigKey() {
    return bytes("big:" + below(BIG_KEYS));
  }

  byte[] bigValue() {
    byte[] bytes = new byte[below(BIG_BYTES)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Nothing is compared, so they may be the same. */
  @Override
  long deadline() {
    return below(1_000_000);
  }

  /** Often so near that it passes while the soak runs. */
  @Override
  byte[] relative(int perSecond) {
    return chance(0.7) ? bytes(Math.max(1, below(3 * perSecond)) + "") : super.relative(perSecond);
  }
}
