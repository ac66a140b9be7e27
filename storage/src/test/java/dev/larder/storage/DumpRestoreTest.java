package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Restore.Finding;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.rdb.Crc64;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Strings leave as payloads and come back; bad payloads change nothing; memory is given back. */
class DumpRestoreTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final long NOW = 1_000_000;

  private final Random random = new Random(SEED);
  private final TestKeyspace keys = new TestKeyspace(2, Journal.NONE);
  private final ChunkStore chunks = keys.keyspace.large();

  @AfterEach
  void close() {
    keys.close();
  }

  @Test
  void stringsOfAllKindsComeBack() {
    for (int length :
        new int[] {0, 1, 10, 100, 5_000, 32_000, 40_000, 70_000, 300_000, 3_000_000}) {
      for (boolean isNoise : new boolean[] {false, true}) {
        byte[] bytes = new byte[length];
        if (isNoise) {
          random.nextBytes(bytes);
        } else {
          Arrays.fill(bytes, (byte) 'x');
        }
        keys.set(0, "from", bytes, -1, NOW);
        long before = chunks.allocatedBytes();
        byte[] payload = dump("from");
        assertThat(chunks.allocatedBytes()).isEqualTo(before);
        assertThat(restore("to", payload, 7_000_000, 4096)).isEqualTo(Finding.SOUND);
        assertThat(keys.get(0, "to", NOW)).isEqualTo(bytes);
        assertThat(keys.deadline(0, "to", NOW)).isEqualTo(7_000_000);
        keys.remove(0, "from", NOW);
        keys.remove(0, "to", NOW);
        assertThat(chunks.allocatedBytes()).isZero();
      }
    }
  }

  /** As redis-server 7.0.15 wrote it. */
  @Test
  void payloadsAreThoseOfRedis() {
    assertDump("hello", "000568656c6c6f0a006372df766534200a");
    assertDump("123", "00c07b0a0048e253e1007a67b9");
    assertDump("-129", "00c17fff0a001760822854808480");
    assertDump("1234567890123", "000d313233343536373839303132330a005e0c12ae0429bc1e");
  }

  private void assertDump(String value, String hex) {
    keys.set(0, "key", value.getBytes(ISO_8859_1), -1, NOW);
    assertThat(HexFormat.of().formatHex(dump("key"))).isEqualTo(hex.replace(" ", ""));
  }

  private byte[] dump(String name) {
    Shard shard = keys.at(name, NOW);
    try {
      long entry = keys.find(shard, 0);
      if (Dump.isStreamed(shard, entry)) {
        return read(DumpStream.ofString(keys.keyspace, shard, entry));
      }
      Dump dump = keys.unit.dump();
      assertThat(dump.write(shard, entry)).isTrue();
      byte[] payload = Bytes.toArray(dump.address(), (int) dump.length());
      assertThat(read(dump.detach())).isEqualTo(payload);
      return payload;
    } finally {
      keys.unit.releaseAll();
    }
  }

  private byte[] read(DumpStream stream) {
    try (stream) {
      byte[] payload = new byte[(int) stream.length()];
      for (int done = 0; done < payload.length; ) {
        int part = Math.min(payload.length - done, 1 + random.nextInt(100_000));
        stream.read(keys.scratch(), part);
        System.arraycopy(Bytes.toArray(keys.scratch(), part), 0, payload, done, part);
        done += part;
      }
      return payload;
    }
  }

  private Finding restore(String name, byte[] payload, long deadline, long slice) {
    long address = keys.scratch();
    Bytes.fromArray(payload, 0, address, payload.length);
    try (Restore restore = new Restore(keys.keyspace)) {
      restore.begin(address, payload.length);
      Finding finding = null;
      while (finding == null) {
        finding = restore.prepare(slice);
      }
      if (finding == Finding.SOUND && keys.build(restore, name, deadline, NOW) == 0) {
        return Finding.MEMORY_EXHAUSTED;
      }
      return finding;
    }
  }

  @Test
  void badPayloadsAreTold() {
    byte[] sound = HexFormat.of().parseHex("000568656c6c6f0a006372df766534200a");
    assertThat(restore("key", sound, -1, 1)).isEqualTo(Finding.SOUND);
    keys.remove(0, "key", NOW);
    for (int i = 0; i < sound.length; i++) {
      byte[] changed = sound.clone();
      changed[i] ^= 1;
      assertThat(restore("key", changed, -1, 1 << 20)).isEqualTo(Finding.BAD_FOOTER);
      byte[] cut = Arrays.copyOf(sound, i);
      assertThat(restore("key", cut, -1, 1 << 20)).isEqualTo(Finding.BAD_FOOTER);
    }
    assertThat(restore("key", withFooter("00 05 6865", 10), -1, 10)).isEqualTo(Finding.MALFORMED);
    assertThat(restore("key", withFooter("", 10), -1, 10)).isEqualTo(Finding.MALFORMED);
    assertThat(restore("key", withFooter("08 00", 10), -1, 10)).isEqualTo(Finding.MALFORMED);
    assertThat(restore("key", withFooter("00 c3 02 03 0061", 10), -1, 10))
        .isEqualTo(Finding.MALFORMED);
    assertThat(keys.get(0, "key", NOW)).isNull();
  }

  @Test
  void versionsUpToTheNewestAreRead() {
    for (int version : new int[] {0, 1, 9, 10, 11, 12, 15, 80}) {
      assertThat(restore("key", withFooter("00 01 61", version), -1, 9)).isEqualTo(Finding.SOUND);
    }
    for (int version : new int[] {16, 79, 81, 65_535}) {
      assertThat(restore("key", withFooter("00 01 61", version), -1, 9))
          .isEqualTo(Finding.BAD_FOOTER);
    }
  }

  /** Redis 8 leaves the checksum out among its own nodes. */
  @Test
  void aChecksumOfZeroIsNone() {
    byte[] payload = withFooter("00 01 61", 12);
    Arrays.fill(payload, payload.length - 8, payload.length, (byte) 0);
    assertThat(restore("key", payload, -1, 100)).isEqualTo(Finding.SOUND);
  }

  /** A list comes as any of its encodings, replaces what was there, and leaves in the newest. */
  @Test
  void listsComeBack() {
    String packed = "12 01 02 0d 0d000000 0200 816102 816202 ff";
    for (String hex : new String[] {packed, "01 02 0161 0162", "12 02 01 0161 01 0162"}) {
      keys.set(0, "key", "old".getBytes(ISO_8859_1), -1, NOW);
      assertThat(restore("key", withFooter(hex, 10), 7_000_000, 3)).isEqualTo(Finding.SOUND);
      assertThat(keys.deadline(0, "key", NOW)).isEqualTo(7_000_000);
      assertThat(dump("key")).isEqualTo(withFooter(packed, 10));
    }
    String elements = "0130 0131 0132 0133".repeat(20_000);
    byte[] longList = withFooter("01 80 00013880" + elements, 10);
    assertThat(restore("key", longList, -1, 50_000)).isEqualTo(Finding.SOUND);
    byte[] nodes = dump("key");
    assertThat(nodes[0]).isEqualTo((byte) 18);
    assertThat(restore("other", nodes, -1, 50_000)).isEqualTo(Finding.SOUND);
    assertThat(dump("other")).isEqualTo(nodes);
    assertThat(keys.deadline(0, "key", NOW)).isEqualTo(-1);
  }

  @Test
  void hashesComeBack() {
    String packed = "10 12 12000000 0400 816102 816202 0101 816302 ff";
    assertComesBack("04 02 0161 0162 c001 0163", 10, packed);
    assertComesBack(packed, 10, packed);
    String converted = "04 01 0161 c3 06 4046 017978e03b00"; // a value of 70 bytes, compressed
    assertComesBack(converted, 10, converted);
    String deadlines = "18 ffffffff00000000 03 01 0161 0162 4064 0165 0166 00 0163 0164";
    assertComesBack(deadlines, 12, deadlines);
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      fields.append(name(i)).append("0179");
    }
    byte[] table = withFooter("04 43e8" + fields, 10);
    assertThat(restore("key", table, -1, 5_000)).isEqualTo(Finding.SOUND);
    byte[] dumped = dump("key");
    assertThat(dumped).hasSize(table.length);
    assertThat(restore("other", dumped, -1, 5_000)).isEqualTo(Finding.SOUND);
    assertThat(dump("other")).isEqualTo(dumped);
    StringBuilder volatileFields = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      volatileFields.append("01").append(name(i)).append("0179");
    }
    byte[] volatileTable = withFooter("18 ffffffff00000000 43e8" + volatileFields, 12);
    assertThat(restore("key", volatileTable, -1, 5_000)).isEqualTo(Finding.SOUND);
    assertThat(dump("key")).hasSize(volatileTable.length);
  }

  /** A string of RDB that is no number. */
  private static String name(int i) {
    return "04" + HexFormat.of().formatHex("m%03d".formatted(i).getBytes(ISO_8859_1));
  }

  /**
   * A value replaces another one, and is dumped.
   *
   * @param dumped what the dump is, null for what does not matter
   */
  private void assertComesBack(String hex, int version, String dumped) {
    keys.set(0, "key", "old".getBytes(ISO_8859_1), -1, NOW);
    assertThat(restore("key", withFooter(hex, version), 7_000_000, 3)).isEqualTo(Finding.SOUND);
    if (dumped != null) {
      assertThat(HexFormat.of().formatHex(dump("key")))
          .isEqualTo(HexFormat.of().formatHex(withFooter(dumped, version)));
    }
    assertThat(keys.deadline(0, "key", NOW)).isEqualTo(7_000_000);
  }

  @Test
  void setsComeBack() {
    String integers = "0b 0e 02000000 03000000 fbff 0700 6400";
    assertComesBack(integers, 10, integers);
    assertComesBack("02 03 c007 c0fb c064", 10, integers);
    String members = "02 03 0162 c007 0161";
    assertComesBack(members, 10, members);
    assertComesBack("14 0f 0f000000 0300 816202 0701 816102 ff", 10, members);
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      many.append(name(i));
    }
    byte[] table = withFooter("02 43e8" + many, 10);
    assertThat(restore("key", table, -1, 5_000)).isEqualTo(Finding.SOUND);
    byte[] dumped = dump("key");
    assertThat(dumped).hasSize(table.length);
    assertThat(restore("other", dumped, -1, 5_000)).isEqualTo(Finding.SOUND);
    assertThat(dump("other")).hasSize(table.length);
  }

  @Test
  void sortedSetsComeBack() {
    String sorted = "05 03 0162 000000000000f07f c005 000000000000f83f 0161 000000000000f0ff";
    assertComesBack(sorted, 10, sorted);
    assertComesBack("03 03 0162 fe 0161 ff c005 03312e35", 10, sorted);
    StringBuilder members = new StringBuilder();
    for (int i = 999; i >= 0; i--) {
      long score = Long.reverseBytes(Double.doubleToLongBits(i / 7.0));
      members.append(name(i)).append("%016x".formatted(score));
    }
    String table = "05 43e8" + members;
    assertComesBack(table, 10, table);
  }

  private static final String ID = " 0000000000000001 0000000000000001";
  private static final String TIME = " 0500000000000000";
  private static final String NODE =
      " 10" + ID + " 1d 1d000000 0a00 0101 0001 0101 816602 0001 0201 0001 0001 817602 0401 ff";

  @Test
  void streamsComeBack() {
    String entry = " 01" + NODE + " 01 03 04 01 01 02 00 07";
    assertComesBack("13" + entry + " 00", 10, "13" + entry + " 00");
    assertComesBack("13 00 00 05 05 00 00 05 05 01 00", 10, "13 00 00 05 05 00 00 05 05 01 00");
    String group = " 01 0167 02 03 04 01" + ID + TIME + " 03 02 0163" + TIME + " 01" + ID;
    String consumer = " 0164" + TIME + " 00";
    String groups = "13" + entry + group + consumer;
    assertComesBack(groups, 10, groups);
    assertComesBack(
        "15"
            + entry
            + " 01 0167 02 03 04 01"
            + ID
            + TIME
            + " 03 01 0163"
            + TIME
            + TIME
            + " 01"
            + ID,
        11,
        null);
    String producers = " 4064 0a 01 0170 01 0169 01 01 07 08";
    assertComesBack("1a" + entry + " 00" + producers, 13, "1a" + entry + " 00" + producers);
    String unowned =
        " 01 0167 02 03 04 01" + ID + TIME + " 03 01 0163" + TIME + TIME + " 00 01" + ID;
    assertComesBack("1b" + entry + unowned + producers, 14, "1b" + entry + unowned + producers);
  }

  private byte[] withFooter(String hex, int version) {
    byte[] value = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] payload = Arrays.copyOf(value, value.length + 10);
    payload[value.length] = (byte) version;
    payload[value.length + 1] = (byte) (version >> 8);
    Bytes.fromArray(payload, 0, keys.scratch(), payload.length);
    long crc = Crc64.update(0, keys.scratch(), value.length + 2);
    Bytes.putLong(keys.scratch() + value.length + 2, crc);
    return Bytes.toArray(keys.scratch(), payload.length);
  }

  @Test
  void exhaustedMemoryChangesNothing() {
    byte[] bytes = new byte[2_000_000];
    keys.set(0, "from", bytes, -1, NOW);
    byte[] payload = dump("from");
    chunks.limitBytes(chunks.allocatedBytes() + ChunkStore.CHUNK_BYTES);
    byte[] compressed = withFooter("00 c3 43e9 8000015769 0061" + "e0ff00".repeat(333), 10);
    assertThat(restore("to", compressed, -1, 1 << 20)).isEqualTo(Finding.MEMORY_EXHAUSTED);
    keys.set(0, "to", "old".getBytes(ISO_8859_1), -1, NOW);
    assertThat(restore("to", payload, -1, 1 << 20)).isEqualTo(Finding.MEMORY_EXHAUSTED);
    assertThat(keys.get(0, "to", NOW)).isEqualTo("old".getBytes(ISO_8859_1));
  }
}
