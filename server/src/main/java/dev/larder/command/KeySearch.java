package dev.larder.command;

/** Follows a {@link KeySpec} through the arguments of a call. */
final class KeySearch {

  private KeySearch() {}

  /**
   * Adds the keys that a specification finds.
   *
   * @return false when it is incomplete, or the call contradicts it
   */
  static boolean find(KeySpec spec, Arguments call, KeyPositions out) {
    if (spec.access().contains(KeyAccess.NOT_KEY)) {
      return true;
    }
    if (spec.isIncomplete()) {
      return false;
    }
    int begin =
        switch (spec.begin()) {
          case KeySpec.Begin.Index(int position) -> position;
          case KeySpec.Begin.Keyword keyword -> behindKeyword(keyword, call);
          case KeySpec.Begin.Unknown _ -> -1;
        };
    if (begin <= 0) {
      return true; // Without its keyword a call has none of these keys.
    }
    return switch (spec.find()) {
      case KeySpec.Find.Range range -> findRange(begin, range, spec, call, out);
      case KeySpec.Find.Count count -> findCount(begin, count, spec, call, out);
      case KeySpec.Find.Unknown _ -> false;
    };
  }

  private static int behindKeyword(KeySpec.Begin.Keyword begin, Arguments call) {
    byte[] keyword = Ascii.keyword(begin.keyword());
    boolean forward = begin.startFrom() > 0;
    int start = forward ? begin.startFrom() : call.argCount() + begin.startFrom();
    // The last argument cannot be the keyword: a key has to follow.
    int end = forward ? call.argCount() - 1 : 1;
    int step = forward ? 1 : -1;
    for (int i = start; forward ? i < end : i > end; i += step) {
      if (i > 0 && i < call.argCount() && call.argIs(i, keyword)) {
        return i + 1;
      }
    }
    return -1;
  }

  private static boolean findRange(
      int first, KeySpec.Find.Range range, KeySpec spec, Arguments call, KeyPositions out) {
    int last;
    if (range.last() >= 0) {
      last = first + range.last();
    } else if (range.limit() <= 1) {
      last = call.argCount() + range.last();
    } else {
      last = first + (call.argCount() - first) / range.limit() + range.last();
    }
    return add(first, last, range.step(), spec, call, out);
  }

  private static boolean findCount(
      int begin, KeySpec.Find.Count count, KeySpec spec, Arguments call, KeyPositions out) {
    int at = begin + count.countIndex();
    if (at >= call.argCount()) {
      return false;
    }
    long keys = Numbers.parseLong(call.argAddress(at), call.argLength(at));
    if (keys < 0 || keys > call.argCount()) {
      return false;
    }
    int first = begin + count.firstKey();
    if (keys == 0) {
      return true;
    }
    return add(first, first + (int) (keys - 1) * count.step(), count.step(), spec, call, out);
  }

  private static boolean add(
      int first, int last, int step, KeySpec spec, Arguments call, KeyPositions out) {
    if (last < first || last >= call.argCount()) {
      return false;
    }
    int access = spec.accessBits();
    for (int i = first; i <= last; i += step) {
      out.add(i, access);
    }
    return true;
  }
}
