package dev.larder.storage;

import static dev.larder.storage.SetStructure.HASHED;
import static dev.larder.storage.SetStructure.INTEGERS;
import static dev.larder.storage.SetStructure.PACKED;
import static dev.larder.storage.SetStructure.TABLE;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.MemberTable;
import dev.larder.storage.type.Decimal;
import dev.larder.storage.type.Intset;
import dev.larder.storage.type.Listpack;
import java.util.Arrays;

/**
 * One key's set, as commands read and change it. See {@link CollectionValue} for how it is pointed
 * at a key, and for ROOM; {@link SetStructure} tells what it is in memory.
 *
 * <p>{@link #next} and {@link #draw} make a member the current one, of which {@link #member} tells
 * until the next change. When the last member goes, the key goes.
 */
@HotPath
public final class SetValue extends SetCursor {
  /**
   * Larger packed sets become tables, whatever the limits: they are slow to search or to change.
   */
  private static final int MAX_PACKED_BYTES = 32 * 1024;

  private static final int MAX_INTEGERS_BYTES = 128 * 1024;

  /** The same for a set that is called a hashtable. */
  private static final int MAX_HASHED_BYTES = 4096;

  private static final int MAX_HASHED_MEMBERS = 128;

  /** A table that falls to so few members, of so many bytes in all, is packed. */
  private static final int FEW_MEMBERS = 16;

  private static final int FEW_BYTES = 1024;

  SetValue(Keyspace keyspace, Unit unit, long text) {
    super(keyspace, unit, text);
  }

  // ---- adding ----------------------------------------------------------------------------------

  /**
   * Before members are added: makes the key if there is none, and a table of a set that so many
   * more would make one.
   *
   * @param first the first of them
   */
  public void expect(long first, int firstLength, int count) {
    CollectionLimits limits = keyspace.limits();
    if (entry == 0) {
      long integer = Decimal.parse(first, firstLength);
      boolean integers =
          count <= limits.setMaxIntsetEntries() && Decimal.isNumber(integer, first, firstLength);
      createEmpty(integers, count > limits.setMaxListpackEntries() ? HASHED : PACKED);
      return;
    }
    int name = encoding() & (PACKED | HASHED);
    int most =
        name == PACKED
            ? limits.setMaxListpackEntries()
            : name == HASHED ? Integer.MAX_VALUE : limits.setMaxIntsetEntries();
    if (count > most) {
      become(HASHED, 0);
    }
  }

  /**
   * Makes a set that is to get members: for integers until others come, or packed from the start.
   */
  public void createFor(boolean integers) {
    createEmpty(integers, PACKED);
  }

  private void createEmpty(boolean integers, int otherName) {
    if (integers) {
      create(INTEGERS, Intset.HEADER_BYTES);
      Intset.writeEmpty(value());
    } else {
      create(otherName, Listpack.EMPTY_BYTES);
      Listpack.writeEmpty(value());
    }
  }

  /** Makes an intset the set that is being built; false if it does not suit. */
  boolean take(long integers, int bytes) {
    boolean isTaken =
        bytes <= MAX_INTEGERS_BYTES
            && Intset.count(integers) <= keyspace.limits().setMaxIntsetEntries();
    if (isTaken) {
      create(INTEGERS, bytes);
      Memory.copy(integers, value(), bytes);
      pointed();
    }
    return isTaken;
  }

  /**
   * Adds a member to a set that was made, by {@link #expect} or before.
   *
   * @return whether it is new
   */
  public boolean add(long address, int length) {
    if (holds(address, length)) {
      return false;
    }
    addAbsent(address, length);
    return true;
  }

  /** As {@link #add}, of a member that is known to be new; a packed set is not searched for it. */
  void addNew(long address, int length) {
    boolean isListpack = !isTable() && !isIntegers();
    if (isListpack || !holds(address, length)) {
      addAbsent(address, length);
    }
  }

  /** Adds the member for which {@link #holds} has looked, or one to a listpack. */
  private void addAbsent(long address, int length) {
    boolean wasTable = isTable();
    int name = nameWith(address, length);
    if ((encoding() & (PACKED | HASHED)) != name) {
      become(name, (long) length + 2 * Integer.BYTES);
    }
    if (wasTable) {
      table.insert(memberHash, address, length);
    } else if (isTable()) {
      insert(address, length);
    } else if (isIntegers()) {
      addInteger(address, length);
    } else {
      append(address, length);
    }
    tell().memberAdded(sequence(), shard, database, entry, address, length);
  }

  /** Adds the member at another set's cursor. */
  public boolean addCurrent(SetCursor other) {
    return add(other.address(), other.member().length());
  }

  /** What Redis calls the set, PACKED, HASHED or 0, with a member that it has not yet. */
  private int nameWith(long address, int length) {
    int name = encoding() & (PACKED | HASHED);
    if (name == HASHED) {
      return HASHED;
    }
    CollectionLimits limits = keyspace.limits();
    long count = count();
    if (name == 0) {
      if (isTable()) {
        number = Decimal.parse(address, length);
        isNumber = Decimal.isNumber(number, address, length);
      }
      if (isNumber) {
        return count < limits.setMaxIntsetEntries() ? 0 : HASHED;
      }
    }
    int most = limits.setMaxListpackValue();
    return count < limits.setMaxListpackEntries()
            && length <= most
            && (name == PACKED || most >= Decimal.MAX_BYTES || longestInteger() <= most)
        ? PACKED
        : HASHED;
  }

  private int longestInteger() {
    if (!isIntegers() || Intset.count(value()) == 0) {
      return 0;
    }
    return Math.max(
        Decimal.textLength(Intset.min(value())), Decimal.textLength(Intset.max(value())));
  }

  private void insert(long address, int length) {
    memberHash = keyspace.hash(address, length);
    table().insert(memberHash, address, length);
  }

  private void addInteger(long address, int length) {
    int bytes = Intset.bytesAfterAdd(value(), number);
    if (bytes > MAX_INTEGERS_BYTES) {
      toTable(0);
      insert(address, length);
      return;
    }
    resize(bytes);
    Intset.insert(value(), -1 - (int) found, number);
  }

  private void append(long address, int length) {
    if (length < MAX_PACKED_BYTES) {
      int bytes = Listpack.bytes(value());
      int grown = bytes + Listpack.encodedBytes(address, length);
      if (fits(encoding(), grown, Listpack.count(value()) + 1)) {
        resize(grown);
        Listpack.append(value(), address, length);
        return;
      }
    }
    toTable(encoding());
    insert(address, length);
  }

  /** Whether a listpack of so many bytes and members stays one. */
  private static boolean fits(int name, long bytes, int count) {
    return (name & HASHED) == 0
        ? bytes <= MAX_PACKED_BYTES
        : bytes <= MAX_HASHED_BYTES && count <= MAX_HASHED_MEMBERS;
  }

  // ---- changing form ---------------------------------------------------------------------------

  /**
   * Makes Redis call the set PACKED or HASHED from now on, with the form that such a one has.
   *
   * @param addedBytes that a member will add
   */
  private void become(int name, long addedBytes) {
    if (isTable()) {
      encoding(TABLE | name);
    } else if (isIntegers()) {
      integersTo(name, addedBytes);
    } else if (fits(name, Listpack.bytes(value()) + addedBytes, Listpack.count(value()))) {
      encoding(name);
    } else {
      toTable(name);
    }
  }

  private void integersTo(int name, long addedBytes) {
    long integers = value();
    int count = Intset.count(integers);
    long bytes = Listpack.EMPTY_BYTES;
    for (int i = 0; i < count; i++) {
      bytes += Listpack.encodedIntegerBytes(Intset.get(integers, i));
    }
    if (!fits(name, bytes + addedBytes, count)) {
      toTable(name);
      return;
    }
    int block = allocate((int) bytes);
    long lp = arena().address(block);
    Listpack.writeEmpty(lp);
    for (int i = 0; i < count; i++) {
      Listpack.appendInteger(lp, Intset.get(integers, i));
    }
    replaceValue(block, (int) bytes, name);
  }

  /** Puts the content of a block in the place of the value part, and frees it. */
  private void replaceValue(int block, int bytes, int encoding) {
    resize(bytes);
    Memory.copy(arena().address(block), value(), bytes);
    encoding(encoding);
    arena().free(block);
  }

  private void toTable(int name) {
    int block = allocate(MemberTable.ROOT_BYTES);
    long root = arena().address(block);
    MemberTable.writeEmpty(root);
    boolean more = seekFirst();
    table.bind(arena(), shard.members, root);
    while (more) {
      member().copy(table.open(member().length()));
      table.add();
      more = next();
    }
    replaceValue(block, MemberTable.ROOT_BYTES, TABLE | name);
  }

  /** Makes a listpack of a table, whose members fit. */
  private void toListpack(int name) {
    long bytes = Listpack.EMPTY_BYTES;
    for (boolean more = seekFirst(); more; more = next()) {
      bytes += Listpack.encodedBytes(address(), member().length());
    }
    int block = allocate((int) bytes);
    long lp = arena().address(block);
    Listpack.writeEmpty(lp);
    for (boolean more = seekFirst(); more; more = next()) {
      Listpack.append(lp, address(), member().length());
    }
    freeTable();
    replaceValue(block, (int) bytes, name);
  }

  private void freeTable() {
    shard.values.dissolving(entry);
    while (!table().freeSome(Integer.MAX_VALUE)) {
      // Frees all there is.
    }
  }

  /**
   * Has the set be what Redis makes of one that is built anew: no hashtable if all members are
   * within the limits of a listpack. To be called when most members have gone.
   */
  public void rebuild() {
    if (entry == 0 || (encoding() & HASHED) == 0) {
      return;
    }
    CollectionLimits limits = keyspace.limits();
    if (count() > limits.setMaxListpackEntries()) {
      return;
    }
    long bytes = 0;
    for (boolean more = seekFirst(); more; more = next()) {
      if (member().length() > limits.setMaxListpackValue()) {
        return;
      }
      bytes += member().length() + 2 * Integer.BYTES;
    }
    if (!isTable()) {
      encoding(PACKED);
    } else if (bytes <= MAX_PACKED_BYTES) {
      toListpack(PACKED);
    } else {
      encoding(TABLE | PACKED);
    }
  }

  /** Makes a set of integers of one whose members all are, unless they are too many. */
  public void narrow() {
    if (entry == 0 || isIntegers() || count() > keyspace.limits().setMaxIntsetEntries()) {
      return;
    }
    for (boolean more = seekFirst(); more; more = next()) {
      if (!member().isInteger()) {
        return;
      }
    }
    int count = (int) count();
    long bytes = Intset.HEADER_BYTES + (long) count * Long.BYTES;
    if (bytes > MAX_INTEGERS_BYTES) {
      if (!isTable()) {
        toTable(0);
      }
      encoding(TABLE);
      return;
    }
    long[] integers = new long[count];
    int filled = 0;
    for (boolean more = seekFirst(); more; more = next()) {
      boolean isInteger = member().isInteger();
      assert isInteger;
      integers[filled++] = member().integer();
    }
    Arrays.sort(integers);
    int block = allocate((int) bytes);
    long set = arena().address(block);
    Intset.writeEmpty(set);
    for (long integer : integers) {
      Intset.add(set, integer);
    }
    if (isTable()) {
      freeTable();
    }
    replaceValue(block, Intset.bytes(set), INTEGERS);
  }

  // ---- removing --------------------------------------------------------------------------------

  /** Removes a member; whether there was one. */
  public boolean remove(long address, int length) {
    if (entry == 0 || !holds(address, length)) {
      return false;
    }
    report(address, length);
    if (isTable()) {
      table.remove(memberHash);
      settle();
    } else {
      removeFound();
    }
    return true;
  }

  /** Removes the current member, that {@link #draw} chose or {@link #next} met. */
  public void removeCurrent() {
    report(address(), member().length());
    if (isTable()) {
      table().removeRecord(found);
      settle();
    } else {
      removeFound();
    }
  }

  private void report(long address, int length) {
    tell().memberRemoved(sequence(), shard, database, entry, address, length);
  }

  private void removeFound() {
    long value = value();
    if (isIntegers()) {
      if (Intset.count(value) > 1) {
        Intset.removeAt(value, (int) found);
        resize(Intset.bytes(value));
      } else {
        removeEmpty();
      }
    } else if (Listpack.next(value, found) == 0 && found == Listpack.first(value)) {
      removeEmpty();
    } else {
      Listpack.delete(value, found, 1);
      resize(Listpack.bytes(value));
    }
  }

  /** After a member of a table went: so does the key with the last one. */
  private void settle() {
    long count = count();
    if (count == 0) {
      removeEmpty();
    } else if (count == FEW_MEMBERS && table.memberBytes() <= FEW_BYTES) {
      if ((encoding() & (PACKED | HASHED)) != 0) {
        toListpack(encoding() & (PACKED | HASHED));
      }
    }
  }

  /** Removes the key with all its members, if it exists. */
  public void clear() {
    if (entry != 0) {
      removeKey(Removal.DELETED);
    }
  }
}
