package dev.larder.commands;

import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Searches among many points go in slices, and find what they find among few. */
@Tag("slow")
final class LongGeoRepliesTest {
  private static final int POINTS = 20_000;

  private final CommandHarness server =
      new CommandHarness(c -> {
        SortedSetCommands.declare(c);
        SortedSetRangeCommands.declare(c);
        GeoCommands.declare(c);
      });

  @BeforeEach
  void fill() {
    List<String> add = new ArrayList<>(List.of("GEOADD", "g"));
    for (int i = 0; i < POINTS; i++) {
      add.addAll(List.of(String.valueOf(i % 997 / 1000.0), String.valueOf(i / 40_000.0), "p" + i));
    }
    server.send(add.toArray(String[]::new));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String command) {
    return server.send(command.split(" "));
  }

  private String sendSliced(String command) {
    int steps = server.steps();
    String reply = send(command);
    assertThat(server.steps()).as(command).isGreaterThan(steps);
    return reply;
  }

  private static final String EVERYWHERE = " FROMLONLAT 0 0 BYRADIUS 500 km";

  @Test
  void pointsAreFoundInSlices() {
    List<String> all = strings(send("ZRANGE g 0 -1"));
    assertThat(strings(sendSliced("GEOSEARCH g" + EVERYWHERE))).isEqualTo(all);
    List<String> near = strings(sendSliced("GEOSEARCH g" + EVERYWHERE + " ASC"));
    assertThat(near).hasSize(POINTS).containsAll(all.subList(0, 100));
    assertThat(near.getFirst()).isEqualTo("p0");
    List<String> far = strings(sendSliced("GEOSEARCH g" + EVERYWHERE + " DESC"));
    assertThat(new ArrayList<>(far)).hasSize(POINTS).startsWith(near.getLast());
    Collections.reverse(far);
    assertThat(far.subList(0, 10)).isEqualTo(near.subList(0, 10));
    assertThat(strings(sendSliced("GEOSEARCH g" + EVERYWHERE + " COUNT 9")))
        .isEqualTo(near.subList(0, 9));
  }

  @Test
  void factsAreTold() {
    String options = " WITHDIST WITHHASH WITHCOORD";
    for (int protocol = 2; protocol <= 3; protocol++) {
      server.protocol(protocol);
      String point = send("GEOSEARCH g FROMMEMBER p0 BYRADIUS 1 m" + options);
      assertThat(point).startsWith("*1\r\n*4\r\n$2\r\np0\r\n$6\r\n0.0000\r\n:");
      String unsorted = sendSliced("GEOSEARCH g FROMMEMBER p0 BYRADIUS 500 km" + options);
      String sorted = sendSliced("GEOSEARCH g FROMMEMBER p0 BYRADIUS 500 km ASC" + options);
      assertThat(sorted.startsWith("*20000\r\n" + point.substring(4))).isTrue();
      assertThat(unsorted.contains(point.substring(4))).isTrue();
      assertThat(unsorted).hasSameSizeAs(sorted);
    }
  }

  @Test
  void pointsAreStoredInSlices() {
    assertThat(sendSliced("GEOSEARCHSTORE d g" + EVERYWHERE)).isEqualTo(":20000\r\n");
    assertThat(send("ZRANGE d 0 -1 WITHSCORES").equals(send("ZRANGE g 0 -1 WITHSCORES"))).isTrue();
    assertThat(sendSliced("GEOSEARCHSTORE d g" + EVERYWHERE + " STOREDIST COUNT 19000"))
        .isEqualTo(":19000\r\n");
    assertThat(strings(send("ZRANGE d 0 8 REV"))).doesNotContain("p0");
    assertThat(strings(send("ZRANGE d 0 0"))).containsExactly("p0");
    server.begin(
        "GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "0", "0", "BYRADIUS", "500", "km", "ASC");
    server.leave();
    server.runTasks();
    assertThat(send("ZCARD d")).isEqualTo(":20000\r\n");
  }
}
