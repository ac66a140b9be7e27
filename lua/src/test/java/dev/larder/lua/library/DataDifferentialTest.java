package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Scripts with random data end as in the installed redis-server: what the libraries {@code cjson},
 * {@code cmsgpack}, {@code struct} and {@code bit} make of it, broken data included.
 */
@Tag("slow")
final class DataDifferentialTest {
  private static final int CASES = Integer.getInteger("oracle.calls", 2000);
  private static final int CASES_PER_SCRIPT = 100;

  /** Shows what an expression gives, each number exactly and each string in hexadecimal. */
  private static final String DESCRIBE =
      """
      local lines = {}
      local function v(x)
        if type(x) == 'string' then
          return (x:gsub('.', function(c) return ('%02x'):format(c:byte()) end):gsub('%z', '00'))
        elseif type(x) == 'number' then
          return x ~= x and 'nan' or ('%.17g'):format(x)
        end
        return x == cjson.null and 'null' or type(x) == 'boolean' and tostring(x) or type(x)
      end
      local function r(f)
        local all = {pcall(f)}
        for i = 1, table.maxn(all) do all[i] = v(all[i]) end
        lines[#lines + 1] = table.concat(all, ' ')
      end
      """;

  private final LuaState state = new LuaState(LuaLimits.GENEROUS);

  DataDifferentialTest() {
    Libraries.install(state);
  }

  @Test
  void documentsAreReadAndWritten() {
    compare(random -> {
      String text = document(random, 4);
      String literal = literal(random.nextInt(3) == 0 ? broken(random, text) : text);
      return "cjson.encode(cjson.decode(" + literal + "))";
    });
  }

  @Test
  void numbersAreReadAndWritten() {
    compare(random -> {
      String text = number(random);
      return random.nextBoolean() ? "cjson.decode('" + text + "')" : "cjson.encode(" + text + ")";
    });
  }

  @Test
  void messagesAreReadAndWritten() {
    compare(random -> {
      byte[] message = message(random, 3);
      if (random.nextInt(3) > 0) {
        return "cmsgpack.pack(cmsgpack.unpack(" + literal(latin1(message)) + "))";
      }
      // Tables may become keys, whose order is that of their addresses.
      message[random.nextInt(message.length)] = (byte) random.nextInt();
      return "cmsgpack.unpack(" + literal(latin1(message)) + ")";
    });
  }

  @Test
  void formatsAreUnderstood() {
    compare(random -> {
      StringBuilder format = new StringBuilder();
      for (int i = random.nextInt(8); i >= 0; i--) {
        format.append(oneOf(random, "", "", "", " ", "<", ">", "!", "!2", "!4", "!16", "!3"));
        String plain = oneOf(random, "b", "B", "h", "H", "l", "L", "T", "f", "d", "s", "x");
        String counted = oneOf(random, "c", "i", "I") + random.nextInt(20);
        format.append(oneOf(random, plain, counted, random.nextInt(20) == 0 ? "y" : "c0"));
      }
      byte[] data = new byte[random.nextInt(100)];
      random.nextBytes(data);
      String unpack =
          "struct.unpack('"
              + format
              + "', "
              + literal(latin1(data))
              + ", "
              + (1 + random.nextInt(3))
              + ")";
      return switch (random.nextInt(3)) {
        case 0 -> unpack;
        case 1 -> "struct.size('" + format + "')";
        default -> "struct.pack('" + format + "', " + unpack + ")";
      };
    });
  }

  @Test
  void bitsAreCombined() {
    compare(random ->
        "bit."
            + oneOf(
                random, "tobit", "bnot", "bswap", "band", "bor", "bxor", "lshift", "rshift",
                "arshift", "rol", "ror", "tohex")
            + "("
            + number(random)
            + ", "
            + number(random)
            + ")");
  }

  private void compare(Function<Random, String> generator) {
    long seed = Long.getLong("seed", System.currentTimeMillis());
    Random random = new Random(seed);
    try (RedisLua redis = RedisLua.start()) {
      for (int done = 0; done < CASES; done += CASES_PER_SCRIPT) {
        List<String> cases = new ArrayList<>();
        StringBuilder script = new StringBuilder(DESCRIBE);
        for (int i = 0; i < CASES_PER_SCRIPT; i++) {
          String expression = generator.apply(random);
          cases.add(expression);
          script.append("r(function() return ").append(expression).append(" end)\n");
        }
        script.append("return table.concat(lines, '\\n')");
        String[] expected = redis.eval(script.toString()).split("\n");
        String[] actual = run(script.toString()).split("\n");
        assertThat(expected).as("seed %d", seed).hasSize(cases.size());
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i]).as("%s, seed %d", cases.get(i), seed).isEqualTo(expected[i]);
        }
      }
    }
  }

  private String run(String script) {
    Run run = state.start(state.load(LuaString.of(script), "@user_script"));
    if (run.resume(Long.MAX_VALUE) != Run.Status.DONE) {
      throw run.error();
    }
    return String.valueOf(run.results()[0]);
  }

  private static String document(Random random, int depth) {
    String space = oneOf(random, "", "", "", " ", "\n\t");
    switch (random.nextInt(depth == 0 ? 6 : 10)) {
      case 0, 1 -> {
        return space + number(random);
      }
      case 2, 3 -> {
        return space + '"' + text(random) + '"';
      }
      case 4, 5 -> {
        return space + oneOf(random, "true", "false", "null");
      }
      case 6, 7 -> {
        List<String> values = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
          values.add(document(random, depth - 1));
        }
        return "[" + String.join(",", values) + space + "]";
      }
      default -> {
        List<String> fields = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 40 : 8); i > 0; i--) {
          fields.add('"' + text(random) + '"' + space + ':' + document(random, depth - 1));
        }
        return "{" + String.join(",", fields) + space + "}";
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(
          oneOf(
              random,
              "a",
              "key",
              "some longer text",
              "\\n",
              "\\/",
              "\\\"",
              "\u00e9",
              "\u0001",
              String.valueOf(random.nextInt(1000)),
              String.format(Locale.ROOT, "\\u%04x", random.nextInt(0x10000)),
              "\\ud83d\\ude00"));
    }
    return text.toString();
  }

  private static String broken(Random random, String text) {
    StringBuilder broken = new StringBuilder(text);
    int at = random.nextInt(text.length() + 1);
    switch (random.nextInt(3)) {
      case 0 -> broken.insert(at, oneOf(random, "{", "]", ",", ":", "\"", "\\", "0x", "-", "\0"));
      case 1 -> broken.delete(at, Math.min(at + 1, text.length()));
      default -> broken.setLength(at);
    }
    return broken.toString();
  }

  private static String number(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> String.valueOf(random.nextInt(2000) - 1000);
      case 1 -> String.valueOf(random.nextLong() >> random.nextInt(64));
      case 2 -> String.valueOf(random.nextInt(100_000) / 1000.0);
      case 3 -> String.format(Locale.ROOT, "%.17g", random.nextGaussian());
      case 4 ->
          String.format(
              Locale.ROOT,
              "%d.%de%d",
              random.nextInt(100),
              random.nextLong(1L << 50),
              random.nextInt(640) - 320);
      default -> String.valueOf(1L << random.nextInt(53));
    };
  }

  private static byte[] message(Random random, int depth) {
    int pick = random.nextInt(depth == 0 ? 6 : 9);
    byte[] tail = new byte[pick == 1 ? 1 << random.nextInt(4) : 8];
    random.nextBytes(tail);
    int log = Integer.numberOfTrailingZeros(tail.length);
    return switch (pick) {
      case 0 -> new byte[] {tail[0] >= -32 ? tail[0] : 7};
      case 1 -> joined(new byte[] {(byte) ((random.nextBoolean() ? 0xCC : 0xD0) + log)}, tail);
      case 2 -> joined(new byte[] {(byte) 0xCB}, tail);
      case 3 -> joined(new byte[] {(byte) 0xCA}, Arrays.copyOf(tail, 4));
      case 4 -> joined(new byte[] {(byte) 0xA8}, tail);
      case 5 -> joined(new byte[] {(byte) 0xD9, 8}, tail);
      default -> {
        int count = random.nextInt(pick == 6 ? 16 : 8);
        byte[] all = {(byte) ((pick == 6 ? 0x90 : 0x80) | count)};
        for (int i = 0; i < count; i++) {
          if (pick > 6) {
            all = joined(all, message(random, 0));
          }
          all = joined(all, message(random, depth - 1));
        }
        yield all;
      }
    };
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String literal(String text) {
    StringBuilder literal = new StringBuilder("'");
    for (char c : text.toCharArray()) {
      boolean plain = c >= ' ' && c < 0x7F && c != '\\' && c != '\'';
      literal.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\%03d", (int) c));
    }
    return literal.append("'").toString();
  }

  private static String oneOf(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
