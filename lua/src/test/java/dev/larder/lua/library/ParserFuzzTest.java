package dev.larder.lua.library;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaString;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes as a script: they are refused by an error of Lua, or compiled to code that the loop can
 * execute, whatever it does.
 */
@Tag("slow")
class ParserFuzzTest {
  private static final Bounded BOUNDED = new Bounded();

  @DictionaryEntries(
      value = {
        "and ",
        "break ",
        "do ",
        "else ",
        "elseif ",
        "end ",
        "false ",
        "for i = 1, 2 do ",
        "function ",
        "if ",
        "in ",
        "local ",
        "nil ",
        "not ",
        "or ",
        "repeat ",
        "return ",
        "then ",
        "true ",
        "until ",
        "while ",
        "...",
        "..",
        "==",
        "~=",
        "<=",
        ">=",
        "[[",
        "]]",
        "[=[",
        "]=]",
        "--",
        "--[[",
        "0x1p4",
        "1e308",
        "\\z",
        "\\255",
        "{",
        "}",
        "(",
        ")",
        ";",
        ":",
        "#",
        "pairs("
      })
  @FuzzTest(maxDuration = "60s")
  void anyBytesAreJudged(byte[] input) {
    LuaFunction function;
    try {
      function = BOUNDED.load(LuaString.of(input));
    } catch (LuaError error) {
      // It is no Lua, and says where.
      return;
    }
    BOUNDED.run(function);
  }
}
