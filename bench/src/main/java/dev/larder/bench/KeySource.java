package dev.larder.bench;

/** Numbers of the next requests: mostly, of the keys to ask for. */
interface KeySource {
  long next();

  /** Uniformly random in [0, keys): xorshift64*, scaled by multiplication. */
  static KeySource random(long keys, long seed) {
    return new KeySource() {
      private long state = KeyValues.mix(seed) | 1;

      @Override
      public long next() {
        long x = state;
        x ^= x >>> 12;
        x ^= x << 25;
        x ^= x >>> 27;
        state = x;
        return Math.unsignedMultiplyHigh(x * 0x2545_f491_4f6c_dd1dL, keys);
      }
    };
  }

  /** Each of [0, {@code count}) once, in an order like chance; then all over again. */
  static KeySource shuffled(long count) {
    Shuffle shuffle = new Shuffle(count);
    KeySource positions = ascending(0, count);
    return () -> shuffle.at(positions.next());
  }

  /** {@code from}, {@code from + 1} and so on, starting over at {@code to}. */
  static KeySource ascending(long from, long to) {
    return new KeySource() {
      private long next = from;

      @Override
      public long next() {
        long number = next;
        next = number + 1 == to ? from : number + 1;
        return number;
      }
    };
  }
}
