package dev.larder.tracking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Tracking;
import dev.larder.session.User;
import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random prefixes of random clients against a try of each. */
final class PrefixesModelTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));
  private static final int STEPS = 5_000;
  private static final int CLIENTS = 8;

  private final Random random = new Random(SEED);
  private final Prefixes prefixes = new Prefixes(1);
  private final List<Tracking> clients = new ArrayList<>();
  private final ByteBuffer memory = ByteBuffer.allocateDirect(64);

  @Test
  void agreesWithATryOfEach() {
    for (int i = 0; i < CLIENTS; i++) {
      Session session = new Session(i, new FakeConnection("127.0.0.1:1"), 0, User.TRUSTED);
      clients.add(new Tracking(session, unused -> {}));
    }
    for (int i = 0; i < STEPS; i++) {
      Tracking client = clients.get(random.nextInt(CLIENTS));
      int kind = random.nextInt(12);
      if (kind < 5) {
        prefixes.add(client, List.of(text(), text()));
      } else if (kind == 5) {
        prefixes.remove(client);
      } else {
        check(text());
      }
    }
    clients.forEach(prefixes::remove);
    assertThat(prefixes.count()).isZero();
    check("");
  }

  private byte[] text() {
    byte[] text = new byte[random.nextInt(6)];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ("ab\u00ff".charAt(random.nextInt(3)));
    }
    return text;
  }

  private void check(String key) {
    check(key.getBytes(ISO_8859_1));
  }

  private void check(byte[] key) {
    memory.clear().put(key);
    List<String> met = new ArrayList<>();
    prefixes.root().visit(Bytes.addressOf(memory), key.length, prefix -> met.add(prefixOf(prefix)));
    TreeSet<String> all = new TreeSet<>();
    for (Tracking client : clients) {
      for (byte[] prefix : client.prefixes()) {
        all.add(new String(prefix, ISO_8859_1));
      }
    }
    assertThat(prefixes.count()).as("seed %d", SEED).isEqualTo(all.size());
    String name = new String(key, ISO_8859_1);
    assertThat(met)
        .as("seed %d", SEED)
        .containsExactlyElementsOf(all.stream().filter(name::startsWith).toList());
  }

  private static String prefixOf(Prefix prefix) {
    assertThat(prefix.clients()).isNotEmpty();
    return new String(prefix.name, ISO_8859_1);
  }
}
