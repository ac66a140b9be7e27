package dev.larder.lua;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LuaTableTest {
  @Test
  void agreesWithMap() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      LuaTable table = new LuaTable();
      Map<Object, Object> model = new HashMap<>();
      for (int i = 0; i < random.nextInt(400); i++) {
        Object key = randomKey(random);
        Object value = random.nextInt(4) == 0 ? null : (Object) (double) i;
        table.put(key, value);
        if (value == null) {
          model.remove(key);
        } else {
          model.put(key, value);
        }
      }
      for (Map.Entry<Object, Object> entry : model.entrySet()) {
        assertThat(table.get(entry.getKey())).as("seed %d", seed).isEqualTo(entry.getValue());
      }
      assertThat(keysOf(table)).as("seed %d", seed).isEqualTo(model.keySet());
      int border = table.length();
      assertThat(border == 0 || model.containsKey((double) border)).isTrue();
      assertThat(model).doesNotContainKey((double) (border + 1));
    }
  }

  private static Object randomKey(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> (double) random.nextInt(1, 60);
      case 1 -> random.nextInt(-5, 20) / 2.0;
      case 2 -> LuaString.of("k" + random.nextInt(60));
      default -> random.nextBoolean();
    };
  }

  private static Set<Object> keysOf(LuaTable table) {
    Set<Object> keys = new HashSet<>();
    for (int position = table.next(0); position > 0; position = table.next(position)) {
      assertThat(table.positionOf(table.keyAt(position))).isEqualTo(position);
      assertThat(table.valueAt(position)).isNotNull();
      keys.add(table.keyAt(position));
    }
    return keys;
  }

  @Test
  void growsAsAnArray() {
    LuaTable table = new LuaTable();
    for (int i = 1; i <= 1000; i++) {
      table.putInt(i, (double) i);
      assertThat(table.length()).isEqualTo(i);
    }
    assertThat(table.array).hasSize(1024);
  }

  @Test
  void meetsKeysInTheOrderOfLua() {
    LuaTable table = new LuaTable();
    for (String key : "alpha beta gamma delta epsilon zeta eta theta iota kappa".split(" ")) {
      table.put(LuaString.of(key), true);
    }
    List<String> order = new ArrayList<>();
    for (int position = table.next(0); position > 0; position = table.next(position)) {
      order.add(table.keyAt(position).toString());
    }
    assertThat(String.join(" ", order))
        .isEqualTo("theta epsilon kappa alpha eta zeta beta iota delta gamma");
  }

  @Test
  void forgetsThatAnEventHasNoHandler() {
    LuaTable table = new LuaTable();
    assertThat(table.handler(Event.INDEX)).isNull();
    table.put(LuaString.of("__index"), table);
    assertThat(table.handler(Event.INDEX)).isSameAs(table);
  }

  @Test
  void lowestIntegerIsAKeyLikeOthers() {
    LuaTable table = new LuaTable(1, 0);
    table.put((double) Integer.MIN_VALUE, true);
    assertThat(table.get((double) Integer.MIN_VALUE)).isEqualTo(true);
    assertThat(table.getInt(Integer.MIN_VALUE)).isEqualTo(true);
    table.putInt(Integer.MIN_VALUE, null);
    assertThat(table.get((double) Integer.MIN_VALUE)).isNull();
  }
}
