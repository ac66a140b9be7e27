package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes: they are MessagePack or are refused by an error that scripts can catch, one value
 * after the other gives the same as all at once, and what they stand for can be written and read
 * again.
 */
@Tag("slow")
class MessagePackFuzzTest {
  private static final DataCalls CALLS = new DataCalls();
  private static final String LIBRARY = "cmsgpack";

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreJudged(byte[] input) {
    @Nullable Object[] values;
    try {
      values = CALLS.call(LIBRARY, "unpack", LuaString.of(input));
    } catch (LuaError error) {
      assertThat(error.getMessage())
          .matches("Missing bytes .*|Bad data .*|table index is (nil|NaN)|stack overflow .*");
      return;
    }
    checkOneByOne(input, values);
    if (values.length > 0 && values.length < 4000) {
      checkAgain(values);
    }
  }

  private static void checkOneByOne(byte[] input, @Nullable Object[] values) {
    double at = 0;
    for (Object value : values) {
      @Nullable Object[] one = CALLS.call(LIBRARY, "unpack_one", LuaString.of(input), at);
      assertThat(Literals.show(one[1])).isEqualTo(Literals.show(value));
      assertThat(one[0]).isInstanceOf(Double.class);
      at = one[0] instanceof Double next ? next : at;
    }
    assertThat(at).isEqualTo(values.length == 0 ? 0 : -1);
  }

  private static void checkAgain(@Nullable Object[] values) {
    try {
      // Tables that are too deep have become nil, and keys may be lost with them.
      @Nullable Object[] flat = again(values);
      assertThat(Literals.show(again(flat))).isEqualTo(Literals.show(flat));
    } catch (LuaError error) {
      assertThat(error.getMessage()).isEqualTo("table index is nil");
    }
  }

  private static @Nullable Object[] again(@Nullable Object[] values) {
    return CALLS.call(LIBRARY, "unpack", CALLS.one(LIBRARY, "pack", values));
  }
}
