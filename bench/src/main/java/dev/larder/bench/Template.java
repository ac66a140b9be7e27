package dev.larder.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * The fixed bytes of a request or a reply, with holes for what follows from its number. Every
 * message made from one template has the same length, so a batch is laid out once and only its
 * holes are filled again.
 */
final class Template implements Reply {
  private final ByteBuffer bytes;
  private final Hole[] holes;
  private final int[] offsets;

  private Template(Builder builder) {
    byte[] fixed = builder.bytes.toByteArray();
    bytes = ByteBuffer.allocateDirect(fixed.length).put(fixed).flip();
    holes = builder.holes.toArray(Hole[]::new);
    offsets = builder.offsets.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The parts of a template, one after the other. */
  static final class Builder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Hole> holes = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();

    Builder text(String ascii) {
      bytes.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Builder hole(Hole hole) {
      holes.add(hole);
      offsets.add(bytes.size());
      bytes.writeBytes(new byte[hole.length()]);
      return this;
    }

    Builder append(Builder other) {
      int offset = bytes.size();
      bytes.writeBytes(other.bytes.toByteArray());
      holes.addAll(other.holes);
      other.offsets.forEach(at -> offsets.add(offset + at));
      return this;
    }

    /** Bytes so far. */
    int length() {
      return bytes.size();
    }

    Template build() {
      return new Template(this);
    }
  }

  /**
   * {@code text} is ASCII; {@code @K} marks the key, {@code @V} the value, {@code @T} its deadline
   * in epoch milliseconds.
   */
  static Template of(String text, int valueLength, LongUnaryOperator deadlines) {
    Builder builder = new Builder();
    int from = 0;
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', from)) {
      builder.text(text.substring(from, at));
      builder.hole(
          switch (text.charAt(at + 1)) {
            case 'K' -> Hole.KEY;
            case 'V' -> Hole.value(valueLength);
            default -> Hole.digits(Deadlines.DIGITS, deadlines);
          });
      from = at + 2;
    }
    return builder.text(text.substring(from)).build();
  }

  int length() {
    return bytes.limit();
  }

  @Override
  public int maxLength() {
    return length();
  }

  /** Writes the fixed bytes at {@code offset}. */
  void lay(ByteBuffer to, int offset) {
    to.put(offset, bytes, 0, bytes.limit());
  }

  /** Fills the holes of the message laid at {@code offset}. */
  void fill(ByteBuffer to, int offset, long number) {
    for (int i = 0; i < holes.length; i++) {
      holes[i].put(to, offset + offsets[i], number);
    }
  }

  /** Whether the whole message at {@code offset} is this one for key {@code number}. */
  boolean matches(ByteBuffer in, int offset, long number) {
    if (!fixedMatches(in, offset, length())) {
      return false;
    }
    for (int i = 0; i < holes.length; i++) {
      if (!holes[i].matches(in, offset + offsets[i], number)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int check(ByteBuffer in, int offset, int available, long number) {
    if (available < length()) {
      return fixedMatches(in, offset, available) ? INCOMPLETE : WRONG;
    }
    return matches(in, offset, number) ? length() : WRONG;
  }

  /** Compares what lies between the holes, up to {@code to}. */
  private boolean fixedMatches(ByteBuffer in, int offset, int to) {
    int at = 0;
    for (int i = 0; i <= holes.length && at < to; i++) {
      int end = Math.min(to, i < holes.length ? offsets[i] : length());
      for (; at < end; at++) {
        if (in.get(offset + at) != bytes.get(at)) {
          return false;
        }
      }
      if (i < holes.length) {
        at = offsets[i] + holes[i].length();
      }
    }
    return true;
  }
}
