package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.lua.LuaError;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Depths, counts and sizes at which the libraries refuse, as Redis's do. */
class DataLimitsTest {
  private static final int SMALL_STACK_BYTES = 256 << 10;

  private final DataCalls calls = new DataCalls();
  private final LuaTable json = JsonLibrary.create();

  @Test
  void jsonOfThousandLevelsIsRead() throws InterruptedException {
    withSmallStack(() -> {
      String message = "Found too many nested data structures (1001) at character ";
      assertThat(calls.one(json, "decode", nested("[", "1", "]", 1000))).isNotNull();
      assertFails(message + 1001, "decode", nested("[", "1", "]", 1001));
      assertFails(message + 5001, "decode", nested("{\"a\":", "1", "}", 1001));
      assertFails(message + 1001, "decode", nested("[", "", "", 100_000));
    });
  }

  @Test
  void jsonIsReadAsDeepAsTheStackInRedisGoes() throws InterruptedException {
    withSmallStack(() -> {
      String message = "Found too many nested data structures (";
      calls.call(json, "decode_max_depth", 1e6);
      assertThat(calls.one(json, "decode", nested("[", "1", "]", 7998))).isNotNull();
      assertFails(message + "7999) at character 7999", "decode", nested("[", "1", "]", 7999));
      assertThat(calls.one(json, "decode", nested("{\"a\":", "1", "}", 3999))).isNotNull();
      assertFails(
          message + "4000) at character 19996", "decode", nested("{\"a\":", "1", "}", 4000));
      assertThat(calls.one(json, "decode", nested("[{\"a\":", "1", "}]", 2666))).isNotNull();
      assertFails(
          message + "5333) at character 15997", "decode", nested("[{\"a\":", "1", "}]", 2667));
    });
  }

  @Test
  void tablesOfThousandLevelsAreWritten() throws InterruptedException {
    withSmallStack(() -> {
      String message = "Cannot serialise, excessive nesting (1001)";
      assertThat(calls.one(json, "encode", arrays(1.0, 1000)))
          .isEqualTo(nested("[", "1", "]", 1000));
      assertFails(message, "encode", arrays(1.0, 1001));
      assertThat(calls.one(json, "encode", objects(1.0, 1000)))
          .isEqualTo(nested("{\"a\":", "1", "}", 1000));
      assertFails(message, "encode", objects(1.0, 1001));
      LuaTable itself = new LuaTable();
      itself.putInt(1, itself);
      assertFails(message, "encode", itself);
    });
  }

  @Test
  void tablesAreWrittenAsDeepAsTheStackInRedisGoes() throws InterruptedException {
    withSmallStack(() -> {
      String message = "Cannot serialise, excessive nesting (";
      calls.call(json, "encode_max_depth", 1e6);
      assertThat(calls.one(json, "encode", arrays(1.0, 7997))).isNotNull();
      assertFails(message + "7998)", "encode", arrays(1.0, 7998));
      assertThat(calls.one(json, "encode", objects(1.0, 3999))).isNotNull();
      assertFails(message + "4000)", "encode", objects(1.0, 4000));
    });
  }

  @Test
  void messagesAreReadAsDeepAsTheStackInRedisGoes() throws InterruptedException {
    withSmallStack(() -> {
      assertThat(unpacked(nested("\u0091", "\1", "", 3999))).hasSize(1);
      assertUnpackFails("in function mp_decode_to_lua_array", nested("\u0091", "\1", "", 4000));
      assertThat(unpacked(nested("\u0081\1", "\1", "", 3999))).hasSize(1);
      String tooMany = "too many return values at once; use unpack_one or unpack_limit instead.";
      assertUnpackFails(tooMany, nested("\u0081\1", "\1", "", 4000));
      assertThat(unpacked(nested("\u0081", "\1", "\300", 5000))).hasSize(1);
      assertThat(unpacked(nested("\1", "\u0091\u0091\1", "", 7990))).hasSize(7991);
      assertThat(unpacked(nested("\1", "", "", 7999))).hasSize(7999);
      assertUnpackFails(tooMany, nested("\1", "", "", 8000));
      assertThat(calls.call("cmsgpack", "unpack_limit", nested("\1", "", "", 9000), 7998.0))
          .hasSize(7999);
      assertThatThrownBy(
              () -> calls.call("cmsgpack", "unpack_limit", nested("\1", "", "", 9000), 7999.0))
          .hasMessage("stack overflow (in function mp_unpack_full)");
    });
  }

  @Test
  void structHasAsManyResultsAsTheStackInRedisHolds() {
    LuaString data = nested("a", "", "", 9000);
    assertThat(calls.call("struct", "unpack", nested("b", "", "", 7997), data)).hasSize(7998);
    assertThatThrownBy(() -> calls.call("struct", "unpack", nested("b", "", "", 7998), data))
        .hasMessage("stack overflow (too many results)");
    assertThat(calls.call("struct", "unpack", nested("x", "", "", 9000), data)).hasSize(1);
  }

  @Test
  void messagesHaveFourThousandArgumentsAtMost() {
    assertThat(calls.call("cmsgpack", "pack", new @Nullable Object[4000])).hasSize(1);
    assertThatThrownBy(() -> calls.call("cmsgpack", "pack", new @Nullable Object[4001]))
        .hasMessageContaining("#0")
        .hasMessageContaining("(Too many arguments for MessagePack pack.)");
  }

  @Test
  void whatOneTableInItselfWouldFillIsRefused() {
    DataCalls bounded = new DataCalls(new LuaLimits(1 << 20));
    LuaTable doubled = arrays(1.0, 1);
    for (int i = 0; i < 60; i++) {
      LuaTable next = new LuaTable();
      next.putInt(1, doubled);
      next.putInt(2, doubled);
      doubled = next;
    }
    LuaTable shared = doubled;
    assertThatThrownBy(() -> bounded.call("cjson", "encode", shared))
        .isInstanceOf(LuaError.class)
        .hasMessage("not enough memory");
  }

  @Test
  void whatIsBeingReadCountsAsMemory() {
    DataCalls bounded = new DataCalls(new LuaLimits(16 << 20));
    for (int i = 0; i < 2; i++) {
      LuaString fitting = LuaString.of("[" + "[],".repeat(10_000) + "[]]");
      assertThat(bounded.call("cjson", "decode", fitting)).hasSize(1);
      LuaString tooLarge = LuaString.of("[" + "[],".repeat(1_000_000) + "[]]");
      assertThatThrownBy(() -> bounded.call("cjson", "decode", tooLarge))
          .hasMessage("not enough memory");
      LuaString message = LuaString.of("\u00dd\0\u000f\u0042\u0040" + "\u0090".repeat(1_000_000));
      assertThatThrownBy(() -> bounded.call("cmsgpack", "unpack", message))
          .hasMessage("not enough memory");
    }
  }

  @Test
  void nothingRemainsOfACallThatFailed() {
    LuaTable deep = arrays(1.0, 50);
    LuaTable bad = objects(DataLimitsTest.class, 40);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> calls.call(json, "encode", bad))
          .hasMessage("Cannot serialise userdata: type not supported");
      assertThat(calls.one(json, "encode", deep)).isEqualTo(nested("[", "1", "]", 50));
      assertThatThrownBy(() -> calls.call(json, "decode", nested("[", "x", "", 30)))
          .hasMessage("Expected value but found invalid token at character 31");
      assertThat(calls.one(json, "decode", LuaString.of("1"))).isEqualTo(1.0);
      assertThatThrownBy(() -> unpacked(nested("\u0091", "", "", 30)))
          .hasMessage("Missing bytes in input.");
      assertThat(unpacked(LuaString.of("\1"))).containsExactly(1.0);
    }
  }

  private void assertFails(String message, String function, Object argument) {
    assertThatThrownBy(() -> calls.call(json, function, argument)).hasMessage(message);
  }

  private @Nullable Object[] unpacked(LuaString data) {
    return calls.call("cmsgpack", "unpack", data);
  }

  private void assertUnpackFails(String reason, LuaString data) {
    assertThatThrownBy(() -> unpacked(data)).hasMessage("stack overflow (" + reason + ")");
  }

  private static LuaString nested(String begin, String middle, String end, int levels) {
    return LuaString.of(begin.repeat(levels) + middle + end.repeat(levels));
  }

  private static LuaTable arrays(Object value, int levels) {
    Object nested = value;
    for (int i = 0; i < levels; i++) {
      LuaTable table = new LuaTable();
      table.putInt(1, nested);
      nested = table;
    }
    return (LuaTable) nested;
  }

  private static LuaTable objects(Object value, int levels) {
    Object nested = value;
    for (int i = 0; i < levels; i++) {
      LuaTable table = new LuaTable();
      table.put(LuaString.of("a"), nested);
      nested = table;
    }
    return (LuaTable) nested;
  }

  private static void withSmallStack(Runnable test) throws InterruptedException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(null, test, "small stack", SMALL_STACK_BYTES);
    thread.setUncaughtExceptionHandler((ignored, thrown) -> failure.set(thrown));
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }
}
