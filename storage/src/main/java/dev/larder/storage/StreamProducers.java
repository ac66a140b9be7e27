package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.table.KeyHash;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamProducerBlocks;
import dev.larder.storage.type.StreamRoot;
import java.nio.ByteBuffer;

/**
 * The producers of the stream that a view points at, and the idempotent ids that they gave to
 * entries of late: what tells a repeated entry from a new one. An id is forgotten after a time, or
 * when the producer has given too many others since; forgetting is not an effect.
 */
public final class StreamProducers {
  /** The bytes of an idempotent id that is made of an entry's content. */
  public static final int CONTENT_ID_BYTES = 2 * Long.BYTES;

  private static final long MILLIS = 1000;

  /** The hash and the reference of an idempotent id, as two halves of an id. */
  private final IdTree known = new IdTree(IdTree.ID_BYTES);

  private final IdTree aged = new IdTree(StreamRoot.NODE_ENTRY_BYTES);
  private final StreamValue stream;
  private final StreamBlocks blocks = new StreamBlocks();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(CONTENT_ID_BYTES);

  StreamProducers(StreamValue stream) {
    this.stream = stream;
  }

  private Arena arena() {
    return stream.arena();
  }

  /** The state, or 0 while the stream has none. */
  private long state() {
    int reference = stream.hasBlocks() ? StreamRoot.idempotency(stream.value()) : 0;
    return reference == 0 ? 0 : arena().address(reference);
  }

  private long requireState() {
    long state = state();
    if (state == 0) {
      stream.needBlocks();
      int reference = stream.allocate(StreamProducerBlocks.STATE_BYTES);
      StreamRoot.idempotency(stream.value(), reference);
      state = arena().address(reference);
      StreamProducerBlocks.initState(
          state, limits().streamIdmpDuration(), limits().streamIdmpMaxsize());
    }
    return state;
  }

  private CollectionLimits limits() {
    return stream.keyspace.limits();
  }

  /** Where a command may make an id of {@link #CONTENT_ID_BYTES}. */
  public long contentId() {
    return Bytes.addressOf(scratch);
  }

  // ---- what is known

  /** How long an idempotent id is kept. */
  public long durationSeconds() {
    long state = state();
    return state == 0 ? limits().streamIdmpDuration() : StreamProducerBlocks.duration(state);
  }

  /** How many idempotent ids of one producer are kept. */
  public long maxIds() {
    long state = state();
    return state == 0 ? limits().streamIdmpMaxsize() : StreamProducerBlocks.maxIds(state);
  }

  /** Entries that were ever added with an idempotent id. */
  public long added() {
    long state = state();
    return state == 0 ? 0 : StreamProducerBlocks.added(state);
  }

  /** Entries that were not added since their idempotent ids were known. */
  public long duplicates() {
    long state = state();
    return state == 0 ? 0 : StreamProducerBlocks.duplicates(state);
  }

  /** Producers with ids that are known. */
  public int producerCount() {
    long state = state();
    return state == 0 ? 0 : NamedBlocks.count(arena(), StreamProducerBlocks.producers(state));
  }

  /** Ids that are known, of all producers. */
  public long idCount() {
    long ids = 0;
    for (int i = producerCount() - 1; i >= 0; i--) {
      ids += agedTree(producerAt(i)).count();
    }
    return ids;
  }

  private int producerAt(int index) {
    return NamedBlocks.get(arena(), StreamProducerBlocks.producers(state()), index);
  }

  private IdTree knownTree(int producer) {
    known.bind(arena(), StreamProducerBlocks.known(arena().address(producer)));
    return known;
  }

  private IdTree agedTree(int producer) {
    aged.bind(arena(), StreamProducerBlocks.aged(arena().address(producer)));
    return aged;
  }

  // ---- asking

  /**
   * Whether a producer gave an idempotent id to an entry already.
   *
   * @param out that entry's id
   */
  public boolean find(
      long name, int nameLength, long id, int idLength, long nowMillis, StreamId out) {
    expire(nowMillis, name, nameLength);
    long state = state();
    int index = state == 0 ? -1 : indexOf(state, name, nameLength);
    if (index < 0) {
      return false;
    }
    int found = findId(producerAt(index), id, idLength);
    if (found != 0) {
      out.read(StreamProducerBlocks.entryId(arena().address(found)));
    }
    return found != 0;
  }

  /** Counts an entry that is not added, since its id was found. */
  public void countDuplicate() {
    long state = requireState();
    StreamProducerBlocks.duplicates(state, StreamProducerBlocks.duplicates(state) + 1);
  }

  private int indexOf(long state, long name, int length) {
    return NamedBlocks.find(
        arena(),
        StreamProducerBlocks.producers(state),
        StreamProducerBlocks.PRODUCER_NAME,
        name,
        length);
  }

  /** The reference of a producer's idempotent id, or 0. */
  private int findId(int producer, long id, int length) {
    long hash = KeyHash.hash(id, length);
    knownTree(producer).seek(hash, 0);
    for (long entry = known.entry();
        entry != 0 && IdTree.millis(entry) == hash;
        entry = known.next() ? known.entry() : 0) {
      int reference = (int) IdTree.sequence(entry);
      long block = arena().address(reference);
      if (NamedBlocks.nameLength(block) == length
          && Bytes.equals(block + StreamProducerBlocks.ID_NAME, id, length)) {
        return reference;
      }
    }
    return 0;
  }

  // ---- changing

  /** Keeps an idempotent id, which {@link #find} has not found, of an entry. */
  public void record(
      long name, int nameLength, long id, int idLength, StreamId entryId, long nowMillis) {
    long state = requireState();
    int producer = requireProducer(state, name, nameLength);
    long maxIds = StreamProducerBlocks.maxIds(state);
    while (agedTree(producer).count() >= maxIds) {
      forgetOldest(producer);
    }
    int block = stream.allocate(NamedBlocks.blockBytes(StreamProducerBlocks.ID_NAME, idLength));
    long address = arena().address(block);
    long hash = KeyHash.hash(id, idLength);
    NamedBlocks.writeName(address, StreamProducerBlocks.ID_NAME, id, idLength);
    StreamProducerBlocks.initId(address, nowMillis, entryId.millis(), entryId.sequence(), hash);
    addKnown(known, arena(), arena().address(producer), block);
    agedTree(producer).seek(entryId.millis(), entryId.sequence());
    StreamValue.granted(aged.insert(StreamProducerBlocks.entryId(address)));
    StreamProducerBlocks.added(state, StreamProducerBlocks.added(state) + 1);
    stream
        .journal()
        .idempotentIdRecorded(
            stream.sequence(),
            stream.shard,
            stream.database,
            stream.entry,
            name,
            nameLength,
            id,
            idLength,
            entryId.millis(),
            entryId.sequence());
  }

  /** Tells an id's block which one it is, and adds it to its producer's tree by hash. */
  static void addKnown(IdTree tree, Arena arena, long producer, int block) {
    long address = arena.address(block);
    StreamProducerBlocks.reference(address, block);
    tree.bind(arena, StreamProducerBlocks.known(producer));
    boolean found = tree.seek(StreamProducerBlocks.hash(address), Integer.toUnsignedLong(block));
    assert !found : "a block was known already";
    StreamValue.granted(tree.insert(StreamProducerBlocks.knownEntry(address)));
  }

  /** Sets what {@link #added} and {@link #duplicates} say, of a stream that is being built. */
  void counts(long newAdded, long newDuplicates) {
    long state = requireState();
    StreamProducerBlocks.added(state, newAdded);
    StreamProducerBlocks.duplicates(state, newDuplicates);
  }

  private int requireProducer(long state, long name, int length) {
    int index = indexOf(state, name, length);
    if (index >= 0) {
      return producerAt(index);
    }
    int producer =
        stream.allocate(NamedBlocks.blockBytes(StreamProducerBlocks.PRODUCER_NAME, length));
    long address = arena().address(producer);
    StreamProducerBlocks.initProducer(address);
    NamedBlocks.writeName(address, StreamProducerBlocks.PRODUCER_NAME, name, length);
    int directory =
        NamedBlocks.insert(arena(), StreamProducerBlocks.producers(state), -1 - index, producer);
    StreamValue.granted(directory != 0);
    StreamProducerBlocks.producers(state, directory);
    return producer;
  }

  private void forgetOldest(int producer) {
    agedTree(producer).seekFirst();
    int block = StreamRoot.node(aged.entry());
    aged.remove();
    long hash = StreamProducerBlocks.hash(arena().address(block));
    boolean found = knownTree(producer).seek(hash, Integer.toUnsignedLong(block));
    assert found : "an id by age was not known by hash";
    known.remove();
    arena().free(block);
  }

  /** Sets how long and how many ids are kept; if that is new, forgets all. */
  public void configure(long durationSeconds, long maxIds) {
    long state = requireState();
    if (StreamProducerBlocks.duration(state) == durationSeconds
        && StreamProducerBlocks.maxIds(state) == maxIds) {
      return;
    }
    while (!blocks.freeProducers(arena(), state, Integer.MAX_VALUE)) {
      // Frees all there is.
    }
    StreamProducerBlocks.configure(state, durationSeconds, maxIds);
    stream
        .journal()
        .idempotencyConfigured(
            stream.sequence(),
            stream.shard,
            stream.database,
            stream.entry,
            durationSeconds,
            maxIds);
  }

  // ---- forgetting

  /** Forgets ids whose time is over: of the named producer, and of another one in turn. */
  private void expire(long nowMillis, long name, int length) {
    long state = state();
    int count = producerCount();
    if (count == 0) {
      return;
    }
    int sweep = StreamProducerBlocks.sweep(state) % count;
    StreamProducerBlocks.sweep(state, sweep + 1);
    expireAt(sweep, nowMillis);
    int index = indexOf(state, name, length);
    if (index >= 0) {
      expireAt(index, nowMillis);
    }
  }

  /** Forgets all ids whose time is over. */
  public void expireAll(long nowMillis) {
    for (int i = producerCount() - 1; i >= 0; i--) {
      expireAt(i, nowMillis);
    }
  }

  private void expireAt(int index, long nowMillis) {
    long state = state();
    int producer = producerAt(index);
    long since = nowMillis - StreamProducerBlocks.duration(state) * MILLIS;
    while (agedTree(producer).seekFirst()
        && StreamProducerBlocks.since(arena().address(StreamRoot.node(aged.entry()))) <= since) {
      forgetOldest(producer);
    }
    if (agedTree(producer).isEmpty()) {
      int directory = NamedBlocks.remove(arena(), StreamProducerBlocks.producers(state), index);
      StreamProducerBlocks.producers(state, directory);
      arena().free(producer);
    }
  }
}
