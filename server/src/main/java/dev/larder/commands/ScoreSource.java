package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Entry;
import dev.larder.storage.SetValue;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.ValueType;

/**
 * One of the keys that sorted sets are made from, with what its scores are worth: a sorted set, or
 * a set, whose members all have the score 1. Of a call's sources one is walked at a time, while
 * members are looked for in the others.
 */
final class ScoreSource {
  final double weight;
  private final Call call;
  private final int keyArg;
  private final long entry;
  private final boolean isSet;
  private final long count;

  /* The source that is walked is pointed at by the first, one that is searched by the other. */
  private final SortedSetValue walked;
  private final SortedSetValue searched;
  private final SetValue walkedSet;
  private final SetValue searchedSet;

  /** Takes a key that was checked; its entry must stay where it is. */
  ScoreSource(Call call, int keyArg, double weight) {
    this.call = call;
    this.keyArg = keyArg;
    this.weight = weight;
    walked = call.views().sortedSet();
    searched = call.views().otherSortedSet();
    walkedSet = call.views().set();
    searchedSet = call.views().otherSet();
    entry = call.findUncounted(keyArg);
    isSet = entry != 0 && Entry.type(entry) == ValueType.SET;
    if (isSet) {
      call.point(walkedSet, keyArg, entry);
      count = walkedSet.count();
    } else {
      call.point(walked, keyArg, entry);
      count = walked.count();
    }
  }

  /** Looks a key up and refuses one that is no source. */
  static void check(Call call, int keyArg) throws CommandException {
    long entry = call.find(keyArg);
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

  /** Starts a walk; false when there is no member. */
  boolean seekFirst() {
    if (isSet) {
      call.point(walkedSet, keyArg, entry);
      return walkedSet.seekFirst();
    }
    call.point(walked, keyArg, entry);
    return walked.seekRank(0);
  }

  /** Goes on with the walk; false at the end. */
  boolean next() {
    return isSet ? walkedSet.next() : walked.next();
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
      call.point(searchedSet, keyArg, entry);
      return searchedSet.contains(member, length);
    }
    call.point(searched, keyArg, entry);
    return searched.find(member, length);
  }

  /** The score of the member that {@link #find} found. */
  double foundScore() {
    return isSet ? 1 : searched.score();
  }
}
