package dev.larder.storage;

import dev.larder.storage.memory.VirtualMemory;
import dev.larder.storage.type.Decimal;

/**
 * A unit's flyweights over collections, made once. Two of a type, for commands that work with two
 * keys at a time.
 */
public final class Views {
  private final ListValue list;
  private final ListValue otherList;
  private final SortedSetValue sortedSet;
  private final SortedSetValue otherSortedSet;
  private final SortedSetResult sortedSetResult;
  private final SortedSetResult otherSortedSetResult;
  private final StreamValue stream;
  private final SetValue set;
  private final SetValue otherSet;
  private final SetGroup sets;
  private final Keyspace keyspace;
  private final Unit unit;
  private final long text;
  private final HashValue hash;
  private final HashValue otherHash;

  /** More of them, for who looks at a unit's entries while its own may be in use. */
  public static Views another(Keyspace keyspace, Unit unit) {
    return new Views(keyspace, unit);
  }

  Views(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.unit = unit;
    list = new ListValue(keyspace, unit);
    otherList = new ListValue(keyspace, unit);
    sortedSet = new SortedSetValue(keyspace, unit);
    otherSortedSet = new SortedSetValue(keyspace, unit);
    sortedSetResult = new SortedSetResult(keyspace);
    otherSortedSetResult = new SortedSetResult(keyspace);
    stream = new StreamValue(keyspace, unit);
    text = VirtualMemory.allocateForever(Decimal.MAX_BYTES, Long.BYTES);
    set = new SetValue(keyspace, unit, text);
    otherSet = new SetValue(keyspace, unit, text);
    sets = new SetGroup(keyspace, unit, text, null);
    hash = new HashValue(keyspace, unit);
    otherHash = new HashValue(keyspace, unit);
  }

  public ListValue list() {
    return list;
  }

  public ListValue otherList() {
    return otherList;
  }

  public SortedSetValue sortedSet() {
    return sortedSet;
  }

  public SortedSetValue otherSortedSet() {
    return otherSortedSet;
  }

  public SortedSetResult sortedSetResult() {
    return sortedSetResult;
  }

  public SortedSetResult otherSortedSetResult() {
    return otherSortedSetResult;
  }

  /** The only one of streams: no command works with two at a time. */
  public StreamValue stream() {
    return stream;
  }

  public SetValue set() {
    return set;
  }

  public SetValue otherSet() {
    return otherSet;
  }

  /** Any number of further ones. */
  public SetGroup sets() {
    return sets;
  }

  /** A new group of very many sets, which are in these places. */
  public SetGroup manySets(SetGroup.Places places) {
    return new SetGroup(keyspace, unit, text, places);
  }

  public HashValue hash() {
    return hash;
  }

  public HashValue otherHash() {
    return otherHash;
  }
}
