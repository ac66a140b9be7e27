package dev.larder.storage.rdb;

import java.io.IOException;

/**
 * Finds out where a value of a file ends, of every type that can be told without knowing more of
 * it, modules' included. Checks nothing but that the file does not end before. Used by one thread
 * at a time.
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

  RdbValueScan(RdbWindow in) {
    this.in = in;
  }

  /** Whether a byte names a type of value, which {@link #skip} knows. */
  static boolean isType(int type) {
    return type == RdbType.MODULE_2 || ValueReader.kindOf(type) != ValueReader.UNREADABLE;
  }

  /** Passes over a value whose type and key were read. */
  void skip(int type, int version) throws IOException, RdbException {
    switch (type) {
      case RdbType.LIST, RdbType.SET, RdbType.LIST_QUICKLIST -> strings(in.readCount(1));
      case RdbType.HASH, RdbType.HASH_TEMPLATE_ARRAY -> strings(2 * in.readCount(2));
      case RdbType.ZSET -> textScores(in.readCount(2));
      case RdbType.ZSET_2 -> {
        for (long left = in.readCount(1 + Double.BYTES); left > 0; left--) {
          in.skipString();
          in.skip(Double.BYTES);
        }
      }
      case RdbType.HASH_METADATA -> {
        in.skip(Long.BYTES);
        fieldsBehindDeadlines(in.readCount(3));
      }
      case RdbType.HASH_METADATA_PRE_GA -> {
        long count = in.readCount(3);
        if (version == RdbVersion.VALKEY) {
          fieldsBeforeDeadlines(count);
        } else {
          fieldsBehindDeadlines(count);
        }
      }
      case RdbType.LIST_QUICKLIST_2 -> {
        for (long left = in.readCount(2); left > 0; left--) {
          in.readNumber();
          in.skipString();
        }
      }
      case RdbType.HASH_LISTPACK_EX -> {
        in.skip(Long.BYTES);
        in.skipString();
      }
      case RdbType.STREAM_LISTPACKS,
          RdbType.STREAM_LISTPACKS_2,
          RdbType.STREAM_LISTPACKS_3,
          RdbType.STREAM_LISTPACKS_4,
          RdbType.STREAM_LISTPACKS_5 ->
          stream(type);
      case RdbType.MODULE_2 -> {
        in.readNumber();
        module();
      }
      default -> in.skipString();
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

  private void textScores(long count) throws IOException, RdbException {
    for (long left = count; left > 0; left--) {
      in.skipString();
      int length = in.readByte();
      if (length < FIRST_NAMED_SCORE) {
        in.skip(length);
      }
    }
  }

  private void fieldsBehindDeadlines(long count) throws IOException, RdbException {
    for (long left = count; left > 0; left--) {
      in.readNumber();
      strings(2);
    }
  }

  private void fieldsBeforeDeadlines(long count) throws IOException, RdbException {
    for (long left = count; left > 0; left--) {
      strings(2);
      in.skip(Long.BYTES);
    }
  }

  private void stream(int type) throws IOException, RdbException {
    strings(2 * in.readCount(2));
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
  void module() throws IOException, RdbException {
    while (true) {
      long what = in.readNumber();
      switch ((int) Math.clamp(what, -1, MODULE_STRING + 1)) {
        case MODULE_END -> {
          return;
        }
        case MODULE_SIGNED, MODULE_UNSIGNED -> in.readNumber();
        case MODULE_FLOAT -> in.skip(Float.BYTES);
        case MODULE_DOUBLE -> in.skip(Double.BYTES);
        case MODULE_STRING -> in.skipString();
        default ->
            throw RdbException.malformed("a module's data of kind " + Long.toUnsignedString(what));
      }
    }
  }
}
