package dev.larder.storage.rdb;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Reads streams of all versions, in slices, for {@link ValueReader}: nodes, what the stream says of
 * itself, groups, and what is remembered of idempotent producers. Used by one thread at a time.
 */
final class StreamReader {
  /** What comes next; of things of which there are several, {@link #left} tells how many. */
  private enum Phase {
    NODES,
    STATE,
    GROUPS,
    PENDING,
    CONSUMERS,
    CONSUMER_PENDING,
    UNOWNED_PENDING,
    GROUP_END,
    PRODUCERS,
    PRODUCED,
    END
  }

  private static final int ID_BYTES = 2 * Long.BYTES;
  private static final int BYTES_PER_ELEMENT = 64;
  private static final long UNKNOWN = -1;
  private static final long MAX_PRODUCER_SECONDS = Integer.MAX_VALUE;

  private final StreamNodeCheck node = new StreamNodeCheck();
  private final TextSlot name;
  private final TextSlot blob;
  private final MemberSet groups;
  private final MemberSet consumers;
  private final MemberSet pending;

  /** Those of the pending entries that a consumer has, or that none is known to have. */
  private final MemberSet owned;

  private RdbInput in = new RdbInput();
  private @Nullable ValueSink sink;
  private boolean isChecking;
  private int type;
  private Phase phase = Phase.END;
  private long left;
  private long groupsLeft;
  private long consumersLeft;
  private long producersLeft;
  private long elementBytes;
  private long length;
  private boolean hasEntries;
  private boolean hasLive;
  private long firstMillis;
  private long firstSequence;
  private long lastMillis;
  private long lastSequence;

  /** The id of the last entry so far. */
  private long endMillis;

  private long endSequence;

  StreamReader(ChunkStore chunks) {
    name = new TextSlot(chunks);
    blob = new TextSlot(chunks);
    groups = new MemberSet(chunks);
    consumers = new MemberSet(chunks);
    pending = new MemberSet(chunks);
    owned = new MemberSet(chunks);
  }

  /** Starts with a stream whose type byte was read. */
  void open(int newType, RdbInput input, @Nullable ValueSink receiver, boolean checks)
      throws RdbException {
    clear();
    isChecking = checks;
    type = newType;
    in = input;
    sink = receiver;
    elementBytes = 0;
    length = 0;
    hasEntries = false;
    hasLive = false;
    firstMillis = 0;
    firstSequence = 0;
    left = in.readCount(2);
    phase = Phase.NODES;
    if (sink != null) {
      sink.beginStream(left);
    }
  }

  /** Goes on until no more than so many bytes of input are left; whether the stream is complete. */
  boolean step(long pause) throws RdbException {
    do {
      next();
    } while (phase != Phase.END && phase != Phase.GROUP_END && in.remaining() > pause);
    return phase == Phase.END;
  }

  long elementBytes() {
    return elementBytes;
  }

  void clear() {
    name.clear();
    blob.clear();
    groups.clear();
    consumers.clear();
    pending.clear();
    owned.clear();
    sink = null;
    phase = Phase.END;
  }

  private void require(boolean holds, String otherwise) throws RdbException {
    if (!holds) {
      throw in.malformed("a stream: " + otherwise);
    }
  }

  /** Reads one thing, and finds out what comes then. */
  private void next() throws RdbException {
    boolean isThere = left > 0;
    left -= isThere ? 1 : 0;
    switch (phase) {
      case NODES -> {
        if (isThere) {
          readNode();
        } else {
          phase = Phase.STATE;
        }
      }
      case STATE -> readState();
      case GROUPS -> {
        if (groupsLeft-- > 0) {
          readGroup();
        } else {
          endGroups();
        }
      }
      case PENDING -> {
        if (isThere) {
          readPending();
        } else {
          consumersLeft = in.readCount(1 + Long.BYTES);
          phase = Phase.CONSUMERS;
        }
      }
      case CONSUMERS -> {
        if (consumersLeft-- > 0) {
          readConsumer();
        } else {
          endConsumers();
        }
      }
      case CONSUMER_PENDING -> readConsumerPending(isThere);
      case UNOWNED_PENDING -> readUnownedPending(isThere);
      case GROUP_END -> {
        if (pending.clearSome() && owned.clearSome()) {
          phase = Phase.GROUPS;
        }
      }
      case PRODUCERS -> {
        if (producersLeft-- > 0) {
          readProducer();
        } else {
          endProducers();
        }
      }
      case PRODUCED -> readProduced(isThere);
      case END -> {}
    }
  }

  // ---- entries

  private void readNode() throws RdbException {
    name.read(in);
    require(name.length() == ID_BYTES, "a node whose key is no id");
    long millis = Long.reverseBytes(Memory.getLong(name.address()));
    long sequence = Long.reverseBytes(Memory.getLong(name.address() + Long.BYTES));
    require(
        !hasEntries || StreamNodeCheck.compare(millis, sequence, endMillis, endSequence) > 0,
        "nodes that are not in order");
    blob.read(in);
    node.read(millis, sequence, blob.address(), blob.length());
    hasEntries = true;
    endMillis = node.lastMillis();
    endSequence = node.lastSequence();
    length += node.liveCount();
    if (!hasLive && node.liveCount() > 0) {
      hasLive = true;
      firstMillis = node.firstMillis();
      firstSequence = node.firstSequence();
    }
    elementBytes += BYTES_PER_ELEMENT + blob.length();
    if (sink != null) {
      sink.streamNode(millis, sequence, blob.address(), blob.length());
    }
  }

  private void readState() throws RdbException {
    long said = in.readNumber();
    require(said == length, "another number of entries");
    lastMillis = in.readNumber();
    lastSequence = in.readNumber();
    require(
        !hasEntries
            || StreamNodeCheck.compare(lastMillis, lastSequence, endMillis, endSequence) >= 0,
        "a last id before that of the last entry");
    long deletedMillis = 0;
    long deletedSequence = 0;
    long entriesAdded = length;
    if (type >= RdbType.STREAM_LISTPACKS_2) {
      in.readNumber(); // the first id, which the entries tell
      in.readNumber();
      deletedMillis = in.readNumber();
      deletedSequence = in.readNumber();
      entriesAdded = in.readNumber();
      require(entriesAdded >= length, "more entries than were ever added");
    }
    if (sink != null) {
      sink.streamState(
          length,
          lastMillis,
          lastSequence,
          firstMillis,
          firstSequence,
          deletedMillis,
          deletedSequence,
          entriesAdded);
    }
    groupsLeft = in.readCount(1);
    phase = Phase.GROUPS;
  }

  // ---- groups

  private void readGroup() throws RdbException {
    name.read(in);
    require(!isChecking || groups.add(name.address(), name.length()), "two groups of one name");
    long millis = in.readNumber();
    long sequence = in.readNumber();
    long entriesRead =
        type >= RdbType.STREAM_LISTPACKS_2 ? in.readNumber() : readUpTo(millis, sequence);
    require(entriesRead >= UNKNOWN, "a group that has read less than nothing");
    elementBytes += BYTES_PER_ELEMENT + name.length();
    if (sink != null) {
      sink.group(name.address(), name.length(), millis, sequence, entriesRead);
    }
    left = in.readCount(ID_BYTES);
    phase = Phase.PENDING;
  }

  /**
   * How many entries a group with this last id has read, of a stream of before Redis 7, which does
   * not tell: it is taken to have had no other entries than it has.
   */
  private long readUpTo(long millis, long sequence) {
    int toLast = StreamNodeCheck.compare(millis, sequence, lastMillis, lastSequence);
    if (length == 0 || toLast == 0) {
      return length;
    }
    int toFirst = StreamNodeCheck.compare(millis, sequence, firstMillis, firstSequence);
    if (toFirst > 0) {
      return UNKNOWN;
    }
    return toFirst == 0 ? 1 : 0;
  }

  private void readPending() throws RdbException {
    long millis = in.readBigEndianLong();
    long sequence = in.readBigEndianLong();
    long deliveredAt = in.readLong();
    long deliveries = in.readNumber();
    require(!isChecking || pending.addId(millis, sequence), "an entry is pending twice in a group");
    elementBytes += BYTES_PER_ELEMENT;
    if (sink != null) {
      sink.pending(millis, sequence, deliveredAt, deliveries);
    }
  }

  private void readConsumer() throws RdbException {
    name.read(in);
    require(
        !isChecking || consumers.add(name.address(), name.length()), "two consumers of one name");
    long seen = in.readLong();
    // Old versions do not tell; then it is taken to be the time when the consumer was last seen.
    long active = type >= RdbType.STREAM_LISTPACKS_3 ? in.readLong() : seen;
    elementBytes += BYTES_PER_ELEMENT + name.length();
    if (sink != null) {
      sink.consumer(name.address(), name.length(), seen, active);
    }
    left = in.readCount(ID_BYTES);
    phase = Phase.CONSUMER_PENDING;
  }

  private void readConsumerPending(boolean isThere) throws RdbException {
    if (!isThere) {
      phase = Phase.CONSUMERS;
      return;
    }
    long millis = in.readBigEndianLong();
    long sequence = in.readBigEndianLong();
    requireOwnable(millis, sequence);
    if (sink != null) {
      sink.consumerPending(millis, sequence);
    }
  }

  /** A consumer's entries are pending in its group, and no other consumer's. */
  private void requireOwnable(long millis, long sequence) throws RdbException {
    if (isChecking) {
      require(pending.hasId(millis, sequence), "a consumer's entry is not pending in its group");
      require(owned.addId(millis, sequence), "two consumers have one entry");
    }
  }

  private void endConsumers() throws RdbException {
    if (type >= RdbType.STREAM_LISTPACKS_5) {
      left = in.readCount(ID_BYTES);
      phase = Phase.UNOWNED_PENDING;
    } else {
      endGroup();
    }
  }

  private void readUnownedPending(boolean isThere) throws RdbException {
    if (!isThere) {
      endGroup();
      return;
    }
    long millis = in.readBigEndianLong();
    long sequence = in.readBigEndianLong();
    requireOwnable(millis, sequence);
    if (sink != null) {
      sink.unownedPending(millis, sequence);
    }
  }

  private void endGroup() throws RdbException {
    require(
        !isChecking || owned.count() == pending.count(), "a pending entry that no consumer has");
    consumers.clear();
    phase = Phase.GROUP_END;
  }

  private void endGroups() throws RdbException {
    if (type < RdbType.STREAM_LISTPACKS_4) {
      end();
      return;
    }
    groups.clear();
    long seconds = in.readNumber();
    long entries = in.readNumber();
    require(
        seconds > 0 && seconds <= MAX_PRODUCER_SECONDS && entries > 0,
        "producers that are remembered for no time");
    if (sink != null) {
      sink.idempotence(seconds, entries);
    }
    producersLeft = in.readCount(1);
    phase = Phase.PRODUCERS;
  }

  // ---- idempotent producers

  private void readProducer() throws RdbException {
    name.read(in);
    require(!isChecking || groups.add(name.address(), name.length()), "two producers of one name");
    elementBytes += BYTES_PER_ELEMENT + name.length();
    left = in.readCount(1);
    phase = Phase.PRODUCED;
  }

  private void readProduced(boolean isThere) throws RdbException {
    if (!isThere) {
      consumers.clear();
      pending.clear();
      phase = Phase.PRODUCERS;
      return;
    }
    blob.read(in);
    long millis = in.readNumber();
    long sequence = in.readNumber();
    require(
        !isChecking
            || consumers.add(blob.address(), blob.length()) && pending.addId(millis, sequence),
        "a producer has added an entry twice");
    elementBytes += 2 * BYTES_PER_ELEMENT + blob.length();
    if (sink != null) {
      sink.produced(name.address(), name.length(), blob.address(), blob.length(), millis, sequence);
    }
  }

  private void endProducers() throws RdbException {
    long added = in.readNumber();
    long duplicates = in.readNumber();
    if (sink != null) {
      sink.idempotenceCounts(added, duplicates);
    }
    end();
  }

  private void end() throws RdbException {
    if (sink != null) {
      sink.end();
    }
    phase = Phase.END;
  }
}
