package dev.larder.resp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads replies of RESP2 and RESP3, streamed ones included, from a stream as values. What a header
 * promises is allocated only as it arrives. Not thread-safe; buffers its input.
 */
public final class RespReader {
  /** The deepest nesting that is read. */
  public static final int MAX_DEPTH = 512;

  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int MAX_LINE_BYTES = 1024 * 1024;

  /** Stands for a count or length that is not known before the end. */
  private static final long STREAMED = Long.MIN_VALUE;

  private static final int END_OF_STREAMED = '.';

  private final InputStream in;

  /** Reads from {@code in}, which the caller closes. */
  public RespReader(InputStream in) {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
  }

  /**
   * Reads the next value; waits for it.
   *
   * @throws EOFException when the stream ends before or within it
   * @throws RespFormatException when it is not RESP
   */
  public RespValue read() throws IOException {
    return read(readByte(), MAX_DEPTH);
  }

  /** Whether a read now would find a byte without waiting, as far as the stream can tell. */
  public boolean ready() throws IOException {
    return in.available() > 0;
  }

  private RespValue read(int type, int depth) throws IOException {
    if (depth == 0) {
      throw new RespFormatException("values are nested deeper than " + MAX_DEPTH);
    }
    return switch (type) {
      case '+' -> new RespValue.SimpleString(line());
      case '-' -> new RespValue.SimpleError(line());
      case ':' -> new RespValue.Int(number(line()));
      case '$' -> bulk();
      case '*' -> array(depth);
      case '_' -> nullValue();
      case '%' -> new RespValue.RespMap(pairs(depth));
      case '~' -> new RespValue.RespSet(elements(count(), depth));
      case '>' -> new RespValue.Push(elements(count(), depth));
      case '|' -> attributed(depth);
      case ',' -> real(line());
      case '#' -> bool(line());
      case '(' -> bigNumber(line());
      case '!' -> new RespValue.BulkError(ByteString.wrap(payload(length())));
      case '=' -> verbatim();
      default -> throw new RespFormatException("no type of value starts with byte " + type);
    };
  }

  private RespValue bulk() throws IOException {
    long length = count();
    if (length == STREAMED) {
      return new RespValue.BulkString(ByteString.wrap(chunks()));
    }
    if (length == -1) {
      return RespValue.Null.BULK;
    }
    return new RespValue.BulkString(ByteString.wrap(payload(length)));
  }

  private RespValue array(int depth) throws IOException {
    long count = count();
    return count == -1 ? RespValue.Null.ARRAY : new RespValue.Array(elements(count, depth));
  }

  private RespValue nullValue() throws IOException {
    String rest = line();
    if (!rest.isEmpty()) {
      throw new RespFormatException("null followed by '" + rest + "'");
    }
    return RespValue.Null.RESP3;
  }

  private RespValue attributed(int depth) throws IOException {
    List<RespValue.Pair> attributes = pairs(depth);
    return new RespValue.Attributed(attributes, read(readByte(), depth - 1));
  }

  private static RespValue real(String text) throws RespFormatException {
    RespValue.Real real = new RespValue.Real(text);
    try {
      real.value();
    } catch (NumberFormatException e) {
      throw notA("double", text, e);
    }
    return real;
  }

  private static RespValue bool(String text) throws RespFormatException {
    return switch (text) {
      case "t" -> new RespValue.Bool(true);
      case "f" -> new RespValue.Bool(false);
      default -> throw new RespFormatException("'" + text + "' is no boolean");
    };
  }

  private static RespValue bigNumber(String digits) throws RespFormatException {
    int start = digits.startsWith("-") || digits.startsWith("+") ? 1 : 0;
    if (start == digits.length() || !digits.chars().skip(start).allMatch(RespReader::isDigit)) {
      throw new RespFormatException("'" + digits + "' is no number");
    }
    return new RespValue.BigNumber(digits);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private RespValue verbatim() throws IOException {
    byte[] payload = payload(length());
    if (payload.length < 4 || payload[3] != ':') {
      throw new RespFormatException("verbatim string without a format");
    }
    byte[] text = new byte[payload.length - 4];
    System.arraycopy(payload, 4, text, 0, text.length);
    return new RespValue.Verbatim(new String(payload, 0, 3, UTF_8), ByteString.wrap(text));
  }

  private List<RespValue> elements(long count, int depth) throws IOException {
    checkCount(count);
    List<RespValue> elements = new ArrayList<>();
    for (long i = 0; i != count; i++) {
      int type = readByte();
      if (count == STREAMED && type == END_OF_STREAMED) {
        endOfLine();
        break;
      }
      elements.add(read(type, depth - 1));
    }
    return elements;
  }

  private List<RespValue.Pair> pairs(int depth) throws IOException {
    long count = count();
    checkCount(count);
    List<RespValue.Pair> pairs = new ArrayList<>();
    for (long i = 0; i != count; i++) {
      int type = readByte();
      if (count == STREAMED && type == END_OF_STREAMED) {
        endOfLine();
        break;
      }
      RespValue key = read(type, depth - 1);
      pairs.add(new RespValue.Pair(key, read(readByte(), depth - 1)));
    }
    return pairs;
  }

  private static void checkCount(long count) throws RespFormatException {
    if (count < 0 && count != STREAMED) {
      throw new RespFormatException(count + " elements");
    }
  }

  /** The pieces of a streamed string, to the empty one that ends it. */
  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int type = readByte();
      if (type != ';') {
        throw new RespFormatException("a streamed string goes on with byte " + type);
      }
      long length = length();
      if (length == 0) {
        return all.toByteArray();
      }
      all.writeBytes(payload(length));
    }
  }

  private byte[] payload(long length) throws IOException {
    byte[] payload = in.readNBytes((int) length); // reads, hence allocates, in pieces
    if (payload.length < length) {
      throw ended();
    }
    endOfLine();
    return payload;
  }

  /** A length that must be given. */
  private long length() throws IOException {
    long length = number(line());
    checkLength(length);
    return length;
  }

  /** A count or length; -1 for null, {@link #STREAMED} for "?". */
  private long count() throws IOException {
    String text = line();
    if (text.equals("?")) {
      return STREAMED;
    }
    long count = number(text);
    if (count != -1) {
      checkLength(count);
    }
    return count;
  }

  private static void checkLength(long length) throws RespFormatException {
    if (length < 0 || length > Integer.MAX_VALUE - 8) {
      throw new RespFormatException("a length of " + length);
    }
  }

  private static long number(String text) throws RespFormatException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw notA("number", text, e);
    }
  }

  private static RespFormatException notA(String what, String text, NumberFormatException cause) {
    RespFormatException exception = new RespFormatException("'" + text + "' is no " + what);
    exception.initCause(cause);
    return exception;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(32);
    for (int b = readByte(); b != '\r'; b = readByte()) {
      if (line.size() == MAX_LINE_BYTES) {
        throw new RespFormatException("a line of more than " + MAX_LINE_BYTES + " bytes");
      }
      line.write(b);
    }
    expect('\n');
    return line.toString(UTF_8);
  }

  private void endOfLine() throws IOException {
    expect('\r');
    expect('\n');
  }

  private void expect(int wanted) throws IOException {
    int found = readByte();
    if (found != wanted) {
      throw new RespFormatException("byte " + found + " instead of the end of a line");
    }
  }

  private int readByte() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw ended();
    }
    return b;
  }

  private static EOFException ended() {
    return new EOFException("the stream ended");
  }
}
