package dev.larder.lua.compiler;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts a source into tokens. */
final class Lexer {
  private static final int END = -1;

  private static final int LINES_MAX = Integer.MAX_VALUE - 2;

  private final byte[] source;
  private final Numerals numerals;
  private final String chunkName;

  /** The index of the byte behind {@link #current}. */
  private int position;

  /** The byte to be looked at, or {@link #END}. */
  private int current;

  /** The text of the token that is being read, or was read last. */
  private byte[] buffer = new byte[64];

  private int buffered;

  private int line = 1;
  private int lastLine = 1;
  private int token = Token.END_OF_SOURCE;
  private String text = "";
  private double number;

  private boolean looksAhead;
  private int nextToken;
  private String nextText = "";
  private double nextNumber;

  Lexer(byte[] source, String chunkName, Numerals numerals) {
    this.source = source;
    this.numerals = numerals;
    this.chunkName = ChunkNames.shown(chunkName, ChunkNames.COMPILER_SIZE);
    advance();
  }

  /** The kind of the current token. */
  int token() {
    return token;
  }

  /** The text of the current token, a name or a string. */
  String text() {
    return text;
  }

  /** The current token's number. */
  double number() {
    return number;
  }

  /** The line that has been reached. */
  int line() {
    return line;
  }

  /** The line of the token before the current one. */
  int lastLine() {
    return lastLine;
  }

  /** Goes on to the next token. */
  void next() {
    lastLine = line;
    if (looksAhead) {
      looksAhead = false;
      token = nextToken;
      text = nextText;
      number = nextNumber;
    } else {
      token = read();
    }
  }

  /** The kind of the token behind the current one, which stays the current one. */
  int lookAhead() {
    String heldText = text;
    double heldNumber = number;
    nextToken = read();
    nextText = text;
    nextNumber = number;
    text = heldText;
    number = heldNumber;
    looksAhead = true;
    return nextToken;
  }

  /** An error at the current token. */
  SyntaxException errorHere(String message) {
    return error(message, token);
  }

  /** An error at the line that has been reached, whatever the token. */
  SyntaxException errorAtLine(String message) {
    return new SyntaxException(chunkName + ":" + line + ": " + message);
  }

  private SyntaxException error(String message, int kind) {
    String near =
        kind == Token.NAME || kind == Token.STRING || kind == Token.NUMBER
            ? bufferedText()
            : Token.textOf(kind);
    return errorAtLine(message + " near '" + near + "'");
  }

  /** As far as a string of C would show it. */
  private String bufferedText() {
    String all = new String(buffer, 0, buffered, StandardCharsets.ISO_8859_1);
    int end = all.indexOf(0);
    return end < 0 ? all : all.substring(0, end);
  }

  private void advance() {
    current = position < source.length ? source[position] & 0xFF : END;
    position++;
  }

  private void save(int c) {
    if (buffered == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffered);
    }
    buffer[buffered++] = (byte) c;
  }

  private void saveAndAdvance() {
    save(current);
    advance();
  }

  private boolean atLineBreak() {
    return current == '\n' || current == '\r';
  }

  /** Passes one line break, which may be two bytes. */
  private void passLineBreak() {
    int first = current;
    advance();
    if (atLineBreak() && current != first) {
      advance();
    }
    if (++line >= LINES_MAX) {
      throw errorHere("chunk has too many lines");
    }
  }

  private int read() {
    buffered = 0;
    while (true) {
      switch (current) {
        case '\n', '\r' -> passLineBreak();
        case ' ', '\t', 0x0B, '\f' -> advance();
        case '-' -> {
          advance();
          if (current != '-') {
            return '-';
          }
          advance();
          passComment();
        }
        case '[' -> {
          int level = passBracket();
          if (level >= 0) {
            readLong(level, true);
            return Token.STRING;
          } else if (level == -1) {
            return '[';
          }
          throw error("invalid long string delimiter", Token.STRING);
        }
        case '"', '\'' -> {
          readString(current);
          return Token.STRING;
        }
        case '.' -> {
          return readDots();
        }
        case '=' -> {
          return either('=', Token.EQ, '=');
        }
        case '<' -> {
          return either('=', Token.LE, '<');
        }
        case '>' -> {
          return either('=', Token.GE, '>');
        }
        case '~' -> {
          return either('=', Token.NE, '~');
        }
        case END -> {
          return Token.END_OF_SOURCE;
        }
        default -> {
          return readWordOrCharacter();
        }
      }
    }
  }

  private int either(int second, int both, int first) {
    advance();
    if (current != second) {
      return first;
    }
    advance();
    return both;
  }

  private int readDots() {
    saveAndAdvance();
    if (current == '.') {
      saveAndAdvance();
      if (current == '.') {
        saveAndAdvance();
        return Token.DOTS;
      }
      return Token.CONCAT;
    }
    if (!isDigit(current)) {
      return '.';
    }
    readNumeral();
    return Token.NUMBER;
  }

  private int readWordOrCharacter() {
    if (isDigit(current)) {
      readNumeral();
      return Token.NUMBER;
    }
    if (!isLetter(current)) {
      int character = current;
      advance();
      return character;
    }
    do {
      saveAndAdvance();
    } while (isLetter(current) || isDigit(current));
    text = new String(buffer, 0, buffered, StandardCharsets.ISO_8859_1);
    return Token.kindOf(text);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(int c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' || c == '_';
  }

  private void readNumeral() {
    while (isDigit(current) || current == '.') {
      saveAndAdvance();
    }
    if (current == 'e' || current == 'E') {
      saveAndAdvance();
      if (current == '+' || current == '-') {
        saveAndAdvance();
      }
    }
    while (isLetter(current) || isDigit(current)) {
      saveAndAdvance();
    }
    number = numerals.parse(buffer, 0, buffered);
    if (Double.isNaN(number)) {
      throw error("malformed number", Token.NUMBER);
    }
  }

  private void passComment() {
    if (current == '[') {
      int level = passBracket();
      buffered = 0;
      if (level >= 0) {
        readLong(level, false);
        buffered = 0;
        return;
      }
    }
    while (!atLineBreak() && current != END) {
      advance();
    }
  }

  /**
   * Passes what may be a bracket of a long string.
   *
   * @return how many signs are between its two characters; -1 if it is just one character, -2 if
   *     something is missing
   */
  private int passBracket() {
    int bracket = current;
    int level = 0;
    saveAndAdvance();
    while (current == '=') {
      saveAndAdvance();
      level++;
    }
    return current == bracket ? level : level == 0 ? -1 : -2;
  }

  private void readLong(int level, boolean isString) {
    saveAndAdvance();
    if (atLineBreak()) {
      passLineBreak();
    }
    while (true) {
      switch (current) {
        case END ->
            throw error(
                isString ? "unfinished long string" : "unfinished long comment",
                Token.END_OF_SOURCE);
        case ']' -> {
          if (passBracket() == level) {
            saveAndAdvance();
            if (isString) {
              keepText(2 + level);
            }
            return;
          }
        }
        case '\n', '\r' -> {
          save('\n');
          passLineBreak();
          if (!isString) {
            buffered = 0;
          }
        }
        default -> {
          if (isString) {
            save(current);
          }
          advance();
        }
      }
    }
  }

  private void keepText(int delimiter) {
    text = new String(buffer, delimiter, buffered - 2 * delimiter, StandardCharsets.ISO_8859_1);
  }

  private void readString(int delimiter) {
    saveAndAdvance();
    while (current != delimiter) {
      switch (current) {
        case END -> throw error("unfinished string", Token.END_OF_SOURCE);
        case '\n', '\r' -> throw error("unfinished string", Token.STRING);
        case '\\' -> {
          advance();
          readEscape();
        }
        default -> saveAndAdvance();
      }
    }
    saveAndAdvance();
    keepText(1);
  }

  private void readEscape() {
    int escaped =
        switch (current) {
          case 'a' -> 7;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'v' -> 0x0B;
          default -> END;
        };
    if (escaped != END) {
      save(escaped);
      advance();
    } else if (atLineBreak()) {
      save('\n');
      passLineBreak();
    } else if (isDigit(current)) {
      int code = 0;
      for (int digits = 0; digits < 3 && isDigit(current); digits++) {
        code = 10 * code + current - '0';
        advance();
      }
      if (code > 255) {
        throw error("escape sequence too large", Token.STRING);
      }
      save(code);
    } else if (current != END) {
      saveAndAdvance();
    }
  }
}
