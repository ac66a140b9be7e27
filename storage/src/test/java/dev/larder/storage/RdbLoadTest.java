package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are loaded as they were written, in parallel; what is wrong with one is told. */
@Tag("slow")
class RdbLoadTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final long NOW = 1_000_000;
  private static final String NAME = "dump.rdb";

  private final Random random = new Random(SEED);
  private final TestKeyspace keys = new TestKeyspace(8, Journal.NONE);
  private final TestKeyspace loaded = new TestKeyspace(4, Journal.NONE);

  @TempDir Path path;
  private DiskFolder folder;

  @BeforeEach
  void open() throws IOException {
    folder = DiskFolder.at(path);
  }

  @AfterEach
  void close() {
    keys.close();
    loaded.close();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    }
    return bytes;
  }

  @Test
  void stringsOfAllLengthsComeBack() throws Exception {
    Map<String, byte[]> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      int most = i % 1000 == 0 ? 2_000_000 : i % 100 == 0 ? 50_000 : 100;
      byte[] value = bytes(random.nextInt(most));
      long deadline = i % 3 == 0 ? NOW + i : -1;
      keys.set(i % 4, "key:" + i, value, deadline, NOW);
      expected.put("key:" + i, value);
    }
    for (int threads = 1; threads <= 3; threads++) {
      boolean isPlain = threads == 2;
      try (DiskFile file = folder.create(NAME)) {
        assertThat(RdbFiles.save(keys.keyspace, file, !isPlain, !isPlain)).isEqualTo(10);
      }
      RdbLoad load = RdbFiles.load(loaded.keyspace, folder, NAME, threads, NOW);
      String run = "seed %d, %d threads, %d expired".formatted(SEED, threads, load.expiredKeys());
      assertThat(load.keys()).as(run).isEqualTo(20_000);
      assertThat(load.loadedBytes()).isEqualTo(load.totalBytes());
      assertThat(load.writtenBy()).isEqualTo("8.10.0");
      for (int i = 0; i < 20_000; i++) {
        String key = "key:" + i;
        assertThat(loaded.get(i % 4, key, NOW)).as(key).isEqualTo(expected.get(key));
        assertThat(loaded.deadline(i % 4, key, NOW)).isEqualTo(i % 3 == 0 ? NOW + i : -1);
      }
      loaded.validate();
      loaded.withAllShards(() -> {
        for (int database = 0; database < 4; database++) {
          loaded.keyspace.flush(loaded.unit, database);
        }
      });
    }
  }

  /** A worker that is behind when the file ends has built everything all the same. */
  @Test
  void nothingIsLostAtTheEnd() throws Exception {
    byte[] value = new byte[20_000];
    for (int i = 0; i < 200; i++) {
      keys.set(0, "key:" + i, value, -1, NOW);
    }
    try (DiskFile file = folder.create(NAME)) {
      RdbFiles.save(keys.keyspace, file, false, true);
    }
    for (int i = 0; i < 100; i++) {
      RdbFiles.load(loaded.keyspace, folder, NAME, 1 + i % 2, NOW);
      assertThat(loaded.keyspace.size(0)).isEqualTo(200);
      loaded.withAllShards(() -> loaded.keyspace.flush(loaded.unit, 0));
      loaded.housekeep(NOW);
    }
  }

  @Test
  void expiredKeysAreLeftOut() throws Exception {
    keys.set(0, "past", bytes(5), NOW - 1, 0);
    keys.set(0, "now", bytes(5), NOW, 0);
    try (DiskFile file = folder.create(NAME)) {
      RdbFiles.save(keys.keyspace, file, true, true);
    }
    RdbLoad load = RdbFiles.load(loaded.keyspace, folder, NAME, 2, NOW);
    assertThat(load.keys()).isEqualTo(1);
    assertThat(load.expiredKeys()).isEqualTo(1);
    assertThat(loaded.get(0, "now", NOW)).isNotNull();
  }

  /** Old encodings and new ones, small and large; each comes back as what it was. */
  @Test
  void collectionsComeBack() throws Exception {
    StringBuilder many = new StringBuilder();
    StringBuilder volatileFields = new StringBuilder();
    StringBuilder scores = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      String name = "06" + HexFormat.of().formatHex("m%05d".formatted(i).getBytes(ISO_8859_1));
      many.append(name);
      volatileFields.append("01").append(name).append("0179");
      scores.append(name).append("%016x".formatted(Double.doubleToLongBits(i)));
    }
    String count = "80 000186a0";
    List<String> values =
        List.of(
            "01 02 0161 0162",
            "02 03 0162 c007 0161",
            "03 03 0162 fe 0161 ff c005 03312e35",
            "04 02 0161 0162 c001 0163",
            "0b 0e 02000000 03000000 fbff 0700 6400",
            "09 1a 02 03 666f6f 03 00 626172 05 68656c6c6f 05 02 776f726c64 0000 ff",
            "0a 11 11000000 0d000000 0200 00 0161 03 fe80 ff",
            "0e 01 11 11000000 0d000000 0200 00 0161 03 fe80 ff",
            "18 ffffffff00000000 03 01 0161 0162 4064 0165 0166 00 0163 0164",
            "01" + count + many,
            "02" + count + many,
            "04 80 0000c350" + many,
            "18 ffffffff00000000" + count + volatileFields,
            "05" + count + scores);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("REDIS0012".getBytes(ISO_8859_1));
    for (int i = 0; i < values.size(); i++) {
      byte[] value = HexFormat.of().parseHex(values.get(i).replace(" ", ""));
      file.write(value[0]);
      file.writeBytes(new byte[] {1, (byte) ('a' + i)});
      file.write(value, 1, value.length - 1);
    }
    write(file, "ff 0000000000000000");
    RdbLoad load = RdbFiles.load(loaded.keyspace, folder, NAME, 2, NOW);
    assertThat(load.keys()).isEqualTo(values.size());
    try (DiskFile again = folder.create(NAME)) {
      assertThat(RdbFiles.save(loaded.keyspace, again, true, true)).isEqualTo(12);
    }
    RdbFiles.load(keys.keyspace, folder, NAME, 2, NOW);
    for (int i = 0; i < values.size(); i++) {
      String key = String.valueOf((char) ('a' + i));
      assertThat(dump(keys, key).length).as(key).isEqualTo(dump(loaded, key).length);
      assertThat(elements(keys, key)).as(key).isEqualTo(elements(loaded, key)).isPositive();
    }
  }

  private static byte[] dump(TestKeyspace keyspace, String key) {
    Shard shard = keyspace.at(key, NOW);
    try {
      Dump dump = keyspace.unit.dump();
      assertThat(dump.write(shard, keyspace.find(shard, 0))).isTrue();
      byte[] payload = Bytes.toArray(dump.address(), (int) dump.length());
      dump.clear();
      return payload;
    } finally {
      keyspace.unit.releaseAll();
    }
  }

  private static long elements(TestKeyspace keyspace, String key) {
    Shard shard = keyspace.at(key, NOW);
    try {
      return shard.values.pieces(keyspace.find(shard, 0));
    } finally {
      keyspace.unit.releaseAll();
    }
  }

  private void write(ByteArrayOutputStream start, String hex) throws IOException {
    start.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    try (DiskFile file = folder.create(NAME)) {
      file.writeFully(ByteBuffer.wrap(start.toByteArray()), 0);
    }
  }

  private void write(String hex) throws IOException {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    start.writeBytes("REDIS0010".getBytes(ISO_8859_1));
    write(start, hex);
  }

  private void assertRefused(String hex, String message) throws IOException {
    write(hex);
    assertThatThrownBy(() -> RdbFiles.load(loaded.keyspace, folder, NAME, 2, NOW))
        .isInstanceOf(LoadException.class)
        .hasMessage(message);
    assertThat(loaded.keyspace.large().allocatedBytes()).isZero();
  }

  @Test
  void whatIsWrongIsTold() throws IOException {
    assertRefused("00 0161", "at offset 9, key 'a': the file ends too early (at offset 12)");
    assertRefused("1c 0161", "at offset 9: Invalid object type: 28 (at offset 10)");
    assertRefused("fe04", "at offset 9: it holds database 4, and there are only 4");
    assertRefused(
        "00 0161 0162 00 0161 0163 ff 0000000000000000",
        "at offset 14, key 'a': the key is there twice");
    assertRefused(
        "10 0161 02 0000 ff 0000000000000000", "at offset 9, key 'a': a listpack that is damaged");
    assertRefused(
        "07 0161 81 0000000000000400 00",
        "at offset 9, key 'a': it is a value of the module 'AAAAAAAAB'");
  }

  /** Long values are built from pieces, damaged ones as well: nothing is left of them. */
  @Test
  void damageInLongValuesIsTold() throws IOException {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      fields.append("04").append("%08x".formatted(i)).append("0179");
    }
    String twice = fields.substring(0, fields.length() - 14) + "04000000000179";
    assertRefusedWithin(
        "04 0161 80 000186a0" + twice + "ff 0000000000000000", "key 'a': the same member twice");
    loaded.withAllShards(() -> loaded.keyspace.flush(loaded.unit, 0));
    assertRefusedWithin("04 0161 80 000186a0" + fields.substring(0, 900_000), "ends too early");
    assertRefusedWithin("01 0161 80 000186a0" + "0161".repeat(90_000), "ends too early");
    assertRefusedWithin("00 0161 80 00100000" + "00".repeat(900_000), "ends too early");
    assertThat(loaded.keyspace.size(0)).isZero();
  }

  private void assertRefusedWithin(String hex, String message) throws IOException {
    write(hex);
    assertThatThrownBy(() -> RdbFiles.load(loaded.keyspace, folder, NAME, 2, NOW))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining(message);
    assertThat(loaded.keyspace.large().allocatedBytes()).isZero();
  }

  @Test
  void keysAreReplacedIfAsked() throws Exception {
    keys.set(0, "a", bytes(5), -1, NOW);
    keys.set(0, "b", bytes(1_000_000), -1, NOW);
    try (DiskFile file = folder.create(NAME)) {
      RdbFiles.save(keys.keyspace, file, true, true);
    }
    loaded.set(0, "a", bytes(7), NOW + 5, NOW);
    loaded.set(0, "b", bytes(7), -1, NOW);
    try (DiskFile file = folder.openToRead(NAME)) {
      RdbLoad load = new RdbLoad(loaded.keyspace, file, 2, NOW, true);
      load.replaceKeys();
      load.run();
    }
    assertThat(loaded.get(0, "a", NOW)).isEqualTo(keys.get(0, "a", NOW));
    assertThat(loaded.get(0, "b", NOW)).isEqualTo(keys.get(0, "b", NOW));
    assertThat(loaded.deadline(0, "a", NOW)).isEqualTo(-1);
  }

  @Test
  void emptyCollectionsAreLeftOut() throws Exception {
    write("04 0161 00 00 0162 0163 ff 0000000000000000");
    RdbLoad load = RdbFiles.load(loaded.keyspace, folder, NAME, 2, NOW);
    assertThat(load.keys()).isEqualTo(1);
    assertThat(load.emptyKeys()).isEqualTo(1);
    assertThat(loaded.get(0, "a", NOW)).isNull();
  }

  @Test
  void librariesOfFunctionsAreKept() throws Exception {
    write("f7 81 0000000000000000 02 01 00 f5 03 616263 f6 0161 0162 00 0164 ff 0000000000000000");
    RdbLoad load = RdbFiles.load(loaded.keyspace, folder, NAME, 2, NOW);
    assertThat(load.passedOver()).hasSize(2);
    assertThat(loaded.keyspace.functions().all()).hasSize(1);
    try (DiskFile file = folder.create(NAME)) {
      RdbFiles.save(loaded.keyspace, file, true, true);
    }
    RdbFiles.load(keys.keyspace, folder, NAME, 1, NOW);
    assertThat(keys.keyspace.functions().all().get(0)).isEqualTo(new byte[] {97, 98, 99});
  }
}
