package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.type.Intset;
import dev.larder.storage.type.Listpack;

/**
 * Walks the packed encodings, of all ages, entry by entry. Opening one checks its structure, so
 * that the walk can trust it. Used by one thread at a time; the bytes stay where they are.
 */
final class PackedReader {
  /** What the bytes are. */
  enum Form {
    LISTPACK,
    ZIPLIST,
    ZIPMAP,
    INTSET;

    /** What the packed value of a type is. */
    static Form of(int type) {
      return switch (type) {
        case RdbType.LIST_ZIPLIST,
            RdbType.LIST_QUICKLIST,
            RdbType.ZSET_ZIPLIST,
            RdbType.HASH_ZIPLIST ->
            ZIPLIST;
        case RdbType.HASH_ZIPMAP -> ZIPMAP;
        case RdbType.SET_INTSET -> INTSET;
        default -> LISTPACK;
      };
    }
  }

  private final Ziplist ziplist = new Ziplist();
  private final Zipmap zipmap = new Zipmap();
  private Form form = Form.LISTPACK;
  private long address;
  private long count;

  /** The listpack's next entry, 0 at the end. */
  private long entry;

  /** The intset's next element. */
  private int index;

  /** Starts with packed bytes. */
  void open(Form newForm, long newAddress, long bytes) throws RdbException {
    form = newForm;
    address = newAddress;
    switch (newForm) {
      case LISTPACK -> {
        require(Listpack.validate(newAddress, bytes), "a listpack that is damaged");
        count = Listpack.count(newAddress);
      }
      case ZIPLIST -> count = ziplist.open(newAddress, bytes);
      case ZIPMAP -> count = 2 * zipmap.open(newAddress, bytes);
      case INTSET -> {
        require(Intset.validate(newAddress, bytes), "an intset that is damaged");
        count = Intset.count(newAddress);
      }
    }
    rewind();
  }

  /** Goes back to the first entry; of a zipmap, which {@link #open} begins with, not. */
  void rewind() {
    index = 0;
    if (form == Form.LISTPACK) {
      entry = Listpack.first(address);
    } else if (form == Form.ZIPLIST) {
      ziplist.rewind();
    }
  }

  private static void require(boolean holds, String otherwise) throws RdbException {
    if (!holds) {
      throw RdbException.malformed(otherwise);
    }
  }

  /** How many entries there are in all; a zipmap's fields and values are two each. */
  long count() {
    return count;
  }

  /** Takes the next entry as text; false at the end. */
  boolean next(TextSlot out) throws RdbException {
    return switch (form) {
      case LISTPACK -> nextOfListpack(out);
      case ZIPLIST -> ziplist.next(out);
      case ZIPMAP -> throw new IllegalStateException("a zipmap is read by pairs");
      case INTSET -> {
        if (index < count) {
          out.setNumber(Intset.get(address, index));
        }
        yield index++ < count;
      }
    };
  }

  /** Takes the next two entries; false at the end. */
  boolean nextPair(TextSlot first, TextSlot second) throws RdbException {
    return form == Form.ZIPMAP ? zipmap.next(first, second) : next(first) && next(second);
  }

  /**
   * Takes the next entry, which there is, as a score.
   *
   * @param text is overwritten
   */
  double nextScore(TextSlot text) throws RdbException {
    if (form == Form.LISTPACK && Listpack.isInteger(entry)) {
      double score = Listpack.integer(entry);
      entry = Listpack.next(address, entry);
      return score;
    }
    if (!next(text)) {
      throw new IllegalStateException("a member without a score");
    }
    return ScoreText.parse(text.address(), text.length());
  }

  /**
   * Refuses a sorted set that is not sorted: who takes it as it is searches in it. Nothing follows
   * but {@link #rewind}.
   *
   * @param first and the others are overwritten
   */
  void requireOrder(TextSlot first, TextSlot second, TextSlot score) throws RdbException {
    TextSlot member = first;
    TextSlot before = second;
    double last = Double.NEGATIVE_INFINITY;
    boolean isFirst = true;
    while (next(member)) {
      double own = nextScore(score);
      boolean isAfter =
          isFirst
              || own > last
              || own == last
                  && Memory.compare(
                          before.address(), before.length(), member.address(), member.length())
                      < 0;
      if (!isAfter || Double.isNaN(own)) {
        throw RdbException.malformed("a packed sorted set that is not sorted");
      }
      isFirst = false;
      last = own;
      TextSlot passed = before;
      before = member;
      member = passed;
    }
  }

  private boolean nextOfListpack(TextSlot out) {
    if (entry == 0) {
      return false;
    }
    if (Listpack.isInteger(entry)) {
      out.setNumber(Listpack.integer(entry));
    } else {
      out.set(Listpack.stringAddress(entry), Listpack.stringLength(entry));
    }
    entry = Listpack.next(address, entry);
    return true;
  }
}
