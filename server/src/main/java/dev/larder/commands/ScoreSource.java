package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.ValueType;

/**
 * One of the keys that sorted sets are made from, with what its scores are worth. Of a call's
 * sources one is walked at a time, while members are looked for in the others.
 */
final class ScoreSource {
  final double weight;
  private final Call call;
  private final int keyArg;
  private final long entry;
  private final long count;

  /** The source that is walked. */
  private final SortedSetValue walked;

  /** The one in which a member was looked for last. */
  private final SortedSetValue searched;

  /** Takes a key that was checked; its entry must stay where it is. */
  ScoreSource(Call call, int keyArg, double weight) throws CommandException {
    this.call = call;
    this.keyArg = keyArg;
    this.weight = weight;
    walked = call.views().sortedSet();
    searched = call.views().otherSortedSet();
    entry = call.findUncounted(keyArg, ValueType.SORTED_SET);
    call.point(walked, keyArg, entry);
    count = walked.count();
  }

  /** Looks a key up and refuses one that is no source. */
  static void check(Call call, int keyArg) throws CommandException {
    call.find(keyArg, ValueType.SORTED_SET);
  }

  /** How many members it has. */
  long count() {
    return count;
  }

  /** Starts a walk; false when there is no member. */
  boolean seekFirst() {
    call.point(walked, keyArg, entry);
    return walked.seekRank(0);
  }

  /** Goes on with the walk; false at the end. */
  boolean next() {
    return walked.next();
  }

  double score() {
    return walked.score();
  }

  /** Where the bytes of the member are, until the next step. */
  long address() {
    return walked.text();
  }

  int length() {
    return walked.length();
  }

  /** Looks for a member; whether it is here. */
  boolean find(long member, int length) {
    call.point(searched, keyArg, entry);
    return searched.find(member, length);
  }

  /** The score of the member that {@link #find} found. */
  double foundScore() {
    return searched.score();
  }
}
