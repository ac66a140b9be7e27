package dev.larder.storage.rdb;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.type.Decimal;

/**
 * The bytes of one string of the input at a time: where they lie in it, or made in memory of the
 * slot's own. They hold until the next {@link #read} or {@link #clear}.
 */
public final class TextSlot {
  /** No element of a collection is longer, in bytes; packed ones fit into a listpack then. */
  private static final int MAX_BYTES = 1 << 29;

  private final GrowableMemory memory;
  private final RdbString string = new RdbString();
  private long address;
  private int length;

  public TextSlot(ChunkStore chunks) {
    memory = new GrowableMemory(chunks);
  }

  /** Reads the next string of an input. */
  public void read(RdbInput in) throws RdbException {
    string.read(in);
    set(string);
  }

  private void set(RdbString read) throws RdbException {
    if (read.length() > MAX_BYTES) {
      throw RdbException.malformed("an element of " + read.length() + " bytes");
    }
    length = (int) read.length();
    if (read.isPlain()) {
      address = read.address();
      return;
    }
    if (!memory.ensure(Math.max(length, 1), 0)) {
      throw RdbException.memoryExhausted();
    }
    address = memory.address();
    read.copyTo(address);
  }

  /** Takes bytes that lie elsewhere, and stay there. */
  void set(long newAddress, int newLength) {
    address = newAddress;
    length = newLength;
  }

  /** Takes a number, as its text. */
  void setNumber(long number) {
    memory.ensure(Decimal.MAX_BYTES, 0);
    address = memory.address();
    length = Decimal.write(number, address);
  }

  public long address() {
    return address;
  }

  /** In bytes. */
  public int length() {
    return length;
  }

  /** Gives back all memory but a few KiB. */
  public void clear() {
    memory.shrink();
  }
}
