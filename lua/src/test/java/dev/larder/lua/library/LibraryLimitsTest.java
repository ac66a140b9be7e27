package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.Run;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No function takes longer, or more memory, than the host allows. */
final class LibraryLimitsTest {
  private static final LuaString REASON = LuaString.of("killed");

  /** Each would take hours, or is repeated until it does. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "string.find(('a'):rep(50), ('a?'):rep(50) .. ('a'):rep(50) .. 'b')",
        "string.find(('a'):rep(1e6), '.-.-.-b')",
        "string.find(('a'):rep(1e6), 'a*a*a*b')",
        "string.find(('a'):rep(2e6), ('a'):rep(1e6) .. 'b', 1, true)",
        "string.find(('('):rep(1e6), '%b()')",
        "string.match(('a'):rep(1e6), '(.*)%1%1b')",
        "for w in string.gmatch(('a'):rep(1e6), 'a-b') do end",
        "string.gsub(('a'):rep(1e6), 'a-b', 'x')",
        "string.gsub(('a'):rep(1e6), 'a-b', function() end)",
        "while true do string.rep('abc', 1e6) end",
        "while true do string.rep('', 1e9) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.concat(t) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.remove(t, 1) end",
        "local t = {} for i = 1, 1e5 do t[i] = -i end while true do table.sort(t) end",
        "table.sort({1, 2, 3}, function() while true do end end)",
        "while true do string.format('%99.99f', 1e300) end",
        "while true do local s = ('x'):rep(1e6):upper():reverse():lower() end"
      })
  void callsCanBeKilled(String body) throws InterruptedException {
    Run run = start(body);
    assertThat(run.resume(10_000)).isIn(Run.Status.PAUSED, Run.Status.LONG_CALL);
    Run.Status[] status = new Run.Status[1];
    Thread thread =
        new Thread(
            () -> {
              do {
                status[0] = run.resume(1_000_000);
              } while (status[0] != Run.Status.FAILED && status[0] != Run.Status.DONE);
            },
            "long-call");
    thread.start();
    run.kill(REASON);
    thread.join();
    assertThat(status[0]).isEqualTo(Run.Status.FAILED);
    assertThat(run.error().value()).isEqualTo(REASON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "string.rep('x', 2^28)",
        "string.rep(('x'):rep(2^20), 200)",
        "string.gsub(('x'):rep(2^20), '.', ('y'):rep(2^10))",
        "string.gsub(('x'):rep(2^20), '.', function() return ('y'):rep(2^10) end)",
        "local s = ('x'):rep(2^20) local t = {} for i = 1, 1000 do t[i] = s end table.concat(t)",
        "local s = ('x'):rep(2^24) string.format(('%s'):rep(30), s, s, s, s, s, s, s, s, s, s, s,"
            + " s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s)",
        "local t = {} for i = 1, 1e9 do table.insert(t, ('x'):rep(1000) .. i) end",
        "local t = {} for i = 1, 1e9 do t[i] = string.gmatch('x', 'x') end",
        "local t = {} for i = 1, 1e9 do t[i] = loadstring(('x = 1 '):rep(1e4)) end"
      })
  void memoryIsBounded(String body) {
    Run run = start("pcall(function() " + body + " end) return 1");
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Run.Status.FAILED);
    assertThat(run.error().value()).isEqualTo(LuaString.of("not enough memory"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local s = ('a'):rep(1e5) assert(s:find(('a?'):rep(1e5)) == 1)",
        "local s = ('a'):rep(1e5) assert(s:find(('a*'):rep(1e4)) == 1)",
        "assert(('x'):find(('(x'):rep(32) .. (')'):rep(32)) == nil)",
        "assert(loadstring('return {' .. ('function() end,'):rep(1e5) .. '1}'))",
        "local t = {1, 2} table.insert(t, -2^31, 'x') assert(t[-2^31] == 'x' and t[3] == 2)",
        "assert(not pcall(table.concat, {}, '', -2^31, 2^31 - 1))"
      })
  void largeArgumentsAreFine(String body) {
    Run run = start(body);
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Run.Status.DONE);
  }

  private static Run start(String body) {
    LuaState state = new LuaState(new LuaLimits(128L << 20));
    Libraries.install(state);
    return state.start(state.load(LuaString.of(body), "=test"));
  }
}
