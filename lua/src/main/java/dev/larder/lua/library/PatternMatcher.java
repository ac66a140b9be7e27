package dev.larder.lua.library;

import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import java.util.Arrays;

/*
 * Problem. Matching has to find what Lua 5.1 finds first, and to say on the way when it takes long,
 * and no pattern may overflow Java's stack.
 *
 * Idea. The matcher goes through the items. One that could go on in more than one way leaves a
 * choice on a stack of its own: its index, where in the source it went on, and how far it may go
 * back; a lazy one goes forward instead. When an item does not fit, the last choice is changed and
 * matching goes on behind it. An item has one choice on the stack at most, so the stack is never
 * deeper than the pattern is long. Captures are never undone: see Pattern.
 *
 * Cost: exponential in the worst case, as everywhere with Lua's patterns; so it counts steps.
 */

/** Matches patterns; used by one call at a time, which is told of the work. */
final class PatternMatcher {
  /** What stands in place of the least position for a choice that goes forward. */
  private static final int FORWARD = -1;

  /** How much work there is between two calls of {@link Call#step}. */
  private static final int WORK_BETWEEN_STEPS = 100;

  /** How many bytes are compared in about the time of one step. */
  private static final int BYTES_PER_STEP = 8;

  private static final byte[] NO_BYTES = {};
  private static final Pattern EMPTY = PatternParser.parse(NO_BYTES, 0);

  private Call call;
  private byte[] source = NO_BYTES;
  private Pattern pattern = EMPTY;
  private int work;

  private final int[] captureStarts = new int[Pattern.CAPTURES_MAX];
  private final int[] captureEnds = new int[Pattern.CAPTURES_MAX];

  /** Choices, three numbers each: item, position, least position or {@link #FORWARD}. */
  private int[] choices = new int[24];

  private int top;

  /** The item of the choice that was changed last. */
  private int chosen;

  private int matchEnd;

  PatternMatcher(Call call) {
    this.call = call;
  }

  /** Takes another source and pattern. */
  void begin(Call newCall, LuaString newSource, Pattern newPattern) {
    call = newCall;
    source = newSource.bytes();
    pattern = newPattern;
    work = 0;
  }

  /**
   * Finds the first match that starts at a position or behind it.
   *
   * @return where it starts, and {@link #end} where it ends; -1 if there is none
   */
  int find(int start) {
    boolean literal = pattern.operations[0] == Pattern.ONE && pattern.kinds[0] == Pattern.CHARACTER;
    for (int i = start; i <= source.length; i++) {
      if (literal) {
        int from = i;
        i = indexOf((byte) pattern.arguments[0], from, source.length);
        count((i - from) / BYTES_PER_STEP);
      }
      if (match(i) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private int indexOf(byte character, int from, int limit) {
    int i = from;
    while (i < limit && source[i] != character) {
      i++;
    }
    return i;
  }

  /** Where the last match ended. */
  int end() {
    return matchEnd;
  }

  /**
   * Matches at a position.
   *
   * @return where the match ends; -1 if there is none
   */
  int match(int start) {
    byte[] operations = pattern.operations;
    int[] arguments = pattern.arguments;
    int limit = source.length;
    top = 0;
    int item = 0;
    int at = start;
    while (true) {
      count(1);
      switch (operations[item]) {
        case Pattern.END -> {
          matchEnd = at;
          return at;
        }
        case Pattern.ONE -> at = at < limit && fits(item, source[at]) ? at + 1 : -1;
        case Pattern.OPTIONAL -> at = repeat(item, at, at, Math.min(limit, at + 1));
        case Pattern.STAR -> at = repeat(item, at, at, limit);
        case Pattern.PLUS -> at = repeat(item, at, at + 1, limit);
        case Pattern.LAZY -> push(item, at, FORWARD);
        case Pattern.OPEN -> captureStarts[arguments[item]] = at;
        case Pattern.CLOSE -> captureEnds[arguments[item]] = at;
        case Pattern.END_OF_SOURCE -> at = at == limit ? at : -1;
        case Pattern.BALANCE -> at = balance(arguments[item], at);
        case Pattern.FRONTIER -> at = frontier(arguments[item], at) ? at : -1;
        case Pattern.BACK_REFERENCE -> at = backReference(arguments[item], at);
        default -> throw call.error(String.valueOf(pattern.mistake));
      }
      if (at < 0) {
        at = nextChoice();
        if (at < 0) {
          return -1;
        }
        item = chosen;
      }
      item++;
    }
  }

  private boolean fits(int item, byte character) {
    int argument = pattern.arguments[item];
    return switch (pattern.kinds[item]) {
      case Pattern.CHARACTER -> character == (byte) argument;
      case Pattern.ANY -> true;
      default -> pattern.contains(argument, character);
    };
  }

  /**
   * Takes as many characters as there are, and leaves a choice to take less.
   *
   * @param least where it has to end at least
   * @return where it ends; -1 if that is too early
   */
  private int repeat(int item, int at, int least, int limit) {
    int argument = pattern.arguments[item];
    int end = at;
    switch (pattern.kinds[item]) {
      case Pattern.CHARACTER -> {
        while (end < limit && source[end] == (byte) argument) {
          end++;
        }
      }
      case Pattern.ANY -> end = limit;
      default -> {
        while (end < limit && pattern.contains(argument, source[end])) {
          end++;
        }
      }
    }
    count((end - at) / BYTES_PER_STEP);
    if (end > least) {
      push(item, end, least);
    }
    return end >= least ? end : -1;
  }

  private void push(int item, int at, int least) {
    if (top == choices.length) {
      call.allocate(8L * top);
      choices = Arrays.copyOf(choices, 2 * top);
    }
    choices[top] = item;
    choices[top + 1] = at;
    choices[top + 2] = least;
    top += 3;
  }

  /**
   * Changes the last choice that can be changed, that of the item {@link #chosen}.
   *
   * @return where to go on behind that item; -1 if there is none
   */
  private int nextChoice() {
    while (top > 0) {
      top -= 3;
      chosen = choices[top];
      int at = choices[top + 1];
      int least = choices[top + 2];
      if (least != FORWARD) {
        int back = stepBack(at, least);
        choices[top + 1] = back;
        top += back > least ? 3 : 0;
        return back;
      }
      int forward = stepForward(at);
      if (forward >= 0) {
        choices[top + 1] = forward;
        top += 3;
        return forward;
      }
    }
    return -1;
  }

  /** The next position before one; where a literal follows, the next that has it, if any. */
  private int stepBack(int from, int least) {
    int at = from - 1;
    if (isLiteral(chosen + 1)) {
      byte literal = (byte) pattern.arguments[chosen + 1];
      while (at > least && source[at] != literal) {
        at--;
      }
      count((from - at) / BYTES_PER_STEP);
    }
    return at;
  }

  /** The next position behind one; where a literal follows, one that has it; -1 for none. */
  private int stepForward(int from) {
    int at = from;
    boolean literal = isLiteral(chosen + 1);
    while (at < source.length && fits(chosen, source[at])) {
      at++;
      if (!literal || at < source.length && source[at] == (byte) pattern.arguments[chosen + 1]) {
        count((at - from) / BYTES_PER_STEP);
        return at;
      }
    }
    count((at - from) / BYTES_PER_STEP);
    return -1;
  }

  private boolean isLiteral(int item) {
    return pattern.operations[item] == Pattern.ONE && pattern.kinds[item] == Pattern.CHARACTER;
  }

  /** Matches what two characters enclose, pairs of the same within included. */
  private int balance(int pair, int at) {
    byte open = (byte) (pair >>> 8);
    byte close = (byte) pair;
    if (at >= source.length || source[at] != open) {
      return -1;
    }
    int depth = 1;
    for (int i = at + 1; i < source.length; i++) {
      if (source[i] == close) {
        depth--;
        if (depth == 0) {
          count((i - at) / BYTES_PER_STEP);
          return i + 1;
        }
      } else if (source[i] == open) {
        depth++;
      }
    }
    count((source.length - at) / BYTES_PER_STEP);
    return -1;
  }

  /** Whether characters of a set begin here; beyond both ends there are zeros. */
  private boolean frontier(int set, int at) {
    byte before = at == 0 ? 0 : source[at - 1];
    byte here = at < source.length ? source[at] : 0;
    return !pattern.contains(set, before) && pattern.contains(set, here);
  }

  private int backReference(int capture, int at) {
    int from = captureStarts[capture];
    int length = captureEnds[capture] - from;
    if (pattern.positions[capture] || length > source.length - at) {
      return -1;
    }
    count(length / BYTES_PER_STEP);
    boolean same = Arrays.equals(source, from, from + length, source, at, at + length);
    return same ? at + length : -1;
  }

  private void count(int more) {
    work += more;
    if (work >= WORK_BETWEEN_STEPS) {
      call.step(work);
      work = 0;
    }
  }

  /** How many values {@link #addCaptures} adds: one for the whole match if there are none. */
  int captureCount() {
    return Math.max(pattern.captures, 1);
  }

  /** Adds all captures of a match as results. */
  void addCaptures(int start) {
    for (int i = 0; i < captureCount(); i++) {
      addCapture(i, start);
    }
  }

  /** Adds only the captures that the pattern has, as results. */
  void addOnlyCaptures(int start) {
    for (int i = 0; i < pattern.captures; i++) {
      addCapture(i, start);
    }
  }

  private void addCapture(int i, int start) {
    if (isPosition(i)) {
      call.add(captureStarts[i] + 1.0);
    } else {
      call.add(capture(i, start));
    }
  }

  /** Whether a capture is a position rather than a part of the source. */
  boolean isPosition(int i) {
    return i < pattern.captures && pattern.positions[i];
  }

  /** The value of a capture, or of the whole match in place of the first of none. */
  Object captureValue(int i, int start) {
    return isPosition(i) ? (Double) (captureStarts[i] + 1.0) : capture(i, start);
  }

  private LuaString capture(int i, int start) {
    int from = captureStart(i, start);
    return Strings.copyOf(call, source, from, captureEnd(i) - from);
  }

  /** Appends a capture, as a replacement refers to it. */
  void appendCapture(int i, int start, ByteBuilder target) {
    int from = captureStart(i, start);
    if (isPosition(i)) {
      target.append(from + 1.0);
    } else {
      target.append(source, from, captureEnd(i) - from);
    }
  }

  private int captureStart(int i, int start) {
    if (i >= pattern.captures) {
      if (i > 0) {
        throw call.error("invalid capture index");
      }
      return start;
    }
    if (!pattern.closed[i]) {
      throw call.error("unfinished capture");
    }
    return captureStarts[i];
  }

  private int captureEnd(int i) {
    return i < pattern.captures ? captureEnds[i] : matchEnd;
  }
}
