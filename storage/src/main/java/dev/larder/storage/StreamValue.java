package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.type.StreamNode;
import dev.larder.storage.type.StreamNodeCursor;
import dev.larder.storage.type.StreamRoot;

/**
 * One key's stream. A stream may be empty: its key stays, since it remembers its last id and its
 * groups. The layout is told by {@link StreamRoot} and {@link StreamNode}.
 */
@HotPath
public final class StreamValue extends CollectionValue {
  /** Encoding bit: the root refers to blocks; without it the one node is in the record. */
  static final int BLOCKS = 1;

  private final StreamNodes nodes = new StreamNodes(this);
  private final StreamCursor cursor = new StreamCursor(this, nodes);
  private final StreamAppender appender;
  private final StreamGroups groups = new StreamGroups(this);
  private final StreamProducers producers = new StreamProducers(this);
  private final StreamTrim trim = new StreamTrim();
  private final StreamFields fields = new StreamFields();
  private final StreamRead read = new StreamRead();
  private final StreamLag lag = new StreamLag(this);
  private final StreamId from = new StreamId();
  private final StreamId to = new StreamId();
  private final StreamId scratch = new StreamId();
  private final StreamId otherScratch = new StreamId();

  StreamValue(Keyspace keyspace, Unit unit) {
    super(ValueType.STREAM, keyspace, unit);
    appender = new StreamAppender(this, nodes, keyspace.limits());
  }

  @Override
  void pointed() {
    groups.pointed();
  }

  /** Insists that what ROOM promised came true. */
  static void granted(boolean success) {
    if (!success) {
      throw new IllegalStateException("no memory behind a stream's ROOM");
    }
  }

  // ---- for handlers, to keep what they have parsed

  /** An id for the use of a command: where a range begins, or the only one. */
  public StreamId from() {
    return from;
  }

  /** An id for the use of a command: where a range ends. */
  public StreamId to() {
    return to;
  }

  /** The fields of an entry that a command is about to add. */
  public StreamFields fields() {
    return fields;
  }

  /** What a command says of trimming. */
  public StreamTrim trimming() {
    return trim;
  }

  /** What a command says of reading. */
  public StreamRead reading() {
    return read;
  }

  // ---- reading

  @Override
  public long count() {
    return length();
  }

  /** The number of entries; 0 without a stream. */
  public long length() {
    return exists() ? StreamRoot.length(value()) : 0;
  }

  /** Reads the entries. */
  public StreamCursor cursor() {
    return cursor;
  }

  public StreamGroups groups() {
    return groups;
  }

  /** Tells how much of the stream is read; only of one that exists. */
  public StreamLag lag() {
    return lag;
  }

  public StreamProducers producers() {
    return producers;
  }

  /** The highest id that was ever added; 0-0 without a stream. */
  public void lastId(StreamId out) {
    read(out, exists() ? StreamRoot.last(value()) : 0);
  }

  /** The id of the first entry, 0-0 without one. */
  public void firstId(StreamId out) {
    read(out, exists() ? StreamRoot.first(value()) : 0);
  }

  /** The highest id that was ever deleted, 0-0 for none; trimming does not count. */
  public void maxDeletedId(StreamId out) {
    read(out, exists() ? StreamRoot.maxDeleted(value()) : 0);
  }

  private static void read(StreamId out, long address) {
    if (address == 0) {
      out.setMin();
    } else {
      out.read(address);
    }
  }

  /** How many entries were ever added. */
  public long entriesAdded() {
    return exists() ? StreamRoot.added(value()) : 0;
  }

  /** How many nodes the entries are in. */
  public long nodeCount() {
    return exists() ? nodes.count() : 0;
  }

  // ---- adding

  /**
   * The id that an entry gets which is added now.
   *
   * @param nowMillis since the epoch
   * @return false when the ids are used up
   */
  public boolean nextId(long nowMillis, StreamId out) {
    lastId(out);
    if (Long.compareUnsigned(nowMillis, out.millis()) > 0) {
      out.set(nowMillis, 0);
      return true;
    }
    return out.increment();
  }

  /** Whether an entry of these {@link #fields} can be kept at all. */
  public boolean fits() {
    return StreamAppender.fits(fields);
  }

  /** Makes an empty stream of a key that does not exist; other effects report it. */
  public void create() {
    assert !exists();
    create(0, StreamRoot.HEADER_BYTES);
    StreamRoot.writeHeader(value());
    tell();
  }

  /**
   * Adds an entry of {@link #fields}, which {@link #fits}, to a stream that exists, with an id
   * above all others.
   */
  public void append(long millis, long sequence) {
    long root = value();
    assert StreamId.compareAt(StreamRoot.last(root), millis, sequence) < 0;
    appender.append(millis, sequence, fields);
    root = value();
    scratch.set(millis, sequence);
    long length = StreamRoot.length(root);
    if (length == 0) {
      scratch.write(StreamRoot.first(root));
    }
    StreamRoot.length(root, length + 1);
    scratch.write(StreamRoot.last(root));
    StreamRoot.added(root, StreamRoot.added(root) + 1);
    tell().entryAdded(sequence(), shard, database, entry, millis, sequence, fields);
    signal();
  }

  /** Adds a node of live entries behind all others of a stream that is being built. */
  void adopt(long millis, long sequence, long listpack) {
    nodes.adopt(millis, sequence, listpack);
  }

  // ---- removing

  /**
   * Deletes the entry with this id.
   *
   * @return false when there is none
   */
  public boolean delete(long millis, long sequence) {
    if (!cursor.find(millis, sequence)) {
      return false;
    }
    deleteAtCursor();
    long root = value();
    scratch.set(millis, sequence);
    if (StreamId.compareAt(StreamRoot.maxDeleted(root), millis, sequence) < 0) {
      scratch.write(StreamRoot.maxDeleted(root));
    }
    if (StreamId.compareAt(StreamRoot.first(root), millis, sequence) == 0) {
      updateFirst();
    }
    tell().entryDeleted(sequence(), shard, database, entry, millis, sequence);
    return true;
  }

  private void deleteAtCursor() {
    StreamNodeCursor node = cursor.node();
    node.delete();
    if (StreamNode.live(node.node()) == 0) {
      cursor.removeNode();
    }
    StreamRoot.length(value(), StreamRoot.length(value()) - 1);
  }

  private void updateFirst() {
    if (cursor.first()) {
      scratch.set(cursor.millis(), cursor.sequence());
    } else {
      scratch.setMin();
    }
    scratch.write(StreamRoot.first(value()));
  }

  /**
   * Removes entries from the beginning, as {@link #trimming} says, which afterwards tells how many
   * have gone and whether that was all. What has gone is reported when it was all, unless some
   * entries stay because they are referred to: nobody else may see the stream before that.
   *
   * @param work when to stop, though not within a node; to free a node counts as 1, to look at an
   *     entry 1 and as many as there are groups
   */
  public void trim(long work) {
    if (trim.strategy() == StreamTrim.Strategy.NONE || !exists()) {
      trim.isDone(true);
      return;
    }
    StreamTrim.References references = trim.references();
    boolean keepsSome = references == StreamTrim.References.ACKNOWLEDGED && groups.count() > 0;
    boolean forgets = references == StreamTrim.References.DELETE;
    boolean wholesale = !keepsSome && (!forgets || groups.count() == 0);
    long before = trim.removed();
    long left = work;
    boolean more = firstToTrim();
    while (more && left > 0 && !isTrimmed()) {
      StreamNodeCursor node = cursor.node();
      int live = StreamNode.live(node.node());
      if (trim.limit() > 0 && trim.removed() + live > trim.limit()) {
        break;
      }
      boolean whole = mayGo(node, live);
      left -= 1;
      if (whole && wholesale) {
        StreamRoot.length(value(), StreamRoot.length(value()) - live);
        trim.addRemoved(live);
        more = cursor.removeNode();
      } else if (!whole && trim.approximate()) {
        break;
      } else {
        left -= (long) live * (1 + groups.count());
        trim.addRemoved(trimNode(node, forgets, keepsSome));
        if (StreamNode.live(node.node()) == 0) {
          more = cursor.removeNode();
        } else {
          more = keepsSome && cursor.skipNode();
        }
      }
    }
    trim.isDone(!more || left > 0 || isTrimmed());
    if (!trim.isDone() && keepsSome && cursor.node().first()) {
      trim.next().set(cursor.millis(), cursor.sequence());
    }
    if (keepsSome ? trim.removed() > before : trim.isDone() && trim.removed() > 0) {
      reportTrim(keepsSome);
    } else if (trim.removed() > before) {
      updateFirst();
    }
  }

  /** Goes to the node with which trimming begins or goes on. */
  private boolean firstToTrim() {
    StreamId next = trim.next();
    return next.isMin() ? cursor.firstNode() : cursor.seek(next.millis(), next.sequence());
  }

  /** Whether the stream is short enough, whatever its entries. */
  private boolean isTrimmed() {
    return trim.strategy() == StreamTrim.Strategy.MAXLEN
        && StreamRoot.length(value()) <= trim.maxLength();
  }

  /** Whether all entries of a node have to go; those that are deleted are asked as well. */
  private boolean mayGo(StreamNodeCursor node, int live) {
    if (trim.strategy() == StreamTrim.Strategy.MAXLEN) {
      return StreamRoot.length(value()) - live >= trim.maxLength();
    }
    return node.lastOfAll() && trim.minId().compareTo(node.millis(), node.sequence()) > 0;
  }

  /** Removes what has to go of one node, which may be empty afterwards. */
  private long trimNode(StreamNodeCursor node, boolean forgets, boolean keepsSome) {
    long removed = 0;
    boolean byId = trim.strategy() == StreamTrim.Strategy.MINID;
    for (boolean more = node.first(); more && !isTrimmed(); more = node.next()) {
      long millis = node.millis();
      long sequence = node.sequence();
      if (byId && trim.minId().compareTo(millis, sequence) <= 0) {
        break;
      }
      if (keepsSome && groups.isReferenced(millis, sequence)) {
        continue;
      }
      if (forgets) {
        groups.acknowledgeEverywhere(millis, sequence);
      }
      node.delete();
      StreamRoot.length(value(), StreamRoot.length(value()) - 1);
      removed++;
      if (keepsSome) {
        tell().entryDeleted(sequence(), shard, database, entry, millis, sequence);
      }
      if (StreamNode.live(node.node()) == 0) {
        break;
      }
    }
    return removed;
  }

  private void reportTrim(boolean oneByOne) {
    updateFirst();
    if (oneByOne) {
      reportState();
      return;
    }
    if (length() == 0) {
      scratch.setMax();
    }
    tell().entriesTrimmed(sequence(), shard, database, entry, scratch.millis(), scratch.sequence());
  }

  // ---- the state

  /** Sets what the stream remembers of its past. */
  public void setState(StreamId last, long entriesAdded, StreamId maxDeleted) {
    last.write(StreamRoot.last(value()));
    StreamRoot.added(value(), entriesAdded);
    maxDeleted.write(StreamRoot.maxDeleted(value()));
    reportState();
  }

  private void reportState() {
    lastId(scratch);
    maxDeletedId(otherScratch);
    journal()
        .streamStateChanged(
            sequence(), shard, database, entry, scratch, entriesAdded(), otherScratch);
  }

  /** Gives the stream blocks, as groups and producers need them. */
  void needBlocks() {
    if (!nodes.hasBlocks()) {
      nodes.expand(0);
    }
  }

  boolean hasBlocks() {
    return exists() && nodes.hasBlocks();
  }
}
