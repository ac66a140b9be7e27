package dev.larder.storage;

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

  ListCodec(ListValue list) {
    this.list = list;
    this.build = new CollectionBuild(list);
  }

  @Override
  public void write(Shard shard, long entry, ValueWriter out) {
    out.type(RdbType.LIST_QUICKLIST_2);
    long value = Record.valueAddress(entry);
    if ((Record.encoding(entry) & ListStructure.CHAIN) == 0) {
      out.length(1);
      out.packedNode(value, Listpack.bytes(value));
      return;
    }
    nodes.bind(shard.arena, value);
    out.length(nodes.count());
    for (boolean more = nodes.seekFirst(); more; more = nodes.next()) {
      long node = shard.arena.address(ListNodes.node(nodes.entry()));
      out.packedNode(node, Listpack.bytes(node));
    }
  }

  @Override
  public @Nullable ValueSink begin(RestoreTarget target, long bytes) {
    return build.begin(target, bytes) ? this : null;
  }

  @Override
  public void beginList(long count) {}

  @Override
  public boolean listpack(long address, int bytes, long count) {
    return list.appendListpack(address, bytes, (int) count);
  }

  @Override
  public void element(long address, int length) {
    list.expect(length, 1);
    list.push(false, address, length);
  }

  @Override
  public long finish() {
    return build.finish();
  }

  @Override
  public void abandon() {
    build.abandon();
  }
}
