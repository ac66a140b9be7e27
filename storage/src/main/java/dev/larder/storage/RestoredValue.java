package dev.larder.storage;

import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.RdbString;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueReader;
import dev.larder.storage.rdb.ValueSink;
import org.jspecify.annotations.Nullable;

/**
 * Makes keys' values from Redis's format, in two parts. The first, {@link #check}, needs no shard
 * and runs in slices: it holds every byte against the format, so that a bad value changes nothing.
 * The second, {@link #build}, makes a key hold the value. Used by one thread at a time; {@link
 * #close} ends each use.
 */
final class RestoredValue implements AutoCloseable {
  private final Keyspace keyspace;
  private final RdbInput input = new RdbInput();
  private final RdbString string = new RdbString();
  private final ValueReader reader;

  /** For a string that is not among the bytes as it is, and short. */
  private final GrowableMemory memory;

  private int type;
  private int version;
  private long bytes;
  private long byteCount;
  private boolean isOpen;

  /** For a string that is long. */
  private @Nullable StagedString staged;

  /** Where the string's bytes are, or will be. */
  private long value;

  RestoredValue(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.memory = new GrowableMemory(keyspace.large());
    this.reader = new ValueReader(keyspace.large());
  }

  /**
   * Starts with a value, whose bytes stay where they are until {@link #close}.
   *
   * @param newBytes behind the type byte, and a key if there is one
   */
  void begin(int newType, int newVersion, long newBytes, long newByteCount) {
    close();
    type = newType;
    version = newVersion;
    bytes = newBytes;
    byteCount = newByteCount;
  }

  /**
   * Goes on with the first part.
   *
   * @param slice how many bytes to look at, about
   * @return whether it is done, and the value is sound
   * @throws RdbException when it is not, or memory is exhausted
   */
  boolean check(long slice) throws RdbException {
    if (!isOpen) {
      open();
    }
    return type == RdbType.STRING ? string.step(slice) : reader.step(slice);
  }

  private void open() throws RdbException {
    input.point(bytes, byteCount);
    if (type == RdbType.STRING) {
      string.read(input);
      openString();
    } else {
      reader.begin(type, version, input, null);
    }
    isOpen = true;
  }

  /** Finds out where the string's bytes go. */
  private void openString() throws RdbException {
    // Bytes in chunks could not be stored from where they are, unless a chunk began with them.
    if (string.isPlain() && !keyspace.large().contains(string.address())) {
      value = string.address();
      string.begin(0);
      return;
    }
    if (string.length() <= GrowableMemory.KEPT_BYTES) {
      memory.ensure(GrowableMemory.KEPT_BYTES, 0);
      value = memory.address();
    } else {
      staged = StagedString.allocate(keyspace, 0, string.length());
      if (staged == null) {
        throw RdbException.memoryExhausted();
      }
      value = staged.address();
    }
    string.begin(value);
  }

  /**
   * Makes a key hold the value, which was found sound, whatever it held; the unit owns its shard.
   *
   * @param deadlineMillis milliseconds since the epoch, -1 for none
   * @return the new entry, or 0 when memory is exhausted: then the key has what it had, or nothing
   */
  long build(
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    if (type == RdbType.STRING) {
      return shard.store(
          unit, database, hash, key, keyLength, value, string.length(), deadlineMillis);
    }
    RestoreTarget target = unit.codecs().target();
    target.point(shard, database, hash, key, keyLength, deadlineMillis);
    ValueCodec codec = unit.codecs().of(ValueCodecs.typeOf(type));
    ValueSink sink = codec.begin(target, reader.elementBytes());
    long entry = sink == null ? 0 : build(codec, sink);
    if (entry != 0) {
      shard.stored(unit, database, hash, entry);
    }
    return entry;
  }

  private long build(ValueCodec codec, ValueSink sink) {
    try {
      input.point(bytes, byteCount);
      reader.begin(type, version, input, sink);
      while (!reader.step(byteCount)) {
        // One step reads everything; only the format's own end says so.
      }
      return codec.finish();
    } catch (RdbException e) {
      codec.abandon();
      if (e.isOutOfMemory()) {
        return 0;
      }
      throw new IllegalStateException("a value was refused that had passed the check", e);
    }
  }

  /** Gives all memory back but a few KiB; a second call does nothing. */
  @Override
  public void close() {
    if (staged != null) {
      staged.close();
      staged = null;
    }
    reader.close();
    isOpen = false;
  }
}
