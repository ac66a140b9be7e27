package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.type.Decimal;
import dev.larder.storage.type.Listpack;
import java.nio.charset.StandardCharsets;

/**
 * An element's text, which lies somewhere in memory or is the decimal of a stored integer. A
 * flyweight that holds until the collection's next change, and until it is pointed elsewhere.
 */
public final class ElementText {
  /** Where the bytes lie, 0 for an integer. */
  private long address;

  private int length;
  private long integer;

  ElementText() {}

  /** Points this at bytes. */
  void bytes(long newAddress, int newLength) {
    address = newAddress;
    length = newLength;
  }

  /** Points this at an integer's decimal. */
  void integer(long newInteger) {
    address = 0;
    integer = newInteger;
    length = Decimal.textLength(newInteger);
  }

  /** Points this at an entry of a listpack. */
  void entry(long entry) {
    if (Listpack.isInteger(entry)) {
      integer(Listpack.integer(entry));
    } else {
      address = Listpack.stringAddress(entry);
      length = Listpack.stringLength(entry);
    }
  }

  /** In bytes. */
  public int length() {
    return length;
  }

  /** Where the bytes lie, 0 for an integer. */
  public long address() {
    return address;
  }

  /** Writes the text, of {@link #length} bytes. */
  public void copy(long target) {
    if (address != 0) {
      Memory.copy(address, target, length);
    } else {
      Decimal.write(integer, target);
    }
  }

  /** A copy of the text. */
  public byte[] toArray() {
    return address != 0
        ? Bytes.toArray(address, length)
        : Long.toString(integer).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Whether the text is an integer in its canonical form. */
  public boolean isInteger() {
    if (address == 0) {
      return true;
    }
    integer = Decimal.parse(address, length);
    return Decimal.isNumber(integer, address, length);
  }

  /** What an integer is, after {@link #isInteger}. */
  public long integer() {
    return integer;
  }

  /** Where the bytes lie; an integer is written to {@code scratch}, which has room for 20. */
  long address(long scratch) {
    if (address == 0) {
      Decimal.write(integer, scratch);
      return scratch;
    }
    return address;
  }
}
