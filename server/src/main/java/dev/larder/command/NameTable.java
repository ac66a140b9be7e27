package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/* Names to specifications, by raw bytes in any case.
 *
 * Problem: every request starts with a name of 3 to 12 bytes at some address, in any case. A map of
 * strings would copy, fold and hash it byte by byte.
 *
 * Idea: a name is a few words of 8 bytes, and nearly always one. A word is loaded at once and
 * folded to lower case at once; the table is open-addressed and compares words.
 *
 *   length 8 and more   words at 0, 8, 16 and the last one at length - 8: it overlaps its neighbour
 *   length 4 to 7       two overlapping ints, at 0 and at length - 4, make one word
 *   length 1 to 3       bytes at 0, length / 2 and length - 1
 *
 * No load leaves the name, and with the length the words determine it. The length is part of the
 * hash and of the comparison.
 */
final class NameTable {

  /** Of the longest name that may be declared; one that an operator chooses may be longer. */
  static final int MAX_NAME_BYTES = 32;

  private static final NameTable EMPTY = new NameTable(Map.of());

  private final Map<String, CommandSpec> byName;
  private final CommandSpec[] specs;
  private final int[] lengths;
  private final long[] words;

  /** How many words a slot has, as a power of two: of the longest name. */
  private final int wordBits;

  private final int maxNameBytes;
  private final int mask;
  private final int shift;

  private NameTable(Map<String, CommandSpec> byName) {
    this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    int slots = Integer.highestOneBit(Math.max(4, byName.size()) * 4 - 1);
    this.specs = new CommandSpec[slots];
    this.lengths = new int[slots];
    int longest = 1;
    for (String name : byName.keySet()) {
      longest = Math.max(longest, name.length());
    }
    this.maxNameBytes = longest;
    this.wordBits = Integer.SIZE - Integer.numberOfLeadingZeros(wordCount(maxNameBytes) - 1);
    this.words = new long[slots << wordBits];
    this.mask = slots - 1;
    this.shift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
    byName.forEach(this::insert);
  }

  static NameTable empty() {
    return EMPTY;
  }

  static NameTable of(Collection<CommandSpec> specs) {
    if (specs.isEmpty()) {
      return EMPTY;
    }
    Map<String, CommandSpec> byName = new LinkedHashMap<>();
    for (CommandSpec spec : specs) {
      byName.put(spec.name(), spec);
    }
    return new NameTable(byName);
  }

  /**
   * These specifications by other names.
   *
   * @param byName in lower case, with one char a byte, none of them empty
   */
  static NameTable named(Map<String, CommandSpec> byName) {
    return new NameTable(byName);
  }

  private void insert(String name, CommandSpec spec) {
    ByteBuffer bytes = ByteBuffer.wrap(name.getBytes(ISO_8859_1)).order(ByteOrder.nativeOrder());
    int length = bytes.limit();
    int slot = slotOf(word(bytes, 0), length);
    while (lengths[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    specs[slot] = spec;
    lengths[slot] = length;
    for (int i = 0; i < wordCount(length); i++) {
      words[(slot << wordBits) + i] = word(bytes, i);
    }
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  Map<String, CommandSpec> byName() {
    return byName;
  }

  Collection<CommandSpec> specs() {
    return byName.values();
  }

  /** The specification of a name in lower case, or null. */
  @Nullable CommandSpec find(String lowerCaseName) {
    return byName.get(lowerCaseName);
  }

  /** The specification of the name at this address, or null. */
  @Nullable CommandSpec find(long address, int length) {
    if (length == 0 || length > maxNameBytes) {
      return null;
    }
    long first = word(address, length, 0);
    for (int slot = slotOf(first, length); lengths[slot] != 0; slot = (slot + 1) & mask) {
      if (words[slot << wordBits] == first
          && lengths[slot] == length
          && tail(slot, address, length)) {
        return specs[slot];
      }
    }
    return null;
  }

  private boolean tail(int slot, long address, int length) {
    for (int i = 1; i < wordCount(length); i++) {
      if (words[(slot << wordBits) + i] != word(address, length, i)) {
        return false;
      }
    }
    return true;
  }

  private int slotOf(long firstWord, int length) {
    return (int) (((firstWord + length) * 0x9E37_79B9_7F4A_7C15L) >>> shift);
  }

  private static int wordCount(int length) {
    return (length + Long.BYTES - 1) / Long.BYTES;
  }

  private static long word(long address, int length, int i) {
    if (length >= Long.BYTES) {
      return Ascii.lower(Bytes.getLong(address + Math.min(i * Long.BYTES, length - Long.BYTES)));
    }
    if (length >= Integer.BYTES) {
      return Ascii.lower(
          join(Bytes.getInt(address), Bytes.getInt(address + length - Integer.BYTES)));
    }
    return Ascii.lower(
        join(
            Bytes.getByte(address),
            Bytes.getByte(address + length / 2),
            Bytes.getByte(address + length - 1)));
  }

  private static long word(ByteBuffer name, int i) {
    int length = name.limit();
    if (length >= Long.BYTES) {
      return Ascii.lower(name.getLong(Math.min(i * Long.BYTES, length - Long.BYTES)));
    }
    if (length >= Integer.BYTES) {
      return Ascii.lower(join(name.getInt(0), name.getInt(length - Integer.BYTES)));
    }
    return Ascii.lower(join(name.get(0), name.get(length / 2), name.get(length - 1)));
  }

  private static long join(int low, int high) {
    return (low & 0xffff_ffffL) | ((long) high << Integer.SIZE);
  }

  private static long join(byte a, byte b, byte c) {
    return (a & 0xffL) | (b & 0xffL) << 8 | (c & 0xffL) << 16;
  }
}
