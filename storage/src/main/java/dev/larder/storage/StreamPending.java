package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.table.TimedIdTree;
import dev.larder.storage.type.StreamGroupBlocks;
import java.nio.ByteBuffer;

/**
 * The pending entries of one group: delivered, but not acknowledged. In the order of ids, and from
 * the first question for it in the order of their delivery times too.
 *
 * <p>A change by this object keeps its cursor where it says; others void it.
 */
public final class StreamPending {
  private final StreamValue stream;
  private final StreamGroup group;
  private final IdTree pending = new IdTree(StreamGroupBlocks.PENDING_BYTES);
  private final IdTree owned = new IdTree(IdTree.ID_BYTES);
  private final TimedIdTree timed = new TimedIdTree();

  /** About the bytes that the order of deliveries takes for an entry. */
  public static final int TIMED_BYTES = 2 * TimedIdTree.ENTRY_BYTES;

  /** Entries on their way into a tree. */
  private final ByteBuffer scratchBuffer = ByteBuffer.allocateDirect(64);

  private final long scratch = Memory.addressOf(scratchBuffer);

  StreamPending(StreamValue stream, StreamGroup group) {
    this.stream = stream;
    this.group = group;
  }

  private IdTree pendingTree() {
    pending.bind(stream.arena(), StreamGroupBlocks.pending(group.block()));
    return pending;
  }

  private IdTree ownedTree(int consumer) {
    owned.bind(stream.arena(), StreamGroupBlocks.owned(stream.arena().address(consumer)));
    return owned;
  }

  private TimedIdTree timedTree() {
    timed.bind(stream.arena(), StreamGroupBlocks.timed(group.block()));
    return timed;
  }

  /** The number of pending entries. */
  public long count() {
    return pendingTree().count();
  }

  /** The number of pending entries without an owner. */
  public long unownedCount() {
    return StreamGroupBlocks.unowned(group.block());
  }

  /** The number of pending entries of a consumer. */
  public long count(int consumer) {
    return ownedTree(consumer).count();
  }

  /** How many of a consumer's entries have this id or a higher one. */
  public long countFrom(int consumer, long millis, long sequence) {
    IdTree tree = ownedTree(consumer);
    if (tree.isEmpty()) {
      return 0;
    }
    tree.seek(millis, sequence);
    return tree.count() - tree.position();
  }

  // ---- walking

  public boolean first() {
    return pendingTree().seekFirst();
  }

  public boolean last() {
    return pendingTree().seekLast();
  }

  /** Goes to the first entry whose id is not below this one; false without one. */
  public boolean seek(long millis, long sequence) {
    return pendingTree().seek(millis, sequence) || pending.entry() != 0;
  }

  /** Goes to the entry with this id; false without one. */
  public boolean find(long millis, long sequence) {
    return pendingTree().seek(millis, sequence);
  }

  public boolean next() {
    return pending.next();
  }

  /** Goes to a consumer's first entry whose id is not below this one; false without one. */
  public boolean seekOwned(int consumer, long millis, long sequence) {
    ownedTree(consumer).seek(millis, sequence);
    return findOwned();
  }

  /** Goes to the consumer's next entry, as {@link #seekOwned} has begun; false without one. */
  public boolean nextOwned() {
    owned.next();
    return findOwned();
  }

  private boolean findOwned() {
    long entry = owned.entry();
    if (entry == 0) {
      return false;
    }
    boolean found = find(IdTree.millis(entry), IdTree.sequence(entry));
    assert found : "OWNED";
    return true;
  }

  /**
   * Goes to the entry that was delivered the longest time ago; of several, to the lowest. The first
   * call of a group puts all its entries in order, which needs {@link #timedBytes} of ROOM.
   *
   * @return false when there is none
   */
  public boolean oldest() {
    if (!StreamGroupBlocks.isTimed(group.block())) {
      putInTime();
    }
    if (!timedTree().seekFirst()) {
      return false;
    }
    return findTimed();
  }

  private boolean findTimed() {
    long entry = timed.entry();
    boolean found = find(TimedIdTree.millis(entry), TimedIdTree.sequence(entry));
    assert found : "TIMED";
    return true;
  }

  /**
   * Goes to the first entry, in the order of deliveries, that was delivered then with this id, or
   * comes behind that; false without one. They must be {@link #isInTime}.
   */
  public boolean seekInTime(long deliveryMillis, long millis, long sequence) {
    return (timedTree().seek(deliveryMillis, millis, sequence) || timed.entry() != 0)
        && findTimed();
  }

  /** As {@link #seekInTime}, but not to this very entry. */
  public boolean goOnInTime(long deliveryMillis, long millis, long sequence) {
    boolean more =
        timedTree().seek(deliveryMillis, millis, sequence) ? timed.next() : timed.entry() != 0;
    return more && findTimed();
  }

  /** Goes to the next entry in the order of deliveries; false without one. */
  public boolean nextInTime() {
    return timed.next() && findTimed();
  }

  /** Whether the entries are in the order of their deliveries; {@link #oldest} sees to it. */
  public boolean isInTime() {
    return StreamGroupBlocks.isTimed(group.block());
  }

  /**
   * Brings some entries in the order of their deliveries, where that is too long for a turn. Until
   * they are {@link #isInTime} the group must not change, unless by {@link #forgetTimes}.
   *
   * @param next from which id on, at first the lowest; moved behind the last one
   */
  public void bringInTime(StreamId next, int most) {
    boolean more = seek(next.millis(), next.sequence());
    for (int i = 0; more && i < most; i++) {
      addTime();
      more = pending.next();
    }
    if (more) {
      next.set(millis(), sequence());
    } else {
      StreamGroupBlocks.setTimed(group.block());
    }
  }

  /** Takes back what {@link #bringInTime} has begun. */
  public void forgetTimes() {
    timedTree().clearStep(Integer.MAX_VALUE, null);
  }

  /** About the bytes that {@link #oldest} may allocate. */
  public long timedBytes() {
    return StreamGroupBlocks.isTimed(group.block()) ? 0 : count() * TIMED_BYTES;
  }

  private void putInTime() {
    StreamGroupBlocks.setTimed(group.block());
    for (boolean more = first(); more; more = pending.next()) {
      addTime();
    }
  }

  // ---- the entry at the cursor

  public long millis() {
    return IdTree.millis(pending.entry());
  }

  public long sequence() {
    return IdTree.sequence(pending.entry());
  }

  /** When it was last delivered, in milliseconds since the epoch. */
  public long deliveryMillis() {
    return StreamGroupBlocks.deliveryTime(pending.entry());
  }

  /** How often it was delivered. */
  public long deliveryCount() {
    return StreamGroupBlocks.deliveryCount(pending.entry());
  }

  /** The consumer that it belongs to, 0 for none. */
  public int owner() {
    return StreamGroupBlocks.owner(pending.entry());
  }

  // ---- changing

  /**
   * Makes an entry pending, or changes it if it is; the cursor is then at it.
   *
   * @param consumer whose it is, 0 for nobody's
   */
  public void put(
      long millis, long sequence, int consumer, long deliveryMillis, long deliveryCount) {
    if (find(millis, sequence)) {
      assign(consumer, deliveryMillis, deliveryCount);
      return;
    }
    IdTree.putId(scratch, millis, sequence);
    StreamGroupBlocks.put(scratch, deliveryMillis, deliveryCount, consumer);
    StreamValue.granted(pending.insert(scratch));
    addOwner();
    if (StreamGroupBlocks.isTimed(group.block())) {
      addTime();
    }
    report();
  }

  /** Changes the entry at the cursor, which stays. */
  public void assign(int consumer, long deliveryMillis, long deliveryCount) {
    boolean isTimed = StreamGroupBlocks.isTimed(group.block());
    boolean isMoved = owner() != consumer;
    boolean isLater = deliveryMillis() != deliveryMillis;
    if (isMoved) {
      removeOwner();
    }
    if (isTimed && isLater) {
      removeTime();
    }
    StreamGroupBlocks.put(pending.entry(), deliveryMillis, deliveryCount, consumer);
    pending.changed(0);
    if (isMoved) {
      addOwner();
    }
    if (isTimed && isLater) {
      addTime();
    }
    report();
  }

  /**
   * The entry at the cursor is no longer pending; the cursor is then at the next one.
   *
   * @return whether there is a next one
   */
  public boolean remove() {
    stream
        .journal()
        .pendingRemoved(
            stream.sequence(),
            stream.shard,
            stream.database,
            stream.entry,
            group,
            millis(),
            sequence());
    removeOwner();
    removeUnreported();
    return pending.entry() != 0;
  }

  /**
   * Removes entries of a consumer that is about to go itself, which reports that.
   *
   * @return whether none is left
   */
  public boolean removeSome(int consumer, long most) {
    boolean more = seekOwned(consumer, 0, 0);
    for (long left = most; more && left > 0; left--) {
      removeUnreported();
      owned.remove();
      more = findOwned();
    }
    return !more;
  }

  private void removeUnreported() {
    if (StreamGroupBlocks.isTimed(group.block())) {
      removeTime();
    }
    pending.remove();
  }

  private void addOwner() {
    int consumer = owner();
    if (consumer == 0) {
      StreamGroupBlocks.unowned(group.block(), unownedCount() + 1);
      return;
    }
    long id = pending.entry();
    boolean found = ownedTree(consumer).seek(IdTree.millis(id), IdTree.sequence(id));
    assert !found : "OWNED";
    StreamValue.granted(owned.insert(id));
  }

  private void removeOwner() {
    int consumer = owner();
    if (consumer == 0) {
      StreamGroupBlocks.unowned(group.block(), unownedCount() - 1);
      return;
    }
    boolean found = ownedTree(consumer).seek(millis(), sequence());
    assert found : "OWNED";
    owned.remove();
  }

  private void addTime() {
    TimedIdTree.put(scratch, deliveryMillis(), millis(), sequence());
    boolean found = timedTree().seek(deliveryMillis(), millis(), sequence());
    assert !found : "TIMED";
    StreamValue.granted(timed.insert(scratch));
  }

  private void removeTime() {
    boolean found = timedTree().seek(deliveryMillis(), millis(), sequence());
    assert found : "TIMED";
    timed.remove();
  }

  private void report() {
    stream
        .journal()
        .pendingStored(
            stream.sequence(),
            stream.shard,
            stream.database,
            stream.entry,
            group,
            owner(),
            millis(),
            sequence(),
            deliveryMillis(),
            deliveryCount());
  }
}
