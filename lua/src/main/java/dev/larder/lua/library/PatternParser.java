package dev.larder.lua.library;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Pattern} of its text. A pattern ends, as in Lua 5.1, at its first zero byte. */
final class PatternParser {
  private static final String SPECIAL = "^$*+?.([%-";

  private final byte[] text;
  private final int end;
  private int at;

  private byte[] operations = new byte[8];
  private byte[] kinds = new byte[8];
  private int[] arguments = new int[8];
  private int items;
  private long[] sets = new long[8];
  private int setCount;
  private @Nullable String mistake;
  private int captures;
  private final boolean[] positions = new boolean[Pattern.CAPTURES_MAX];
  private final boolean[] closed = new boolean[Pattern.CAPTURES_MAX];

  private PatternParser(byte[] text, int from) {
    this.text = text;
    this.at = from;
    int zero = from;
    while (zero < text.length && text[zero] != 0) {
      zero++;
    }
    end = zero;
  }

  /** Whether a pattern means just itself: nothing in it, before any zero byte, is special. */
  static boolean isPlain(byte[] text) {
    for (byte character : text) {
      if (character == 0) {
        return true;
      }
      if (SPECIAL.indexOf(character) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Prepares a pattern from an index on. Cost: linear. */
  static Pattern parse(byte[] text, int from) {
    return new PatternParser(text, from).parse();
  }

  private Pattern parse() {
    while (at < end && mistake == null) {
      item();
    }
    add(mistake == null ? Pattern.END : Pattern.MISTAKE, Pattern.CHARACTER, 0);
    return new Pattern(operations, kinds, arguments, sets, mistake, captures, positions, closed);
  }

  private void item() {
    byte character = text[at];
    if (character == '(') {
      open();
    } else if (character == ')') {
      close();
    } else if (character == '$' && at + 1 == end) {
      at++;
      add(Pattern.END_OF_SOURCE, Pattern.CHARACTER, 0);
    } else if (character != '%' || at + 1 == end) {
      single();
    } else if (text[at + 1] == 'b') {
      balance();
    } else if (text[at + 1] == 'f') {
      frontier();
    } else if (CharacterClass.isDigit(text[at + 1])) {
      backReference();
    } else {
      single();
    }
  }

  private void open() {
    if (captures == Pattern.CAPTURES_MAX) {
      mistake = "too many captures";
      return;
    }
    at++;
    if (at < end && text[at] == ')') {
      at++;
      positions[captures] = true;
      closed[captures] = true;
    }
    add(Pattern.OPEN, Pattern.CHARACTER, captures++);
  }

  private void close() {
    int capture = captures - 1;
    while (capture >= 0 && closed[capture]) {
      capture--;
    }
    if (capture < 0) {
      mistake = "invalid pattern capture";
      return;
    }
    at++;
    closed[capture] = true;
    add(Pattern.CLOSE, Pattern.CHARACTER, capture);
  }

  private void balance() {
    if (at + 3 >= end) {
      mistake = "unbalanced pattern";
      return;
    }
    add(Pattern.BALANCE, Pattern.CHARACTER, (text[at + 2] & 0xFF) << 8 | text[at + 3] & 0xFF);
    at += 4;
  }

  private void frontier() {
    at += 2;
    if (at == end || text[at] != '[') {
      mistake = "missing '[' after '%f' in pattern";
      return;
    }
    int set = set();
    if (mistake == null) {
      add(Pattern.FRONTIER, Pattern.SET, set);
    }
  }

  private void backReference() {
    int capture = text[at + 1] - '1';
    if (capture < 0 || capture >= captures || !closed[capture]) {
      mistake = "invalid capture index";
      return;
    }
    add(Pattern.BACK_REFERENCE, Pattern.CHARACTER, capture);
    at += 2;
  }

  /** One character, or what stands for it, and its repetition. */
  private void single() {
    byte kind = Pattern.CHARACTER;
    int argument = text[at] & 0xFF;
    if (argument == '[') {
      kind = Pattern.SET;
      argument = set();
    } else if (argument == '.') {
      kind = Pattern.ANY;
      at++;
    } else if (argument == '%') {
      if (at + 1 == end) {
        mistake = "malformed pattern (ends with '%')";
        return;
      }
      argument = text[at + 1] & 0xFF;
      at += 2;
      if (CharacterClass.exists(argument)) {
        kind = Pattern.SET;
        int set = newSet();
        addClass(set, argument);
        argument = set;
      }
    } else {
      at++;
    }
    if (mistake == null) {
      add(repetition(), kind, argument);
    }
  }

  private byte repetition() {
    byte operation =
        switch (at < end ? text[at] : 0) {
          case '?' -> Pattern.OPTIONAL;
          case '*' -> Pattern.STAR;
          case '+' -> Pattern.PLUS;
          case '-' -> Pattern.LAZY;
          default -> Pattern.ONE;
        };
    at += operation == Pattern.ONE ? 0 : 1;
    return operation;
  }

  /** A set in brackets; goes on behind it, if it ends. */
  private int set() {
    int from = at + 1;
    boolean complement = from < end && text[from] == '^';
    from += complement ? 1 : 0;
    int close = from;
    do {
      if (close >= end) {
        mistake = "malformed pattern (missing ']')";
        return 0;
      }
      close += text[close] == '%' && close + 1 < end ? 2 : 1;
    } while (close >= end || text[close] != ']');
    int set = newSet();
    for (int i = from; i < close; i++) {
      if (text[i] == '%') {
        i++;
        addClass(set, text[i] & 0xFF);
      } else if (text[i + 1] == '-' && i + 2 < close) {
        for (int character = text[i] & 0xFF; character <= (text[i + 2] & 0xFF); character++) {
          addCharacter(set, character);
        }
        i += 2;
      } else {
        addCharacter(set, text[i] & 0xFF);
      }
    }
    if (complement) {
      for (int i = 0; i < 4; i++) {
        sets[4 * set + i] = ~sets[4 * set + i];
      }
    }
    at = close + 1;
    return set;
  }

  private int newSet() {
    if (4 * setCount == sets.length) {
      sets = Arrays.copyOf(sets, 2 * sets.length);
    }
    return setCount++;
  }

  private void addCharacter(int set, int character) {
    sets[4 * set + (character >>> 6)] |= 1L << character;
  }

  /** Adds the class that a letter names, or the letter itself. */
  private void addClass(int set, int letter) {
    if (!CharacterClass.exists(letter)) {
      addCharacter(set, letter);
      return;
    }
    for (int character = 0; character < 256; character++) {
      if (CharacterClass.contains(letter, character)) {
        addCharacter(set, character);
      }
    }
  }

  private void add(byte operation, byte kind, int argument) {
    if (items == operations.length) {
      operations = Arrays.copyOf(operations, 2 * items);
      kinds = Arrays.copyOf(kinds, 2 * items);
      arguments = Arrays.copyOf(arguments, 2 * items);
    }
    operations[items] = operation;
    kinds[items] = kind;
    arguments[items] = argument;
    items++;
  }
}
