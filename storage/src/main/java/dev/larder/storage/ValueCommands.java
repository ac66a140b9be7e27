package dev.larder.storage;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbString;
import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.type.Listpack;

/**
 * Writes a key's value as the commands that make it anew, each with some of its elements, so that
 * none is longer than Redis takes. Streams are {@link StreamValueCommands}. Used by one thread.
 */
class ValueCommands implements ValueSink {
  /** So many elements go into a command. */
  private static final int ELEMENTS = 64;

  private static final int DEADLINE_HEAD = Long.BYTES + Integer.BYTES;

  final CommandFile out;

  /** The key, of which commands are written. */
  private final GrowableMemory key;

  private int keyLength;

  /** A string that is not in the file as it is. */
  private final GrowableMemory string;

  /** Deadlines of the fields of the command that is being written: deadline, length, field. */
  private final GrowableMemory deadlines;

  private int deadlineBytes;

  private String name = "";
  private int argumentsEach;

  /** How many elements the value has that are not in a command yet; 0 if that is not known. */
  private long left;

  /** How many more the command that was begun takes. */
  private long leftInCommand;

  ValueCommands(CommandFile out, ChunkStore chunks) {
    this.out = out;
    this.key = new GrowableMemory(chunks);
    this.string = new GrowableMemory(chunks);
    this.deadlines = new GrowableMemory(chunks);
  }

  /** Goes over to the next key, whose bytes are copied. */
  final void key(long address, int length) throws RdbException {
    keep(key, address, length, 0);
    keyLength = length;
    left = 0;
    leftInCommand = 0;
    deadlineBytes = 0;
  }

  /** Copies bytes behind others. */
  static void keep(GrowableMemory memory, long address, long length, long used)
      throws RdbException {
    if (!memory.ensure(Math.max(1, used + length), used)) {
      throw RdbException.memoryExhausted();
    }
    Memory.copy(address, memory.address() + used, length);
  }

  /** Begins a command on the key. */
  final CommandFile keyed(long arguments, String... words) {
    return out.command(arguments, words).bytes(key.address(), keyLength);
  }

  /** Says when the key expires, in milliseconds since the epoch; after its value. */
  final void deadline(long millis) {
    keyed(3, "PEXPIREAT").number(millis);
  }

  void close() {
    key.shrink();
    string.shrink();
    deadlines.shrink();
  }

  private void begin(String command, int eachArguments, long count) {
    name = command;
    argumentsEach = eachArguments;
    left = count;
  }

  /** Begins a command if none takes the next element. */
  private CommandFile next() {
    if (leftInCommand == 0) {
      leftInCommand = Math.clamp(left, 1, ELEMENTS);
      keyed(2 + leftInCommand * argumentsEach, name);
    }
    leftInCommand--;
    left--;
    return out;
  }

  // ---- strings

  @Override
  public void string(RdbString source) throws RdbException {
    if (source.isPlain()) {
      keyed(3, "SET").bytes(source.address(), source.length());
      return;
    }
    if (!string.ensure(Math.max(1, source.length()), 0)) {
      throw RdbException.memoryExhausted();
    }
    source.copyTo(string.address());
    keyed(3, "SET").bytes(string.address(), source.length());
    string.shrink();
  }

  // ---- lists and sets

  @Override
  public void beginList(long count) {
    begin("RPUSH", 1, Math.max(0, count));
  }

  @Override
  public void beginSet(long count) {
    begin("SADD", 1, count);
  }

  @Override
  public void element(long address, int length) {
    next().bytes(address, length);
  }

  @Override
  public boolean listpack(long address, int bytes, long count) {
    boolean isTaken = argumentsEach == 1 || name.equals("HSET");
    if (isTaken) {
      left = count / argumentsEach;
      long entry = Listpack.first(address);
      while (entry != 0) {
        next().entry(entry);
        entry = Listpack.next(address, entry);
        if (argumentsEach == 2) {
          out.entry(entry);
          entry = Listpack.next(address, entry);
        }
      }
    }
    return isTaken;
  }

  // ---- sorted sets

  @Override
  public void beginSortedSet(long count) {
    begin("ZADD", 2, count);
  }

  @Override
  public void scored(long member, int length, double score) {
    next().score(score).bytes(member, length);
  }

  // ---- hashes

  @Override
  public void beginHash(long count) {
    begin("HSET", 2, count);
  }

  @Override
  public void field(long field, int fieldLength, long value, int valueLength, long deadlineMillis)
      throws RdbException {
    next().bytes(field, fieldLength).bytes(value, valueLength);
    if (deadlineMillis >= 0) {
      if (!deadlines.ensure(deadlineBytes + DEADLINE_HEAD + fieldLength, deadlineBytes)) {
        throw RdbException.memoryExhausted();
      }
      long at = deadlines.address() + deadlineBytes;
      Memory.putLong(at, deadlineMillis);
      Memory.putInt(at + Long.BYTES, fieldLength);
      Memory.copy(field, at + DEADLINE_HEAD, fieldLength);
      deadlineBytes += DEADLINE_HEAD + fieldLength;
    }
    if (leftInCommand == 0) {
      fieldDeadlines();
    }
  }

  /** Writes the deadlines of the fields of a command that is complete. */
  private void fieldDeadlines() {
    int done = 0;
    while (done < deadlineBytes) {
      long at = deadlines.address() + done;
      int length = Memory.getInt(at + Long.BYTES);
      keyed(6, "HPEXPIREAT")
          .number(Memory.getLong(at))
          .words("FIELDS", "1")
          .bytes(at + DEADLINE_HEAD, length);
      done += DEADLINE_HEAD + length;
    }
    deadlineBytes = 0;
  }
}
