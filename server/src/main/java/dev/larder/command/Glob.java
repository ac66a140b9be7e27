package dev.larder.command;

import dev.larder.storage.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern as KEYS, SCAN and CONFIG GET take it: {@code *}, {@code ?}, {@code [a-z]}, {@code
 * [^a-z]} and {@code \} before what is meant literally. Matching allocates nothing and takes at
 * most pattern times text steps: after a mismatch only the last {@code *} is tried further, since
 * an earlier one could match nothing that the last cannot. Immutable.
 */
public final class Glob {

  /** A pattern with more stars matches nothing, as in Redis, which would run out of its stack. */
  private static final int MAX_STARS = 1000;

  private static final int MAX_LITERALS = 32;
  private static final int MAX_LITERAL_BYTES = 256;

  private final byte[] pattern;
  private final boolean ignoreCase;
  private final boolean isAbusive;

  /** A pattern; the bytes must not change afterwards. */
  public Glob(byte[] pattern, boolean ignoreCase) {
    this.pattern = pattern;
    this.ignoreCase = ignoreCase;
    this.isAbusive = stars(pattern) > MAX_STARS;
  }

  /** How many stars, or rows of them, something follows. */
  private static int stars(byte[] pattern) {
    int stars = 0;
    boolean inClass = false;
    for (int i = 0; i < pattern.length; i++) {
      switch (pattern[i]) {
        case '\\' -> i++;
        case '[' -> inClass = true;
        case ']' -> inClass = false;
        case '*' -> {
          boolean isLastOfRow = i + 1 < pattern.length && pattern[i + 1] != '*';
          stars += isLastOfRow && !inClass ? 1 : 0;
        }
        default -> {}
      }
    }
    return stars;
  }

  /** Whether it has no special characters, so that it matches only itself. */
  public static boolean isLiteral(String text) {
    return text.indexOf('*') < 0 && text.indexOf('?') < 0 && text.indexOf('[') < 0;
  }

  /** Bytes in a row that everything contains that matches, as long as they can be. */
  public record Literal(byte[] bytes, boolean isAtStart, boolean isAtEnd) {}

  /** They come in their order; of very many, or very long ones, not all, but the last one. */
  public List<Literal> literals() {
    List<Literal> all = new ArrayList<>();
    ByteArrayOutputStream open = new ByteArrayOutputStream();
    boolean isAtStart = true;
    int p = 0;
    while (p < pattern.length) {
      byte b = pattern[p];
      boolean isSpecial = b == '*' || b == '?' || b == '[';
      if (open.size() > 0 && (isSpecial || open.size() == MAX_LITERAL_BYTES)) {
        if (all.size() < MAX_LITERALS) {
          all.add(new Literal(open.toByteArray(), isAtStart, false));
        }
        open.reset();
        isAtStart = false;
      }
      if (isSpecial) {
        isAtStart = false;
        // Whether a byte is in the class does not matter, only where the class ends.
        p = b == '[' ? classEnd(p + 1) : p + 1;
      } else {
        p += b == '\\' && p + 1 < pattern.length ? 1 : 0;
        open.write(pattern[p++]);
      }
    }
    if (open.size() > 0) {
      all.add(new Literal(open.toByteArray(), isAtStart, true));
    }
    return all;
  }

  /** Whether it is a single {@code *}. */
  public boolean matchesAll() {
    return pattern.length == 1 && pattern[0] == '*';
  }

  public boolean matches(byte[] text) {
    return matches(text, 0, text.length);
  }

  public boolean matches(long address, int length) {
    return matches(null, address, length);
  }

  private boolean matches(byte @Nullable [] array, long start, int length) {
    if (length == 0 || isAbusive) {
      return pattern.length == 0;
    }
    int p = 0;
    int t = 0;
    int afterStar = -1;
    int starText = 0;
    while (t < length) {
      if (p < pattern.length && pattern[p] == '*') {
        afterStar = ++p;
        starText = t;
        continue;
      }
      int next = p < pattern.length ? matchOne(p, byteAt(array, start + t)) : -1;
      if (next >= 0) {
        p = next;
        t++;
      } else if (afterStar >= 0) {
        p = afterStar;
        t = ++starText;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == '*') {
      p++;
    }
    return p == pattern.length;
  }

  private static byte byteAt(byte @Nullable [] array, long position) {
    return array == null ? Bytes.getByte(position) : array[(int) position];
  }

  /** The pattern index behind the element at {@code p} if it matches the byte, else -1. */
  private int matchOne(int p, byte b) {
    return switch (pattern[p]) {
      case '?' -> p + 1;
      case '[' -> matchClass(p + 1, b);
      case '\\' -> {
        int literal = p + 1 < pattern.length ? p + 1 : p;
        yield fold(pattern[literal]) == fold(b) ? literal + 1 : -1;
      }
      default -> fold(pattern[p]) == fold(b) ? p + 1 : -1;
    };
  }

  /** As {@link #matchOne}, for what follows a {@code [}. A class that is not closed ends there. */
  private int matchClass(int from, byte b) {
    int p = from;
    boolean negated = p < pattern.length && pattern[p] == '^';
    p += negated ? 1 : 0;
    // Bytes are signed here as in Redis, so that a-\xe9 is the range from \xe9 to a.
    byte folded = fold(b);
    boolean found = false;
    while (p < pattern.length && pattern[p] != ']') {
      if (pattern[p] == '\\' && p + 1 < pattern.length) {
        p++;
        found |= fold(pattern[p]) == folded;
      } else if (p + 2 < pattern.length && pattern[p + 1] == '-') {
        byte x = fold(pattern[p]);
        byte y = fold(pattern[p + 2]);
        p += 2;
        found |= folded >= Math.min(x, y) && folded <= Math.max(x, y);
      } else {
        found |= fold(pattern[p]) == folded;
      }
      p++;
    }
    return found == negated ? -1 : Math.min(p + 1, pattern.length);
  }

  /** The pattern index behind a class whose first byte is at {@code from}. */
  private int classEnd(int from) {
    int p = from < pattern.length && pattern[from] == '^' ? from + 1 : from;
    while (p < pattern.length && pattern[p] != ']') {
      if (pattern[p] == '\\' && p + 1 < pattern.length) {
        p++;
      } else if (p + 2 < pattern.length && pattern[p + 1] == '-') {
        p += 2;
      }
      p++;
    }
    return Math.min(p + 1, pattern.length);
  }

  private byte fold(byte b) {
    return ignoreCase ? Ascii.lower(b) : b;
  }
}
