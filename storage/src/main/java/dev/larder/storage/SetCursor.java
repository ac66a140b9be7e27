package dev.larder.storage;

import static dev.larder.storage.SetStructure.HASHED;
import static dev.larder.storage.SetStructure.INTEGERS;
import static dev.larder.storage.SetStructure.PACKED;
import static dev.larder.storage.SetStructure.TABLE;

import dev.larder.storage.table.MemberTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.TableCursor;
import dev.larder.storage.type.Decimal;
import dev.larder.storage.type.Intset;
import dev.larder.storage.type.Listpack;

/** What finds, walks and draws the members of a set. */
abstract class SetCursor extends CollectionValue {
  /** Bytes that cost as much to copy as a member costs to find. */
  private static final int ORDINARY_BYTES = 64;

  private final ElementText member = new ElementText();
  private final ReferenceSet drawn = new ReferenceSet();
  final MemberTable table = new MemberTable();
  private final TableCursor tableCursor;

  /** Of at least {@link Decimal#MAX_BYTES}, where integers become text. */
  private final long text;

  /** What {@link #holds} looked for: its hash in a table; as a number, for a set of integers. */
  long memberHash;

  long number;
  boolean isNumber;

  /**
   * The member found, drawn or met: its index among integers, its entry in the listpack, its record
   * in the table. Where {@link #holds} found nothing among integers: the place, as of Intset.find.
   */
  long found;

  /** Where a walk goes on: the index among integers, or the entry in the listpack, 0 at the end. */
  private long next;

  /** Whether {@link #next} goes on to further parts, and where in hash space, 0 for nowhere. */
  private boolean isWhole;

  private long position;

  /**
   * @param text scratch memory of the unit's sets, of {@link Decimal#MAX_BYTES} or more
   */
  SetCursor(Keyspace keyspace, Unit unit, long text) {
    super(ValueType.SET, keyspace, unit);
    this.text = text;
    this.tableCursor = new TableCursor(arena());
  }

  @Override
  void pointed() {
    next = 0;
    isWhole = false;
    position = 0;
    tableCursor.end();
  }

  /** The members of the table, of a set that is one. */
  final MemberTable table() {
    table.bind(arena(), shard.members, value());
    return table;
  }

  @Override
  final boolean hasMemberTable() {
    return isTable();
  }

  final boolean isTable() {
    return (encoding() & TABLE) != 0;
  }

  final boolean isIntegers() {
    return (encoding() & INTEGERS) != 0;
  }

  /** Whether Redis calls the set an intset; there is one. */
  public final boolean isIntset() {
    return (encoding() & (PACKED | HASHED)) == 0;
  }

  /** The number of members, 0 for a key that does not exist. */
  @Override
  public final long count() {
    return entry == 0 ? 0 : SetStructure.count(value(), encoding());
  }

  /** What it costs to go through the set and copy it, in members of ordinary length. */
  public final long weight() {
    if (entry == 0) {
      return 0;
    }
    long bytes = isTable() ? table().memberBytes() : valueBytes();
    return count() + bytes / ORDINARY_BYTES;
  }

  // ---- membership ------------------------------------------------------------------------------

  /** Whether this text is a member. O(1), or O(n) in a packed set. */
  public final boolean contains(long address, int length) {
    return entry != 0 && holds(address, length);
  }

  /** Whether the member at another set's cursor is one of this set, too. */
  public final boolean containsCurrent(SetCursor other) {
    if (entry == 0) {
      return false;
    }
    if (isIntegers()) {
      return other.member.isInteger() && Intset.find(value(), other.member.integer()) >= 0;
    }
    return holds(other.address(), other.member.length());
  }

  /** As {@link #contains}, of a key that exists; says what it found. */
  final boolean holds(long address, int length) {
    int encoding = encoding();
    if ((encoding & TABLE) != 0) {
      memberHash = keyspace.hash(address, length);
      found = table().find(memberHash, address, length);
      return found != 0;
    }
    if ((encoding & INTEGERS) != 0) {
      number = Decimal.parse(address, length);
      isNumber = Decimal.isNumber(number, address, length);
      found = isNumber ? Intset.find(value(), number) : -1;
      return found >= 0;
    }
    long lp = value();
    found = Listpack.find(lp, Listpack.first(lp), address, length, 0);
    return found != 0;
  }

  // ---- walking ---------------------------------------------------------------------------------

  /** Goes to the first member; false, and nowhere, when there is none. */
  public final boolean seekFirst() {
    if (entry == 0) {
      return false;
    }
    begin(0);
    isWhole = true;
    if (isTable()) {
      position = table().segment(tableCursor, 0);
    }
    return next();
  }

  /**
   * Begins a part of a walk, whose members {@link #next} goes through: all, while the set is
   * packed; else those of a home bucket. In between nothing may be changed through this object.
   *
   * @param from in hash space, 0 to start
   * @return where to go on, or 0 when this part is the last
   */
  public final long walk(long from) {
    if (entry == 0) {
      return 0;
    }
    begin(from);
    return isTable() ? table().home(tableCursor, from) : 0;
  }

  /**
   * Goes to the first of the members from a position on, which a table has together.
   *
   * @param from 0, or what this has returned before, while the set has not changed
   * @return where to go on, or 0 when this part is the last
   */
  public final long part(long from) {
    if (entry == 0) {
      return 0;
    }
    begin(from);
    return isTable() ? table().segment(tableCursor, from) : 0;
  }

  private void begin(long from) {
    isWhole = false;
    position = 0;
    if (isIntegers()) {
      next = from == 0 ? 0 : Intset.count(value());
    } else if (!isTable()) {
      next = from == 0 ? Listpack.first(value()) : 0;
    }
  }

  /** Goes to the next member; false when there is none in this part. */
  public final boolean next() {
    if (entry == 0) {
      return false;
    }
    int encoding = encoding();
    if ((encoding & TABLE) != 0) {
      return nextInTable();
    }
    if ((encoding & INTEGERS) != 0) {
      if (next >= Intset.count(value())) {
        return false;
      }
      showInteger((int) next++);
      return true;
    }
    if (next == 0) {
      return false;
    }
    showEntry(next);
    next = Listpack.next(value(), next);
    return true;
  }

  private boolean nextInTable() {
    long record = tableCursor.next();
    while (record == 0 && isWhole && position != 0) {
      position = table().segment(tableCursor, position);
      record = tableCursor.next();
    }
    if (record != 0) {
      showRecord(record);
    }
    return record != 0;
  }

  private void showInteger(int index) {
    found = index;
    member.integer(Intset.get(value(), index));
  }

  private void showEntry(long lpEntry) {
    found = lpEntry;
    member.entry(lpEntry);
  }

  private void showRecord(long record) {
    found = record;
    member.bytes(Record.keyAddress(record), Record.keyLength(record));
  }

  /** The current member, after {@link #next} or {@link #draw}. */
  public final ElementText member() {
    return member;
  }

  /**
   * Where the bytes of the current member lie, until this is asked of any set of the unit again.
   */
  public final long address() {
    return member.address(text);
  }

  // ---- drawing ---------------------------------------------------------------------------------

  /**
   * Makes a member the current one that 64 random bits choose, all with the same chance; there is
   * one.
   *
   * @return false when the bits chose none: draw again
   */
  public final boolean draw(long random) {
    if (isTable()) {
      long record = table().sample(random);
      if (record != 0) {
        showRecord(record);
      }
      return record != 0;
    }
    int index = (int) Math.unsignedMultiplyHigh(random, count());
    if (isIntegers()) {
      showInteger(index);
    } else {
      showEntry(Listpack.seek(value(), index));
    }
    return true;
  }

  /** Whether so many members can be drawn by {@link #drawOther}: it remembers them. */
  public final boolean canDrawDistinct(long count) {
    return count <= ReferenceSet.MAX_COUNT && isTable();
  }

  /** Forgets which members were drawn, of which there will be so many. */
  public final void beginDistinct(int count) {
    drawn.clear(count);
  }

  /** As {@link #draw}, of a member that was not drawn since {@link #beginDistinct}. */
  public final boolean drawOther(long random) {
    return draw(random) && drawn.add(arena().reference(found));
  }
}
