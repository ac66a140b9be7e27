package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random calls of library functions end as those of the installed redis-server do. */
@Tag("slow")
final class LibraryDifferentialTest {
  private static final int CASES = Integer.getInteger("oracle.calls", 2000);
  private static final int CASES_PER_SCRIPT = 100;

  @Test
  void formats() {
    compare(LibraryDifferentialTest::format);
  }

  private static String format(Random random) {
    StringBuilder format = new StringBuilder();
    List<@Nullable Object> arguments = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      format.append(oneOf(random, "", "x", "%%", "\0")).append('%');
      for (int flags = random.nextInt(4) - 1; flags > 0; flags--) {
        format.append(oneOf(random, "-", "+", " ", "#", "0"));
      }
      format.append(oneOf(random, "", "", "5", "12", "40", "3"));
      format.append(oneOf(random, "", "", ".", ".0", ".1", ".3", ".10", ".20", ".99"));
      String letter =
          oneOf(random, "d", "i", "u", "o", "x", "X", "e", "E", "f", "g", "G", "c", "s", "q");
      format.append(random.nextInt(60) == 0 ? oneOf(random, "y", "", "F", "\0", "9", "a") : letter);
      boolean text = letter.equals("s") || letter.equals("q");
      if (random.nextInt(50) > 0) {
        arguments.add(text == random.nextInt(20) > 0 ? formatted(random) : number(random));
      }
    }
    arguments.addFirst(LuaString.of(format.toString()));
    return Probes.call("string.format", arguments.toArray());
  }

  /** A string that may be so long that it is copied as it is. */
  private static LuaString formatted(Random random) {
    String text = string(random, "ab\0\"\\\n\r\u00ff ").toString();
    return LuaString.of(text.repeat(random.nextInt(30) == 0 ? 30 : 1));
  }

  @Test
  void concatenationsShowNumbers() {
    compare(random -> Probes.call("table.concat", list(random, 8, true), LuaString.of(" ")));
  }

  @Test
  void textsAreNumbers() {
    compare(random ->
        Probes.call("math.max", random.nextInt(5) == 0 ? number(random) : numeral(random)));
  }

  private static LuaString numeral(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(6);
    for (int i = 0; i <= parts; i++) {
      text.append(
          oneOf(
              random,
              "0",
              "1",
              "7",
              "12345678901",
              "00",
              ".",
              "e",
              "E-",
              "p",
              "x",
              "0x",
              "f",
              "A",
              " ",
              "+",
              "-",
              "e5",
              "e300",
              "p-3",
              "inf",
              "nan",
              "\0",
              "\t",
              "(1)"));
    }
    return LuaString.of(text.toString());
  }

  @Test
  void patternsAreFound() {
    compare(random -> {
      LuaString source = string(random, "abc1 _()%.-\0");
      LuaString pattern = pattern(random);
      return switch (random.nextInt(4)) {
        case 0 -> Probes.call("string.match", source, pattern);
        case 1 -> Probes.call("string.match", source, pattern, number(random));
        case 2 -> Probes.call("string.find", source, pattern, number(random), true);
        default -> Probes.call("string.find", source, pattern, random.nextInt(9) - 4.0);
      };
    });
  }

  private static LuaString pattern(Random random) {
    StringBuilder pattern = new StringBuilder(oneOf(random, "", "", "", "^"));
    int items = random.nextInt(6);
    for (int i = 0; i < items; i++) {
      pattern.append(
          oneOf(
              random, "a", "b", ".", "%a", "%d", "%w", "%S", "%p", "[ab]", "[^a]", "[%w_]", "[a-c]",
              "[]]", "[^]]", "[a-]", "[%a-z]", "(", ")", "()", "(a", "b)", "(.-)", "%b()", "%f[%w]",
              "%f[^a]", "%1", "%2", "%", "[", "$", "^", "%z", "%.", "\0", "-", "*", "%bab", "%%"));
      pattern.append(oneOf(random, "", "", "", "*", "+", "-", "?"));
    }
    pattern.append(oneOf(random, "", "", "", "$"));
    return LuaString.of(pattern.toString());
  }

  @Test
  void strings() {
    compare(random -> {
      String function =
          oneOf(random, "sub", "byte", "rep", "reverse", "lower", "upper", "len", "char");
      List<@Nullable Object> arguments = new ArrayList<>();
      if (function.equals("char")) {
        arguments.add(random.nextInt(300) - 20.0);
      } else {
        arguments.add(random.nextInt(20) == 0 ? number(random) : string(random, "aBz@[`{\0"));
      }
      int more = random.nextInt(3);
      for (int i = 0; i < more; i++) {
        arguments.add(random.nextInt(9) > 0 ? random.nextInt(20) - 9.0 : smallNumber(random));
      }
      return Probes.call("string." + function, arguments.toArray());
    });
  }

  @Test
  void tables() {
    compare(random -> {
      String function = oneOf(random, "insert", "remove", "concat", "maxn", "getn", "setn");
      List<@Nullable Object> arguments = new ArrayList<>();
      arguments.add(list(random, 6, random.nextInt(9) == 0));
      if (function.equals("concat")) {
        arguments.add(LuaString.of(","));
      }
      int more = random.nextInt(3);
      for (int i = 0; i < more; i++) {
        arguments.add(random.nextInt(9) > 0 ? random.nextInt(9) - 1.0 : number(random));
      }
      return Probes.call("table." + function, arguments.toArray());
    });
  }

  @Test
  void mathematics() {
    compare(random -> {
      String function =
          oneOf(
              random, "abs", "ceil", "floor", "sqrt", "fmod", "modf", "frexp", "max", "min",
              "ldexp", "fmod", "pow", "log", "mod");
      boolean two = random.nextInt(10) > 0;
      Object first = function.equals("log") ? Math.min(integer(random), 0) : number(random);
      Object second = function.equals("pow") ? random.nextInt(3) : smallNumber(random);
      return two
          ? Probes.call(
              "math." + function, first, second instanceof Integer i ? (double) i : second)
          : Probes.call("math." + function, first);
    });
  }

  @Test
  void substitutions() {
    compare(random -> {
      LuaString source = string(random, "abc1 _()%.-");
      LuaString pattern = pattern(random);
      String replacement =
          oneOf(
              random,
              "'%0'",
              "'<%1>'",
              "'%2'",
              "'%'",
              "'x'",
              "7",
              "nil",
              "{a='A',b=1,[1]=false}",
              "{a={}}",
              "function(...) return select('#', ...) end",
              "function(x) return x end",
              "function(x, y) return y end",
              "function() error('e') end",
              "string.upper",
              "function() return {} end",
              "string.rep",
              "setmetatable({}, {__index = function(_, k) return k .. '!' end})");
      String limit = oneOf(random, "", "", ", 1", ", 2", ", -1", ", 'x'");
      String call = oneOf(random, "string.gsub(%s, %s, %s%s)", "pcall(string.gsub, %s, %s, %s%s)");
      return Probes.body(
          "return "
              + call.formatted(
                  Probes.literal(source), Probes.literal(pattern), replacement, limit));
    });
  }

  @Test
  void iterations() {
    compare(random ->
        Probes.body(
            "local t = {} for a, b in string.gmatch(%s, %s) do t[#t+1] = tostring(a) .. ':' ..%s"
                .formatted(
                    Probes.literal(string(random, "abc1 _()%.-")),
                    Probes.literal(pattern(random)),
                    " tostring(b) end return table.concat(t, ';')")));
  }

  /** Also the order of elements that compare as equal, and of the comparisons. */
  @Test
  void sorts() {
    compare(random -> {
      StringBuilder body = new StringBuilder("local log, t = {}, {");
      String values = oneOf(random, "%d", "%d", "'%d'", "{%d}", "%d.5", "0");
      for (int i = random.nextInt(30); i > 0; i--) {
        String value = random.nextInt(100) == 0 ? "(0/0)" : values;
        body.append(value.formatted(random.nextInt(random.nextBoolean() ? 5 : 100))).append(',');
      }
      String comparator =
          oneOf(
              random,
              "",
              ", function(a, b) log[#log+1] = type(b) .. b return a < b end",
              ", function(a, b) return a > b end",
              ", function(a, b) return a <= b end",
              ", function(a, b) return a[1] < b[1] end",
              ", function(a, b) return true end",
              ", function(a, b) log[#log+1] = a return a % 10 < b % 10 end");
      if (values.equals("{%d}")) {
        comparator = oneOf(random, comparator, ", function(a, b) return a[1] < b[1] end");
      }
      return Probes.body(
          body.append("} local ok, e = pcall(table.sort, t")
              .append(comparator)
              .append(") for i = 1, #t do t[i] = type(t[i]) == 'table' and t[i][1] or t[i] end")
              .append(" return ok, e, ok and table.concat(t, ' '), table.concat(log, ' ')")
              .toString());
    });
  }

  private static void compare(Function<Random, String> generator) {
    long seed = Long.getLong("seed", System.currentTimeMillis());
    Random random = new Random(seed);
    try (RedisLua redis = RedisLua.start()) {
      for (int done = 0; done < CASES; done += CASES_PER_SCRIPT) {
        List<String> probes = new ArrayList<>();
        for (int i = 0; i < CASES_PER_SCRIPT; i++) {
          probes.add(generator.apply(random));
        }
        List<String> expected = Probes.inRedis(redis, probes);
        List<String> actual = Probes.here(probes);
        assertThat(expected).as("the outcomes of %s", probes).hasSize(probes.size());
        assertThat(actual).as("seed %d", seed).hasSameSizeAs(expected);
        for (int i = 0; i < probes.size(); i++) {
          assertThat(actual.get(i))
              .as("%s, seed %d", probes.get(i), seed)
              .isEqualTo(expected.get(i));
        }
      }
    }
  }

  private static LuaTable list(Random random, int length, boolean mixed) {
    LuaTable list = new LuaTable();
    for (int i = 1; i <= random.nextInt(length + 1); i++) {
      list.putInt(i, mixed ? number(random) : Double.valueOf(random.nextInt(100)));
    }
    return list;
  }

  private static LuaString string(Random random, String characters) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return LuaString.of(text.toString());
  }

  private static double integer(Random random) {
    return random.nextLong() >> random.nextInt(64);
  }

  private static double smallNumber(Random random) {
    return random.nextInt(200) / 8.0 - 9;
  }

  private static double number(Random random) {
    return switch (random.nextInt(9)) {
      case 0 -> random.nextInt(100) - 50;
      case 1 -> integer(random);
      case 2 -> Double.longBitsToDouble(random.nextLong());
      case 3 -> random.nextInt(100_000) / 1000.0 - 50;
      case 4 -> random.nextInt(1 << 20) * 0x1p-10;
      case 5 -> random.nextDouble() * Math.pow(10, random.nextInt(40) - 20);
      case 6 -> Math.pow(10, random.nextInt(40) - 20) * (1 + random.nextInt(3) * 0x1p-52);
      case 7 -> Math.pow(2, random.nextInt(70)) * (random.nextBoolean() ? 1 : -1);
      default ->
          new double[] {
                0,
                -0.0,
                Double.NaN,
                Double.longBitsToDouble(0xFFF8000000000000L),
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.MIN_VALUE,
                Double.MAX_VALUE
              }
              [random.nextInt(8)];
    };
  }

  private static String oneOf(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
