package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.SetValue;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * One of the keys that sorted sets are made from, with what its scores are worth: a sorted set, or
 * a set, whose members all have the score 1. Of a call's sources one is walked at a time, while
 * members are looked for in the others; so where there are very many, two of these are enough, each
 * being one source after the other.
 */
final class ScoreSource {
  /** Members of a sorted set that are walked together. */
  private static final int MEMBERS_AT_ONCE = 64;

  private final Call call;
  private final int firstKey;

  /** What keeps the keys for a job, which has no call; null in a call. */
  private @Nullable LeasedKeys keys;

  private int index = -1;
  private double weight;
  private long entry;
  private boolean isSet;
  private long count;

  /* The source that is walked is pointed at by the first, one that is searched by the other. */
  private final SortedSetValue walked;
  private final SortedSetValue searched;
  private final SetValue walkedSet;
  private final SetValue searchedSet;

  /** The rank of the next member of the walk, and the end of this part of it. */
  private long rank;

  private long partEnd;

  /** Whether the set walked is at that next member already. */
  private boolean isAhead;

  /** One that is not yet any of the keys from this argument on. */
  ScoreSource(Call call, int firstKey) {
    this.call = call;
    this.firstKey = firstKey;
    walked = call.views().sortedSet();
    searched = call.views().otherSortedSet();
    walkedSet = call.views().set();
    searchedSet = call.views().otherSet();
  }

  /** Is the key of this index now, which was checked; its entry must stay where it is. */
  void be(int newIndex, double newWeight) {
    index = newIndex;
    weight = newWeight;
    entry = keys == null ? call.findUncounted(firstKey + index) : keys.entry(index);
    isSet = entry != 0 && Entry.type(entry) == ValueType.SET;
    if (isSet) {
      point(walkedSet);
      count = walkedSet.count();
    } else {
      point(walked);
      count = walked.count();
    }
  }

  /** As {@link #be}, of a key that it may be already, to look for members. */
  void beToSearch(int newIndex, double newWeight) {
    if (index != newIndex) {
      index = newIndex;
      weight = newWeight;
      entry = keys == null ? call.findUncounted(firstKey + index) : keys.entry(index);
      isSet = entry != 0 && Entry.type(entry) == ValueType.SET;
    }
  }

  /** Refuses a key that is no source; its entry may be 0. */
  static void require(long entry) throws CommandException {
    if (entry != 0
        && Entry.type(entry) != ValueType.SORTED_SET
        && Entry.type(entry) != ValueType.SET) {
      throw new CommandException(ErrorReply.WRONG_TYPE);
    }
  }

  /** How many members it has. */
  long count() {
    return count;
  }

  double weight() {
    return weight;
  }

  /** Which of the keys it is. */
  int index() {
    return index;
  }

  /** The call becomes a job, which has leased the keys. */
  void lease(LeasedKeys newKeys) {
    keys = newKeys;
  }

  private void point(CollectionValue view) {
    if (keys == null) {
      call.point(view, firstKey + index, entry);
    } else {
      keys.point(view, index);
    }
  }

  /**
   * Starts a part of a walk, before its first member.
   *
   * @param from 0, or what this has returned before
   * @return where to go on, or 0 when this part is the last
   */
  long part(long from) {
    if (isSet) {
      point(walkedSet);
      return walkedSet.part(from);
    }
    point(walked);
    rank = from;
    partEnd = Math.min(from + MEMBERS_AT_ONCE, count);
    isAhead = walked.seekRank(from);
    return partEnd == count ? 0 : partEnd;
  }

  /** Goes to the next member of the part; false at its end. */
  boolean next() {
    if (isSet) {
      return walkedSet.next();
    }
    if (rank == partEnd) {
      return false;
    }
    rank++;
    boolean isThere = isAhead || walked.next();
    isAhead = false;
    return isThere;
  }

  double score() {
    return isSet ? 1 : walked.score();
  }

  /** Where the bytes of the member are, until the next step. */
  long address() {
    return isSet ? walkedSet.address() : walked.text();
  }

  int length() {
    return isSet ? walkedSet.member().length() : walked.length();
  }

  /** Looks for a member; whether it is here. */
  boolean find(long member, int length) {
    if (isSet) {
      point(searchedSet);
      return searchedSet.contains(member, length);
    }
    point(searched);
    return searched.find(member, length);
  }

  /** The score of the member that {@link #find} found. */
  double foundScore() {
    return isSet ? 1 : searched.score();
  }
}
