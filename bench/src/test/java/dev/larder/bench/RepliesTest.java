package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RepliesTest {
  private static final int OFFSET = 5;

  private static int check(Reply reply, String text, long number) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer in = ByteBuffer.allocate(OFFSET + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    in.put(OFFSET, bytes);
    return reply.check(in, OFFSET, bytes.length, number);
  }

  /** Every part of a right reply is incomplete, and what follows the reply does not matter. */
  private static void assertRight(Reply reply, String text, long number) {
    for (int i = 0; i < text.length(); i++) {
      assertThat(check(reply, text.substring(0, i), number))
          .as(text.substring(0, i))
          .isEqualTo(Reply.INCOMPLETE);
    }
    assertThat(check(reply, text, number)).isEqualTo(text.length());
    assertThat(check(reply, text + ":1\r\n", number)).isEqualTo(text.length());
    assertThat(text.length()).isLessThanOrEqualTo(reply.maxLength());
  }

  private static void assertWrong(Reply reply, String text, long number) {
    assertThat(check(reply, text, number)).as(text).isEqualTo(Reply.WRONG);
  }

  @Test
  void integers() {
    Reply square = Replies.integer(n -> n * n);
    assertRight(square, ":144\r\n", 12);
    assertRight(square, ":0\r\n", 0);
    assertWrong(square, ":145\r\n", 12);
    assertWrong(square, ":-1\r\n", 12);
    assertWrong(square, ":\r\n", 0);
    assertWrong(square, "$-1\r\n", 12);
    Reply bounded = Replies.integer(10, 20);
    assertRight(bounded, ":10\r\n", 0);
    assertRight(bounded, ":20\r\n", 0);
    assertWrong(bounded, ":9\r\n", 0);
    assertWrong(bounded, ":21\r\n", 0);
    assertWrong(bounded, "-ERR", 0);
  }

  @Test
  void scoresHoweverTheyAreSpelled() {
    Reply half = Replies.score(n -> n / 2.0);
    assertRight(half, "$3\r\n1.5\r\n", 3);
    assertRight(half, "$6\r\n1.5000\r\n", 3);
    assertRight(half, "$1\r\n2\r\n", 4);
    assertWrong(half, "$3\r\n1.6\r\n", 3);
    assertWrong(half, "$3\r\nabc\r\n", 3);
    assertWrong(half, "$-1\r\n", 3);
    assertWrong(half, "$999\r\n", 3);
  }

  @Test
  void idsOfEntries() {
    assertRight(Replies.streamId(), "$15\r\n1700000000000-0\r\n", 0);
    assertRight(Replies.streamId(), "$17\r\n1700000000000-123\r\n", 0);
    assertWrong(Replies.streamId(), "$14\r\n1700000000000-\r\n", 0);
    assertWrong(Replies.streamId(), "$13\r\n1700000000000\r\n", 0);
    assertWrong(Replies.streamId(), "$-1\r\n", 0);
  }

  @Test
  void arraysOfEqualElements() {
    Reply digits = Replies.array(new Template.Builder().text("$1\r\n7\r\n").build(), 1, 3);
    assertRight(digits, "*1\r\n$1\r\n7\r\n", 0);
    assertRight(digits, "*3\r\n$1\r\n7\r\n$1\r\n7\r\n$1\r\n7\r\n", 0);
    assertWrong(digits, "*2\r\n$1\r\n7\r\n$1\r\n8\r\n", 0);
    assertWrong(digits, "*0\r\n", 0);
    assertWrong(digits, "*4\r\n", 0);
  }
}
