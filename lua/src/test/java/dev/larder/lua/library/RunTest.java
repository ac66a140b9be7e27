package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import dev.larder.lua.Run.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs from outside: pauses, waiting, kills, limits. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class RunTest {
  private static final LuaString KILLED = LuaString.of("killed");

  private final LuaState state = new LuaState(new LuaLimits(8 << 20));

  RunTest() {
    Libraries.install(state);
  }

  private Run start(String script, Object... arguments) {
    return state.start(state.load(LuaString.of(script), "=test"), arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while true do end",
        "repeat until false",
        "for i = 1, 1e300 do end",
        "for i = 2, 1, 0 do end",
        "local function f() return f() end f()",
        "while true do pcall(error) end",
        "while true do pcall(function() local x = nil; x() end) end",
        "local function f() pcall(f) f() end while true do pcall(f) end",
        "while true do local x = string.rep('x', 1e6) end",
        "while true do local s = 'x' for i = 1, 20 do s = s .. s end end",
        "string.find(string.rep('a', 1e5), string.rep('a*', 20) .. 'b')",
        "while true do string.gsub(string.rep('a', 1e5), 'a', 'b') end",
        "string.gsub(string.rep('a', 10), 'a', function() while true do end end)",
        "table.sort({3, 2, 1}, function(a, b) while true do end end)",
        "while true do local t = {} for i = 1, 1e5 do t[i] = -i end table.sort(t) end",
        "while true do table.concat({1, 2, 3}) end",
        "local t = setmetatable({}, {__index = function(t, k) return t end}) "
            + "while true do t = t.x end",
        "for v in coroutine.wrap(function() while true do coroutine.yield(1) end end) do end",
        "while true do coroutine.wrap(function() error() end) end",
        "local co = coroutine.wrap(function() while true do end end) co()",
        "while true do for k in pairs({1, 2, 3}) do end end",
        "while true do unpack({1, 2, 3}) end",
        "while true do loadstring('return 1') end",
        "while true do select('#', tostring({}), {}, function() end) end",
        "xpcall(function() error() end, function() while true do end end)",
        "load(function() return ' ' end)",
        "while true do local t = {} t.x = 1 t = setmetatable(t, {__gc = 1}) end",
      })
  void isKilled(String script) {
    Run run = start(script);
    Status status = run.resume(1_000);
    for (int i = 0; i < 5 && status == Status.PAUSED; i++) {
      status = run.resume(1_000);
    }
    assertThat(status).isIn(Status.PAUSED, Status.LONG_CALL);
    run.kill(KILLED);
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Status.FAILED);
    assertThat(run.error().value()).isEqualTo(KILLED);
    assertThat(run.wasStopped()).isTrue();
    assertThat(start("return 1").resume(10)).isEqualTo(Status.DONE);
  }

  @Test
  void isKilledByAnotherThread() throws InterruptedException {
    Run run = start("while true do pcall(function() while true do end end) end");
    Thread killer = new Thread(() -> run.kill(KILLED), "killer");
    killer.start();
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Status.FAILED);
    killer.join();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local t = {} while true do t[#t + 1] = 'x' end",
        "local t = {} while true do t = {t} end",
        "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
        "local s = 'x' while true do s = s .. s end",
        "local s = string.rep('x', 1e9)",
        "local t = {} while true do t[#t + 1] = string.rep('x', 1e5) end",
        "local t = {} while true do t[#t + 1] = function() return t end end",
        "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
        "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end",
        "local function f(n, s) local a, b, c = s, s, s .. n return f(n + 1, c .. a .. b) end"
            + " f(1, '')",
        "local t = {} while true do t[#t + 1] = loadstring('return ' .. #t) end",
      })
  void hasMemoryUpToALimit(String script) {
    Run run = start(script);
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Status.FAILED);
    assertThat(run.error().getMessage()).isEqualTo("not enough memory");
    assertThat(start("return 1").resume(10)).isEqualTo(Status.DONE);
  }

  @Test
  void garbageIsNotCounted() {
    Run run =
        start(
            "local s for i = 1, 1000 do s = string.rep('x', 1e5) .. i end "
                + "for i = 1, 1e5 do s = {{}, {}} end return #tostring(s)");
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Status.DONE);
  }

  /** Waits when it is first called with a value. */
  private static final class Waiting extends Builtin {
    private final List<Object> seen = new ArrayList<>();

    Waiting() {
      super("waiting");
    }

    @Override
    protected void call(Call call) {
      Object value = call.value(call.count());
      if (!seen.contains(value)) {
        seen.add(value);
        throw call.waitAndRetry();
      }
      call.add(value);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return w(1)",
        "local x = w(1) return x",
        "local ok, x = pcall(w, 1) return x",
        "local ok, x = pcall(pcall, w, 1) return 1",
        "local t = setmetatable({}, {__index = w}) return t[1]",
        "local t = setmetatable({}, {__call = w}) return t(1)",
        "local t = setmetatable({}, {__add = w}) return t + 1",
        "local t = setmetatable({}, {__lt = w}) local x = t < t return 1",
        "local t = setmetatable({}, {__concat = w}) local x = t .. 1 .. 1 return 1",
        "local t = setmetatable({}, {__tostring = w}) tostring(t) return 1",
        "for x in w, 1, 1 do return x end",
        "return coroutine.wrap(function() return w(1) end)()",
        "local ok, x = xpcall(function() error(1, 0) end, w) return x",
        "return (string.gsub('1', '.', w)) + 0",
        "local t = {2, 1} table.sort(t, function(a, b) w(1) return a < b end) return t[1]",
      })
  void builtinsWaitWhereverTheyAreCalled(String script) {
    Run run = start("local w = ... " + script, new Waiting());
    Status status = run.resume(1);
    int waits = 0;
    while (status == Status.WAITING || status == Status.PAUSED) {
      waits += status == Status.WAITING ? 1 : 0;
      status = run.resume(1);
    }
    assertThat(status).as(() -> run.error().getMessage()).isEqualTo(Status.DONE);
    assertThat(waits).isPositive();
    assertThat(run.results()[0]).isEqualTo(1.0);
  }

  /** Needs more steps than a slice has. */
  private static final class Lasting extends Builtin {
    Lasting() {
      super("long");
    }

    @Override
    protected void call(Call call) {
      for (int i = 0; i < 1_000; i++) {
        call.step(100);
      }
      call.add(1.0);
    }
  }

  @Test
  void longCallsAreMadeAgain() {
    Run run = start("local l = ... return l() + select(2, pcall(l))", new Lasting());
    assertThat(run.resume(1_000)).isEqualTo(Status.LONG_CALL);
    assertThat(run.resume(1_000)).isEqualTo(Status.LONG_CALL);
    assertThat(run.resume(1_000)).isEqualTo(Status.DONE);
    assertThat(run.results()).containsExactly(2.0);
  }

  @Test
  void longCallsAreKilled() {
    Run run = start("local l = ... pcall(l)", new Lasting());
    assertThat(run.resume(1_000)).isEqualTo(Status.LONG_CALL);
    run.kill(KILLED);
    assertThat(run.resume(1_000)).isEqualTo(Status.FAILED);
  }

  @Test
  void runsOfOneStateAlternate() {
    String script =
        "local from = ... local t = {} for i = 1, 100 do t[i] = from + i end "
            + "local sum = 0 for _, v in ipairs(t) do sum = sum + v end return sum";
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      runs.add(start(script, (double) i));
    }
    for (boolean more = true; more; ) {
      more = false;
      for (int i = 0; i < 10; i++) {
        Run run = runs.get(i);
        if (run.results().length == 0) {
          more |= run.resume(3) == Status.PAUSED;
        }
      }
    }
    for (int i = 0; i < 10; i++) {
      assertThat(runs.get(i).results()).containsExactly(5050.0 + 100 * i);
    }
  }

  @Test
  void tellsWhereAnErrorWasRaised() {
    Run run = start("local x = 1\n\nlocal function f() error('no') end\nf()");
    assertThat(run.resume(100)).isEqualTo(Status.FAILED);
    assertThat(run.errorSource()).isEqualTo("test");
    assertThat(run.errorLine()).isEqualTo(3);
    assertThat(run.error().getMessage()).isEqualTo("test:3: no");
  }

  @Test
  void errorsOfAnyValueComeOut() {
    Run run = start("error()");
    assertThat(run.resume(100)).isEqualTo(Status.FAILED);
    assertThat(run.error().value()).isNull();
  }

  @Test
  void syntaxErrorsAreThrown() {
    try {
      state.load(LuaString.of("x ="), "@script");
    } catch (LuaError e) {
      assertThat(e.getMessage()).isEqualTo("script:1: unexpected symbol near '<eof>'");
      return;
    }
    throw new AssertionError("it was compiled");
  }

  @Test
  void otherGlobalsCanBeGiven() {
    LuaTable globals = new LuaTable();
    Run run = state.start(state.load(LuaString.of("x = 1 return print"), "=test", globals));
    assertThat(run.resume(100)).isEqualTo(Status.DONE);
    assertThat(globals.get(LuaString.of("x"))).isEqualTo(1.0);
  }
}
