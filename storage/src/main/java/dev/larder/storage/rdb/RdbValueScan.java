package dev.larder.storage.rdb;

import java.io.IOException;

/**
 * Finds out where a value of a file ends, of every type that can be told without knowing more of
 * it, modules' included; and on the way, where it may be cut into pieces that can be read one by
 * one. Checks nothing but that the file does not end before. Used by one thread at a time.
 */
final class RdbValueScan {
  /** A stream's id as two numbers of 64 bits. */
  private static final int ID_BYTES = 2 * Long.BYTES;

  /** A text score's length from which on it stands for a score, and no text follows. */
  private static final int FIRST_NAMED_SCORE = 253;

  /* What a module's data consists of. */
  private static final int MODULE_END = 0;
  private static final int MODULE_SIGNED = 1;
  private static final int MODULE_UNSIGNED = 2;
  private static final int MODULE_FLOAT = 3;
  private static final int MODULE_DOUBLE = 4;
  private static final int MODULE_STRING = 5;

  private final RdbWindow in;
  private int type;
  private int version;

  /** Elements, nodes, or bytes of a plain string that are still to be passed over. */
  private long left;

  RdbValueScan(RdbWindow in) {
    this.in = in;
  }

  /** Whether a byte names a type of value, which {@link #begin} knows. */
  static boolean isType(int type) {
    return type == RdbType.MODULE_2 || ValueReader.kindOf(type) != ValueReader.UNREADABLE;
  }

  /** Starts with a value whose type and key were read; passes over what tells its length. */
  void begin(int newType, int newVersion) throws IOException, RdbException {
    type = newType;
    version = newVersion;
    switch (type) {
      case RdbType.STRING -> left = beginString();
      case RdbType.LIST, RdbType.SET, RdbType.LIST_QUICKLIST -> left = in.readCount(1);
      case RdbType.HASH,
          RdbType.HASH_TEMPLATE_ARRAY,
          RdbType.ZSET,
          RdbType.LIST_QUICKLIST_2,
          RdbType.STREAM_LISTPACKS,
          RdbType.STREAM_LISTPACKS_2,
          RdbType.STREAM_LISTPACKS_3,
          RdbType.STREAM_LISTPACKS_4,
          RdbType.STREAM_LISTPACKS_5 ->
          left = in.readCount(2);
      case RdbType.ZSET_2 -> left = in.readCount(1 + Double.BYTES);
      case RdbType.HASH_METADATA -> {
        in.skip(Long.BYTES);
        left = in.readCount(3);
      }
      case RdbType.HASH_METADATA_PRE_GA -> left = in.readCount(3);
      case RdbType.MODULE_2 -> {
        in.readNumber();
        left = Long.MAX_VALUE;
      }
      default -> left = 1;
    }
  }

  /** The bytes of a string that may be cut anywhere; any other is passed over at once. */
  private long beginString() throws IOException, RdbException {
    int first = in.readByte();
    if (RdbInput.isSpecial(first)) {
      in.skipRestOfString(first);
      return 0;
    }
    long bytes = in.number(first);
    if (bytes < 0 || bytes > in.remaining()) {
      throw RdbException.truncated();
    }
    return bytes;
  }

  /**
   * Passes over whole elements, until the window keeps so many bytes or the value ends.
   *
   * @return whether it has ended
   */
  boolean step(long keptBytes) throws IOException, RdbException {
    if (type == RdbType.STRING) {
      long part = Math.min(left, Math.max(0, keptBytes - in.keptBytes()));
      in.skip(part);
      left -= part;
      return left == 0;
    }
    while (left > 0) {
      skipElement();
      left--;
      if (left > 0 && in.keptBytes() >= keptBytes) {
        return false;
      }
    }
    if (ValueReader.kindOf(type) == ValueReader.STREAM) {
      skipRestOfStream();
    }
    return true;
  }

  private void skipElement() throws IOException, RdbException {
    switch (type) {
      case RdbType.HASH,
          RdbType.HASH_TEMPLATE_ARRAY,
          RdbType.STREAM_LISTPACKS,
          RdbType.STREAM_LISTPACKS_2,
          RdbType.STREAM_LISTPACKS_3,
          RdbType.STREAM_LISTPACKS_4,
          RdbType.STREAM_LISTPACKS_5 ->
          strings(2);
      case RdbType.ZSET -> {
        in.skipString();
        int length = in.readByte();
        in.skip(length < FIRST_NAMED_SCORE ? length : 0);
      }
      case RdbType.ZSET_2 -> {
        in.skipString();
        in.skip(Double.BYTES);
      }
      case RdbType.HASH_METADATA -> {
        in.readNumber();
        strings(2);
      }
      case RdbType.HASH_METADATA_PRE_GA -> skipFieldBeforeRelease();
      case RdbType.LIST_QUICKLIST_2 -> {
        in.readNumber();
        in.skipString();
      }
      case RdbType.HASH_LISTPACK_EX -> {
        in.skip(Long.BYTES);
        in.skipString();
      }
      case RdbType.MODULE_2 -> left = skipModulePart() ? left : 1;
      default -> in.skipString();
    }
  }

  private void skipFieldBeforeRelease() throws IOException, RdbException {
    if (version == RdbVersion.VALKEY) {
      strings(2);
      in.skip(Long.BYTES);
    } else {
      in.readNumber();
      strings(2);
    }
  }

  private void strings(long count) throws IOException, RdbException {
    for (long left = count; left > 0; left--) {
      in.skipString();
    }
  }

  private void numbers(long count) throws IOException, RdbException {
    for (long left = count; left > 0; left--) {
      in.readNumber();
    }
  }

  /** Passes over what a stream has behind its nodes. */
  private void skipRestOfStream() throws IOException, RdbException {
    numbers(type >= RdbType.STREAM_LISTPACKS_2 ? 8 : 3);
    for (long groups = in.readCount(1); groups > 0; groups--) {
      in.skipString();
      numbers(type >= RdbType.STREAM_LISTPACKS_2 ? 3 : 2);
      for (long pending = in.readCount(ID_BYTES); pending > 0; pending--) {
        in.skip(ID_BYTES + Long.BYTES);
        in.readNumber();
      }
      for (long consumers = in.readCount(1 + Long.BYTES); consumers > 0; consumers--) {
        in.skipString();
        in.skip(type >= RdbType.STREAM_LISTPACKS_3 ? 2 * Long.BYTES : Long.BYTES);
        in.skip(in.readCount(ID_BYTES) * ID_BYTES);
      }
      if (type >= RdbType.STREAM_LISTPACKS_5) {
        in.skip(in.readCount(ID_BYTES) * ID_BYTES);
      }
    }
    if (type >= RdbType.STREAM_LISTPACKS_4) {
      producers();
    }
  }

  private void producers() throws IOException, RdbException {
    numbers(2);
    for (long producers = in.readCount(1); producers > 0; producers--) {
      in.skipString();
      for (long produced = in.readCount(1); produced > 0; produced--) {
        in.skipString();
        numbers(2);
      }
    }
    numbers(2);
  }

  /** Passes over what a module has written, up to its end. */
  void skipModule() throws IOException, RdbException {
    while (skipModulePart()) {
      // One after the other.
    }
  }

  /** Passes over one thing that a module has written; false at the end. */
  private boolean skipModulePart() throws IOException, RdbException {
    long what = in.readNumber();
    switch ((int) Math.clamp(what, -1, MODULE_STRING + 1)) {
      case MODULE_END -> {
        return false;
      }
      case MODULE_SIGNED, MODULE_UNSIGNED -> in.readNumber();
      case MODULE_FLOAT -> in.skip(Float.BYTES);
      case MODULE_DOUBLE -> in.skip(Double.BYTES);
      case MODULE_STRING -> in.skipString();
      default ->
          throw RdbException.malformed("a module's data of kind " + Long.toUnsignedString(what));
    }
    return true;
  }
}
