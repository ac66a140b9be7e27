package dev.larder.storage;

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
  private final StreamValue stream;
  private final HashValue hash;
  private final HashValue otherHash;

  Views(Keyspace keyspace, Unit unit) {
    list = new ListValue(keyspace, unit);
    otherList = new ListValue(keyspace, unit);
    sortedSet = new SortedSetValue(keyspace, unit);
    otherSortedSet = new SortedSetValue(keyspace, unit);
    sortedSetResult = new SortedSetResult(keyspace);
    stream = new StreamValue(keyspace, unit);
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

  /** The only one of streams: no command works with two at a time. */
  public StreamValue stream() {
    return stream;
  }

  public HashValue hash() {
    return hash;
  }

  public HashValue otherHash() {
    return otherHash;
  }
}
