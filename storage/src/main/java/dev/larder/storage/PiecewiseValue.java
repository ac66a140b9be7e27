package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbFileReader;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.RdbString;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueReader;
import dev.larder.storage.rdb.ValueSink;
import java.io.IOException;

/**
 * Makes keys' values from entries of a file that come in pieces, as they are read: so a value is
 * never there twice, however large it is. What is wrong with it is found out on the way; that its
 * members are not distinct only in the end, by their number, when the key has it already. Used by
 * one thread at a time.
 */
final class PiecewiseValue {
  /** The shortest element takes two bytes of a file and a few dozen in memory. */
  private static final int ROOM_PER_BYTE = 32;

  private final Keyspace keyspace;
  private final ValueReader reader;

  PiecewiseValue(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.reader = new ValueReader(keyspace.large());
  }

  /**
   * Makes a key hold the value of the entry that a file is at; the unit owns its shard.
   *
   * @param input points at the first piece, behind the key
   * @param key stays where it is while the file is read
   * @return the new entry, or 0 when memory is exhausted
   */
  long build(
      Unit unit,
      Shard shard,
      RdbFileReader file,
      RdbInput input,
      long hash,
      long key,
      int keyLength)
      throws IOException, RdbException {
    return file.type() == RdbType.STRING
        ? buildString(unit, shard, file, input, hash, key, keyLength)
        : buildCollection(unit, shard, file, input, hash, key, keyLength);
  }

  private long buildString(
      Unit unit,
      Shard shard,
      RdbFileReader file,
      RdbInput input,
      long hash,
      long key,
      int keyLength)
      throws IOException, RdbException {
    long length = input.readNumber();
    if (length > RdbString.MAX_BYTES) {
      throw RdbException.malformed("a string of " + length + " bytes");
    }
    StagedString staged = StagedString.allocate(keyspace, 0, length);
    if (staged == null) {
      return 0;
    }
    try (staged) {
      long done = input.remaining();
      Memory.copy(input.take(done), staged.address(), done);
      while (!file.isComplete()) {
        file.more();
        Memory.copy(file.bytes(), staged.address() + done, file.byteCount());
        done += file.byteCount();
      }
      return shard.store(
          unit,
          (int) file.database(),
          hash,
          key,
          keyLength,
          staged.address(),
          length,
          file.deadlineMillis());
    }
  }

  private long buildCollection(
      Unit unit,
      Shard shard,
      RdbFileReader file,
      RdbInput input,
      long hash,
      long key,
      int keyLength)
      throws IOException, RdbException {
    RestoreTarget target = unit.codecs().target();
    target.point(unit, shard, (int) file.database(), hash, key, keyLength, file.deadlineMillis());
    ValueCodec codec = unit.codecs().of(ValueCodecs.typeOf(file.type()));
    ValueSink sink = codec.begin(target, 0);
    if (sink == null) {
      return 0;
    }
    int kind = ValueReader.kindOf(file.type());
    long announced = 0;
    boolean isBuilt = false;
    try (ValueReader open = reader) {
      open.begin(file.type(), file.version(), input, sink, kind == ValueReader.STREAM);
      long value = input.position();
      input.point(file.bytes() + value, file.byteCount() - value, file.remaining());
      while (!step(open, shard, input, file.isComplete())) {
        if (input.remaining() == 0 && !file.isComplete()) {
          file.more();
          input.point(file.bytes(), file.byteCount(), file.remaining());
        }
      }
      announced = open.announcedCount();
      isBuilt = true;
    } finally {
      codec.pause();
      if (!isBuilt) {
        codec.abandon();
      }
    }
    long entry = codec.install();
    CollectionValue view =
        switch (kind) {
          case ValueReader.SET -> unit.views().set();
          case ValueReader.SORTED_SET -> unit.views().sortedSet();
          case ValueReader.HASH -> unit.views().hash();
          default -> null;
        };
    if (entry != 0 && view != null) {
      view.point(shard, (int) file.database(), entry);
      if (view.count() != announced) {
        throw RdbException.malformed("the same member twice");
      }
    }
    return entry;
  }

  /** Builds all elements of the piece at hand; whether the value is complete. */
  private static boolean step(ValueReader open, Shard shard, RdbInput input, boolean isLast)
      throws RdbException {
    long bytes = input.remaining();
    // Elements cost more than their bytes, but not more than this.
    if (!shard.arena.hasRoom(ROOM_PER_BYTE * bytes)) {
      throw RdbException.memoryExhausted();
    }
    return open.step(isLast ? Long.MAX_VALUE : bytes);
  }
}
