package dev.larder.lua.library;

import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTypes;
import dev.larder.lua.Measured;
import org.jspecify.annotations.Nullable;

/**
 * One substitution in progress: {@link #advance} goes to the next match, {@link #replace} says by
 * what it is replaced. Each may be left by a throw and called again with the same effect.
 */
final class Substitution implements Measured {
  /** What it takes before it has a result, as an estimate. */
  static final int BYTES = 1024;

  private static final int CAPACITY_BYTES = 128;

  private final PatternMatcher matcher;
  private final ByteBuilder result;
  private LuaString source = Strings.EMPTY;
  private boolean anchored;
  private int limit;

  /** How many matches there were. */
  private int count;

  /** Where the current match starts and ends; 0 before the first. */
  private int start;

  private int end;

  /** Where the unchanged part before the current match starts: where the one before ended. */
  private int gapStart;

  /** How long the result was before the gap. */
  private int resultLength;

  Substitution(Call call) {
    matcher = new PatternMatcher(call);
    result = new ByteBuilder(CAPACITY_BYTES);
  }

  /**
   * Begins.
   *
   * @param newLimit how many matches are replaced at most
   */
  void begin(Call call, LuaString newSource, Pattern pattern, boolean newAnchored, int newLimit) {
    matcher.begin(call, newSource, pattern);
    result.begin(call);
    source = newSource;
    anchored = newAnchored;
    limit = newLimit;
    count = 0;
    start = 0;
    end = 0;
  }

  /**
   * Goes to the next match.
   *
   * @return whether there is one
   */
  boolean advance() {
    if (count >= limit || anchored && count > 0) {
      return false;
    }
    int from = count > 0 && end == start ? end + 1 : end;
    int found = anchored ? (matcher.match(0) < 0 ? -1 : 0) : matcher.find(from);
    if (found < 0) {
      limit = count;
      return false;
    }
    gapStart = end;
    start = found;
    end = matcher.end();
    resultLength = result.length();
    count++;
    return true;
  }

  /** Adds the captures of the current match as results. */
  void addCaptures() {
    matcher.addCaptures(start);
  }

  /** The first capture of the current match, or the match itself. */
  Object firstCapture() {
    return matcher.captureValue(0, start);
  }

  /**
   * Says by what the current match is replaced.
   *
   * @param value a string or a number; false and nil let the match as it is
   */
  void replace(Call call, @Nullable Object value) {
    appendGap();
    switch (value) {
      case LuaString string -> result.append(string);
      case Double number -> result.append(number.doubleValue());
      case null -> appendMatch();
      default -> {
        if (value != Boolean.FALSE) {
          throw call.error("invalid replacement value (a " + LuaTypes.nameOf(value) + ")");
        }
        appendMatch();
      }
    }
  }

  /** Replaces the current match by a text that may refer to captures. */
  void replaceByText(LuaString text) {
    appendGap();
    int length = text.length();
    for (int i = 0; i < length; i++) {
      byte character = text.byteAt(i);
      if (character != '%') {
        result.append(character);
        continue;
      }
      i++;
      character = i < length ? text.byteAt(i) : 0;
      if (!CharacterClass.isDigit(character)) {
        result.append(character);
      } else if (character == '0') {
        appendMatch();
      } else {
        matcher.appendCapture(character - '1', start, result);
      }
    }
  }

  private void appendGap() {
    result.end(resultLength);
    result.append(source.bytes(), gapStart, start - gapStart);
  }

  private void appendMatch() {
    result.append(source.bytes(), start, end - start);
  }

  /** Returns the string with all replacements, and how many there were. */
  void finish(Call call) {
    if (count == 0) {
      call.add(source);
    } else {
      int length = result.length();
      try {
        result.append(source.bytes(), end, source.length() - end);
        call.add(result.toLuaString(call));
      } finally {
        result.end(length);
      }
    }
    call.add((double) count);
  }

  @Override
  public long heapBytes() {
    return BYTES + result.bytes().length;
  }

  @Override
  public @Nullable Object held() {
    return source;
  }
}
