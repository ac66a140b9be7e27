package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.ListNodes;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.Listpack;
import org.jspecify.annotations.Nullable;

/** Lists in RDB: their listpacks go as they are, and those that come are taken if they fit. */
final class ListCodec implements ValueCodec, ValueSink {
  private final CollectionBuild build;
  private final ListValue list;
  private final ListNodes nodes = new ListNodes();

  @SuppressWarnings("NullAway.Init") // Set by beginWriting.
  private Arena arena;

  @SuppressWarnings("NullAway.Init")
  private ValueWriter out;

  /** Whether there are nodes that were not written. */
  private boolean hasMore;

  ListCodec(ListValue list) {
    this.list = list;
    this.build = new CollectionBuild(list);
  }

  // ---- writing

  @Override
  public void beginWriting(Shard shard, long entry, ValueWriter newOut) {
    arena = shard.arena;
    out = newOut;
    out.type(RdbType.LIST_QUICKLIST_2);
    long value = Record.valueAddress(entry);
    hasMore = (Record.encoding(entry) & ListStructure.CHAIN) != 0;
    if (hasMore) {
      nodes.bind(arena, value);
      nodes.seekFirst();
      out.length(nodes.count());
    } else {
      out.length(1);
      out.packedNode(value, Listpack.bytes(value));
    }
  }

  @Override
  public boolean write(long pieces) {
    long left = pieces;
    while (hasMore && left > 0) {
      long node = arena.address(ListNodes.node(nodes.entry()));
      int bytes = Listpack.bytes(node);
      out.packedNode(node, bytes);
      left -= Pieces.of(bytes);
      hasMore = nodes.next();
    }
    return !hasMore;
  }

  // ---- building

  @Override
  public @Nullable ValueSink begin(RestoreTarget target, long bytes) {
    return build.begin(target, bytes) ? this : null;
  }

  @Override
  public void beginList(long count) {}

  @Override
  public boolean listpack(long address, int bytes, long count) throws RdbException {
    build.requireRoom(bytes);
    return list.appendListpack(address, bytes, (int) count);
  }

  @Override
  public void element(long address, int length) throws RdbException {
    build.requireRoom(length);
    list.expect(length, 1);
    list.push(false, address, length);
  }

  @Override
  public void pause() {
    build.pause();
  }

  @Override
  public void resume() {
    build.resume();
  }

  @Override
  public long install() {
    return build.install();
  }

  @Override
  public void abandon() {
    build.abandon();
  }
}
