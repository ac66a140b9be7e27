package dev.larder.storage;

import static dev.larder.storage.HashStructure.CONVERTED;
import static dev.larder.storage.HashStructure.DEADLINES;
import static dev.larder.storage.HashStructure.EARLIEST_BYTES;
import static dev.larder.storage.HashStructure.TABLE;
import static dev.larder.storage.HashStructure.hasDeadlines;
import static dev.larder.storage.HashStructure.isTable;
import static dev.larder.storage.HashStructure.width;
import static dev.larder.storage.type.PackedFields.TRIPLE;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.FieldTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedFields;

/**
 * One key's hash, as commands read and change it. See {@link CollectionValue} for how it is pointed
 * at a key, and for ROOM; {@link HashStructure} tells what it is in memory.
 *
 * <p>{@link #find}, {@link #next} and {@link #draw} make a field the current one, of which {@link
 * #fieldName}, {@link #fieldValue} and {@link #deadline} tell until the next change. A field past
 * its deadline is never the current one; {@link #find} removes it, as {@link Shard#find} does with
 * a key. When the last field goes, the key goes.
 */
@HotPath
public final class HashValue extends HashCursor {
  /** In place of a deadline: the one that the field has, if any. */
  public static final long KEEP_DEADLINE = Long.MIN_VALUE;

  /** A packed hash that gets larger becomes a table, whatever the limits: it is slow to search. */
  private static final int MAX_PACKED_BYTES = 96 * 1024;

  /** The same for one that has passed the limits. */
  private static final int MAX_CONVERTED_BYTES = 4096;

  private static final int MAX_CONVERTED_FIELDS = 128;

  private long announcedBytes;
  private int announcedFields;
  private int longestAnnounced;

  HashValue(Keyspace keyspace, Unit unit) {
    super(keyspace, unit);
  }

  @Override
  void pointed() {
    super.pointed();
    announcedBytes = 0;
    announcedFields = 0;
    longestAnnounced = 0;
  }

  /** Says that a field is about to be set: before {@link #reserve}, which makes room for all. */
  public void announce(long fieldName, int nameLength, long newText, int textLength) {
    announcedFields++;
    int longer = Math.max(nameLength, textLength);
    longestAnnounced = Math.max(longestAnnounced, longer);
    announcedBytes +=
        longer > MAX_PACKED_BYTES
            ? longer
            : Listpack.encodedBytes(fieldName, nameLength)
                + Listpack.encodedBytes(newText, textLength);
  }

  /** Creates the key, if there is none, for all that was announced; {@link #finish} must follow. */
  public void reserve(long deadlineMillis) {
    if (entry == 0) {
      create(deadlineMillis);
      isReserved = true;
    }
  }

  /** All announced fields have been set. */
  public void finish() {
    isReserved = false;
    trim();
  }

  /** Creates the key for so many fields, of a hash that is being built. */
  void expect(long fields) {
    announcedFields = (int) Math.min(fields, Integer.MAX_VALUE);
    create(NO_DEADLINE);
  }

  /** Makes a listpack of pairs the hash that is being built; false if it does not suit. */
  boolean take(long pairs, int bytes) {
    int longest = 0;
    for (long at = Listpack.first(pairs); at != 0; at = Listpack.next(pairs, at)) {
      longest = Math.max(longest, Listpack.textLength(at));
    }
    int fields = PackedFields.count(pairs, PackedFields.PAIR);
    int encoding = converted(0, fields, longest);
    boolean isTaken = fits(encoding, bytes, fields);
    if (isTaken) {
      create(encoding, bytes);
      Memory.copy(pairs, value(), bytes);
    }
    return isTaken;
  }

  private void create(long deadlineMillis) {
    int encoding = deadlineMillis >= 0 ? DEADLINES : 0;
    long bytes = Listpack.EMPTY_BYTES + announcedBytes;
    if (deadlineMillis >= 0) {
      bytes += EARLIEST_BYTES + (long) announcedFields * PackedFields.deadlineBytes(deadlineMillis);
    }
    encoding = converted(encoding, announcedFields, longestAnnounced);
    if (!fits(encoding, bytes, announcedFields)) {
      create(encoding | TABLE, FieldTable.ROOT_BYTES);
      FieldTable.writeEmpty(value());
      return;
    }
    create(encoding, (int) bytes);
    if (deadlineMillis >= 0) {
      HashStructure.earliest(value(), encoding, NO_DEADLINE);
    }
    Listpack.writeEmpty(listpack());
  }

  /** The encoding of a hash of so many fields with a text as long as this. */
  private int converted(int encoding, int fields, int longest) {
    CollectionLimits limits = keyspace.limits();
    return longest > limits.hashMaxListpackValue() || fields > limits.hashMaxListpackEntries()
        ? encoding | CONVERTED
        : encoding;
  }

  /** Whether a hash of this size is packed. */
  private static boolean fits(int encoding, long bytes, int fields) {
    return (encoding & CONVERTED) == 0
        ? bytes <= MAX_PACKED_BYTES
        : bytes <= MAX_CONVERTED_BYTES && fields <= MAX_CONVERTED_FIELDS;
  }

  /**
   * Gives a field this value, and a deadline, {@link #NO_DEADLINE} or {@link #KEEP_DEADLINE}.
   *
   * @param fieldName outside of the hash, like the value
   * @return whether the field is new
   */
  public boolean set(
      long fieldName, int nameLength, long newText, int textLength, long deadlineMillis) {
    if (deadlineMillis >= 0 && entry != 0) {
      allowDeadlines();
    }
    boolean isNew = !find(fieldName, nameLength);
    put(isNew, fieldName, nameLength, newText, textLength, deadlineMillis);
    return isNew;
  }

  /**
   * As {@link #set}, when {@link #find} has just told whether the field is there; the deadline is
   * {@link #NO_DEADLINE} or {@link #KEEP_DEADLINE}, or the hash is prepared for deadlines.
   */
  public void put(
      boolean isNew,
      long fieldName,
      int nameLength,
      long newText,
      int textLength,
      long deadlineMillis) {
    long deadline =
        deadlineMillis != KEEP_DEADLINE ? deadlineMillis : isNew ? NO_DEADLINE : deadline();
    if (entry == 0) {
      pointed();
      announce(fieldName, nameLength, newText, textLength);
      create(deadline);
    }
    if (!isTable(encoding())
        && !setPacked(fieldName, nameLength, newText, textLength, deadline, isNew)) {
      toTable();
      find(fieldName, nameLength);
    }
    if (isTable(encoding())) {
      if (isNew) {
        nameHash = keyspace.hash(fieldName, nameLength);
        table().insert(nameHash, fieldName, nameLength, newText, textLength, deadline);
      } else {
        shard.fields.replace(newText, textLength, deadline);
      }
    }
    current = 0;
    register();
    report(fieldName, nameLength, newText, textLength, deadline);
  }

  private void report(long fieldName, int nameLength, long newText, int textLength, long deadline) {
    Journal journal = tell();
    journal.fieldStored(
        sequence(), shard, database, entry, fieldName, nameLength, newText, textLength);
    if (deadline >= 0) {
      journal.fieldExpiryChanged(
          sequence(), shard, database, entry, fieldName, nameLength, deadline);
    }
  }

  /** Sets a field of a packed hash; false, having changed nothing, if it may not be packed then. */
  private boolean setPacked(
      long fieldName, int nameLength, long newText, int textLength, long deadline, boolean isNew) {
    int longer = Math.max(nameLength, textLength);
    if (longer > MAX_PACKED_BYTES) {
      encoding(converted(encoding(), 0, longer));
      return false;
    }
    int width = width(encoding());
    long lp = listpack();
    long stored = Math.max(deadline, 0);
    boolean isInPlace = !isNew && (width != TRIPLE || PackedFields.deadline(current) == stored);
    int bytes = Listpack.encodedBytes(newText, textLength);
    int oldBytes = 0;
    if (isInPlace) {
      oldBytes = Listpack.entryBytes(PackedFields.value(current));
    } else {
      bytes += Listpack.encodedBytes(fieldName, nameLength);
      bytes += width == TRIPLE ? PackedFields.deadlineBytes(stored) : 0;
      oldBytes = isNew ? 0 : PackedFields.tripleBytesOf(current);
    }
    int fields = PackedFields.count(lp, width) + (isNew ? 1 : 0);
    int encoding = converted(encoding(), fields, longer);
    encoding(encoding);
    if (!fits(encoding, (long) Listpack.bytes(lp) + bytes - oldBytes, fields)) {
      return false;
    }
    if (isInPlace) {
      makeRoom(bytes - oldBytes);
      Listpack.replace(listpack(), PackedFields.value(current), newText, textLength);
    } else {
      if (!isNew) {
        Listpack.delete(lp, current, TRIPLE);
      }
      makeRoom(bytes);
      lp = listpack();
      long at = width == TRIPLE ? PackedFields.place(lp, stored) : Listpack.end(lp);
      PackedFields.insert(lp, at, width, fieldName, nameLength, newText, textLength, stored);
    }
    trim();
    return true;
  }

  /** Lets a listpack grow by so many bytes; the current field stays the same. */
  private void makeRoom(int bytes) {
    int slack = slack();
    if (bytes > slack) {
      long offset = current - value();
      resize(valueBytes() + bytes - slack);
      current = value() + offset;
    }
  }

  /**
   * Gives the current field this deadline, which is not past, or {@link #NO_DEADLINE}; none is the
   * current one then.
   */
  public void expire(long fieldName, int nameLength, long deadlineMillis) {
    if (deadlineMillis >= 0 && allowDeadlines()) {
      find(fieldName, nameLength);
    }
    if (isTable(encoding())) {
      shard.fields.expire(deadlineMillis);
    } else {
      expirePacked(Math.max(deadlineMillis, 0));
    }
    current = 0;
    register();
    tell()
        .fieldExpiryChanged(
            sequence(), shard, database, entry, fieldName, nameLength, deadlineMillis);
  }

  private void expirePacked(long stored) {
    if (PackedFields.deadline(current) != stored
        && !PackedFields.expireInPlace(listpack(), current, stored)) {
      makeRoom(PackedFields.pairBytes(current) + PackedFields.deadlineBytes(stored));
      PackedFields.expire(listpack(), current, stored);
      trim();
    }
  }

  /** Prepares for deadlines; whether the listpack was rewritten for that. */
  private boolean allowDeadlines() {
    int encoding = encoding();
    if (hasDeadlines(encoding)) {
      return false;
    }
    if (!isTable(encoding)) {
      long pairs = value();
      int bytes = Listpack.bytes(pairs);
      int copy = allocate(bytes);
      Memory.copy(pairs, arena().address(copy), bytes);
      resize(EARLIEST_BYTES + PackedFields.tripleBytes(pairs));
      PackedFields.addDeadlines(arena().address(copy), value() + EARLIEST_BYTES);
      arena().free(copy);
    }
    encoding(encoding | DEADLINES);
    HashStructure.earliest(value(), encoding | DEADLINES, NO_DEADLINE);
    return !isTable(encoding);
  }

  private void toTable() {
    int encoding = encoding();
    int block = allocate(FieldTable.ROOT_BYTES);
    long root = arena().address(block);
    FieldTable.writeEmpty(root);
    FieldTable.earliest(root, HashStructure.earliest(value(), encoding));
    FieldTable table = shard.fields;
    table.bind(arena(), root);
    int width = width(encoding);
    for (long f = Listpack.first(listpack()); f != 0; f = PackedFields.next(f, width)) {
      long v = PackedFields.value(f);
      long stored = width == TRIPLE ? PackedFields.deadline(f) : 0;
      long deadline = stored == 0 ? NO_DEADLINE : stored;
      long record = table.open(Listpack.textLength(f), Listpack.textLength(v), deadline);
      Listpack.writeText(f, Record.keyAddress(record));
      Listpack.writeText(v, Record.valueAddress(record));
      table.add();
    }
    resize(FieldTable.ROOT_BYTES);
    Memory.copy(root, value(), FieldTable.ROOT_BYTES);
    encoding(encoding | TABLE);
    arena().free(block);
  }

  /** Removes the field of this name; whether there was one. */
  public boolean remove(long fieldName, int nameLength) {
    if (!find(fieldName, nameLength)) {
      return false;
    }
    removeFound(fieldName, nameLength);
    return true;
  }

  /** Removes the current field, which has this name. */
  public void removeFound(long fieldName, int nameLength) {
    drop(fieldName, nameLength, Removal.DELETED);
    settle();
  }

  /** Removes the key with all its fields, if it exists. */
  public void clear() {
    if (entry != 0) {
      removeKey(Removal.DELETED);
    }
  }
}
