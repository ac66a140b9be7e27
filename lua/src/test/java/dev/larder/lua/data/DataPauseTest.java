package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.Run;
import dev.larder.lua.library.Libraries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that takes long is left and begun again elsewhere, or ended. */
class DataPauseTest {
  private static final String SETUP =
      """
      local all = {}
      for i = 1, 20000 do
        all[i] = {id = i, name = 'name ' .. i, half = i / 2}
      end
      local flat = {}
      for i = 1, 20000 do
        flat[i] = i
      end
      """;

  private static final String READ = "return #cjson.decode(cjson.encode(all))";
  private static final String UNPACK = "return #cmsgpack.unpack(cmsgpack.pack(all))";
  private static final String COUNT = "return #cjson.encode(flat), #cmsgpack.pack(flat)";
  private static final String FORMAT = "return struct.size(('i'):rep(100000))";
  private static final String DATA =
      "return struct.unpack(('x'):rep(100000), struct.pack(('x'):rep(100000)))";

  private final LuaState state = new LuaState(LuaLimits.GENEROUS);

  DataPauseTest() {
    Libraries.install(state);
  }

  @ParameterizedTest
  @ValueSource(strings = {READ, UNPACK, COUNT, FORMAT, DATA})
  void longCallsEndAsOthers(String script) {
    Run whole = start(SETUP + script);
    assertThat(whole.resume(Long.MAX_VALUE)).isEqualTo(Run.Status.DONE);
    Run sliced = start(SETUP + script);
    int longCalls = 0;
    Run.Status status = sliced.resume(1000);
    while (status != Run.Status.DONE) {
      if (status == Run.Status.LONG_CALL) {
        longCalls++;
        status = sliced.resume(Long.MAX_VALUE / 2);
      } else {
        assertThat(status).isEqualTo(Run.Status.PAUSED);
        status = sliced.resume(1000);
      }
    }
    assertThat(longCalls).isPositive();
    assertThat(Literals.show(sliced.results())).isEqualTo(Literals.show(whole.results()));
  }

  @ParameterizedTest
  @ValueSource(strings = {READ, UNPACK, FORMAT, DATA})
  void longCallsAreKilled(String script) {
    Run run = start(SETUP + script);
    Run.Status status = run.resume(1000);
    while (status == Run.Status.PAUSED) {
      status = run.resume(1000);
    }
    assertThat(status).isEqualTo(Run.Status.LONG_CALL);
    run.kill(LuaString.of("killed"));
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Run.Status.FAILED);
    assertThat(run.error()).hasMessage("killed");
  }

  @Test
  void instancesWorkOnAfterAKill() {
    longCallsAreKilled(READ);
    Run run = start("return cjson.encode(cjson.decode('[[1,{\"a\":2}]]'))");
    assertThat(run.resume(Long.MAX_VALUE)).isEqualTo(Run.Status.DONE);
    assertThat(Literals.show(run.results())).isEqualTo("\"[[1,{\\034a\\034:2}]]\"");
  }

  private Run start(String script) {
    return state.start(state.load(LuaString.of(script), "=user_script"));
  }
}
