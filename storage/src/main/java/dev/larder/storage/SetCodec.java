package dev.larder.storage;

import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.Intset;
import org.jspecify.annotations.Nullable;

/**
 * Sets in RDB: intsets go as they are, all others member by member, since redis-server 7.0 knows no
 * sets that are listpacks.
 */
final class SetCodec implements ValueCodec, ValueSink {
  private final CollectionBuild build;
  private final SetValue set;
  private long expectedMembers;

  SetCodec(SetValue set) {
    this.set = set;
    this.build = new CollectionBuild(set);
  }

  @Override
  public void write(Shard shard, long entry, ValueWriter out) {
    int encoding = Record.encoding(entry);
    long value = Record.valueAddress(entry);
    if (encoding == SetStructure.INTEGERS) {
      out.type(RdbType.SET_INTSET);
      out.string(value, Intset.bytes(value));
      return;
    }
    out.type(RdbType.SET);
    out.length(SetStructure.count(value, encoding));
    // To walk it, neither the database nor the hash of the key matters.
    set.point(shard, 0, 0, Record.keyAddress(entry), Record.keyLength(entry), entry);
    for (boolean more = set.seekFirst(); more; more = set.next()) {
      out.string(set.address(), set.member().length());
    }
  }

  @Override
  public @Nullable ValueSink begin(RestoreTarget target, long bytes) {
    return build.begin(target, bytes) ? this : null;
  }

  @Override
  public void beginSet(long count) {
    expectedMembers = count;
  }

  @Override
  public boolean intset(long address, int bytes) {
    return set.take(address, bytes);
  }

  @Override
  public void element(long address, int length) {
    if (!set.exists()) {
      set.expect(address, length, (int) Math.min(expectedMembers, Integer.MAX_VALUE));
    }
    set.add(address, length);
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
