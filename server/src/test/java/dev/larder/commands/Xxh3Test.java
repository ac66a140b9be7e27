package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XXH3 against what the reference implementation of xxHash says, and in pieces. */
final class Xxh3Test {
  private static final int MAX_BYTES = 200_000;

  private final ByteBuffer memory = pattern();
  private final long address = Bytes.addressOf(memory);

  /** The bytes of the reference implementation's own test vectors. */
  private static ByteBuffer pattern() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(MAX_BYTES);
    long generator = 0x9E3779B1L;
    for (int i = 0; i < MAX_BYTES; i++) {
      bytes.put(i, (byte) (generator >>> 56));
      generator *= 0x9E3779B185EBCA8DL;
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2d06800538d394c2",
    "1, c44bdff4074eecdb",
    "2, 7a9978044cb8a8bb",
    "3, 54247382a8d6b94d",
    "4, e5dc74bc51848a51",
    "6, 27b56a84cd2d7325",
    "8, 24ccc9acaa9f65e4",
    "9, 14d5001c15dd3f2b",
    "12, a713daf0dfbb77e7",
    "16, 981b17d36c7498c9",
    "17, 796f5acd3a60f862",
    "24, a3fe70bf9d3510eb",
    "32, 9feaddbdbf57eed3",
    "33, abfb2d081b400a10",
    "48, 397da259ecba1f11",
    "80, bcdefbbb2c47c90a",
    "97, ca4ca268fd3c3a6c",
    "128, fcff24126754d861",
    "129, 98f1b0a679a2ca29",
    "144, c440d47e5f03fe58",
    "195, cd94217ee362ec3a",
    "239, 16ce2b9d3b28805d",
    "240, 81c3c2b67f568ccf",
    "241, c5a639ecd2030e5e",
    "256, 55de574ad89d0ac5",
    "257, b17fd5a8ae75bb0b",
    "403, cdeb804d65c6dea4",
    "512, 617e49599013cb6b",
    "1023, 87a8f7b2f2e22496",
    "1024, dd85c9b5c1109c5c",
    "1025, d870c0fa13211c6a",
    "1088, cc1450ea6b52a8f4",
    "1089, ef727b2effc4cc8c",
    "2048, dd59e2c3a5f038e0",
    "2049, d3afa4329779b921",
    "2240, 6e73a90539cf2948",
    "2367, cb37aeb9e5d361ed",
    "65536, 918f7f0f912ca480",
    "65537, e42d29d5d26c06c2",
    "131137, 6234378fa35349e7",
    "200000, 813794d4fbda666a",
  })
  void hashesAsTheReferenceDoes(int length, String expected) {
    assertThat(HexFormat.of().toHexDigits(Xxh3.hash(address, length))).isEqualTo(expected);
  }

  @Test
  void piecesMakeTheSameHash() {
    for (int length = Xxh3.MAX_SHORT_BYTES + 1; length < 5000; length++) {
      Xxh3 hash = new Xxh3();
      long blocks = Xxh3.blocksBeforeLast(length);
      for (int i = 0; i < blocks; i++) {
        hash.blocks(address + (long) i * Xxh3.BLOCK_BYTES, Xxh3.BLOCK_BYTES);
      }
      long before = address + blocks * Xxh3.BLOCK_BYTES;
      int restLength = (int) (length - blocks * Xxh3.BLOCK_BYTES);
      ByteBuffer elsewhere = ByteBuffer.allocateDirect(Xxh3.BLOCK_BYTES);
      long rest = blocks == 0 ? address : Bytes.addressOf(elsewhere);
      Bytes.copy(before, rest, restLength);
      assertThat(hash.finish(rest, before, length)).isEqualTo(Xxh3.hash(address, length));
    }
  }
}
