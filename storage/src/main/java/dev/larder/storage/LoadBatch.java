package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;

/*
 * Entries of a file on their way to the worker that owns their shards, one behind the other:
 *
 *   0      8          16       24       32             36           40         44     48
 *   +------+----------+--------+--------+--------------+------------+----------+------+- - -+- - -
 *   | hash | deadline | offset | use    | value length | key length | database | type | key | value
 *   +------+----------+--------+--------+--------------+------------+----------+------+- - -+- - -
 *
 * The use is a {@link ToldUse}. The offset is where in the file the entry begins. The value has no
 * type byte. A value that is longer than a batch is built by who reads the file.
 */

/** A piece of a file for one worker. Used by one thread at a time; {@link #close} must follow. */
final class LoadBatch implements AutoCloseable {
  /** Some thousand short entries: handing it over costs nothing beside them. */
  static final int BYTES = 1 << 18;

  private static final int HASH = 0;
  private static final int DEADLINE = 8;
  private static final int OFFSET = 16;
  private static final int USE = 24;
  private static final int VALUE_LENGTH = 32;
  private static final int KEY_LENGTH = 36;
  private static final int DATABASE = 40;
  private static final int TYPE = 44;
  static final int HEAD_BYTES = 48;

  private final long memory;
  private long used;
  private boolean isLast;

  private LoadBatch(long memory) {
    this.memory = memory;
  }

  /** A batch of its own memory, outside of what values are stored in. */
  static LoadBatch allocate() {
    long memory = VirtualMemory.reserve(BYTES);
    if (memory == 0) {
      throw new OutOfMemoryError("no address space to load the file");
    }
    return new LoadBatch(memory);
  }

  @Override
  public void close() {
    VirtualMemory.release(memory, BYTES);
  }

  /** Says that no batch comes after this one. */
  void setLast() {
    isLast = true;
  }

  boolean isLast() {
    return isLast;
  }

  void clear() {
    used = 0;
  }

  /** Whether an entry of so many bytes in all, without its head, fits behind the others. */
  boolean fits(long bytes) {
    return bytes <= BYTES - HEAD_BYTES - used;
  }

  /** Whether an entry would fit if there were no others. */
  static boolean canHold(long bytes) {
    return bytes <= BYTES - HEAD_BYTES;
  }

  /** Appends an entry, which fits. */
  void add(
      long hash,
      long deadlineMillis,
      long fileOffset,
      long use,
      int database,
      int type,
      long key,
      int keyLength,
      long value,
      int valueLength) {
    long entry = memory + used;
    Memory.putLong(entry + HASH, hash);
    Memory.putLong(entry + DEADLINE, deadlineMillis);
    Memory.putLong(entry + OFFSET, fileOffset);
    Memory.putLong(entry + USE, use);
    Memory.putInt(entry + VALUE_LENGTH, valueLength);
    Memory.putInt(entry + KEY_LENGTH, keyLength);
    Memory.putInt(entry + DATABASE, database);
    Memory.putInt(entry + TYPE, type);
    Memory.copy(key, entry + HEAD_BYTES, keyLength);
    Memory.copy(value, entry + HEAD_BYTES + keyLength, valueLength);
    used += HEAD_BYTES + keyLength + valueLength;
  }

  /** The first entry. */
  long first() {
    return memory;
  }

  /** Behind the last entry. */
  long end() {
    return memory + used;
  }

  static long next(long entry) {
    return value(entry) + valueLength(entry);
  }

  static long hash(long entry) {
    return Memory.getLong(entry + HASH);
  }

  static long deadlineMillis(long entry) {
    return Memory.getLong(entry + DEADLINE);
  }

  static long fileOffset(long entry) {
    return Memory.getLong(entry + OFFSET);
  }

  static long use(long entry) {
    return Memory.getLong(entry + USE);
  }

  static int database(long entry) {
    return Memory.getInt(entry + DATABASE);
  }

  static int type(long entry) {
    return Memory.getInt(entry + TYPE);
  }

  static long key(long entry) {
    return entry + HEAD_BYTES;
  }

  static int keyLength(long entry) {
    return Memory.getInt(entry + KEY_LENGTH);
  }

  static long value(long entry) {
    return entry + HEAD_BYTES + keyLength(entry);
  }

  static int valueLength(long entry) {
    return Memory.getInt(entry + VALUE_LENGTH);
  }
}
