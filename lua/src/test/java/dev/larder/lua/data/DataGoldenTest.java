package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the libraries make of the calls that golden files tell of, which golden-data.py has had a
 * redis-server 7.0.15 make.
 */
class DataGoldenTest {
  private static final Pattern CALL =
      Pattern.compile("(?:(\\w+)\\.)?(\\w+)\\((.*)\\)", Pattern.DOTALL);
  private static final Pattern SETTING = Pattern.compile("(\\w+)\\(([^)]*)\\) (?=\\w+\\()");

  @ParameterizedTest
  @ValueSource(strings = {"cjson", "cmsgpack", "struct", "bit"})
  void callsEndAsInRedis(String name) throws IOException {
    List<String> differences = new ArrayList<>();
    int count = 0;
    for (String line :
        Files.readString(
                Path.of("src/test/resources/golden", name + ".txt"), StandardCharsets.ISO_8859_1)
            .split("\n")) {
      int tab = line.indexOf('\t');
      String outcome = unnamed(line.substring(tab + 1));
      String expected =
          outcome.substring(0, 2) + Literals.show(Literals.read(outcome.substring(2)));
      String actual = outcome(line.substring(0, tab));
      if (!actual.equals(expected)) {
        differences.add(
            line.substring(0, tab) + "\n  expected " + expected + "\n  actual   " + actual);
      }
      count++;
    }
    assertThat(count).isGreaterThan(500);
    assertThat(differences).isEmpty();
  }

  /** A function that no script calls has no name. */
  private static String unnamed(String outcome) {
    return outcome.replaceFirst("(^! \"bad argument #\\d+ to )'\\w+'", "$1'?'");
  }

  private static String outcome(String line) {
    DataCalls calls = new DataCalls();
    LuaTable library = null;
    String call = line;
    if (line.startsWith("new ")) {
      library = JsonLibrary.create();
      call = line.substring(4);
      for (Matcher setting = SETTING.matcher(call); setting.lookingAt(); setting.reset(call)) {
        run(calls, library, setting.group(1), setting.group(2));
        call = call.substring(setting.end());
      }
    }
    Matcher parts = CALL.matcher(call);
    assertThat(parts.matches()).as(line).isTrue();
    if (library == null) {
      library = calls.library(parts.group(1));
    }
    return run(calls, library, parts.group(2), parts.group(3));
  }

  private static Object again(DataCalls calls, LuaTable library, @Nullable Object... data) {
    boolean isJson = library.get(LuaString.of("decode")) != null;
    return calls.one(
        library,
        isJson ? "encode" : "pack",
        calls.one(library, isJson ? "decode" : "unpack", data));
  }

  private static String run(DataCalls calls, LuaTable library, String function, String arguments) {
    try {
      if (function.equals("again")) {
        return "= " + Literals.show(again(calls, library, Literals.read(arguments)));
      }
      return "= " + Literals.show(calls.call(library, function, Literals.read(arguments)));
    } catch (LuaError error) {
      return "! " + Literals.show(error.value());
    }
  }
}
