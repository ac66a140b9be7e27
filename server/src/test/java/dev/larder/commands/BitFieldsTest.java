package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** BITFIELD: any width, any bit, three ways to overflow. */
final class BitFieldsTest {
  private static final String BAD_TYPE =
      "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but"
          + " i64 is.\r\n";

  private final CommandHarness server =
      new CommandHarness(c -> {
        StringCommands.declare(c, () -> 16 << 20);
        BitCommands.declare(c, () -> 16 << 20);
      });

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String command) {
    return server.send(command.split(" "));
  }

  @Test
  void readsAndWritesFields() {
    assertThat(send("BITFIELD k SET u8 0 255 GET u8 0 GET i8 0"))
        .isEqualTo("*3\r\n:0\r\n:255\r\n:-1\r\n");
    assertThat(send("BITFIELD k GET u4 2 GET u63 0 GET u8 #1")).startsWith("*3\r\n:15\r\n");
    assertThat(send("BITFIELD k INCRBY u8 #1 300")).isEqualTo("*1\r\n:44\r\n");
    assertThat(send("STRLEN k")).isEqualTo(":2\r\n");
    assertThat(send("BITFIELD k")).isEqualTo("*0\r\n");
    assertThat(send("BITFIELD none GET i64 100")).isEqualTo("*1\r\n:0\r\n");
    assertThat(send("GET none")).isEqualTo("$-1\r\n");
    assertThat(send("BITFIELD_RO k GET u8 0 GET u8 8")).isEqualTo("*2\r\n:255\r\n:44\r\n");
  }

  @Test
  void overflowsAsAsked() {
    assertThat(
            send(
                "BITFIELD k SET u8 0 250 OVERFLOW SAT INCRBY u8 0 10 OVERFLOW WRAP INCRBY u8 0"
                    + " 10 OVERFLOW FAIL INCRBY u8 0 250 GET u8 0"))
        .isEqualTo("*5\r\n:0\r\n:255\r\n:9\r\n$-1\r\n:9\r\n");
    assertThat(send("BITFIELD s OVERFLOW SAT SET i8 0 -129 GET i8 0 INCRBY i8 0 -1"))
        .isEqualTo("*3\r\n:0\r\n:-128\r\n:-128\r\n");
    assertThat(send("BITFIELD s OVERFLOW SAT SET u8 0 -1 GET u8 0"))
        .isEqualTo("*2\r\n:128\r\n:255\r\n");
    assertThat(send("BITFIELD w SET i64 0 9223372036854775807 INCRBY i64 0 1"))
        .isEqualTo("*2\r\n:0\r\n:-9223372036854775808\r\n");
    assertThat(send("BITFIELD w OVERFLOW SAT INCRBY i64 0 -1"))
        .isEqualTo("*1\r\n:-9223372036854775808\r\n");
  }

  @Test
  void refusesNonsenseBeforeWriting() {
    assertThat(send("BITFIELD k SET u8 0 1 GET u64 0")).isEqualTo(BAD_TYPE);
    for (String type : new String[] {"i0", "i65", "u0", "I8", "8", "i", "i08", "u-1"}) {
      assertThat(send("BITFIELD k GET " + type + " 0")).as(type).isEqualTo(BAD_TYPE);
    }
    assertThat(send("BITFIELD k SET u8 0 1 OVERFLOW x"))
        .isEqualTo("-ERR Invalid OVERFLOW type specified\r\n");
    assertThat(send("BITFIELD k SET u8 0 1 FOO")).isEqualTo("-ERR syntax error\r\n");
    assertThat(send("BITFIELD k SET u8 0")).isEqualTo("-ERR syntax error\r\n");
    assertThat(send("BITFIELD k SET u8 0 x"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
    for (String offset : new String[] {"-1", "#-1", "#", "x", "134217728", "#16777216"}) {
      assertThat(send("BITFIELD k SET u8 " + offset + " 1"))
          .as(offset)
          .isEqualTo("-ERR bit offset is not an integer or out of range\r\n");
    }
    assertThat(send("BITFIELD_RO k SET u8 0 1"))
        .isEqualTo("-ERR BITFIELD_RO only supports the GET subcommand\r\n");
    assertThat(send("GET k")).isEqualTo("$-1\r\n");
  }

  @Test
  void behavesLikeBigIntegers() {
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Random random = new Random(seed);
    BigInteger model = BigInteger.ZERO;
    // 8 bytes on both sides of the border of two chunks.
    int base = (65_536 - 8) * 8;
    int modelBits = 128;
    for (int i = 0; i < 2_000; i++) {
      boolean signed = random.nextBoolean();
      int bits = 1 + random.nextInt(signed ? 64 : 63);
      int offset = random.nextInt(modelBits - bits + 1);
      String field = (signed ? "i" : "u") + bits + " " + (base + offset) + " ";
      String as = "seed " + seed + ", step " + i + ", " + field;
      int shift = modelBits - offset - bits;
      BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
      BigInteger raw = model.shiftRight(shift).and(mask);
      BigInteger old =
          signed && raw.testBit(bits - 1) ? raw.subtract(mask).subtract(BigInteger.ONE) : raw;
      long operand = random.nextLong() >> random.nextInt(64);
      boolean isSet = random.nextBoolean();
      BigInteger sum = BigInteger.valueOf(operand).add(isSet ? BigInteger.ZERO : old);
      BigInteger wrapped = sum.and(mask);
      model = model.andNot(mask.shiftLeft(shift)).or(wrapped.shiftLeft(shift));
      BigInteger now =
          signed && wrapped.testBit(bits - 1)
              ? wrapped.subtract(mask).subtract(BigInteger.ONE)
              : wrapped;
      assertThat(
              send(
                  "BITFIELD k "
                      + (isSet ? "SET " : "INCRBY ")
                      + field
                      + operand
                      + " GET "
                      + field.trim()))
          .as(as)
          .isEqualTo("*2\r\n:" + (isSet ? old : now) + "\r\n:" + now + "\r\n");
    }
  }
}
