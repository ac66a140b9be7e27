package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.ChunkStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What stands around the entries of a file. */
class RdbFileWriterTest {
  private final ChunkStore chunks = ChunkStore.reserve(64L << 20);
  private final NativeBytes memory = new NativeBytes(1 << 16);
  private final ByteSink sink = new ByteSink();

  @AfterEach
  void close() {
    assertThat(chunks.allocatedBytes()).isZero();
    chunks.close();
    memory.close();
  }

  @Test
  void everythingIsInItsPlace() throws IOException {
    byte[] library = new byte[100_000];
    new Random(1).nextBytes(library);
    try (RdbFileWriter file = new RdbFileWriter(sink, chunks, true)) {
      file.begin(0);
      file.aux("redis-ver", "8.1");
      file.aux("redis-bits", "64");
      file.function(library);
      file.database(3, 300, 2);
      file.entries(3, memory.put(new byte[] {0, 1, 'k', 1, 'v'}), 5, 10);
      file.entries(4, memory.put(new byte[] {0, 1, 'k', 1, 'v'}), 5, 10);
      file.finish();
      assertThat(file.version()).isEqualTo(10);
      assertThat(file.bytes()).isEqualTo(sink.toArray().length);
    }
    byte[] written = sink.toArray();
    String head =
        hex("REDIS0010")
            + ("fa09" + hex("redis-ver") + "03" + hex("8.1"))
            + ("fa0a" + hex("redis-bits") + "c040");
    String tail = "fe03 fb412c02 00016b0176 fe04 00016b0176 ff".replace(" ", "");
    head += "f5800001" + "86a0";
    int body = head.length() / 2;
    assertThat(HexFormat.of().formatHex(written, 0, body)).isEqualTo(head);
    assertThat(Arrays.copyOfRange(written, body, body + library.length)).isEqualTo(library);
    assertThat(HexFormat.of().formatHex(written, body + library.length, written.length - 8))
        .isEqualTo(tail);
    assertSum(written);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
  }

  private void assertSum(byte[] written) {
    try (NativeBytes whole = new NativeBytes(1 << 20)) {
      long sum = Crc64.update(0, whole.put(written), written.length - 8);
      String stored = HexFormat.of().formatHex(written, written.length - 8, written.length);
      assertThat(HexFormat.fromHexDigitsToLong(stored)).isEqualTo(Long.reverseBytes(sum));
    }
  }

  @Test
  void theHeaderTellsTheVersionThatIsNeeded() throws IOException {
    try (RdbFileWriter file = new RdbFileWriter(sink, chunks, true)) {
      file.begin(0);
      file.entries(0, memory.put(new byte[] {1, 2, 3}), 3, 12);
      file.entries(0, memory.put(new byte[] {1, 2, 3}), 3, 11);
      file.finish();
    }
    assertThat(new String(sink.toArray(), 0, 9, ISO_8859_1)).isEqualTo("REDIS0012");
    assertSum(sink.toArray());
  }

  @Test
  void withoutAChecksumItIsZero() throws IOException {
    try (RdbFileWriter file = new RdbFileWriter(sink, chunks, false)) {
      file.begin(11);
      file.finish();
    }
    assertThat(HexFormat.of().formatHex(sink.toArray()))
        .isEqualTo(hex("REDIS0011") + "ff0000000000000000");
  }
}
