package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private final ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  private String laid(Template template, long number) {
    template.lay(buffer, 3);
    template.fill(buffer, 3, number);
    byte[] bytes = new byte[template.length()];
    buffer.get(3, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void fillsKeyValueAndDeadline() {
    Template template = Template.of("a@Kb@Vc@Td", 8, number -> 1_234_567_890_123L + number);
    String text = laid(template, 7);
    assertThat(text).hasSize(1 + 16 + 1 + 8 + 1 + 13 + 1);
    assertThat(text.substring(1, 17)).matches("[0-9a-f]{16}");
    assertThat(text).endsWith("c1234567890130d");
  }

  @Test
  void everyChangedByteIsNoticed() {
    Template reply = Protocol.RESP.reply(Operation.GET, Workload.of(Operation.GET, 32, 1, 1, 1));
    laid(reply, 42);
    assertThat(reply.matches(buffer, 3, 42)).isTrue();
    assertThat(reply.matches(buffer, 3, 43)).isFalse();
    for (int i = 0; i < reply.length(); i++) {
      byte good = buffer.get(3 + i);
      buffer.put(3 + i, (byte) (good ^ 1));
      assertThat(reply.matches(buffer, 3, 42)).as("byte %d changed", i).isFalse();
      buffer.put(3 + i, good);
    }
  }

  @Test
  void anErrorIsNoticedBeforeItIsAsLongAsTheReply() {
    Template reply = Protocol.RESP.reply(Operation.GET, Workload.of(Operation.GET, 32, 1, 1, 1));
    buffer.put(0, "$3".getBytes(StandardCharsets.US_ASCII));
    assertThat(reply.check(buffer, 0, 2, 42)).isEqualTo(Reply.INCOMPLETE);
    buffer.put(0, "-E".getBytes(StandardCharsets.US_ASCII));
    assertThat(reply.check(buffer, 0, 1, 42)).isEqualTo(Reply.WRONG);
  }

  @Test
  void numbersHaveDifferentKeys() {
    Set<String> keys = new HashSet<>();
    Template key = Template.of("@K", 0, Deadlines.NONE);
    for (int number = 0; number < 10_000; number++) {
      keys.add(laid(key, number));
    }
    assertThat(keys).hasSize(10_000);
  }
}
