package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes: they are JSON or are refused by an error that scripts can catch, and what they stand
 * for can be written and read again. {@code JAZZER_FUZZ=1} looks for new inputs, a normal run
 * repeats those in the resources.
 */
@Tag("slow")
class JsonFuzzTest {
  private static final DataCalls CALLS = new DataCalls();

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreJudged(byte[] input) {
    LuaTable json = JsonLibrary.create();
    CALLS.call(json, "encode_invalid_numbers", true);
    CALLS.call(json, "encode_number_precision", 1.0 + input.length % 14);
    CALLS.call(json, "decode_invalid_numbers", input.length % 3 != 0);
    Object value;
    try {
      value = CALLS.one(json, "decode", LuaString.of(input));
    } catch (LuaError error) {
      assertThat(error.getMessage())
          .matches("(?s)(Expected .* at character \\d+|Found too .*|JSON parser does not .*)");
      return;
    }
    CALLS.call(json, "decode_invalid_numbers", true);
    // Writing rounds numbers, and the order of fields may change once more.
    Object rounded = again(json, value);
    assertThat(Literals.show(again(json, rounded))).isEqualTo(Literals.show(rounded));
  }

  private static Object again(LuaTable json, Object value) {
    return CALLS.one(json, "decode", CALLS.one(json, "encode", value));
  }
}
