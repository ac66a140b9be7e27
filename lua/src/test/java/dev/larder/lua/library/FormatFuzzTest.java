package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaString;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes as format and arguments of {@code string.format}, and as numbers: a text or an error of
 * Lua, and what {@code %q} and {@code %.17g} write is read back as the same.
 */
@Tag("slow")
class FormatFuzzTest {
  private static final String SCRIPT =
      """
      local format, text, number = ...
      local results = {}
      for _, argument in ipairs({text, number}) do
        local ok, result = pcall(string.format, format, argument, number, text, argument, 1, '2')
        assert(type(result) == 'string', type(result))
        pcall(string.format, format, argument)
        tonumber(text, 16)
      end
      local quoted = loadstring('return ' .. ('%q'):format(text))()
      local written = ('%.17g'):format(number)
      return quoted, tonumber(written), written, tonumber(tostring(number))
      """;

  private static final Bounded BOUNDED = new Bounded();
  private static final LuaFunction FUNCTION = BOUNDED.load(SCRIPT);

  @DictionaryEntries(
      value = {
        "%d", "%5.2f", "%-#08x", "%+.3e", "%q", "%s", "%c", "%i", "%o", "%u", "%X", "%g", "%99.99f",
        "%%", "%.20s", "%-99s", "%G", "%E", "% d"
      })
  @FuzzTest(maxDuration = "60s")
  void anyFormatIsJudged(byte[] input) {
    if (input.length < Double.BYTES) {
      return;
    }
    double number = ByteBuffer.wrap(input).getDouble();
    int rest = input.length - Double.BYTES;
    int split = rest / 2;
    LuaString text = LuaString.copyOf(input, Double.BYTES + split, rest - split);
    @Nullable Object[] results =
        BOUNDED.run(FUNCTION, LuaString.copyOf(input, Double.BYTES, split), text, number);
    assertThat(results).isNotNull();
    // Of a return and a zero there is nothing but their escapes, which mean the same.
    assertThat(results[0]).isEqualTo(text);
    if (Double.isFinite(number)) {
      assertThat(results[1]).isEqualTo(number);
    }
  }
}
