package dev.larder.lua.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random values, written and read again. */
class DataRoundTripTest {
  private static final int ROUNDS = 1000;

  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private final DataCalls calls = new DataCalls();

  @Test
  void jsonIsReadAsItWasWritten() {
    for (int i = 0; i < ROUNDS; i++) {
      Object value = value(4);
      Object text = calls.one("cjson", "encode", value);
      assertThat(Literals.show(calls.one("cjson", "decode", text)))
          .as("seed %d, %s", seed, text)
          .isEqualTo(Literals.show(value));
    }
  }

  @Test
  void messagesAreReadAsTheyWereWritten() {
    for (int i = 0; i < ROUNDS; i++) {
      @Nullable Object[] values = new @Nullable Object[1 + random.nextInt(3)];
      for (int j = 0; j < values.length; j++) {
        values[j] = random.nextInt(10) == 0 ? null : value(4);
      }
      Object data = calls.one("cmsgpack", "pack", values);
      assertThat(Literals.show(calls.call("cmsgpack", "unpack", data)))
          .as("seed %d", seed)
          .isEqualTo(Literals.show(values));
    }
  }

  @Test
  void structsAreReadAsTheyWereWritten() {
    for (int i = 0; i < ROUNDS; i++) {
      int count = random.nextInt(8);
      StringBuilder format = new StringBuilder();
      @Nullable Object[] arguments = new @Nullable Object[1 + count];
      for (int j = 1; j <= count; j++) {
        format.append(pick(" ", "<", ">", "!", "!4", "!2", "x"));
        arguments[j] = field(format);
      }
      arguments[0] = LuaString.of(format.toString());
      Object data = calls.one("struct", "pack", arguments);
      @Nullable Object[] values = calls.call("struct", "unpack", arguments[0], data);
      arguments[0] = 1.0 + ((LuaString) data).length();
      assertThat(Literals.show(rotated(values)))
          .as("seed %d", seed)
          .isEqualTo(Literals.show(arguments));
    }
  }

  private Object field(StringBuilder format) {
    int bytes = 1 + random.nextInt(6);
    long bits = random.nextLong() >>> (64 - 8 * bytes);
    switch (random.nextInt(5)) {
      case 0 -> {
        format.append("I").append(bytes);
        return (double) bits;
      }
      case 1 -> {
        format.append("i").append(bytes);
        return (double) (bits << (64 - 8 * bytes) >> (64 - 8 * bytes));
      }
      case 2 -> {
        format.append("f");
        return (double) random.nextFloat();
      }
      case 3 -> {
        format.append("d");
        return random.nextGaussian();
      }
      default -> {
        LuaString text = LuaString.of("text".repeat(bytes));
        format.append(pick("s", "c" + text.length()));
        return text;
      }
    }
  }

  /** The last value as the first. */
  private static @Nullable Object[] rotated(@Nullable Object[] values) {
    @Nullable Object[] rotated = new @Nullable Object[values.length];
    for (int i = 0; i < values.length; i++) {
      rotated[(i + 1) % values.length] = values[i];
    }
    return rotated;
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A value that JSON has: numbers with few digits, no empty arrays but as empty objects. */
  private Object value(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> (double) random.nextInt(1000);
      case 1 -> (double) random.nextLong(-(1L << 40), 1L << 40);
      case 2 -> random.nextInt(1_000_000) / 1000.0;
      case 3 -> text();
      case 4 -> random.nextBoolean();
      case 5 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  private LuaTable array(int depth) {
    LuaTable table = new LuaTable();
    int count = random.nextInt(10);
    for (int i = 1; i <= count; i++) {
      table.putInt(i, value(depth));
    }
    return table;
  }

  private LuaTable object(int depth) {
    LuaTable table = new LuaTable();
    int count = random.nextInt(10);
    for (int i = 0; i < count; i++) {
      table.put(text(), value(depth));
    }
    return table;
  }

  private LuaString text() {
    byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 300 : 12)];
    random.nextBytes(bytes);
    return LuaString.of(bytes);
  }
}
