package dev.larder.storage;

import static java.util.Objects.requireNonNull;

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
 * The second, {@link #build}, makes a key hold the value, at once or in slices as well. Used by one
 * thread at a time; {@link #close} ends each use.
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

  /* Of the second part. */
  private @Nullable RestoreTarget target;

  /** Null for a string. */
  private @Nullable ValueCodec codec;

  private boolean isBegun;

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
   * Makes a key hold the value, which was found sound, whatever it held, at once; the unit owns its
   * shard.
   *
   * @param deadlineMillis milliseconds since the epoch, -1 for none
   * @return the new entry, or 0 when memory is exhausted and nothing has changed
   */
  long build(
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    RestoreTarget at = unit.codecs().target();
    at.point(unit, shard, database, hash, key, keyLength, deadlineMillis);
    begin(at, type == RdbType.STRING ? null : unit.codecs().of(ValueCodecs.typeOf(type)));
    Progress progress = Progress.MORE;
    while (progress == Progress.MORE) {
      progress = step(byteCount);
    }
    return progress == Progress.DONE ? install() : 0;
  }

  /**
   * Begins with the second part of a value that was found sound, to be done in slices: {@link
   * #step}, then {@link #install}.
   */
  void beginBuild(RestoreTarget at) {
    begin(at, type == RdbType.STRING ? null : at.unit.codecs().newCodec(ValueCodecs.typeOf(type)));
  }

  private void begin(RestoreTarget newTarget, @Nullable ValueCodec newCodec) {
    target = newTarget;
    codec = newCodec;
    isBegun = false;
  }

  /** Goes on with the second part; the unit owns the shard. See {@link Restore#step}. */
  Progress step(long slice) {
    ValueCodec building = codec;
    if (building == null) {
      return Progress.DONE;
    }
    try {
      if (isBegun) {
        building.resume();
      } else {
        ValueSink sink = building.begin(requireNonNull(target), reader.elementBytes());
        isBegun = true;
        if (sink == null) {
          return Progress.MEMORY_EXHAUSTED;
        }
        input.point(bytes, byteCount);
        reader.again(input, sink);
      }
      return reader.step(slice) ? Progress.DONE : Progress.MORE;
    } catch (RdbException e) {
      if (e.isOutOfMemory()) {
        return Progress.MEMORY_EXHAUSTED;
      }
      throw new IllegalStateException("a value was refused that had passed the check", e);
    } finally {
      building.pause();
    }
  }

  /** Makes the key hold the value that is complete. See {@link Restore#install}. */
  long install() {
    RestoreTarget at = requireNonNull(target);
    return codec != null
        ? codec.install()
        : at.shard.store(
            at.unit,
            at.database,
            at.hash,
            at.key,
            at.keyLength,
            value,
            string.length(),
            at.deadlineMillis);
  }

  /**
   * Gives all memory back but a few KiB, and up what was built and not installed; the shard need
   * not be owned. A second call does nothing.
   */
  @Override
  public void close() {
    if (codec != null && isBegun) {
      codec.abandon();
    }
    codec = null;
    target = null;
    if (staged != null) {
      staged.close();
      staged = null;
    }
    reader.close();
    isOpen = false;
  }
}
