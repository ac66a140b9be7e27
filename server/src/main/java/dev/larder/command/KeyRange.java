package dev.larder.command;

import java.util.List;

/**
 * The keys of a command in the old description by first, last and step, as far as it reaches.
 *
 * @param first position of the first key, 0 for none
 * @param last distance from the first key to the last; negative counts from the call's end
 * @param isMovable whether there may be keys outside of the range
 */
record KeyRange(int first, int last, int step, boolean isMovable) {

  private static final KeyRange NONE = new KeyRange(0, 0, 0, false);
  private static final KeyRange ONLY_MOVABLE = new KeyRange(0, 0, 0, true);

  /** One plain range counts as it is; of several, those that follow each other are joined. */
  static KeyRange of(List<KeySpec> specs) {
    if (specs.isEmpty()) {
      return NONE;
    }
    if (specs.size() == 1
        && specs.getFirst().begin() instanceof KeySpec.Begin.Index(int position)
        && specs.getFirst().find() instanceof KeySpec.Find.Range(int last, int step, int limit)) {
      boolean partial = limit > 1 || specs.getFirst().isIncomplete();
      return new KeyRange(position, last, step, partial);
    }
    int first = 0;
    int end = 0;
    boolean movable = false;
    for (KeySpec spec : specs) {
      movable |= spec.isIncomplete();
      if (spec.begin() instanceof KeySpec.Begin.Index(int position)
          && spec.find() instanceof KeySpec.Find.Range(int last, int step, _)
          && step == 1
          && (first == 0 || position == end + 1)) {
        first = first == 0 ? position : first;
        end = last < 0 ? last : position + last;
      } else {
        movable = true;
      }
    }
    return first == 0 ? ONLY_MOVABLE : new KeyRange(first, end < 0 ? end : end - first, 1, movable);
  }

  int lastPosition() {
    return last < 0 ? last : first + last;
  }

  int lastPosition(int argCount) {
    return last < 0 ? argCount + last : first + last;
  }
}
