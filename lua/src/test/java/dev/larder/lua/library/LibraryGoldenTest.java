package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The probes of a golden file end as in a redis-server 7.0.15; {@code -Dgolden.update} asks the
 * installed one, after new probes were written into the file.
 */
final class LibraryGoldenTest {
  private static final Path FILE = Path.of("src/test/resources/golden/library.txt");

  private final List<String> bodies = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();

  LibraryGoldenTest() throws IOException {
    for (String line : Files.readString(FILE, StandardCharsets.ISO_8859_1).split("\n")) {
      String[] parts = line.split("\t", 2);
      bodies.add(parts[0]);
      expected.add(parts.length == 2 ? parts[1] : "");
    }
  }

  @Test
  void probesEndAsInRedis() throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      update();
      return;
    }
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      String actual = String.join(" / ", Probes.here(List.of(Probes.body(bodies.get(i)))));
      if (!actual.equals(expected.get(i))) {
        differences.add(
            bodies.get(i) + "\n  expected " + expected.get(i) + "\n  actual   " + actual);
      }
    }
    assertThat(differences).isEmpty();
  }

  /** Calls that are made again from their start have no effect twice. */
  @Test
  void pausesMakeNoDifference() {
    Random random = new Random(Long.getLong("seed", 1));
    for (int i = 0; i < bodies.size(); i++) {
      List<String> probe = List.of(Probes.body(bodies.get(i)));
      assertThat(String.join(" / ", Probes.here(probe, () -> 1 + random.nextInt(60))))
          .as(bodies.get(i))
          .isEqualTo(expected.get(i));
    }
  }

  private void update() throws IOException {
    StringBuilder text = new StringBuilder();
    try (RedisLua redis = RedisLua.start()) {
      for (String body : bodies) {
        String outcome = String.join(" / ", Probes.inRedis(redis, List.of(Probes.body(body))));
        text.append(body).append('\t').append(outcome).append('\n');
      }
    }
    Files.writeString(FILE, text, StandardCharsets.ISO_8859_1);
  }
}
