package dev.larder.storage;

import dev.larder.storage.memory.AddressSpace;
import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.OutOfAddressSpaceException;
import dev.larder.storage.table.KeyHash;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.type.LargeString;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All keys of a server, in shards; the handle itself may be used from any thread. */
public final class Keyspace implements AutoCloseable {
  private static final long MIN_SHARD_RESERVE_BYTES = 1L << 22;
  private static final long CHUNK_RESERVE_BYTES = 1L << 40;
  private static final int EXPIRE_BATCH = 64;
  private static final long IDLE_MILLIS = 20;

  private final StorageOptions options;

  /** Changed only by who owns every shard; read by others, too. */
  private volatile Journal journal;

  private volatile boolean marksEffects;

  private final ChunkStore chunks;
  private final LargeString largeStrings;
  private final CollectionLimits limits = new CollectionLimits();
  private final LeaseGroups leaseGroups = new LeaseGroups();
  private final FunctionSources functions = new FunctionSources(this::journal);
  private final KeyEventControl events = new KeyEventControl();
  private final int shardBits;
  private final Shard[] shards;
  private final AtomicLong usedBytes = new AtomicLong();
  private final Eviction eviction;
  private final AtomicInteger unitCount = new AtomicInteger();
  private final List<Consumer<Shard>> servers = new CopyOnWriteArrayList<>();
  private final Reclaimer reclaimer;
  private final Relocation relocation;
  private final KeyspaceMemory memory;
  private volatile boolean activeExpiry = true;
  private volatile BooleanSupplier isExpiryHeld = () -> false;

  /** Of all records that no snapshot still has to see; changed by who owns every shard. */
  private boolean parity;

  private volatile @Nullable Snapshot snapshot;

  /** That of all snapshots, one after the other. */
  private @Nullable Unit snapshotUnit;

  private Keyspace(StorageOptions options, Journal journal) {
    this.options = options;
    this.journal = journal;
    long most = options.shardReserveBytes();
    int halvings = AddressSpace.halvingsOfData(CHUNK_RESERVE_BYTES + options.shards() * most);
    this.chunks = ChunkStore.reserve(CHUNK_RESERVE_BYTES >>> halvings);
    this.largeStrings = new LargeString(chunks);
    this.shardBits = Integer.numberOfTrailingZeros(options.shards());
    this.shards = new Shard[options.shards()];
    this.eviction = new Eviction(this);
    long reserve = Math.max(most >>> halvings, Math.min(most, MIN_SHARD_RESERVE_BYTES));
    for (int i = 0; i < shards.length; i++) {
      Arena arena = Arena.reserve(reserve);
      if (arena == null) {
        throw new OutOfAddressSpaceException(reserve);
      }
      shards[i] = new Shard(i, this, arena);
    }
    this.reclaimer = new Reclaimer(this);
    this.relocation = new Relocation(this);
    this.memory = new KeyspaceMemory(this, reclaimer);
  }

  /**
   * Opens an empty keyspace and starts the threads that give memory back.
   *
   * @throws OutOfAddressSpaceException when the system grants no address space
   */
  public static Keyspace open(StorageOptions options, Journal journal) {
    Keyspace keyspace = new Keyspace(options, journal);
    keyspace.reclaimer.start();
    keyspace.relocation.start();
    return keyspace;
  }

  /** Gives all memory back. No unit may be at work, no loop may touch keys any more. */
  @Override
  public void close() {
    relocation.stop();
    reclaimer.stop();
    for (Shard shard : shards) {
      shard.arena.close();
    }
    chunks.close();
    eviction.close();
  }

  public int shardCount() {
    return shards.length;
  }

  public Shard shard(int index) {
    return shards[index];
  }

  public Shard shardOf(long hash) {
    return shards[shardIndex(hash)];
  }

  /** The shard of a hash: its leading bits, so that hash order is shard order. */
  public int shardIndex(long hash) {
    return shardBits == 0 ? 0 : (int) (hash >>> Long.SIZE - shardBits);
  }

  /** What is to go when memory is short. */
  public Eviction eviction() {
    return eviction;
  }

  /** Makes what evicts keys on one thread, in a unit that does nothing else. */
  public Evictor newEvictor(Unit unit) {
    return new Evictor(this, unit);
  }

  /** When collections leave their compact encodings. */
  public CollectionLimits limits() {
    return limits;
  }

  /** Who keeps very many keys as they are. */
  public LeaseGroups leaseGroups() {
    return leaseGroups;
  }

  /** The libraries of functions. */
  public FunctionSources functions() {
    return functions;
  }

  /** Which events of keys are wanted, and by whom. */
  public KeyEventControl events() {
    return events;
  }

  /** The seeded hash of a key. */
  public long hash(long key, int length) {
    return KeyHash.hash(key, length);
  }

  /**
   * Whether units from now on remember the last effects on each key, so that {@link Unit#seen}
   * tells those on keys that were looked at, not on all of a shard. It costs every effect a little.
   */
  public void marksEffects(boolean yes) {
    marksEffects = yes;
  }

  boolean marksEffects() {
    return marksEffects;
  }

  /** A unit for one event loop or background role. */
  public Unit newUnit() {
    return new Unit(this, unitCount.getAndIncrement(), false);
  }

  /** A unit for a thread beside, which others wait for: {@link Unit#isBackground}. */
  Unit newBackgroundUnit() {
    return new Unit(this, unitCount.getAndIncrement(), true);
  }

  /**
   * Adds one of those who serve the keys that a unit leaves behind ready. It is called on the
   * unit's thread, which owns the shard, so it only posts itself. Later it takes the shard, serves
   * what is ready then, and ends by {@link Waiters#endService}; until that it is not asked again.
   */
  public void addServer(Consumer<Shard> server) {
    servers.add(server);
  }

  void planService(Shard shard) {
    int count = servers.size();
    if (count > 0 && shard.waiters().planService()) {
      servers.get(shard.index() % count).accept(shard);
    }
  }

  /** Keys that clients wait for; racy. */
  public long awaitedKeys() {
    long sum = 0;
    for (Shard shard : shards) {
      sum += shard.waiters().awaitedKeys();
    }
    return sum;
  }

  /** Those of them whose removal clients wait for; racy. */
  public long keysAwaitedToGo() {
    long sum = 0;
    for (Shard shard : shards) {
      sum += shard.waiters().keysAwaitedToGo();
    }
    return sum;
  }

  /** The moving of blocks out of sparse pages. */
  public Relocation relocation() {
    return relocation;
  }

  public int databases() {
    return options.databases();
  }

  /** Keys in a database; racy while others write. */
  public long size(int database) {
    long sum = 0;
    for (Shard shard : shards) {
      sum += shard.count(database);
    }
    return sum;
  }

  /** Keys with a deadline in a database; racy while others write. */
  public long volatileSize(int database) {
    long sum = 0;
    for (Shard shard : shards) {
      sum += shard.volatileCount(database);
    }
    return sum;
  }

  /**
   * How long the keys with a deadline have to live on average, in milliseconds, 0 when there are
   * none; racy while others write. A deadline after 2159 counts as then.
   */
  public long meanTtlMillis(int database, long nowMillis) {
    double sum = 0;
    long count = 0;
    for (Shard shard : shards) {
      ShardDatabase d = shard.database(database);
      sum += d == null ? 0 : d.expiry.sumOfDeadlines();
      count += shard.volatileCount(database);
    }
    return count == 0 ? 0 : Math.max(0, Math.round(sum / count) - nowMillis);
  }

  /** Keys reclaimed because their deadline passed, since the start. */
  public long expiredCount() {
    long sum = 0;
    for (Shard shard : shards) {
      sum += shard.expiredCount();
    }
    return sum;
  }

  /** Fields of hashes reclaimed because their deadline passed, since the start. */
  public long expiredFieldCount() {
    long sum = 0;
    for (Shard shard : shards) {
      sum += shard.expiry.expiredFields();
    }
    return sum;
  }

  /** Hashes of a database with fields that have a deadline; racy while others write. */
  public long fieldVolatileSize(int database) {
    long sum = 0;
    for (Shard shard : shards) {
      ShardDatabase d = shard.database(database);
      sum += d == null ? 0 : d.fieldExpiry.count();
    }
    return sum;
  }

  /**
   * Bytes in live blocks and chunks, and in what eviction remembers; behind by at most 1 KiB a
   * shard.
   */
  public long usedBytes() {
    return usedBytes.get() + chunks.allocatedBytes() + eviction.countedBytes();
  }

  /** What the data take of memory, in detail. */
  public KeyspaceMemory memory() {
    return memory;
  }

  /**
   * Contiguous memory for an argument too large for a read buffer, to be written whole. Stored as a
   * value, it is shared rather than copied; whoever allocated it releases it all the same.
   *
   * @return its address, or 0 when there is no memory left
   */
  public long allocateLarge(long bytes) {
    int chunk = chunks.allocateRunFor(bytes);
    return chunk == 0 ? 0 : chunks.address(chunk);
  }

  /** Gives back what {@link #allocateLarge} gave for as many bytes. */
  public void releaseLarge(long address, long bytes) {
    chunks.releaseRun(chunks.chunkAt(address), ChunkStore.chunksFor(bytes));
  }

  /** The store that large arguments and values are in. */
  public ChunkStore large() {
    return chunks;
  }

  /** Whether expired keys are reclaimed on their own, not only when they are met. */
  public void activeExpiry(boolean active) {
    activeExpiry = active;
  }

  /**
   * Leaves what has expired where it is while this says so, unless a unit meets it that writes. For
   * readers it is gone all the same.
   */
  public void holdExpiryWhile(BooleanSupplier held) {
    isExpiryHeld = held;
  }

  /** Whether a unit that meets something expired leaves it where it is. */
  boolean holdsExpiry(Unit unit) {
    return !unit.isWriting() && isExpiryHeld.getAsBoolean();
  }

  /** See {@link #activeExpiry}. */
  public boolean isExpiryActive() {
    return activeExpiry;
  }

  /** Empties a database; the unit owns every shard. Its memory is freed in slices later. */
  public void flush(Unit unit, int database) {
    for (Shard shard : shards) {
      assert shard.isOwnedBy(unit);
      shard.detach(database);
    }
    journal.flushed(unit.sequenceOfMany(), unit, database);
  }

  /** Exchanges two databases; the unit owns every shard. */
  public void swap(Unit unit, int first, int second) {
    for (Shard shard : shards) {
      assert shard.isOwnedBy(unit);
      shard.swap(first, second);
    }
    journal.swapped(unit.sequenceOfMany(), unit, first, second);
  }

  /**
   * Reclaims expired keys and flushed content of the shards with {@code index % loops == loop}, for
   * about {@code budgetNanos}. A shard that is taken is left for the next time.
   *
   * @return milliseconds until the next call is due; 0 when there is more to do at once
   */
  public long housekeep(Unit unit, int loop, int loops, long nowMillis, long budgetNanos) {
    long deadline = Clock.nanos() + budgetNanos;
    boolean isExpiring = activeExpiry && !isExpiryHeld.getAsBoolean();
    boolean backlog = false;
    for (int i = loop; i < shards.length; i += loops) {
      Shard shard = shards[i];
      boolean due = isExpiring && shard.expiry.earliest() < nowMillis;
      if (due || shard.hasGarbage()) {
        backlog |= keepShard(shard, unit, nowMillis, due, deadline);
        if (Clock.nanos() >= deadline) {
          return 0;
        }
      }
    }
    return backlog ? 1 : IDLE_MILLIS;
  }

  /**
   * Frees flushed content of any shard for about {@code budgetNanos}; the unit owns no shard.
   *
   * @return whether none is left
   */
  public boolean reclaimFlushed(Unit unit, long nowMillis, long budgetNanos) {
    long deadline = Clock.nanos() + budgetNanos;
    for (Shard shard : shards) {
      if (shard.hasGarbage()
          && (keepShard(shard, unit, nowMillis, false, deadline) || Clock.nanos() >= deadline)) {
        return false;
      }
    }
    return true;
  }

  private static boolean keepShard(
      Shard shard, Unit unit, long nowMillis, boolean due, long deadline) {
    boolean expiring = due;
    boolean reclaiming = true;
    while ((expiring || reclaiming) && Clock.nanos() < deadline) {
      unit.begin(nowMillis);
      if (!unit.acquire(shard)) {
        return true;
      }
      expiring = expiring && shard.expiry.removeSome(unit, EXPIRE_BATCH);
      reclaiming = !expiring && shard.reclaim();
      unit.releaseAll();
    }
    return expiring || reclaiming;
  }

  /**
   * Makes a snapshot, which begins when its {@link Snapshot#run} is called, and must be run.
   *
   * @param atCut called at its moment, on its thread, which owns all shards then
   * @return null while there is another one
   */
  public synchronized @Nullable Snapshot newSnapshot(
      SnapshotTarget target, SnapshotPace pace, Runnable atCut) {
    if (snapshot != null) {
      return null;
    }
    Unit unit = snapshotUnit;
    if (unit == null) {
      unit = newBackgroundUnit();
      snapshotUnit = unit;
    }
    Snapshot made = new Snapshot(this, unit, target, pace, atCut);
    snapshot = made;
    return made;
  }

  /** The snapshot that is under way, or null. */
  public @Nullable Snapshot snapshot() {
    return snapshot;
  }

  /**
   * What a command that writes has to wait for, beside its keys: so that a snapshot can follow.
   * Null, as mostly, for nothing.
   */
  public @Nullable Lease hold() {
    Snapshot current = snapshot;
    return current == null ? null : current.hold();
  }

  /** All parities are the same again. */
  void snapshotEnded() {
    snapshot = null;
  }

  /** Turns the parity over; the unit owns every shard. */
  void turnParity() {
    parity = !parity;
  }

  boolean parity() {
    return parity;
  }

  @Nullable KeyTable peekTable(int database, long hash) {
    ShardDatabase d = shards[shardIndex(hash)].database(database);
    return d == null ? null : d.table;
  }

  /** Who hears of the effects; for the owner of any shard. */
  Journal journal() {
    return journal;
  }

  /** Reports all effects from now on to another; for who owns every shard, and has had none. */
  public void journal(Journal newJournal) {
    for (Shard shard : shards) {
      assert !shard.ownership.isFree();
    }
    journal = newJournal;
  }

  /**
   * A turn of a thread is over in which this unit may have had effects: the journal may wake who
   * waits for them. On that thread, which owns no shard.
   */
  public void announce(Unit unit) {
    journal.announce(unit);
  }

  LargeString largeStrings() {
    return largeStrings;
  }

  int shardBits() {
    return shardBits;
  }

  void addUsedBytes(long change) {
    eviction.usedBytes(usedBytes.addAndGet(change));
  }
}
