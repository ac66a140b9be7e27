package dev.larder.commands;

import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random combinations of sets of all sizes, done at once or in slices, between whose turns another
 * client tries to write; compared with Java's sets.
 */
@Tag("slow")
final class SetAlgebraModelTest {
  private static final int ROUNDS = 150;
  private static final int MAX_TURNS = 1_000_000;
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");
  private static final int[] SIZES = {0, 1, 100, 600, 3000, 9000};
  private static final List<String> OPERATIONS = List.of("SUNION", "SINTER", "SDIFF");

  private final long seed = Long.getLong("seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final CommandHarness server = KeyHarness.open();
  private final Map<String, Set<String>> model = new HashMap<>();

  /** How many commands took more than a turn. */
  private int sliced;

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void resultsAreThoseOfJavasSets() {
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
    KEYS.forEach(this::refill);
    for (int round = 0; round < ROUNDS; round++) {
      if (random.nextInt(3) == 0) {
        refill(any(KEYS));
      }
      combine(any(OPERATIONS), random.nextInt(3));
    }
    assertThat(sliced).isPositive();
    for (String key : KEYS) {
      assertThat(members(key)).as(key).isEqualTo(of(key));
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Set<String> of(String key) {
    return model.computeIfAbsent(key, any -> new HashSet<>());
  }

  private Set<String> members(String key) {
    return new HashSet<>(strings(server.send("SMEMBERS", key)));
  }

  /** Gives a key new members: numbers, words, or both. */
  private void refill(String key) {
    server.send("DEL", key);
    of(key).clear();
    int size = SIZES[random.nextInt(SIZES.length)];
    int kind = random.nextInt(3);
    int from = random.nextInt(4) * 2000;
    List<String> command = new ArrayList<>(List.of("SADD", key));
    for (int i = from; i < from + size; i++) {
      boolean isNumber = kind == 0 || (kind == 1 && i % 50 != 0);
      command.add(isNumber ? i + "" : "member" + i);
    }
    if (size > 0) {
      of(key).addAll(command.subList(2, command.size()));
      server.send(command.toArray(String[]::new));
    }
  }

  private void combine(String operation, int kind) {
    List<String> keys = new ArrayList<>();
    for (int i = random.nextInt(random.nextInt(8) == 0 ? 12 : 4); i >= 0; i--) {
      keys.add(any(KEYS));
    }
    Set<String> result = new TreeSet<>(of(keys.getFirst()));
    for (String key : keys.subList(1, keys.size())) {
      switch (operation) {
        case "SUNION" -> result.addAll(of(key));
        case "SINTER" -> result.retainAll(of(key));
        default -> result.removeAll(of(key));
      }
    }
    List<String> command = new ArrayList<>(keys);
    String target = any(KEYS);
    String written = any(KEYS);
    switch (kind) {
      case 0 -> command.addFirst(operation);
      case 1 -> command.addAll(0, List.of(operation + "STORE", target));
      default -> command.addAll(0, List.of(operation + "CARD", keys.size() + ""));
    }
    String reply = interleaved(command, written);
    if (kind == 0) {
      assertThat(new HashSet<>(strings(reply))).as("%s", command).isEqualTo(result);
    } else {
      assertThat(reply).as("%s", command).isEqualTo(":" + result.size() + "\r\n");
    }
    if (kind == 1) {
      of(target).clear();
      of(target).addAll(result);
    }
    of(written).add("written");
    assertThat(members(target)).as("%s", command).isEqualTo(of(target));
  }

  /** The reply of a command, while another client adds a member to a key as soon as it may. */
  private String interleaved(List<String> command, String written) {
    try (CommandHarness other = new CommandHarness(server)) {
      StringBuilder reply = new StringBuilder(server.begin(command.toArray(String[]::new)));
      sliced += server.isBlocked() ? 1 : 0;
      other.begin("SADD", written, "written");
      for (int i = 0; i < MAX_TURNS && server.isBlocked(); i++) {
        server.step();
        reply.append(server.awaited());
        if (random.nextInt(4) == 0) {
          other.runTasks();
        }
      }
      for (int i = 0; i < MAX_TURNS && other.isBlocked(); i++) {
        other.step();
      }
      return reply.toString();
    }
  }
}
