package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Small scripts, each with what it returns or raises in Redis's EVAL. In the file a line is a
 * script, the next one its outcome; line breaks and backslashes have a backslash in front.
 */
final class ProbesTest {
  private static final int PROGRAMS = Integer.getInteger("oracle.programs", 500);

  /** Runs a script, and shows its results as Redis and we can both be asked for. */
  private static final String SHOW =
      """
      local chunk, message = loadstring([=======[%s]=======], '=c')
      if not chunk then
        return 'SYNTAX ' .. message
      end
      local function show(...)
        local shown = {}
        for i = 1, select('#', ...) do
          shown[i] = tostring((select(i, ...)))
        end
        return table.concat(shown, ',')
      end
      return show(pcall(chunk))
      """;

  private static final String REDIS_GLOBALS =
      """
      setmetatable(_G, {__index = function(table, name)
        error("Script attempted to access nonexistent global variable '"
            .. tostring(name) .. "'", 2)
      end})
      """;

  private record Probe(String script, String outcome) {}

  @Test
  void endAsInRedis() {
    for (Probe probe : probes()) {
      assertThat(outcome(probe.script, Long.MAX_VALUE)).as(probe.script).isEqualTo(probe.outcome);
    }
  }

  @Test
  @Tag("slow")
  void endAlikeHoweverOftenTheyPause() {
    for (Probe probe : probes()) {
      assertThat(outcome(probe.script, 1)).as(probe.script).isEqualTo(probe.outcome);
      assertThat(outcome(probe.script, 7)).as(probe.script).isEqualTo(probe.outcome);
    }
  }

  @Test
  @Tag("slow")
  void fileTellsWhatRedisDoes() {
    try (RedisLua redis = RedisLua.start()) {
      for (Probe probe : probes()) {
        assertThat(masked(redis.eval(SHOW.formatted(probe.script))))
            .as(probe.script)
            .isEqualTo(probe.outcome);
      }
    }
  }

  @Test
  @Tag("slow")
  void randomProgramsEndAsInRedis() {
    long seed = Long.getLong("seed", System.nanoTime());
    RandomPrograms programs = new RandomPrograms(seed);
    try (RedisLua redis = RedisLua.start()) {
      for (int i = 0; i < PROGRAMS; i++) {
        String program = programs.next();
        String outcome = masked(redis.eval(SHOW.formatted(program)));
        assertThat(outcome(program, Long.MAX_VALUE))
            .as("seed %d: %s", seed, program)
            .isEqualTo(outcome);
        assertThat(outcome(program, 1)).as("seed %d, paused: %s", seed, program).isEqualTo(outcome);
      }
    }
  }

  private static String outcome(String script, long steps) {
    LuaState state = new LuaState(LuaLimits.GENEROUS);
    Libraries.install(state);
    state.prelude(REDIS_GLOBALS);
    state.caughtErrors(ProbesTest::caughtAsInRedis);
    for (String library : List.of("string", "table", "math")) {
      ((LuaTable) state.globals().get(LuaString.of(library))).readOnly(true);
    }
    String source = "function probe() " + SHOW.formatted(script) + "\nend";
    complete(state.start(state.load(LuaString.of(source), "@user_script")), Long.MAX_VALUE);
    state.globals().readOnly(true);
    Run run = state.start(state.load(LuaString.of("return probe()"), "=EVAL"));
    complete(run, steps);
    return masked(String.valueOf(run.results()[0]));
  }

  /** Without the addresses that Lua shows of objects. */
  private static String masked(String outcome) {
    return outcome.replaceAll("0x[0-9a-f]{6,}", "0x");
  }

  private static Object[] caughtAsInRedis(Object error) {
    if (!(error instanceof LuaTable table)) {
      return new Object[] {error};
    }
    Object inner = table.get(LuaString.of("err"));
    return inner instanceof LuaString ? new Object[] {inner} : new Object[] {error, inner};
  }

  private static void complete(Run run, long steps) {
    Run.Status status = run.resume(steps);
    while (status == Run.Status.PAUSED || status == Run.Status.LONG_CALL) {
      status = run.resume(steps);
    }
    assertThat(status).as(() -> run.error().getMessage()).isEqualTo(Run.Status.DONE);
  }

  private static List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    try (InputStream file = ProbesTest.class.getResourceAsStream("/golden/probes.txt")) {
      String[] lines = new String(file.readAllBytes(), StandardCharsets.ISO_8859_1).split("\n", -1);
      for (int i = 0; i + 1 < lines.length; i += 2) {
        probes.add(new Probe(plain(lines[i]), plain(lines[i + 1])));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return probes;
  }

  private static String plain(String line) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') {
        c =
            switch (line.charAt(++i)) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              default -> '\\';
            };
      }
      plain.append(c);
    }
    return plain.toString();
  }
}
