package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes as format and as data: they are understood or refused by an error that scripts can
 * catch, and the same values packed give data that has them.
 */
@Tag("slow")
class StructFuzzTest {
  private static final DataCalls CALLS = new DataCalls();

  @FuzzTest(maxDuration = "60s")
  void anyFormatIsJudged(byte[] input) {
    int split = input.length == 0 ? 0 : (input[0] & 0xFF) % input.length;
    LuaString format = LuaString.copyOf(input, 0, split);
    LuaString data = LuaString.copyOf(input, split, input.length - split);
    judge("size", format);
    judge("pack", format, 1.0, data, -1e300, data, Double.NaN, 3.5, data);
    @Nullable Object[] values = judge("unpack", format, data);
    if (values == null) {
      return;
    }
    @Nullable Object[] packed = judge("pack", withFormat(format, values));
    if (packed != null && format.toString().indexOf("c0") < 0) {
      @Nullable Object[] again = judge("unpack", format, packed[0]);
      assertThat(again).isNotNull();
      assertThat(Literals.show(judge("pack", withFormat(format, again))))
          .isEqualTo(Literals.show(packed));
    }
  }

  private static @Nullable Object[] withFormat(LuaString format, @Nullable Object[] values) {
    @Nullable Object[] arguments = new @Nullable Object[values.length];
    arguments[0] = format;
    System.arraycopy(values, 0, arguments, 1, values.length - 1);
    return arguments;
  }

  /** The results, or null if it was refused. */
  private static @Nullable Object @Nullable [] judge(
      String function, @Nullable Object... arguments) {
    try {
      return CALLS.call("struct", function, arguments);
    } catch (LuaError error) {
      assertThat(error.getMessage())
          .matches(
              "(?s)bad argument #.*|integral size .*|alignment .*|unfinished string in data"
                  + "|format 'c0' needs a previous size|stack overflow .*");
      return null;
    }
  }
}
