package dev.larder.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyWriterTest {
  private static final long BASE = 1L << 40;

  /** Starts without any room, so that each test sees the buffer grow. */
  private final ByteBuf buffer = Unpooled.directBuffer(0);

  private final ReplyWriter writer = new ReplyWriter(growing -> BASE + growing.capacity() * 1000L);

  @BeforeEach
  void attach() {
    writer.attach(buffer);
  }

  @AfterEach
  void release() {
    buffer.release();
  }

  @Test
  void writesEveryTypeOfResp2() {
    assertThat(resp2(ReplyWriter::ok)).isEqualTo("+OK\r\n");
    assertThat(resp2(w -> w.simpleString("QUEUED"))).isEqualTo("+QUEUED\r\n");
    assertThat(resp2(w -> w.error("ERR a\r\nb"))).isEqualTo("-ERR a  b\r\n");
    assertThat(resp2(w -> w.error("ERR \n".getBytes(UTF_8)))).isEqualTo("-ERR  \r\n");
    assertThat(resp2(w -> w.bulk("a\r\nb".getBytes(UTF_8)))).isEqualTo("$4\r\na\r\nb\r\n");
    assertThat(resp2(w -> w.bulk(new byte[0]))).isEqualTo("$0\r\n\r\n");
    assertThat(resp2(w -> w.bulkString("ä"))).isEqualTo("$2\r\n\u00c3\u00a4\r\n");
    assertThat(resp2(ReplyWriter::nil)).isEqualTo("$-1\r\n");
    assertThat(resp2(ReplyWriter::nilArray)).isEqualTo("*-1\r\n");
    assertThat(resp2(w -> w.array(0))).isEqualTo("*0\r\n");
    assertThat(resp2(w -> w.raw("+x\r\n".getBytes(UTF_8)))).isEqualTo("+x\r\n");
  }

  @Test
  void downgradesWhatResp2Lacks() {
    assertThat(resp2(w -> w.map(600))).isEqualTo("*1200\r\n");
    assertThat(resp2(w -> w.set(3))).isEqualTo("*3\r\n");
    assertThat(resp2(w -> w.push(3))).isEqualTo("*3\r\n");
    assertThat(resp2(w -> w.doubleValue(3.14))).isEqualTo("$4\r\n3.14\r\n");
    assertThat(resp2(w -> w.bool(true))).isEqualTo(":1\r\n");
    assertThat(resp2(w -> w.bool(false))).isEqualTo(":0\r\n");
    assertThat(resp2(w -> w.bigNumber("123"))).isEqualTo("$3\r\n123\r\n");
    assertThat(resp2(w -> w.verbatim("txt", new byte[] {'a'}))).isEqualTo("$1\r\na\r\n");
  }

  @Test
  void writesEveryTypeOfResp3() {
    assertThat(resp3(ReplyWriter::nil)).isEqualTo("_\r\n");
    assertThat(resp3(ReplyWriter::nilArray)).isEqualTo("_\r\n");
    assertThat(resp3(w -> w.map(2))).isEqualTo("%2\r\n");
    assertThat(resp3(w -> w.set(3))).isEqualTo("~3\r\n");
    assertThat(resp3(w -> w.push(3))).isEqualTo(">3\r\n");
    assertThat(resp3(w -> w.attribute(1))).isEqualTo("|1\r\n");
    assertThat(resp3(w -> w.doubleValue(3.14))).isEqualTo(",3.14\r\n");
    assertThat(resp3(w -> w.doubleValue(Double.NEGATIVE_INFINITY))).isEqualTo(",-inf\r\n");
    assertThat(resp3(w -> w.bool(true))).isEqualTo("#t\r\n");
    assertThat(resp3(w -> w.bool(false))).isEqualTo("#f\r\n");
    assertThat(resp3(w -> w.bigNumber("-123"))).isEqualTo("(-123\r\n");
    assertThat(resp3(w -> w.verbatim("txt", new byte[] {'a'}))).isEqualTo("=5\r\ntxt:a\r\n");
  }

  @Test
  void writesIntegersOfEveryLength() {
    BigInteger power = BigInteger.ONE;
    for (int exponent = 0; exponent < 19; exponent++) {
      for (long delta = -12; delta <= 12; delta++) {
        checkInteger(power.longValueExact() + delta);
        checkInteger(-power.longValueExact() + delta);
      }
      power = power.multiply(BigInteger.TEN);
    }
    for (long value = -1100; value <= 1100; value++) {
      checkInteger(value);
    }
    checkInteger(Long.MAX_VALUE);
    checkInteger(Long.MIN_VALUE);
  }

  private void checkInteger(long value) {
    assertThat(resp2(w -> w.integer(value))).isEqualTo(":" + value + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 999, 1000, 1023, 1024, 99_999, 1_000_000})
  void leavesRoomForPayloads(int length) {
    writer.ok();
    long address = writer.beginBulk(length);
    int index = (int) (address - BASE - buffer.capacity() * 1000L);
    assertThat(index).isEqualTo(buffer.writerIndex());
    buffer.setBytes(index, "x".repeat(length).getBytes(UTF_8));
    writer.endBulk();
    writer.ok();
    assertThat(buffer.toString(ISO_8859_1))
        .isEqualTo("+OK\r\n$" + length + "\r\n" + "x".repeat(length) + "\r\n+OK\r\n");
  }

  @Test
  void writesHeadersOfPayloadsThatGoElsewhere() {
    assertThat(resp2(w -> w.bulkHeader(5_000_000_000L))).isEqualTo("$5000000000\r\n");
    assertThat(resp2(ReplyWriter::endOfLine)).isEqualTo("\r\n");
  }

  @Test
  void insertsHeadersThatAreKnownLate() {
    writer.ok();
    int mark = writer.mark();
    writer.bulkString("a");
    writer.integer(1);
    writer.insertMap(mark, 1);
    writer.insertArray(mark, 123_456);
    writer.insertSet(writer.mark(), 0);
    assertThat(buffer.toString(ISO_8859_1))
        .isEqualTo("+OK\r\n*123456\r\n*2\r\n$1\r\na\r\n:1\r\n*0\r\n");
  }

  @Test
  void bringsHeadersForwardOverAnyLength() {
    for (int length : new int[] {0, 1, 4095, 4096, 4097, 100_000}) {
      buffer.clear();
      writer.attach(buffer);
      writer.ok();
      int mark = writer.mark();
      String payload = "abcdefghi".repeat(length / 9 + 1).substring(0, length);
      writer.bulkString(payload);
      int middle = writer.mark();
      writer.array(2);
      writer.bulkString("12345678901234567890");
      writer.array(1);
      writer.bringForward(mark, middle);
      writer.ok();
      assertThat(buffer.toString(ISO_8859_1))
          .isEqualTo(
              "+OK\r\n*2\r\n$20\r\n12345678901234567890\r\n*1\r\n$%d\r\n%s\r\n+OK\r\n"
                  .formatted(length, payload));
    }
  }

  @Test
  void rollsBack() {
    writer.ok();
    int mark = writer.mark();
    writer.beginBulk(3);
    writer.rollback(mark);
    writer.integer(1);
    assertThat(buffer.toString(ISO_8859_1)).isEqualTo("+OK\r\n:1\r\n");
  }

  private String resp2(Consumer<ReplyWriter> reply) {
    writer.protocol(2);
    return written(reply);
  }

  private String resp3(Consumer<ReplyWriter> reply) {
    writer.protocol(3);
    return written(reply);
  }

  private String written(Consumer<ReplyWriter> reply) {
    buffer.clear();
    reply.accept(writer);
    return buffer.toString(ISO_8859_1);
  }
}
