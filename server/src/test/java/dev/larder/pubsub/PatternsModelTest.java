package dev.larder.pubsub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.Glob;
import dev.larder.resp.ByteString;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Subscription;
import dev.larder.session.Subscriptions;
import dev.larder.session.Subscriptions.Kind;
import dev.larder.session.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Random patterns that come and go, against trying each one. */
final class PatternsModelTest {
  private static final String SPECIAL = "**??[]\\^-";

  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private final Patterns patterns = new Patterns();
  private final Subscriptions subscriptions =
      new Subscriptions(
          new Session(1, new FakeConnection("127.0.0.1:1"), 0, User.TRUSTED), (kind, ended) -> {});

  private Subscription subscription(String name) {
    ByteString bytes = ByteString.of(name.getBytes(ISO_8859_1));
    Subscription added = subscriptions.add(Kind.PATTERN, bytes);
    assertThat(added).isNotNull();
    return added;
  }

  /** Few letters, so that much of it matches and pieces repeat. */
  private String text(String alphabet, int maxLength) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(maxLength + 1); left > 0; left--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private String pattern() {
    return switch (random.nextInt(6)) {
      case 0 -> text("ab", 80) + "*";
      case 1 -> "*" + text("ab", 80);
      case 2 -> "?" + text("abc", 12) + "*";
      case 3 -> text("ab" + SPECIAL, 10);
      case 4 -> "*" + text("ab", 12) + "*" + text("ab", 3) + "?";
      default -> text("abc\u00ff", 4) + "[" + text("ab^-\\]", 4) + text("ab*", 4);
    };
  }

  private String channel(List<String> names) {
    String near = names.isEmpty() ? "" : names.get(random.nextInt(names.size()));
    return switch (random.nextInt(4)) {
      case 0 -> near.replace("*", text("ab", 3)).replace('?', 'a');
      case 1 -> text("ab", 100);
      case 2 -> text("ab\u00ff[]\\*?", 12);
      default -> text("a", 20);
    };
  }

  @Test
  void findsWhatTryingEachOneFinds() {
    Map<String, Subscription> model = new HashMap<>();
    for (int i = 0; i < 30_000; i++) {
      String name = pattern();
      Subscription known = model.remove(name);
      if (known != null) {
        patterns.remove(known);
        subscriptions.remove(Kind.PATTERN, known.name());
      } else if (model.size() < 50 + i % 1_000) {
        Subscription added = subscription(name);
        model.put(name, added);
        patterns.add(added);
      }
      if (random.nextInt(5_000) == 0) {
        model
            .values()
            .forEach(each -> {
              patterns.remove(each);
              subscriptions.remove(Kind.PATTERN, each.name());
            });
        model.clear();
      }
      assertThat(patterns.count()).isEqualTo(model.size());
      if (i % 8 == 0) {
        check(channel(List.copyOf(model.keySet())), model);
      }
    }
  }

  private void check(String channel, Map<String, Subscription> model) {
    byte[] bytes = channel.getBytes(ISO_8859_1);
    List<String> expected =
        model.keySet().stream()
            .filter(name -> new Glob(name.getBytes(ISO_8859_1), false).matches(bytes))
            .toList();
    assertThat(found(bytes))
        .as("seed %d, channel %s", seed, channel)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private List<String> found(byte[] channel) {
    List<String> found = new ArrayList<>();
    patterns.matching(channel, pattern -> found.add(new String(pattern.name(), ISO_8859_1)));
    return found;
  }

  /** What stays is found once, whatever else comes and goes. */
  @Test
  void thoseWhoLookSeeWhatStays() throws InterruptedException {
    List<String> staying = List.of("ab*", "*ba", "?b*", "*bab*", "*", "[a]*a", "abba");
    staying.forEach(name -> patterns.add(subscription(name)));
    AtomicBoolean ends = new AtomicBoolean();
    List<List<String>> wrong = new ArrayList<>();
    Thread looking =
        Thread.ofPlatform()
            .start(() -> {
              byte[] channel = "ababba".getBytes(ISO_8859_1);
              List<String> expected = List.of("ab*", "*ba", "?b*", "*bab*", "*", "[a]*a");
              while (!ends.get() && wrong.isEmpty()) {
                List<String> found = found(channel);
                found.retainAll(staying);
                if (found.size() != expected.size() || !found.containsAll(expected)) {
                  wrong.add(found);
                }
              }
            });
    for (int round = 0; round < 30; round++) {
      List<Subscription> passing = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String[] shapes = {"ab" + i + "*", "*" + i + "ba", "?b*" + i, "*bab*" + i, "[a]" + i, "*"};
        String name = shapes[i % shapes.length] + "?*".repeat(i % 3);
        if (!staying.contains(name)
            && subscriptions.add(Kind.PATTERN, ByteString.of(name)) instanceof Subscription next) {
          patterns.add(next);
          passing.add(next);
        }
      }
      passing.forEach(each -> {
        patterns.remove(each);
        subscriptions.remove(Kind.PATTERN, each.name());
      });
    }
    ends.set(true);
    looking.join();
    assertThat(wrong).isEmpty();
    assertThat(patterns.count()).isEqualTo(staying.size());
  }

  /** Patterns that differ only at one place are told apart there, whichever it is. */
  @Test
  void anchorsAreWhereManyDiffer() {
    String[] shapes = {"room:%d:*", "*:done:%d", "?x%d*", "*:item%d:*", "news:*:%d", "*a%d*zz"};
    for (String shape : shapes) {
      for (int i = 0; i < 2_000; i++) {
        patterns.add(subscription(shape.formatted(i)));
      }
    }
    int[] tried = {0};
    for (String channel : List.of("room:17:x", "q:done:18", "ax19", "b:item20:c", "news:a:21")) {
      patterns.candidates(channel.getBytes(ISO_8859_1), pattern -> tried[0]++);
      assertThat(found(channel.getBytes(ISO_8859_1))).hasSizeGreaterThanOrEqualTo(1);
    }
    assertThat(tried[0]).isLessThan(200);
  }
}
