package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storage.memory.ChunkStore;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lengths and strings, as the writer makes them and as they may come. */
class RdbStringTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final ChunkStore chunks = ChunkStore.reserve(64L << 20);
  private final NativeBytes memory = new NativeBytes(1 << 20);
  private final RdbInput in = new RdbInput();
  private final TextSlot slot = new TextSlot(chunks);
  private final ValueWriter writer = new ValueWriter(chunks);

  @AfterEach
  void close() {
    writer.clear();
    slot.clear();
    assertThat(chunks.allocatedBytes()).isZero();
    memory.close();
    chunks.close();
  }

  private RdbInput input(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    in.point(memory.put(bytes), bytes.length);
    return in;
  }

  private String written() {
    byte[] bytes = NativeBytes.read(writer.output().address(), writer.output().length());
    writer.clear();
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void lengthsTakeWhatTheyNeed() throws RdbException {
    assertLength(0, "00");
    assertLength(63, "3f");
    assertLength(64, "4040");
    assertLength(16_383, "7fff");
    assertLength(16_384, "8000004000");
    assertLength(0xFFFF_FFFFL, "80ffffffff");
    assertLength(0x1_0000_0000L, "810000000100000000");
    assertLength(-1, "81ffffffffffffffff");
  }

  private void assertLength(long number, String hex) throws RdbException {
    writer.length(number);
    assertThat(written()).isEqualTo(hex);
    assertThat(input(hex).readNumber()).isEqualTo(number);
    assertThat(in.remaining()).isZero();
  }

  @Test
  void numbersThatReadBackTheSameAreStoredAsNumbers() throws RdbException {
    assertString("123", "c07b");
    assertString("-128", "c080");
    assertString("-129", "c17fff");
    assertString("32767", "c1ff7f");
    assertString("2147483647", "c2ffffff7f");
    assertString("-2147483648", "c200000080");
    assertString("0", "c000");
    for (String text : "2147483648,-2147483649,007,-0,+1, 1,,-,1a".split(",")) {
      String hex = HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
      assertString(text, "%02x%s".formatted(text.length(), hex));
    }
  }

  private void assertString(String text, String hex) throws RdbException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    writer.string(memory.put(bytes), bytes.length);
    assertThat(written()).as(text).isEqualTo(hex);
    slot.read(input(hex));
    assertThat(NativeBytes.read(slot.address(), slot.length())).isEqualTo(bytes);
    assertThat(in.remaining()).isZero();
  }

  @Test
  void randomStringsComeBack() throws RdbException {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(i % 50 == 0 ? 200_000 : 200)];
      int letters = 1 + random.nextInt(i % 3 == 0 ? 256 : 3);
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) ('a' + random.nextInt(letters));
      }
      writer.string(memory.put(bytes), bytes.length);
      in.point(writer.output().address(), writer.output().length());
      slot.read(in);
      assertThat(NativeBytes.read(slot.address(), slot.length()))
          .as("seed %d", SEED)
          .isEqualTo(bytes);
      assertThat(in.remaining()).isZero();
      writer.clear();
    }
  }

  @Test
  void wrongLengthsAreRefused() {
    assertRefused("", "1 bytes where 0 are left");
    assertRefused("0261", "2 bytes where 1 are left");
    assertRefused("40", "1 bytes where 0 are left");
    assertRefused("80ffffff", "4 bytes where 3 are left");
    assertRefused("80ffffffff61", "4294967295 bytes where 1 are left");
    assertRefused("81ffffffffffffffff61", "-1 bytes where 1 are left");
    assertRefused("82", "no length starts with 130");
    assertRefused("c4", "a string of kind 4");
    assertRefused("c10a", "2 bytes where 1 are left");
    assertRefused("c3 81ffffffffffffffff 01", "-1 bytes where 0 are left");
    assertRefused("c3 02 81ffffffffffffffff 0061", "a string of 18446744073709551615 bytes");
    assertRefused("c3 02 8000100000 0061", "a string of 1048576 bytes");
    assertRefused("c3 02 02 0061", "LZF: not as long as promised");
  }

  private void assertRefused(String hex, String diagnosis) {
    assertThatThrownBy(() -> slot.read(input(hex)))
        .isInstanceOf(RdbException.class)
        .hasMessageStartingWith(diagnosis);
  }

  @Test
  void countsAreHeldAgainstWhatIsLeft() throws RdbException {
    assertThat(input("03 000000").readCount(1)).isEqualTo(3);
    assertThatThrownBy(() -> input("04 000000").readCount(1))
        .hasMessage("4 elements in 3 bytes, at offset 1");
    assertThatThrownBy(() -> input("02 000000").readCount(2)).isInstanceOf(RdbException.class);
    assertThatThrownBy(() -> input("81 8000000000000000 00").readCount(1))
        .hasMessageStartingWith("9223372036854775808 elements");
  }

  @Test
  void exhaustedMemoryIsTold() {
    chunks.limitBytes(ChunkStore.CHUNK_BYTES);
    byte[] bytes = new byte[200_000];
    new Random(1).nextBytes(bytes);
    writer.string(memory.put(bytes), bytes.length);
    assertThat(writer.output().isExhausted()).isTrue();
    writer.length(7);
    writer.clear();
    assertThat(writer.output().isExhausted()).isFalse();
    String compressed = "c3 4500 8000015000" + "0061e0ff00".repeat(256);
    assertThatThrownBy(() -> slot.read(input(compressed)))
        .satisfies(e -> assertThat(((RdbException) e).isOutOfMemory()).isTrue());
  }
}
