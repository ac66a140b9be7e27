package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Measured;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The functions of {@code string} that look for patterns: find, match, gmatch. */
final class FindFunctions {
  /** How many bytes are looked at in about the time of one step. */
  private static final int BYTES_PER_STEP = 16;

  private FindFunctions() {}

  static void addTo(LuaTable library) {
    Iterate iterate = new Iterate();
    library.put(LuaString.of("find"), new Find("find", true));
    library.put(LuaString.of("match"), new Find("match", false));
    library.put(LuaString.of("gmatch"), iterate);
    library.put(LuaString.of("gfind"), iterate);
  }

  /** Whether a pattern, as most functions read it, begins with an anchor. */
  static boolean isAnchored(LuaString pattern) {
    return pattern.length() > 0 && pattern.byteAt(0) == '^';
  }

  /** Finds the first match, and returns where it is or what it is. */
  private static final class Find extends Builtin {
    private final boolean tellPlace;
    private final PatternCache cache = new PatternCache();
    private @Nullable PatternMatcher matcher;

    Find(String name, boolean tellPlace) {
      super(name);
      this.tellPlace = tellPlace;
    }

    @Override
    protected void call(Call call) {
      LuaString source = call.checkString(1);
      LuaString text = call.checkString(2);
      long given = call.isNil(3) ? 1 : call.checkLong(3);
      long position = StringLibrary.position(given, source.length());
      int from = (int) Math.clamp(position - 1, 0, source.length());
      if (tellPlace && (call.isTrue(4) || PatternParser.isPlain(text.bytes()))) {
        findPlain(call, source, text, from);
      } else {
        find(call, source, text, from);
      }
    }

    private void find(Call call, LuaString source, LuaString text, int from) {
      boolean anchored = isAnchored(text);
      PatternMatcher using = matcher == null ? new PatternMatcher(call) : matcher;
      matcher = using;
      using.begin(call, source, cache.get(call, text, anchored ? 1 : 0));
      int start = anchored ? (using.match(from) < 0 ? -1 : from) : using.find(from);
      if (start < 0) {
        call.addNil();
      } else if (tellPlace) {
        call.add(start + 1.0);
        call.add((double) using.end());
        using.addOnlyCaptures(start);
      } else {
        using.addCaptures(start);
      }
    }

    private static void findPlain(Call call, LuaString source, LuaString text, int from) {
      int found = indexOf(call, source.bytes(), text.bytes(), from);
      if (found < 0) {
        call.addNil();
      } else {
        call.add(found + 1.0);
        call.add((double) (found + text.length()));
      }
    }
  }

  /** Where some bytes are in others, from an index on; -1 if they are not. */
  private static int indexOf(Call call, byte[] source, byte[] sought, int from) {
    if (sought.length == 0) {
      return from;
    }
    byte first = sought[0];
    int work = 0;
    for (int i = from; i <= source.length - sought.length; i++) {
      if (source[i] == first) {
        int same = Arrays.mismatch(source, i, i + sought.length, sought, 0, sought.length);
        if (same < 0) {
          return i;
        }
        work += same;
      }
      work++;
      if (work >= 100 * BYTES_PER_STEP) {
        call.step(work / BYTES_PER_STEP);
        work = 0;
      }
    }
    return -1;
  }

  /** Returns a function that returns the next match each time it is called. */
  private static final class Iterate extends Builtin {
    private final PatternCache cache = new PatternCache();
    private @Nullable PatternMatcher matcher;

    Iterate() {
      super("gmatch");
    }

    @Override
    protected void call(Call call) {
      LuaString source = call.checkString(1);
      LuaString text = call.checkString(2);
      call.allocate(Iterator.BYTES);
      call.add(new Iterator(this, source, text));
    }

    PatternMatcher matcher(Call call, LuaString source, LuaString text) {
      PatternMatcher using = matcher == null ? new PatternMatcher(call) : matcher;
      matcher = using;
      using.begin(call, source, cache.get(call, text, 0));
      return using;
    }
  }

  private static final class Iterator extends Builtin implements Measured {
    /** What it takes, as an estimate. */
    static final int BYTES = 64;

    private final Iterate owner;
    private final LuaString source;
    private final LuaString text;
    private int position;

    Iterator(Iterate owner, LuaString source, LuaString text) {
      super("gmatch_iterator");
      this.owner = owner;
      this.source = source;
      this.text = text;
    }

    @Override
    protected void call(Call call) {
      PatternMatcher matcher = owner.matcher(call, source, text);
      int start = matcher.find(position);
      if (start < 0) {
        position = source.length() + 1;
        return;
      }
      matcher.addCaptures(start);
      position = matcher.end() == start ? start + 1 : matcher.end();
    }

    @Override
    public long heapBytes() {
      return BYTES + text.length();
    }

    @Override
    public @Nullable Object held() {
      return source;
    }
  }
}
