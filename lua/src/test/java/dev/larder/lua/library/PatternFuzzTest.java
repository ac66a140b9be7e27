package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes as pattern, replacement and subject: all functions that take patterns end, fail with an
 * error of Lua, or can be ended, and agree about where the first match is.
 */
@Tag("slow")
class PatternFuzzTest {
  private static final String SCRIPT =
      """
      local subject, pattern, replacement = ...
      local from, to = subject:find(pattern)
      local first = subject:match('()' .. pattern:gsub('^%^', ''))
      local count = 0
      for found in subject:gmatch(pattern) do
        count = count + 1
        assert(type(found) == 'string' or type(found) == 'number')
      end
      local same, times = subject:gsub(pattern, '%0')
      assert(same == subject)
      subject:gsub(pattern, function(a, b) return b end)
      subject:gsub(pattern, {a = 'x', b = 1}, 3)
      pcall(string.gsub, subject, pattern, replacement)
      subject:find(pattern, 1, true)
      subject:find(pattern, -3)
      return from, to, times, first
      """;

  private static final Bounded BOUNDED = new Bounded();
  private static final LuaFunction FUNCTION = BOUNDED.load(SCRIPT);

  /** Bytes that say where the parts of the input end. */
  private static final int LENGTHS = 2;

  @DictionaryEntries(
      value = {
        "%a",
        "%b()",
        "%f[%w]",
        "%1",
        "%d+",
        "[^%s]",
        "[]]",
        "[a-",
        "()",
        "(.-)",
        ".-",
        "^",
        "$",
        "%%",
        "%",
        "[%z\\1-\\31]",
        "(((",
        ")))",
        "[^]",
        "a?",
        "%0",
        "%9"
      })
  @FuzzTest(maxDuration = "60s")
  void anyPatternEnds(byte[] input) {
    if (input.length < LENGTHS) {
      return;
    }
    int rest = input.length - LENGTHS;
    int pattern = (input[0] & 0xFF) % (rest + 1);
    int replacement = (input[1] & 0xFF) % (rest - pattern + 1);
    int subjectFrom = LENGTHS + pattern + replacement;
    LuaString subject = LuaString.copyOf(input, subjectFrom, input.length - subjectFrom);
    @Nullable Object[] results =
        BOUNDED.run(
            FUNCTION,
            subject,
            LuaString.copyOf(input, LENGTHS, pattern),
            LuaString.copyOf(input, LENGTHS + pattern, replacement));
    if (results != null && results[0] instanceof Double from) {
      double to = (Double) results[1];
      assertThat(from).isBetween(1.0, subject.length() + 1.0);
      assertThat(to).isBetween(from - 1, (double) subject.length());
      assertThat((Double) results[2]).isPositive();
    }
  }
}
