package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamGroupBlocks;
import dev.larder.storage.type.StreamRoot;

/** The consumer groups of the stream that a view points at, in the order of their names. */
public final class StreamGroups {
  /** A group of more blocks than this is freed in slices. */
  private static final int BLOCKS_AT_ONCE = 256;

  private final StreamValue stream;
  private final StreamGroup group;
  private final StreamBlocks blocks = new StreamBlocks();
  private final StreamId scratch = new StreamId();

  StreamGroups(StreamValue stream) {
    this.stream = stream;
    this.group = new StreamGroup(stream);
  }

  void pointed() {
    group.point(0);
  }

  private Arena arena() {
    return stream.arena();
  }

  private int directory() {
    return stream.hasBlocks() ? StreamRoot.groups(stream.value()) : 0;
  }

  public int count() {
    return NamedBlocks.count(arena(), directory());
  }

  /** The group that was found or selected last. */
  public StreamGroup group() {
    return group;
  }

  /** Points {@link #group} at the group of this name; false without one. */
  public boolean find(long name, int length) {
    int index = indexOf(name, length);
    if (index < 0) {
      return false;
    }
    select(index);
    return true;
  }

  /** Points {@link #group} at a group by its place in the order of names. */
  public void select(int index) {
    group.point(NamedBlocks.get(arena(), directory(), index));
  }

  /** Points {@link #group} at a group that still exists by its {@link StreamGroup#reference}. */
  public void reselect(int reference) {
    group.point(reference);
  }

  private int indexOf(long name, int length) {
    return NamedBlocks.find(arena(), directory(), StreamGroupBlocks.GROUP_NAME, name, length);
  }

  /**
   * Adds a group with a name that none has, to a stream that exists, and points {@link #group} at
   * it.
   *
   * @param entriesRead how many entries it is taken to have read, -1 for unknown
   */
  public void create(long name, int length, long millis, long sequence, long entriesRead) {
    stream.needBlocks();
    int index = -1 - indexOf(name, length);
    int reference = stream.allocate(NamedBlocks.blockBytes(StreamGroupBlocks.GROUP_NAME, length));
    long address = arena().address(reference);
    StreamGroupBlocks.initGroup(address);
    NamedBlocks.writeName(address, StreamGroupBlocks.GROUP_NAME, name, length);
    int directory = NamedBlocks.insert(arena(), directory(), index, reference);
    StreamValue.granted(directory != 0);
    StreamRoot.groups(stream.value(), directory);
    group.point(reference);
    group.position(millis, sequence, entriesRead, true);
  }

  /** Removes {@link #group}, with all that it has. */
  public void remove() {
    stream
        .journal()
        .groupRemoved(stream.sequence(), stream.shard, stream.database, stream.entry, group);
    int index = indexOf(group.nameAddress(), group.nameLength());
    StreamRoot.groups(stream.value(), NamedBlocks.remove(arena(), directory(), index));
    if (!blocks.freeGroup(arena(), group.reference(), BLOCKS_AT_ONCE)) {
      stream.shard.values.addGarbage(new DetachedGroup(arena(), group.reference()));
    }
    group.point(0);
    // Who waits for entries of this group has to hear that there is none.
    stream.signal();
  }

  // ---- references to entries, by any group

  /** Whether some group has yet to read or to acknowledge an entry. Moves {@link #group}. */
  public boolean isReferenced(long millis, long sequence) {
    for (int i = 0; i < count(); i++) {
      select(i);
      group.lastId(scratch);
      if (scratch.compareTo(millis, sequence) < 0 || group.pending().find(millis, sequence)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Acknowledges an entry in all groups. Moves {@link #group}.
   *
   * @return whether it was pending in any
   */
  public boolean acknowledgeEverywhere(long millis, long sequence) {
    boolean found = false;
    for (int i = 0; i < count(); i++) {
      select(i);
      if (group.pending().find(millis, sequence)) {
        group.pending().remove();
        found = true;
      }
    }
    return found;
  }
}
