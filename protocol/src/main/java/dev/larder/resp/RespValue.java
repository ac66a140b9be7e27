package dev.larder.resp;

import java.util.List;

/**
 * A reply as a value, for clients, tools and tests; the server's hot path uses {@link ReplyWriter}.
 * Values are immutable, and equal when their types and contents are.
 */
public sealed interface RespValue {
  /** {@code +text}. */
  record SimpleString(String text) implements RespValue {}

  /** {@code -message}; the message starts with the error's code. */
  record SimpleError(String message) implements RespValue {}

  /** {@code :value}. */
  record Int(long value) implements RespValue {}

  /** {@code $}: bytes. */
  record BulkString(ByteString value) implements RespValue {
    /** A bulk string of UTF-8 text. */
    public static BulkString of(String text) {
      return new BulkString(ByteString.of(text));
    }
  }

  /** No value, in one of its three encodings. */
  enum Null implements RespValue {
    /** RESP2: {@code $-1}. */
    BULK,
    /** RESP2: {@code *-1}. */
    ARRAY,
    /** RESP3: {@code _}. */
    RESP3
  }

  /** {@code *}: elements in order. */
  record Array(List<RespValue> elements) implements RespValue {
    /** Copies the list. */
    public Array {
      elements = List.copyOf(elements);
    }
  }

  /** {@code %}, RESP3: pairs in the order sent. */
  record RespMap(List<Pair> pairs) implements RespValue {
    /** Copies the list. */
    public RespMap {
      pairs = List.copyOf(pairs);
    }
  }

  /** {@code ~}, RESP3: elements in the order sent. */
  record RespSet(List<RespValue> elements) implements RespValue {
    /** Copies the list. */
    public RespSet {
      elements = List.copyOf(elements);
    }
  }

  /** {@code >}, RESP3: out-of-band data, not the reply to a request. */
  record Push(List<RespValue> elements) implements RespValue {
    /** Copies the list. */
    public Push {
      elements = List.copyOf(elements);
    }
  }

  /** {@code |}, RESP3: a value with attributes before it. */
  record Attributed(List<Pair> attributes, RespValue value) implements RespValue {
    /** Copies the list. */
    public Attributed {
      attributes = List.copyOf(attributes);
    }
  }

  /** {@code ,}, RESP3: a double, as the text sent, which is part of Redis's interface. */
  record Real(String text) implements RespValue {
    /** The number. */
    public double value() {
      return switch (text) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        case "nan", "-nan" -> Double.NaN;
        default -> Double.parseDouble(text);
      };
    }
  }

  /** {@code #}, RESP3. */
  record Bool(boolean value) implements RespValue {}

  /** {@code (}, RESP3: an integer of any size, in decimal digits. */
  record BigNumber(String digits) implements RespValue {}

  /** {@code !}, RESP3: an error whose message may hold any bytes. */
  record BulkError(ByteString message) implements RespValue {}

  /** {@code =}, RESP3: text with a format of three characters. */
  record Verbatim(String format, ByteString text) implements RespValue {}

  /** A key and its value in a map or in attributes. */
  record Pair(RespValue key, RespValue value) {}

  /** Whether this is one of the two types of errors. */
  default boolean isError() {
    return this instanceof SimpleError || this instanceof BulkError;
  }
}
