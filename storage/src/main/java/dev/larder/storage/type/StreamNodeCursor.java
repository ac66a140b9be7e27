package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.IdTree;

/**
 * Walks the live entries of a stream's node, and the fields and values of an entry. A flyweight,
 * valid until the node moves or is changed by others.
 */
public final class StreamNodeCursor {
  private long lp;
  private long masterMillis;
  private long masterSequence;
  private long masterFields;
  private int masterFieldCount;

  /** The entry's flags, 0 for no entry. */
  private long entry;

  private int flags;
  private long millis;
  private long sequence;

  /** Behind the differences: the first value, or the number of fields. */
  private long content;

  /** The listpack entry that the walk through the texts comes to next. */
  private long at;

  /** The master's field that belongs to it. */
  private long masterField;

  private int pairsLeft;
  private long field;
  private long value;

  /** Points this at a node; the cursor is then nowhere. */
  public void open(long newLp, long newMasterMillis, long newMasterSequence) {
    lp = newLp;
    masterMillis = newMasterMillis;
    masterSequence = newMasterSequence;
    masterFieldCount = StreamNode.masterFieldCount(newLp);
    masterFields = StreamNode.firstMasterField(newLp);
    entry = 0;
  }

  /** The node's listpack. */
  public long node() {
    return lp;
  }

  public long millis() {
    return millis;
  }

  public long sequence() {
    return sequence;
  }

  // ---- entries

  /** Goes to the first live entry; false without one. */
  public boolean first() {
    long end = masterFields;
    for (int i = 0; i < masterFieldCount; i++) {
      end += Listpack.entryBytes(end);
    }
    return decodeForward(end + Listpack.entryBytes(end));
  }

  /** Goes to the next live entry; false when there is none, and the cursor is nowhere. */
  public boolean next() {
    return decodeForward(behind());
  }

  /** Goes to the last live entry; false without one. */
  public boolean last() {
    return decodeBackward(Listpack.end(lp));
  }

  /** Goes to the last entry, deleted or not. */
  public boolean lastOfAll() {
    entry = Listpack.end(lp);
    return stepBack();
  }

  /** Goes to the live entry before; false when there is none, and the cursor is nowhere. */
  public boolean previous() {
    return decodeBackward(entry);
  }

  /** Goes to the first live entry whose id is not below this one; false without one. */
  public boolean seek(long soughtMillis, long soughtSequence) {
    boolean found = first();
    while (found && IdTree.compare(millis, sequence, soughtMillis, soughtSequence) < 0) {
      found = next();
    }
    return found;
  }

  /** The same as {@link #seek}, for an id near the end. */
  public boolean seekFromEnd(long soughtMillis, long soughtSequence) {
    if (!last() || IdTree.compare(millis, sequence, soughtMillis, soughtSequence) < 0) {
      return false;
    }
    while (previous()) {
      if (IdTree.compare(millis, sequence, soughtMillis, soughtSequence) < 0) {
        return next();
      }
    }
    return first();
  }

  /** Goes to the last live entry whose id is not above this one; false without one. */
  public boolean seekBack(long soughtMillis, long soughtSequence) {
    boolean found = last();
    while (found && IdTree.compare(millis, sequence, soughtMillis, soughtSequence) > 0) {
      found = previous();
    }
    return found;
  }

  /** Goes to the first live entry from an address on. */
  private boolean decodeForward(long from) {
    long end = Listpack.end(lp);
    for (entry = from; entry != end; entry = behind()) {
      decode();
      if ((flags & StreamNode.DELETED) == 0) {
        return true;
      }
    }
    entry = 0;
    return false;
  }

  /** Goes to the last live entry that ends before an address. */
  private boolean decodeBackward(long before) {
    entry = before;
    while (stepBack()) {
      if ((flags & StreamNode.DELETED) == 0) {
        return true;
      }
    }
    entry = 0;
    return false;
  }

  /** Goes to the entry before an entry or the end, deleted or not; false without one. */
  private boolean stepBack() {
    long before = Listpack.previous(lp, entry);
    int elements = (int) Listpack.integer(before);
    if (elements == 0) {
      return false;
    }
    for (int i = 0; i < elements; i++) {
      before = Listpack.previous(lp, before);
    }
    entry = before;
    decode();
    return true;
  }

  private void decode() {
    flags = (int) Listpack.integer(entry);
    long delta = entry + Listpack.entryBytes(entry);
    millis = masterMillis + Listpack.integer(delta);
    delta += Listpack.entryBytes(delta);
    sequence = masterSequence + Listpack.integer(delta);
    content = delta + Listpack.entryBytes(delta);
    rewind();
  }

  /** The address behind the entry, whose texts may have been walked in part. */
  private long behind() {
    long end = at;
    int texts = hasOwnFields() ? 2 * pairsLeft : pairsLeft;
    for (int i = 0; i < texts; i++) {
      end += Listpack.entryBytes(end);
    }
    return end + Listpack.entryBytes(end);
  }

  private boolean hasOwnFields() {
    return (flags & StreamNode.SAME_FIELDS) == 0;
  }

  // ---- fields and values of the entry

  /** The number of field and value pairs. */
  public int fieldCount() {
    return hasOwnFields() ? (int) Listpack.integer(content) : masterFieldCount;
  }

  /** Starts the walk through the pairs anew. */
  public void rewind() {
    pairsLeft = fieldCount();
    masterField = masterFields;
    at = hasOwnFields() ? content + Listpack.entryBytes(content) : content;
  }

  /** Goes to the next pair; false when all have been seen. */
  public boolean nextPair() {
    if (pairsLeft == 0) {
      return false;
    }
    pairsLeft--;
    if (hasOwnFields()) {
      field = at;
      value = at + Listpack.entryBytes(at);
    } else {
      field = masterField;
      masterField += Listpack.entryBytes(masterField);
      value = at;
    }
    at = value + Listpack.entryBytes(value);
    return true;
  }

  /** The listpack entry that is the pair's field. */
  public long field() {
    return field;
  }

  /** The listpack entry that is the pair's value. */
  public long value() {
    return value;
  }

  // ---- changing

  /** Marks the entry as deleted; the cursor stays, so that {@link #next} goes on behind it. */
  public void delete() {
    int node = Listpack.bytes(lp);
    flags |= StreamNode.DELETED;
    Memory.putByte(entry, (byte) flags);
    StreamNode.countDeleted(lp, 1);
    shift(Listpack.bytes(lp) - node);
  }

  /** The counts before all entries have become longer or shorter. */
  private void shift(int bytes) {
    masterFields += bytes;
    masterField += bytes;
    entry += bytes;
    content += bytes;
    at += bytes;
  }
}
