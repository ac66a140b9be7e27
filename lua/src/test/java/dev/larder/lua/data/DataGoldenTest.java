package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.Run;
import dev.larder.lua.library.Libraries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What scripts get of the libraries, for the calls that golden files tell of, which golden-data.py
 * has had a redis-server 7.0.15 execute.
 */
class DataGoldenTest {
  private static final String POSITION = "user_script:1: ";
  private static final Pattern SETTING = Pattern.compile("(\\w+\\([^)]*\\) )(?=\\w+\\()");

  private final LuaState state = new LuaState(LuaLimits.GENEROUS);

  DataGoldenTest() {
    Libraries.install(state);
    state.globals().put(LuaString.of("inf"), Double.POSITIVE_INFINITY);
    state.globals().put(LuaString.of("nan"), Double.NaN);
    state.globals().put(LuaString.of("null"), JsonSettings.NULL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cjson", "cmsgpack", "struct", "bit"})
  void callsEndAsInRedis(String name) throws IOException {
    Path golden = Path.of("src/test/resources/golden", name + ".txt");
    List<String> differences = new ArrayList<>();
    int count = 0;
    for (String line : Files.readString(golden, StandardCharsets.ISO_8859_1).split("\n")) {
      int tab = line.indexOf('\t');
      String call = line.substring(0, tab);
      String outcome = line.substring(tab + 1);
      String expected =
          outcome.substring(0, 2) + Literals.show(Literals.read(outcome.substring(2)));
      String actual = outcome(script(call));
      if (!actual.equals(expected)) {
        differences.add(call + "\n  expected " + expected + "\n  actual   " + actual);
      }
      count++;
    }
    assertThat(count).isGreaterThan(500);
    assertThat(differences).isEmpty();
  }

  private static String script(String call) {
    if (call.startsWith("cjson.again(")) {
      return "return cjson.encode(cjson.decode(" + call.substring(call.indexOf('(') + 1) + ")";
    } else if (call.startsWith("cmsgpack.again(")) {
      return "return cmsgpack.pack(cmsgpack.unpack(" + call.substring(call.indexOf('(') + 1) + ")";
    } else if (!call.startsWith("new ")) {
      return "return " + call;
    }
    StringBuilder script = new StringBuilder("local C = cjson.new() ");
    String rest = call.substring(4);
    for (Matcher setting = SETTING.matcher(rest); setting.lookingAt(); setting.reset(rest)) {
      script.append("C.").append(setting.group(1));
      rest = rest.substring(setting.end());
    }
    return script + "return C." + rest;
  }

  private String outcome(String source) {
    Run run = state.start(state.load(LuaString.of(source), "=user_script"));
    if (run.resume(Long.MAX_VALUE) == Run.Status.DONE) {
      return "= " + Literals.show(run.results());
    }
    Object error = run.error().value();
    String message = error instanceof LuaString text ? text.toString() : "" + error;
    return "! "
        + Literals.show(
            LuaString.of(
                message.startsWith(POSITION) ? message.substring(POSITION.length()) : message));
  }
}
