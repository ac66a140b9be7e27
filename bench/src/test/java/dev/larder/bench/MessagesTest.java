package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class MessagesTest {
  private static final Elements SMALL = new Elements(1_000, 20);
  private static final Elements LARGE = new Elements(1, 1_000_000);

  private final Messages small = new Messages(SMALL);
  private final Messages large = new Messages(LARGE);

  private static String text(Template template, long number) {
    ByteBuffer buffer = ByteBuffer.allocate(template.length()).order(ByteOrder.LITTLE_ENDIAN);
    template.lay(buffer, 0);
    template.fill(buffer, 0, number);
    return new String(buffer.array(), StandardCharsets.ISO_8859_1);
  }

  /** The arguments of a request, every length of which is right. */
  private static List<String> words(Template request, long number) {
    String text = text(request, number);
    List<String> words = new ArrayList<>();
    int at = text.indexOf("\r\n");
    int count = Integer.parseInt(text.substring(1, at));
    for (int i = 0; i < count; i++) {
      at += 2;
      assertThat(text.charAt(at)).isEqualTo('$');
      int end = text.indexOf("\r\n", at);
      int from = end + 2;
      at = from + Integer.parseInt(text.substring(at + 1, end));
      words.add(text.substring(from, at));
      assertThat(text.substring(at, at + 2)).isEqualTo("\r\n");
    }
    assertThat(at + 2).isEqualTo(text.length());
    return words;
  }

  private static boolean matches(Template reply, String text, long number) {
    ByteBuffer in =
        ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)).order(ByteOrder.LITTLE_ENDIAN);
    return text.length() == reply.length() && reply.matches(in, 0, number);
  }

  @Test
  void everyOperationSendsWellFormedRequests() {
    for (TypeOperation operation : TypeOperation.values()) {
      long size = operation.filling().smallSize();
      for (Elements elements : List.of(new Elements(1_000, size), LARGE)) {
        Template request = operation.exchange(elements).request();
        for (long number : new long[] {0, 19, 20, 54_321, 64 * elements.count() - 1}) {
          assertThat(words(request, number).getFirst()).isEqualTo(operation.name());
        }
      }
    }
  }

  @Test
  void transactionsAreSixRequestsInOne() {
    Exchange exchange = TransactionsMeasurement.exchange(new Elements(1_000, 1));
    String request = text(exchange.request(), 7);
    assertThat(request)
        .startsWith("*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$16\r\n")
        .endsWith("\r\n*1\r\n$4\r\nEXEC\r\n");
    assertThat(request.split("\\*")).hasSize(7);
  }

  @Test
  void everyFillingSendsWellFormedRequests() {
    for (Filling filling : Filling.values()) {
      Elements elements = new Elements(1_000, filling.smallSize());
      for (Pass pass : filling.passes(new Messages(elements))) {
        assertThat(pass.requests()).isGreaterThanOrEqualTo(1_000);
        assertThat(words(pass.exchange().request(), 0)).contains(KeyValues.key(0));
        assertThat(words(pass.exchange().request(), pass.requests() - 1))
            .contains(KeyValues.key(999));
      }
    }
  }

  @Test
  void aRequestIsAboutOneElement() {
    Template request = small.command("HSET {key} f{field} x{size}");
    assertThat(words(request, 45)).containsExactly("HSET", KeyValues.key(2), "f0000005", "x20");
    assertThat(words(request, 45 + SMALL.count())).isEqualTo(words(request, 45));
  }

  @Test
  void aRequestIsAboutARowOfElements() {
    Template request = small.rowCommand("SADD {key}", "{member}", 10);
    List<String> words = words(request, 3);
    assertThat(words).hasSize(12).startsWith("SADD", KeyValues.key(1));
    assertThat(words.get(2)).isEqualTo(KeyValues.key(30));
    assertThat(words.getLast()).isEqualTo(KeyValues.key(39));
  }

  @Test
  void whatIsNewDiffersForTheSameElement() {
    Template request = small.command("ZADD {key} {newscore} {member}");
    List<String> first = words(request, 45);
    List<String> second = words(request, 45 + SMALL.count());
    assertThat(second.get(1)).isEqualTo(first.get(1));
    assertThat(second.get(2)).isNotEqualTo(first.get(2)).hasSize(13);
    assertThat(second.get(3)).isEqualTo(first.get(3));
  }

  @Test
  void ranksAreThoseOfTheScores() {
    Template score = small.command("{score}");
    Set<Long> ranks = new HashSet<>();
    for (long n = 40; n < 60; n++) {
      long rank = small.rank().applyAsLong(n);
      ranks.add(rank);
      assertThat(words(score, n)).containsExactly(Long.toString(Elements.score(rank)));
    }
    assertThat(ranks).hasSize(20);
    assertThat(ranks.stream().mapToLong(r -> r).max()).hasValue(19);
  }

  @Test
  void rangesHaveOneLengthAndLieWithin() {
    for (Messages messages : List.of(small, large)) {
      Template range = messages.command("{from10} {to10}");
      for (long n = 0; n < 100_000; n += 7) {
        List<String> words = words(range, n);
        long from = Long.parseLong(words.get(0));
        assertThat(Long.toString(from)).isEqualTo(words.get(0));
        assertThat(words.get(1)).isEqualTo(Long.toString(from + 9));
        assertThat(from + 9).isLessThan(messages.elements().perKey());
        long ranked = messages.ranked(10).applyAsLong(n, 0);
        assertThat(messages.rank().applyAsLong(ranked)).isEqualTo(from);
        assertThat(messages.elements().collection(ranked))
            .isEqualTo(messages.elements().collection(n));
      }
    }
  }

  @Test
  void elementsMayComeInAnyOrderButNotTwice() {
    Messages messages = new Messages(new Elements(10, 3));
    Hole hole = messages.anyOf(3, "$16|{member}|", Messages.byMember("$16|"));
    Template reply = messages.around("*3|", hole, "");
    String a = "$16\r\n" + KeyValues.key(6) + "\r\n";
    String b = "$16\r\n" + KeyValues.key(7) + "\r\n";
    String c = "$16\r\n" + KeyValues.key(8) + "\r\n";
    String other = "$16\r\n" + KeyValues.key(9) + "\r\n";
    assertThat(matches(reply, "*3\r\n" + a + b + c, 7)).isTrue();
    assertThat(matches(reply, "*3\r\n" + c + a + b, 7)).isTrue();
    assertThat(matches(reply, "*3\r\n" + a + b + b, 7)).isFalse();
    assertThat(matches(reply, "*3\r\n" + a + b + other, 7)).isFalse();
    assertThat(matches(reply, "*3\r\n" + a + b + c.toUpperCase(java.util.Locale.ROOT), 7))
        .isFalse();
  }

  @Test
  void placesAreNearThemselvesAndFewOthers() {
    long near = 0;
    for (long n = 1; n < 1_000_000; n++) {
      if (LARGE.distance(0, n) <= Messages.RADIUS_KILOMETERS * 1_000) {
        near++;
      }
    }
    assertThat(LARGE.distance(0, 0)).isZero();
    assertThat(near).isBetween(1L, 40L);
    assertThat(words(large.command(Messages.PLACE), 5)).allMatch(w -> w.matches("\\d\\d\\.\\d{6}"));
  }

  @Test
  void fractionsAreTheDoublesOfWhatIsSent() {
    for (long n = 0; n < 1_000; n++) {
      String sent = words(large.command("0.{fraction}"), n).getFirst();
      assertThat(sent).hasSize(19);
      assertThat(LARGE.fraction(n)).isEqualTo(Double.parseDouble(sent));
    }
  }
}
