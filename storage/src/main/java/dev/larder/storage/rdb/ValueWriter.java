package dev.larder.storage.rdb;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.type.Decimal;
import dev.larder.storage.type.Listpack;

/**
 * Writes values: a type byte, then what the type asks for, by calls in that order; or entries of a
 * file, by {@link #beginEntry} before each of them. Writes the lowest version that can hold the
 * value, so that old servers read what they can. Whether memory was exhausted is told by the {@link
 * #output} in the end. Used by one thread at a time.
 */
public final class ValueWriter {
  /** The longest text of a number of 32 bits. */
  private static final int MAX_NUMBER_BYTES = 11;

  /** Shorter strings are not compressed. */
  private static final int MIN_COMPRESSED_BYTES = 21;

  /** How much shorter a compressed string has to be. */
  private static final int LEAST_GAIN_BYTES = 4;

  /** Compressing longer ones in one go would take milliseconds. */
  private static final int MAX_COMPRESSED_BYTES = 1 << 20;

  /** The longest first bytes of a compressed string: a mark, two lengths. */
  private static final int MAX_HEADER_BYTES = 1 + 5 + 5;

  private final RdbOutput output;
  private final LzfCompressor compressor = new LzfCompressor();
  private int version = RdbVersion.LOWEST_WRITTEN;
  private boolean compresses = true;

  /** The key that goes behind the next type byte; its length is -1 for none. */
  private long key;

  private int keyLength = -1;

  private long pieceBytes = Long.MAX_VALUE;
  private Runnable onPiece = () -> {};

  public ValueWriter(ChunkStore chunks) {
    output = new RdbOutput(chunks);
  }

  /** Where everything goes. */
  public RdbOutput output() {
    return output;
  }

  /** The version that what was written needs. */
  public int version() {
    return version;
  }

  /** Forgets all that was written, and gives its memory back. */
  public void clear() {
    output.clear();
    version = RdbVersion.LOWEST_WRITTEN;
  }

  /** Whether strings that gain by it are compressed, as they are at first. */
  public void compresses(boolean does) {
    compresses = does;
  }

  /**
   * Makes the value that follows an entry of a file: its key goes between its type and the rest.
   *
   * @param newKey stays where it is until the type was written
   * @param deadlineMillis milliseconds since the epoch, -1 for none
   */
  public void beginEntry(long newKey, int newKeyLength, long deadlineMillis) {
    if (deadlineMillis >= 0) {
      output.put(RdbOpcode.EXPIRE_MILLIS);
      output.putLong(deadlineMillis);
    }
    key = newKey;
    keyLength = newKeyLength;
  }

  /** The entry, which was begun, has not been used for so long. */
  public void idle(long seconds) {
    output.put(RdbOpcode.IDLE);
    length(seconds);
  }

  /** The entry, which was begun, is used so often. */
  public void frequency(int frequency) {
    output.put(RdbOpcode.FREQUENCY);
    output.put(frequency);
  }

  /**
   * Has somebody take what was written, and {@link #clear} it, whenever it has become more than
   * this: for values of any size.
   */
  public void inPieces(long bytes, Runnable taker) {
    pieceBytes = bytes;
    onPiece = taker;
  }

  private void pass() {
    if (output.length() > pieceBytes) {
      onPiece.run();
    }
  }

  /** The type of the value that follows, one of {@link RdbType}. */
  public void type(int type) {
    if (type > RdbType.STREAM_LISTPACKS_2) {
      version = Math.max(version, versionOf(type));
    }
    output.put(type);
    if (keyLength >= 0) {
      string(key, keyLength);
      keyLength = -1;
    }
  }

  private static int versionOf(int type) {
    return switch (type) {
      case RdbType.HASH_METADATA -> 12;
      case RdbType.STREAM_LISTPACKS_4 -> 13;
      case RdbType.STREAM_LISTPACKS_5 -> 14;
      default -> throw new IllegalArgumentException("type " + type + " is not written");
    };
  }

  /** How many elements follow; also any other number in the form of a length. */
  public void length(long number) {
    output.putLength(number);
  }

  /** A score. */
  public void score(double number) {
    output.putLong(Double.doubleToRawLongBits(number));
  }

  /** A point in time in milliseconds. */
  public void millis(long millis) {
    output.putLong(millis);
  }

  /**
   * When a field of a hash expires, in {@link RdbType#HASH_METADATA}.
   *
   * @param deadlineMillis -1 for never
   * @param earliestMillis the least deadline of the hash, which was written before
   */
  public void fieldDeadline(long deadlineMillis, long earliestMillis) {
    output.putLength(deadlineMillis < 0 ? 0 : deadlineMillis - earliestMillis + 1);
  }

  /** An entry's id in 16 bytes: sixteen of them, the highest first. */
  public void streamId(long millis, long sequence) {
    pass();
    output.putLong(Long.reverseBytes(millis));
    output.putLong(Long.reverseBytes(sequence));
  }

  /** An entry's id as a string: the key of a stream's node. */
  public void streamNodeKey(long millis, long sequence) {
    output.putLength(2 * Long.BYTES);
    streamId(millis, sequence);
  }

  /** A node of a list that is a listpack. */
  public void packedNode(long address, long bytes) {
    output.putLength(RdbType.NODE_PACKED);
    string(address, bytes);
  }

  /** A string, in the shortest of its forms: as a number, compressed, or as it is. */
  public void string(long address, long bytes) {
    pass();
    if (bytes <= MAX_NUMBER_BYTES) {
      long number = Decimal.parse(address, (int) bytes);
      if (number == (int) number) {
        number((int) number);
        return;
      }
    }
    if (compresses
        && bytes >= MIN_COMPRESSED_BYTES
        && bytes <= MAX_COMPRESSED_BYTES
        && compressed(address, (int) bytes)) {
      return;
    }
    beginString(bytes);
    output.putBytes(address, bytes);
  }

  /** A string that is a number's text. */
  public void integer(long number) {
    if (number == (int) number) {
      number((int) number);
      return;
    }
    output.putLength(Decimal.textLength(number));
    long at = output.reserve(Decimal.MAX_BYTES);
    if (at != 0) {
      output.advance(Decimal.write(number, at));
    }
  }

  /** A string that is an entry of a listpack. */
  public void entry(long entry) {
    if (Listpack.isInteger(entry)) {
      integer(Listpack.integer(entry));
    } else {
      string(Listpack.stringAddress(entry), Listpack.stringLength(entry));
    }
  }

  /** A string whose bytes follow as they are, by {@link RdbOutput#putBytes} or otherwise. */
  public void beginString(long bytes) {
    output.putLength(bytes);
  }

  private void number(int number) {
    if (number == (byte) number) {
      output.put(RdbInput.SPECIAL | RdbInput.INT_8);
      output.put(number);
    } else if (number == (short) number) {
      output.put(RdbInput.SPECIAL | RdbInput.INT_16);
      output.putShort(number);
    } else {
      output.put(RdbInput.SPECIAL | RdbInput.INT_32);
      output.putInt(number);
    }
  }

  /** Writes a string compressed, if that is worth it. */
  private boolean compressed(long address, int bytes) {
    int room = bytes - LEAST_GAIN_BYTES;
    // Compressed behind its header, whose length is not known before: then moved up to it.
    long start = output.reserve(MAX_HEADER_BYTES + room);
    if (start == 0) {
      return true;
    }
    long result = start + MAX_HEADER_BYTES;
    long length = compressor.compress(address, bytes, result, room);
    if (length == 0) {
      return false;
    }
    output.put(RdbInput.SPECIAL | RdbInput.LZF);
    output.putLength(length);
    output.putLength(bytes);
    output.putBytes(result, length);
    return true;
  }
}
