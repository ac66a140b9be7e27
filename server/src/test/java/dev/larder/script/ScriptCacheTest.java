package dev.larder.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CommandException;
import org.junit.jupiter.api.Test;

/** Which scripts are forgotten, and when. */
final class ScriptCacheTest {
  private final ScriptCache cache = new ScriptCache(1 << 20);

  private static byte[] text(int number) {
    return ("return " + number).getBytes(ISO_8859_1);
  }

  private void evaluate(int from, int to) throws CommandException {
    for (int i = from; i < to; i++) {
      cache.add(text(i), false, script -> {});
    }
  }

  private boolean knows(int number) {
    return cache.find(Sha.of(text(number))) != null;
  }

  @Test
  void theOneThatWasCalledLeastRecentlyIsForgotten() throws CommandException {
    evaluate(0, 500);
    evaluate(0, 1);
    cache.findToCall(Sha.of(text(1)));
    evaluate(500, 503);
    assertThat(cache.count()).isEqualTo(500);
    assertThat(cache.evicted()).isEqualTo(3);
    assertThat(knows(0)).isTrue();
    assertThat(knows(1)).isTrue();
    assertThat(knows(2)).isFalse();
    assertThat(knows(4)).isFalse();
    assertThat(knows(5)).isTrue();
  }

  @Test
  void aCallIsYoungerThanTheScriptThatCameBefore() throws CommandException {
    evaluate(0, 500);
    evaluate(0, 499);
    evaluate(500, 501);
    assertThat(knows(499)).isFalse();
  }

  @Test
  void thoseThatWereLoadedStay() throws CommandException {
    cache.add(text(0), true, script -> {});
    evaluate(1, 3);
    cache.add(text(1), true, script -> {});
    evaluate(3, 600);
    assertThat(knows(0)).isTrue();
    assertThat(knows(1)).isTrue();
    assertThat(knows(2)).isFalse();
    assertThat(cache.count()).isEqualTo(502);
    long bytes = cache.bytes();
    cache.flush();
    assertThat(bytes).isPositive();
    assertThat(cache.bytes()).isZero();
    assertThat(cache.count()).isZero();
    assertThat(knows(0)).isFalse();
  }
}
