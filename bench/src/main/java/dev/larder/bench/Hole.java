package dev.larder.bench;

import java.nio.ByteBuffer;
import java.util.function.LongUnaryOperator;

/** A part of a message that follows from the message's number and always has the same length. */
interface Hole {
  /** A key: 16 hex digits. */
  Hole KEY =
      new Hole() {
        @Override
        public int length() {
          return KeyValues.KEY_LENGTH;
        }

        @Override
        public void put(ByteBuffer to, int offset, long number) {
          KeyValues.putKey(to, offset, number);
        }

        @Override
        public boolean matches(ByteBuffer in, int offset, long number) {
          return KeyValues.keyMatches(in, offset, number);
        }
      };

  int length();

  void put(ByteBuffer to, int offset, long number);

  boolean matches(ByteBuffer in, int offset, long number);

  /** This hole, filled for the number that {@code map} makes of the message's. */
  default Hole of(LongUnaryOperator map) {
    Hole inner = this;
    return new Hole() {
      @Override
      public int length() {
        return inner.length();
      }

      @Override
      public void put(ByteBuffer to, int offset, long number) {
        inner.put(to, offset, map.applyAsLong(number));
      }

      @Override
      public boolean matches(ByteBuffer in, int offset, long number) {
        return inner.matches(in, offset, map.applyAsLong(number));
      }
    };
  }

  /** Incompressible bytes; {@code length} as in {@link KeyValues#putValue}. */
  static Hole value(int length) {
    return new Hole() {
      @Override
      public int length() {
        return length;
      }

      @Override
      public void put(ByteBuffer to, int offset, long number) {
        KeyValues.putValue(to, offset, length, number);
      }

      @Override
      public boolean matches(ByteBuffer in, int offset, long number) {
        return KeyValues.valueMatches(in, offset, length, number);
      }
    };
  }

  /** The number that {@code map} makes of the message's, as {@code count} decimal digits. */
  static Hole digits(int count, LongUnaryOperator map) {
    return new Hole() {
      @Override
      public int length() {
        return count;
      }

      @Override
      public void put(ByteBuffer to, int offset, long number) {
        Digits.put(to, offset, count, map.applyAsLong(number));
      }

      @Override
      public boolean matches(ByteBuffer in, int offset, long number) {
        return Digits.read(in, offset, count) == map.applyAsLong(number);
      }
    };
  }

  /** What is accepted in a reply. */
  interface Check {
    boolean matches(ByteBuffer in, int offset, long number);
  }

  /** A part of a reply that more than one content is right for. */
  static Hole checked(int length, Check check) {
    return new Hole() {
      @Override
      public int length() {
        return length;
      }

      @Override
      public void put(ByteBuffer to, int offset, long number) {
        throw new IllegalStateException("this is only ever read");
      }

      @Override
      public boolean matches(ByteBuffer in, int offset, long number) {
        return check.matches(in, offset, number);
      }
    };
  }
}
