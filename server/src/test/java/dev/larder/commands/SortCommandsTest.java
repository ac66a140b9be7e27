package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SortCommandsTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));

  private final CommandHarness server =
      new CommandHarness(c -> {
        SortCommands.declare(c);
        ListCommands.declare(c);
        SortedSetCommands.declare(c);
        HashCommands.declare(c);
        StringCommands.declare(c, () -> 1 << 20);
      });

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String... words) {
    String reply = server.send(words);
    return reply.startsWith("*") ? elements(reply) : brief(reply).strip();
  }

  private static String elements(String reply) {
    List<String> elements = new ArrayList<>();
    String[] lines = reply.split("\r\n", -1);
    for (int i = 1; i + 1 < lines.length; i++) {
      elements.add(lines[i].equals("$-1") ? "nil" : lines[++i]);
    }
    return elements.toString();
  }

  @Test
  void sortsNumbersAndTexts() {
    send("RPUSH", "l", "3", "1", "10", "2");
    assertThat(send("SORT", "l")).isEqualTo("[1, 2, 3, 10]");
    assertThat(send("SORT", "l", "DESC", "LIMIT", "1", "2")).isEqualTo("[3, 2]");
    assertThat(send("SORT", "l", "ALPHA")).isEqualTo("[1, 10, 2, 3]");
    send("RPUSH", "words", "b", "a");
    assertThat(send("SORT", "words"))
        .isEqualTo("-ERR One or more scores can't be converted into double");
    assertThat(send("SORT", "words", "ALPHA")).isEqualTo("[a, b]");
    send("RPUSH", "empty", "1", "");
    assertThat(send("SORT", "empty", "GET", "nokey_*", "GET", "#")).isEqualTo("[nil, , nil, 1]");
  }

  @Test
  void sortsByOtherKeysAndFieldsAndGetsThem() {
    send("RPUSH", "l", "1", "2", "3");
    send("MSET", "w_1", "30", "w_2", "20", "w_3", "10");
    send("HSET", "h_1", "n", "one");
    assertThat(send("SORT", "l", "BY", "w_*")).isEqualTo("[3, 2, 1]");
    assertThat(send("SORT", "l", "BY", "nosort", "GET", "#", "GET", "h_*->n"))
        .isEqualTo("[1, one, 2, nil, 3, nil]");
    assertThat(send("SORT", "l", "BY", "w_*", "GET", "w_*", "STORE", "l")).isEqualTo(":3");
    assertThat(send("LRANGE", "l", "0", "-1")).isEqualTo("[10, 20, 30]");
    assertThat(send("SORT", "none", "STORE", "l")).isEqualTo(":0");
    assertThat(send("LLEN", "l")).isEqualTo(":0");
  }

  @Test
  void keepsTheOrderOfASortedSet() {
    send("ZADD", "z", "1", "c", "2", "a", "3", "b");
    assertThat(send("SORT", "z", "BY", "nosort", "DESC", "LIMIT", "0", "2")).isEqualTo("[b, a]");
    assertThat(send("SORT_RO", "z", "ALPHA")).isEqualTo("[a, b, c]");
    assertThat(send("SORT_RO", "z", "ALPHA", "STORE", "x")).isEqualTo("-ERR syntax error");
  }

  @Test
  void sortsManyLikeJava() {
    Random random = new Random(SEED);
    List<Integer> model = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      int number = random.nextInt(1_000) - 500;
      model.add(number);
      send("RPUSH", "l", Integer.toString(number));
    }
    Collections.sort(model);
    assertThat(send("SORT", "l")).as("seed %d", SEED).isEqualTo(model.toString());
    Collections.reverse(model);
    assertThat(send("SORT", "l", "DESC")).as("seed %d", SEED).isEqualTo(model.toString());
  }
}
