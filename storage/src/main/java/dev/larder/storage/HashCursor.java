package dev.larder.storage;

import static dev.larder.storage.HashStructure.hasDeadlines;
import static dev.larder.storage.HashStructure.isTable;
import static dev.larder.storage.HashStructure.prefixBytes;
import static dev.larder.storage.HashStructure.width;
import static dev.larder.storage.type.PackedFields.TRIPLE;

import dev.larder.storage.table.FieldTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedFields;

/** What finds, walks and draws the fields of a hash, and removes those that are past their time. */
abstract class HashCursor extends CollectionValue {
  public static final long NO_DEADLINE = -1;

  private final ElementText name = new ElementText();
  private final ElementText text = new ElementText();
  private final ReferenceSet drawn = new ReferenceSet();

  /** The current field's entry in the listpack, or its record in the table; 0 for none. */
  long current;

  /** The hash of the name that was looked for in the table. */
  long nameHash;

  /** Where a walk goes on: the packed field, 0 at the end, or the number of the gathered one. */
  private long nextPacked;

  private int nextGathered;

  /** The time by which fields are past their deadline. */
  private long now;

  /** Whether the value part may be longer than its content for now. */
  boolean isReserved;

  HashCursor(Keyspace keyspace, Unit unit) {
    super(ValueType.HASH, keyspace, unit);
  }

  @Override
  void pointed() {
    now = unit.nowMillis();
    current = 0;
    nextPacked = 0;
    isReserved = false;
  }

  /**
   * Has fields be past their deadline as they were at an earlier time: for what goes on in a later
   * unit, while a lease keeps the key.
   */
  public final void asOf(long millis) {
    now = millis;
  }

  final long listpack() {
    return HashStructure.listpack(value(), encoding());
  }

  @Override
  final boolean hasMemberTable() {
    return isTable(encoding());
  }

  final FieldTable table() {
    FieldTable table = shard.fields;
    table.bind(arena(), value());
    return table;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** Fields, those included that are past their deadline and were not reclaimed yet. */
  @Override
  public final long count() {
    return entry == 0 ? 0 : HashStructure.count(value(), encoding());
  }

  /** Fields that are not past their deadline. */
  public final long liveCount() {
    long count = count();
    long earliest = count == 0 ? NO_DEADLINE : HashStructure.earliest(value(), encoding());
    if (earliest == NO_DEADLINE || earliest >= now) {
      return count;
    }
    return count
        - (isTable(encoding())
            ? table().countDeadlinesBefore(now)
            : PackedFields.countDeadlinesBefore(listpack(), now));
  }

  /** Makes the field of this name the current one; whether there is one. */
  public final boolean find(long fieldName, int nameLength) {
    if (entry == 0) {
      return false;
    }
    int encoding = encoding();
    if (isTable(encoding)) {
      nameHash = keyspace.hash(fieldName, nameLength);
      current = table().find(nameHash, fieldName, nameLength);
      if (current == 0) {
        return false;
      }
      text.bytes(Record.valueAddress(current), Record.valueLength(current));
    } else {
      int width = width(encoding);
      current = PackedFields.find(listpack(), width, fieldName, nameLength);
      if (current == 0) {
        return false;
      }
      text.entry(PackedFields.value(current));
    }
    if (hasDeadlines(encoding) && isPast(deadline())) {
      if (!isLeased() && !shard.keyspace.holdsExpiry(unit)) {
        changing();
        if (isTable(encoding)) {
          // Bound anew, since a snapshot may have begun to walk it.
          table().find(nameHash, fieldName, nameLength);
        }
        drop(fieldName, nameLength, Removal.EXPIRED);
        raise(KeyEvent.HEXPIRED, fieldName, nameLength);
        settleExpired();
      }
      current = 0;
      return false;
    }
    return true;
  }

  /** Whether the key has to stay as it is, with fields that are past their deadline. */
  private boolean isLeased() {
    return shard.leases().isLeased(database, arena().reference(entry));
  }

  private boolean isPast(long deadline) {
    return deadline >= 0 && deadline < now;
  }

  /** The current field's name, after {@link #next} or {@link #draw}. */
  public final ElementText fieldName() {
    return name;
  }

  /** The current field's value. */
  public final ElementText fieldValue() {
    return text;
  }

  /** The current field's deadline in milliseconds since the epoch, or {@link #NO_DEADLINE}. */
  public final long deadline() {
    int encoding = encoding();
    if (!hasDeadlines(encoding)) {
      return NO_DEADLINE;
    }
    if (isTable(encoding)) {
      return Record.deadline(current);
    }
    long stored = PackedFields.deadline(current);
    return stored == 0 ? NO_DEADLINE : stored;
  }

  /**
   * Begins a part of a walk, whose fields {@link #next} goes through: all, while the hash is
   * packed; else those of a home bucket. In between nothing may be changed through this object.
   *
   * @param position in hash space, 0 to start
   * @return where to go on, or 0 when this part is the last
   */
  public final long walk(long position) {
    if (entry == 0) {
      return 0;
    }
    if (isTable(encoding())) {
      nextGathered = 0;
      return table().walk(position);
    }
    nextPacked = Listpack.first(listpack());
    return 0;
  }

  /** Makes the next field of this part of a walk the current one; false when there is none. */
  public final boolean next() {
    return entry != 0 && (isTable(encoding()) ? nextMember() : nextPacked());
  }

  private boolean nextMember() {
    FieldTable table = shard.fields;
    while (nextGathered < table.gatheredCount()) {
      long record = table.gathered(nextGathered++);
      if (!Record.hasDeadline(record) || !isPast(Record.deadline(record))) {
        showRecord(record);
        return true;
      }
    }
    return false;
  }

  private boolean nextPacked() {
    int width = width(encoding());
    while (nextPacked != 0) {
      long field = nextPacked;
      nextPacked = PackedFields.next(field, width);
      if (width != TRIPLE || !isPastPacked(field)) {
        showPacked(field);
        return true;
      }
    }
    return false;
  }

  private boolean isPastPacked(long field) {
    long deadline = PackedFields.deadline(field);
    return deadline != 0 && deadline < now;
  }

  private void showRecord(long record) {
    current = record;
    name.bytes(Record.keyAddress(record), Record.keyLength(record));
    text.bytes(Record.valueAddress(record), Record.valueLength(record));
  }

  private void showPacked(long field) {
    current = field;
    name.entry(field);
    text.entry(PackedFields.value(field));
  }

  // ---- drawing ---------------------------------------------------------------------------------

  /** Removes all fields past their deadline; false if that may not be now, and some are left. */
  public final boolean reclaim() {
    if (liveCount() == count()) {
      return true;
    }
    if (isLeased()) {
      return false;
    }
    removeExpired(Integer.MAX_VALUE);
    return true;
  }

  /**
   * Makes a field the current one that 64 random bits choose, all with the same chance. On a hash
   * with a {@link #liveCount}, and better after {@link #reclaim}.
   *
   * @return false when the bits chose none: draw again
   */
  public final boolean draw(long random) {
    int encoding = encoding();
    if (isTable(encoding)) {
      long record = table().sample(random);
      if (record == 0) {
        return false;
      }
      showRecord(record);
    } else {
      int width = width(encoding);
      long lp = listpack();
      int index = (int) Math.unsignedMultiplyHigh(random, PackedFields.count(lp, width));
      showPacked(Listpack.seek(lp, index * width));
    }
    return !hasDeadlines(encoding) || !isPast(deadline());
  }

  /** Whether so many fields can be drawn by {@link #drawOther}: it remembers them. */
  public final boolean canDrawDistinct(long count) {
    return count <= ReferenceSet.MAX_COUNT && isTable(encoding());
  }

  /** Forgets which fields were drawn, of which there will be so many. */
  public final void beginDistinct(int count) {
    drawn.clear(count);
  }

  /** As {@link #draw}, of a field that was not drawn since {@link #beginDistinct}. */
  public final boolean drawOther(long random) {
    return draw(random) && drawn.add(arena().reference(current));
  }

  // ---- removing --------------------------------------------------------------------------------

  /**
   * Removes fields past their deadline, the earliest first.
   *
   * @return how many, at most {@code limit}
   */
  final int removeExpired(int limit) {
    int removed = 0;
    changing();
    while (removed < limit && showExpired()) {
      long fieldName = name.address(shard.scratch);
      unit.events().field(KeyEvent.HEXPIRED, fieldName, name.length());
      drop(fieldName, name.length(), Removal.EXPIRED);
      removed++;
    }
    if (removed > 0) {
      raise(KeyEvent.HEXPIRED);
      settleExpired();
    }
    return removed;
  }

  /** As {@link #settle}, where nobody else says that the key has gone. */
  private void settleExpired() {
    if (count() == 0 && !isHidden()) {
      unit.events().emptied(database, Record.keyAddress(entry), Record.keyLength(entry));
    }
    settle();
  }

  /** Makes the field with the earliest deadline the current one, if that is past. */
  private boolean showExpired() {
    int encoding = encoding();
    if (!hasDeadlines(encoding)) {
      return false;
    }
    if (isTable(encoding)) {
      FieldTable table = table();
      if (!isPast(table.firstDeadline())) {
        return false;
      }
      showRecord(table.findFirst());
      return true;
    }
    long first = Listpack.first(listpack());
    if (first == 0 || !isPastPacked(first)) {
      return false;
    }
    showPacked(first);
    return true;
  }

  /** Removes the current field; {@link #settle} must follow. */
  final void drop(long fieldName, int nameLength, Removal reason) {
    tell().fieldRemoved(sequence(), shard, database, entry, fieldName, nameLength, reason);
    if (reason == Removal.EXPIRED) {
      shard.expiry.countField();
    }
    int encoding = encoding();
    if (isTable(encoding)) {
      shard.fields.remove();
    } else {
      Listpack.delete(listpack(), current, width(encoding));
    }
    current = 0;
  }

  /** After fields went: the key goes with the last one, or keeps its place by the earliest. */
  final void settle() {
    if (count() == 0) {
      removeEmpty();
    } else {
      trim();
      register();
    }
  }

  /** Keeps the hash's place in the order of field deadlines. */
  final void register() {
    int encoding = encoding();
    if (hasDeadlines(encoding)) {
      long old = HashStructure.earliest(value(), encoding);
      long first =
          isTable(encoding) ? table().firstDeadline() : PackedFields.firstDeadline(listpack());
      if (first != old) {
        if (!isHidden() && !shard.moveFieldDeadline(database, old, first, entry)) {
          throw new IllegalStateException("no memory behind a collection's ROOM");
        }
        HashStructure.earliest(value(), encoding, first);
      }
    }
  }

  /** The bytes of the value part behind the listpack. */
  final int slack() {
    int encoding = encoding();
    return valueBytes() - prefixBytes(encoding) - Listpack.bytes(listpack());
  }

  final void trim() {
    if (!isReserved && entry != 0 && !isTable(encoding())) {
      int slack = slack();
      if (slack > 0) {
        resize(valueBytes() - slack);
      }
    }
  }
}
