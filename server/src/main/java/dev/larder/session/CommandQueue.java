package dev.larder.session;

import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.LargeArguments;
import dev.larder.resp.Limits;
import dev.larder.storage.Bytes;
import dev.larder.storage.Keyspace;
import dev.larder.storage.ShardSet;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a transaction that wait for its EXEC, with all that is needed to run them. It is
 * off the heap, since a client may queue as much as it likes: the first commands in a piece of the
 * loop's memory, more of them in the keyspace's, where they count as data. For the client's loop.
 *
 * <pre>
 *   +---------+-----------+   and for    +--------+------+-------+
 *   | command | arguments |   each       | length | hash | bytes |
 *   +---------+-----------+   argument   +--------+------+-------+
 *     4         4                          4        8
 * </pre>
 *
 * A large argument has its address there instead of its bytes. Neither part crosses from one piece
 * of memory to the next.
 */
@HotPath
public final class CommandQueue {
  private static final int COMMAND_BYTES = 8;
  private static final int ARGUMENT_BYTES = 12;
  private static final int HASH = 4;
  private static final int MIN_CHUNK_BYTES = 64 * 1024;
  private static final int MAX_CHUNK_BYTES = 1024 * 1024;

  /** The hashes of the arguments of a batch. */
  public interface Hashes {
    /** The hash of an argument that is a key, 0 of one that is none. */
    long knownHash(int batchArg);

    /** Takes over what {@link #knownHash} gave. */
    void hash(int batchArg, long hash);
  }

  private final Keyspace keyspace;
  private final QueueMemory memory;
  private final ShardSet shards;

  /* The pieces of memory: where they begin, their sizes, and where the content of each ends. */
  private long[] pieces = new long[2];
  private int[] sizes = new int[2];
  private long[] ends = new long[2];
  private int pieceCount;

  /** Where to write, and the end of the piece that is written to. */
  private long at;

  private long end;

  // Read by other threads as well, which may see them of different moments.
  private int count;
  private long bytes;

  private int largeCount;

  /* Where to read, and how many commands are behind that. */
  private int readPiece;
  private long readAt;
  private int unread;

  public CommandQueue(Keyspace keyspace, QueueMemory memory) {
    this.keyspace = keyspace;
    this.memory = memory;
    this.shards = new ShardSet(keyspace);
  }

  /** The shards that the commands need. */
  public ShardSet shards() {
    return shards;
  }

  /** How many commands wait; any thread. */
  public int count() {
    return count;
  }

  /** The size of all commands, in bytes; any thread. */
  public long bytes() {
    return bytes;
  }

  // ---- writing ---------------------------------------------------------------------------------

  /**
   * Adds a command of a batch; its large arguments are taken from there.
   *
   * @param number which command of the server it is
   * @return false if memory is exhausted, and nothing has changed
   */
  public boolean add(int number, Batch batch, int command, Hashes hashes) {
    int piecesBefore = pieceCount;
    long atBefore = at;
    int argCount = batch.argCount(command);
    int first = batch.firstArg(command);
    boolean hasRoom = reserve(COMMAND_BYTES);
    if (hasRoom) {
      Bytes.putInt(at, number);
      Bytes.putInt(at + 4, argCount);
      at += COMMAND_BYTES;
    }
    long added = COMMAND_BYTES;
    for (int arg = first; hasRoom && arg < first + argCount; arg++) {
      int length = batch.argLength(arg);
      hasRoom = write(batch.argAddress(arg), length, hashes.knownHash(arg));
      added += ARGUMENT_BYTES + length;
    }
    if (!hasRoom) {
      truncate(piecesBefore, atBefore);
      return false;
    }
    takeLarge(batch, first, argCount);
    count++;
    bytes += added;
    return true;
  }

  private boolean write(long address, int length, long hash) {
    boolean isLarge = length > Limits.LARGE_ARGUMENT_BYTES;
    int stored = ARGUMENT_BYTES + (isLarge ? Long.BYTES : length);
    if (!reserve(stored)) {
      return false;
    }
    Bytes.putInt(at, length);
    Bytes.putLong(at + HASH, hash);
    if (isLarge) {
      Bytes.putLong(at + ARGUMENT_BYTES, address);
    } else {
      Bytes.copy(address, at + ARGUMENT_BYTES, length);
    }
    at += stored;
    return true;
  }

  private void takeLarge(Batch batch, int first, int argCount) {
    if (batch.largeCount() == 0) {
      return;
    }
    for (int arg = first; arg < first + argCount; arg++) {
      if (batch.isLarge(arg)) {
        batch.takeLarge(arg);
        largeCount++;
      }
    }
  }

  private boolean reserve(int needed) {
    if (end - at >= needed) {
      return true;
    }
    if (pieceCount == 0) {
      addPiece(memory.take(), QueueMemory.PIECE_BYTES);
      return end - at >= needed || reserve(needed);
    }
    int size = Math.min(MIN_CHUNK_BYTES << Math.min(pieceCount - 1, 4), MAX_CHUNK_BYTES);
    size = Math.max(size, needed);
    long chunk = keyspace.allocateLarge(size);
    if (chunk == 0) {
      return false;
    }
    addPiece(chunk, size);
    return true;
  }

  private void addPiece(long address, int size) {
    if (pieceCount == pieces.length) {
      pieces = Arrays.copyOf(pieces, 2 * pieceCount);
      sizes = Arrays.copyOf(sizes, 2 * pieceCount);
      ends = Arrays.copyOf(ends, 2 * pieceCount);
    }
    if (pieceCount > 0) {
      ends[pieceCount - 1] = at;
    }
    pieces[pieceCount] = address;
    sizes[pieceCount++] = size;
    at = address;
    end = address + size;
  }

  /** Goes back to an earlier end. */
  private void truncate(int newPieceCount, long newAt) {
    while (pieceCount > newPieceCount) {
      pieceCount--;
      if (pieceCount == 0) {
        memory.giveBack(pieces[0]);
      } else {
        keyspace.releaseLarge(pieces[pieceCount], sizes[pieceCount]);
      }
    }
    at = newAt;
    end = pieceCount == 0 ? newAt : pieces[pieceCount - 1] + sizes[pieceCount - 1];
  }

  /** Forgets all commands and gives their memory back. */
  public void clear() {
    if (largeCount > 0) {
      releaseLarge();
    }
    truncate(0, 0);
    shards.clear();
    if (pieces.length > 2) {
      pieces = new long[2];
      sizes = new int[2];
      ends = new long[2];
    }
    count = 0;
    bytes = 0;
    unread = 0;
  }

  private void releaseLarge() {
    rewind();
    for (; unread > 0; unread--) {
      seek();
      int argCount = Bytes.getInt(readAt + 4);
      readAt += COMMAND_BYTES;
      for (int i = 0; i < argCount; i++) {
        seek();
        int length = Bytes.getInt(readAt);
        boolean isLarge = length > Limits.LARGE_ARGUMENT_BYTES;
        long address = isLarge ? Bytes.getLong(readAt + ARGUMENT_BYTES) : 0;
        if (address != 0) {
          keyspace.releaseLarge(address, length);
        }
        readAt += ARGUMENT_BYTES + (isLarge ? Long.BYTES : length);
      }
    }
    largeCount = 0;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** Reads from the first command on. */
  public void rewind() {
    readPiece = 0;
    readAt = pieceCount == 0 ? 0 : pieces[0];
    unread = count;
  }

  /** Visits the hashes of all keys that the commands name. */
  public void forEachKey(LongConsumer visitor) {
    rewind();
    for (; unread > 0; unread--) {
      seek();
      int argCount = Bytes.getInt(readAt + 4);
      readAt += COMMAND_BYTES;
      for (int i = 0; i < argCount; i++) {
        seek();
        int length = Bytes.getInt(readAt);
        long hash = Bytes.getLong(readAt + HASH);
        if (hash != 0) {
          visitor.accept(hash);
        }
        readAt += ARGUMENT_BYTES + (length > Limits.LARGE_ARGUMENT_BYTES ? Long.BYTES : length);
      }
    }
  }

  /** Whether commands are left to read. */
  public boolean hasMore() {
    return unread > 0;
  }

  /**
   * Reads commands into an empty batch until it is full.
   *
   * @param numbers gets those that {@link #add} was given
   * @param hashes gets those of all arguments, each as soon as the batch has it
   * @param owner what the large arguments are released to, which the batch owns from now on; null
   *     to leave them where they are
   */
  public void read(Batch batch, int[] numbers, Hashes hashes, @Nullable LargeArguments owner) {
    int arg = 0;
    for (; unread > 0 && !batch.isFull(); unread--) {
      seek();
      numbers[batch.commandCount()] = Bytes.getInt(readAt);
      int argCount = Bytes.getInt(readAt + 4);
      int end = arg + argCount;
      batch.expectArguments(argCount, UnpooledByteBufAllocator.DEFAULT);
      readAt += COMMAND_BYTES;
      for (; arg < end; arg++) {
        seek();
        long hash = Bytes.getLong(readAt + HASH);
        readArgument(batch, arg, owner);
        hashes.hash(arg, hash);
      }
      batch.endCommand();
    }
  }

  private void readArgument(Batch batch, int arg, @Nullable LargeArguments owner) {
    int length = Bytes.getInt(readAt);
    long content = readAt + ARGUMENT_BYTES;
    if (length <= Limits.LARGE_ARGUMENT_BYTES) {
      batch.addArgument(content, length);
      readAt = content + length;
      return;
    }
    batch.addArgument(Bytes.getLong(content), length);
    if (owner != null) {
      batch.own(owner, arg);
      Bytes.putLong(content, 0);
    }
    readAt = content + Long.BYTES;
  }

  /** What is read next is in the next piece if this one is at its end. */
  private void seek() {
    long last = readPiece == pieceCount - 1 ? at : ends[readPiece];
    if (readAt == last) {
      readAt = pieces[++readPiece];
    }
  }
}
