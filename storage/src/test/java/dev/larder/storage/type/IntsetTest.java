package dev.larder.storage.type;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes are those that redis-server 7.0 dumps. */
final class IntsetTest {
  private final Arena arena = EdgeBlock.arena();
  private final EdgeBlock block = new EdgeBlock(arena, 1024);

  @AfterEach
  void close() {
    arena.close();
  }

  private static String hex(long set) {
    return HexFormat.of().formatHex(EdgeBlock.read(set, Intset.bytes(set)));
  }

  @Test
  void setsAreAsRedisDumpsThem() {
    long set = block.place(Intset.HEADER_BYTES, false);
    Intset.writeEmpty(set);
    Intset.add(set, 5);
    Intset.add(set, 3);
    Intset.add(set, -1);
    assertThat(hex(set)).isEqualTo("0200000003000000ffff03000500");
    assertThat(Intset.bytesAfterAdd(set, 32767)).isEqualTo(16);
    assertThat(Intset.bytesAfterAdd(set, 32768)).isEqualTo(24);
    Intset.add(set, 32768);
    assertThat(hex(set)).isEqualTo("0400000004000000ffffffff030000000500000000800000");
    Intset.add(set, -2147483649L);
    assertThat(hex(set))
        .isEqualTo(
            "0800000005000000ffffff7fffffffffffffffffffffffff"
                + "030000000000000005000000000000000080000000000000");
    Intset.remove(set, -2147483649L);
    assertThat(hex(set))
        .isEqualTo(
            "0800000004000000ffffffffffffffff030000000000000005000000000000000080000000000000");
  }

  @Test
  void onlySortedUniqueElementsOfTheStatedSizeAreValid() {
    assertThat(isValid("0200000000000000")).isTrue();
    assertThat(isValid("02000000010000000500")).isTrue();
    assertThat(isValid("020000000200000005000600")).isTrue();
    assertThat(isValid("0200000002000000ffff0000")).isTrue();
    assertThat(isValid("020000000200000005000500")).as("twice").isFalse();
    assertThat(isValid("020000000200000006000500")).as("descending").isFalse();
    assertThat(isValid("02000000020000000500060007")).as("too long").isFalse();
    assertThat(isValid("0200000002000000050006")).as("too short").isFalse();
    assertThat(isValid("020000000100")).as("no header").isFalse();
    assertThat(isValid("")).as("nothing").isFalse();
    assertThat(isValid("03000000010000000500")).as("unknown width").isFalse();
    assertThat(isValid("0000000000000000")).as("no width").isFalse();
    assertThat(isValid("02000000ffffffff0500")).as("negative count").isFalse();
    assertThat(isValid("04000000010000400500" + "0000")).as("count that overflows").isFalse();
  }

  private boolean isValid(String hex) {
    byte[] content = HexFormat.of().parseHex(hex);
    return Intset.validate(block.put(content, true), content.length);
  }
}
