package dev.larder.pubsub;

import dev.larder.command.Glob;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that everything contains that matches a pattern, as a number to find them by; different
 * ones may have the same number.
 *
 * @param place where they are
 * @param length how many they are, 0 where there is none
 */
record Anchor(Place place, int length, long hash) {

  /** Where in a channel the bytes of an anchor are. */
  enum Place {
    NOWHERE,
    START,
    END,
    ANYWHERE
  }

  /** Of patterns without any. */
  static final Anchor NONE = new Anchor(Place.NOWHERE, 0, 0);

  /** At the start and the end, no more bytes than this are looked at. */
  static final int MAX_EDGE = 64;

  /** Elsewhere each place of a channel is looked up, so that only short pieces are. */
  static final int MAX_INNER = 8;

  /** Of one long pattern, so many of its pieces are considered. */
  private static final int MAX_CANDIDATES = 40;

  private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

  /** Whether it is found by one look. */
  boolean isAtEdge() {
    return place == Place.START || place == Place.END;
  }

  /** One more byte, behind those of a hash; in front of them at the end of a channel. */
  static long extend(long hash, byte next) {
    return (hash + (next & 0xff) + 1) * FACTOR;
  }

  /** The bytes of a short piece as one number. */
  private static long inner(byte[] bytes, int from, int length) {
    long packed = 0;
    for (int i = 0; i < length; i++) {
      packed = packed << Byte.SIZE | bytes[from + i] & 0xff;
    }
    return packed;
  }

  /** The anchors that a pattern can have, the preferred ones first; none if it has no literals. */
  static List<Anchor> candidates(Glob glob) {
    List<Anchor> all = new ArrayList<>();
    List<Glob.Literal> literals = glob.literals();
    for (Glob.Literal literal : literals) {
      if (literal.isAtStart()) {
        all.add(start(literal.bytes()));
      }
    }
    for (Glob.Literal literal : literals) {
      if (literal.isAtEnd()) {
        all.add(end(literal.bytes()));
      }
    }
    for (Glob.Literal literal : literals) {
      addInner(literal.bytes(), all);
    }
    return all;
  }

  private static Anchor start(byte[] bytes) {
    int length = Math.min(bytes.length, MAX_EDGE);
    long hash = 0;
    for (int i = 0; i < length; i++) {
      hash = extend(hash, bytes[i]);
    }
    return new Anchor(Place.START, length, hash);
  }

  private static Anchor end(byte[] bytes) {
    int length = Math.min(bytes.length, MAX_EDGE);
    long hash = 0;
    for (int i = 1; i <= length; i++) {
      hash = extend(hash, bytes[bytes.length - i]);
    }
    return new Anchor(Place.END, length, hash);
  }

  /** The longest pieces; of longer ones all parts. */
  private static void addInner(byte[] bytes, List<Anchor> all) {
    int length = Math.min(bytes.length, MAX_INNER);
    for (int from = bytes.length - length; from >= 0 && all.size() < MAX_CANDIDATES; from--) {
      all.add(new Anchor(Place.ANYWHERE, length, inner(bytes, from, length)));
    }
  }
}
