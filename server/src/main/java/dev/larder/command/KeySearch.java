package dev.larder.command;

/** Follows a {@link KeySpec} through the arguments of a call, without allocation. */
final class KeySearch {
  private final KeySpec.Begin begin;
  private final KeySpec.Find find;
  private final int accessBits;

  /** What {@link KeySpec.Begin.Keyword} looks for. */
  private final byte[] keyword;

  private final boolean isForKeys;
  private final boolean isIncomplete;

  KeySearch(KeySpec spec) {
    this.begin = spec.begin();
    this.find = spec.find();
    this.accessBits = spec.accessBits();
    this.keyword =
        begin instanceof KeySpec.Begin.Keyword(String word, _) ? Ascii.keyword(word) : new byte[0];
    this.isForKeys = !spec.access().contains(KeyAccess.NOT_KEY);
    this.isIncomplete = spec.isIncomplete();
  }

  /**
   * Adds the keys that the specification finds.
   *
   * @return false when it is incomplete, or the call contradicts it
   */
  boolean find(Arguments call, KeyPositions out) {
    if (!isForKeys) {
      return true;
    }
    if (isIncomplete) {
      return false;
    }
    int first =
        switch (begin) {
          case KeySpec.Begin.Index(int position) -> position;
          case KeySpec.Begin.Keyword(_, int startFrom) -> behindKeyword(startFrom, call);
          case KeySpec.Begin.Unknown _ -> -1;
        };
    if (first <= 0) {
      return true; // Without its keyword a call has none of these keys.
    }
    return switch (find) {
      case KeySpec.Find.Range range -> findRange(first, range, call, out);
      case KeySpec.Find.Count count -> findCount(first, count, call, out);
      case KeySpec.Find.Unknown _ -> false;
    };
  }

  private int behindKeyword(int startFrom, Arguments call) {
    boolean forward = startFrom > 0;
    int start = forward ? startFrom : call.argCount() + startFrom;
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

  private boolean findRange(int first, KeySpec.Find.Range range, Arguments call, KeyPositions out) {
    int last;
    if (range.last() >= 0) {
      last = first + range.last();
    } else if (range.limit() <= 1) {
      last = call.argCount() + range.last();
    } else {
      last = first + (call.argCount() - first) / range.limit() + range.last();
    }
    return add(first, last, range.step(), call, out);
  }

  private boolean findCount(int start, KeySpec.Find.Count count, Arguments call, KeyPositions out) {
    int at = start + count.countIndex();
    if (at >= call.argCount()) {
      return false;
    }
    long keys = Numbers.parseLong(call.argAddress(at), call.argLength(at));
    if (keys < 0 || keys > call.argCount()) {
      return false;
    }
    int first = start + count.firstKey();
    if (keys == 0) {
      return true;
    }
    return add(first, first + (int) (keys - 1) * count.step(), count.step(), call, out);
  }

  private boolean add(int first, int last, int step, Arguments call, KeyPositions out) {
    if (last < first || last >= call.argCount()) {
      return false;
    }
    for (int i = first; i <= last; i += step) {
      out.add(i, accessBits);
    }
    return true;
  }
}
