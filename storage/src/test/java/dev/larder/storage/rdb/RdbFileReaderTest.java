package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files of all ages, whole and damaged. */
@Tag("slow")
class RdbFileReaderTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int CHECKSUM_BYTES = 8;

  private final FileReading reading = new FileReading();

  @AfterEach
  void close() {
    reading.close();
  }

  /** As redis-server 7.0.15 wrote it. */
  static byte[] fileOfRedis7() {
    try (InputStream in = RdbFileReaderTest.class.getResourceAsStream("redis-7.0.rdb")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of some version, without a checksum. */
  private static byte[] file(String header, String hex) {
    return PackedBytes.concat(header.getBytes(ISO_8859_1), Reading.bytes(hex));
  }

  @Test
  void redisFilesAreRead() throws RdbException {
    List<String> expected = reading.items(fileOfRedis7());
    assertThat(expected)
        .startsWith(
            "AUX redis-ver=7.0.15",
            "AUX redis-bits=64",
            "AUX ctime=1795830534",
            "AUX used-mem=1192320",
            "AUX aof-base=0",
            "FUNCTION 82",
            "DATABASE 0",
            "SIZES ")
        .endsWith("DATABASE 5", "SIZES ", expected.get(expected.size() - 2), "END 433 true false")
        .hasSize(21);
    assertThat(String.join("\n", expected)).contains("ENTRY b until ", "ENTRY s: ", "ENTRY ex ");
    for (int window : new int[] {32, 50, 100, 433, 1 << 20}) {
      for (int most : new int[] {1, 7, 1 << 20}) {
        reading.windowBytes = window;
        reading.mostAtOnce = most;
        assertThat(reading.items(fileOfRedis7())).isEqualTo(expected);
      }
    }
  }

  @Test
  void aFileThatEndsTooEarlyIsTold() {
    byte[] file = fileOfRedis7();
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      RdbException refusal = catchThrowableOfType(RdbException.class, () -> reading.items(cut));
      assertThat(refusal).as("%d bytes", length).isNotNull();
      assertThat(refusal.isTruncated()).as("%d bytes", length).isTrue();
    }
  }

  /** Whatever bit is wrong, the checksum tells, if nothing before it does. */
  @Test
  void aWrongBitIsTold() {
    byte[] file = fileOfRedis7();
    for (int i = 0; i < file.length; i++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] changed = file.clone();
        changed[i] ^= (byte) (1 << bit);
        String judgement = reading.judge(changed);
        boolean isOlder = new String(changed, 0, 9, ISO_8859_1).compareTo("REDIS0005") < 0;
        if (!isOlder) {
          assertThat(judgement).as("byte %d, bit %d", i, bit).startsWith("refused");
        }
      }
    }
  }

  /** Without a checksum nobody crashes either, and what is taken has no bytes too many. */
  @Test
  void wrongBytesWithoutAChecksumAreReadOrTold() {
    byte[] file = fileOfRedis7();
    Arrays.fill(file, file.length - CHECKSUM_BYTES, file.length, (byte) 0);
    reading.windowBytes = 64;
    for (int i = 9; i < file.length; i++) {
      for (int value : new int[] {0, 1, 0x3F, 0x7F, 0x80, 0x81, 0xC3, 0xFF, file[i] + 1}) {
        byte[] changed = file.clone();
        changed[i] = (byte) value;
        assertThat(reading.judge(changed)).isNotEmpty();
      }
    }
  }

  /** Damage is found alike whether entries come whole or in pieces. */
  @Test
  void windowsMakeNoDifference() {
    byte[] file = fileOfRedis7();
    Arrays.fill(file, file.length - CHECKSUM_BYTES, file.length, (byte) 0);
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      byte[] changed = file.clone();
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        changed[9 + random.nextInt(file.length - 9)] = (byte) random.nextInt();
      }
      reading.windowBytes = 4096;
      reading.mostAtOnce = Integer.MAX_VALUE;
      String whole = reading.judge(changed);
      reading.windowBytes = 32 + random.nextInt(100);
      reading.mostAtOnce = 1 + random.nextInt(50);
      String inPieces = reading.judge(changed);
      if (!whole.startsWith("refused") || !inPieces.startsWith("refused")) {
        assertThat(inPieces).as("seed %d", SEED).isEqualTo(whole);
      }
    }
  }

  @Test
  void headersAreTold() {
    for (String header : new String[] {"REDIS0001", "REDIS0015", "REDIS0080", "VALKEY080"}) {
      assertThat(reading.judge(file(header, "ff 0000000000000000"))).contains("END");
    }
    for (String header : new String[] {"REDIS0000", "REDIS0016", "REDIS0079", "REDIS00x1"}) {
      assertThat(reading.judge(file(header, "ff 0000000000000000"))).contains("format version");
    }
    assertThat(reading.judge(file("redis0010", "ff 0000000000000000"))).contains("Wrong signature");
  }

  @Test
  void oldVersionsHaveNoChecksum() throws RdbException {
    assertThat(reading.items(file("REDIS0001", "fe00 00 0161 0162 ff 99")))
        .containsExactly("DATABASE 0", "ENTRY a: string:b", "END 17 false false");
  }

  @Test
  void everythingNewAndOldIsUnderstood() throws RdbException {
    String aux = "f7 81 0000000000000000 02 01 01 05 04 0000000000000000 03 00000000 05 0161 00";
    assertThat(
            reading.items(
                file(
                    "REDIS0012",
                    aux
                        + "f4 05 01 00 fe03 fb4100 01"
                        + "fd 01000000 f8 4100 00 0161 0162"
                        + "fc 0200000000000000 f9 05 f3 01 00000000 05 0161 00 00 0163 0164"
                        + "f5 0161 f6 0161 0162 01 0163 0164 f6 0161 0162 00 0164"
                        + "07 016d 81 0000000000000400 02 05 00"
                        + "00 0165 c0fb"
                        + "ff 0000000000000000 2a31")))
        .containsExactly(
            "MODULE_AUX AAAAAAAAA",
            "SLOTS ",
            "DATABASE 3",
            "SIZES ",
            "ENTRY a until 1000: string:b",
            "ENTRY c until 2: string:d",
            "FUNCTION 1",
            "OLD_FUNCTION ",
            "OLD_FUNCTION ",
            "ENTRY m of AAAAAAAAB",
            "ENTRY e: string:-5",
            "END 140 false true");
    assertThat(
            reading.items(
                file(
                    "VALKEY080",
                    "f3 0161 02 01 02 4001 05 16 0168 01 0166 0176 0500000000000000 ff"
                        + " 0000000000000000")))
        .containsExactly("SLOTS ", "ENTRY h: hash(1) f=v@5 end", "END 43 false false");
  }
}
