package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import org.junit.jupiter.api.Test;

/** The numbers that redis-server 7.0.15 gave. */
final class RandomNumbersTest {
  private final LuaState state = new LuaState(LuaLimits.GENEROUS);

  RandomNumbersTest() {
    MathLibrary.install(state);
  }

  @Test
  void withoutSeed() {
    assertThat(call("random")).isEqualTo("0.39646477363839");
    assertThat(call("random")).isEqualTo("0.84048536971234");
    assertThat(call("random")).isEqualTo("0.35333609737146");
  }

  @Test
  void seeds() {
    assertThat(seeded(0)).isEqualTo("0.17082803611217 0.74990198051087 0.09637165539729");
    assertThat(seeded(1)).isEqualTo("0.041630344484761 0.4544924448498 0.83481721851733");
    assertThat(seeded(-1)).isEqualTo("0.30002572727391 0.045311516171932 0.35792609320857");
    assertThat(seeded(42.9)).startsWith("0.74452500033403 ");
    assertThat(seeded(0x1p31)).startsWith("0.670828036345 ");
    assertThat(seeded(0x1p32 + 1)).isEqualTo(seeded(1));
    assertThat(seeded(1e300)).isEqualTo(seeded(0));
  }

  @Test
  void intervals() {
    seeded(42.9);
    call("randomseed", 42.9);
    call("random");
    assertThat(call("random", 1e6)).isEqualTo("342702");
    assertThat(call("random", -0x1p31, 0x1p31 - 1)).isEqualTo("-2147483648");
    assertThat(call("random", 1.9)).isEqualTo("1");
    assertThat(call("random", 0.0)).isEqualTo("bad argument #1 to '?' (interval is empty)");
    assertThat(call("random", 2.0, 1.0)).isEqualTo("bad argument #2 to '?' (interval is empty)");
    assertThat(call("random", 1.0, 2.0, 3.0)).isEqualTo("wrong number of arguments");
  }

  private String seeded(double seed) {
    call("randomseed", seed);
    return call("random") + " " + call("random") + " " + call("random");
  }

  private String call(String name, Object... arguments) {
    LuaTable library = (LuaTable) state.globals().get(LuaString.of("math"));
    Run run = state.start((LuaFunction) library.get(LuaString.of(name)), arguments);
    if (run.resume(Long.MAX_VALUE) == Run.Status.FAILED) {
      return String.valueOf(run.error().value());
    }
    return run.results().length == 0
        ? ""
        : LuaNumbers.toLuaString((double) run.results()[0]).toString();
  }
}
