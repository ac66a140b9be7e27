package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values of every type but streams: those that Redis wrote, and made by hand from the format. */
class ValueReaderTest {
  private final Reading reading = new Reading();

  @AfterEach
  void close() {
    reading.close();
  }

  private void assertRead(String hex, String events) throws RdbException {
    assertRead(Reading.bytes(hex), events);
  }

  private void assertRead(byte[] value, String events) throws RdbException {
    for (int slice : new int[] {1, 3, 1 << 20}) {
      reading.sliceBytes = slice;
      assertThat(reading.read(value, RdbVersion.NEWEST, false)).isEqualTo(events);
      assertThat(reading.remaining).isZero();
    }
  }

  private void assertTaken(String hex, String events) throws RdbException {
    assertThat(reading.read(Reading.bytes(hex), 10, true)).isEqualTo(events);
  }

  private void assertRefused(String hex, String diagnosis) {
    assertRefused(Reading.bytes(hex), diagnosis);
  }

  private void assertRefused(byte[] value, String diagnosis) {
    assertThatThrownBy(() -> reading.read(value, RdbVersion.NEWEST, false))
        .isInstanceOf(RdbException.class)
        .hasMessageStartingWith(diagnosis);
  }

  /** Dumped by redis-server 7.0.15. */
  @Test
  void whatRedisWrites() throws RdbException {
    String list =
        "1201022e2e00000007008161028001dfff02c12c02f270110104f400f2052a01000000098b68656c6c6f20776f"
            + "726c640cff";
    assertRead(list, "list(?) a  -1 300 70000 5000000000 hello world end");
    assertTaken(list, "list(?) listpack(7) a  -1 300 70000 5000000000 hello world end");
    assertRead(
        "1203020d0d0000000200816102816202ff020d0d0000000200816302816402ff020a0a0000000100816502ff",
        "list(?) a b c d e end");
    String intset = "0b140400000003000000fbffffff0700000070110100";
    assertRead(intset, "set(3) -5 7 70000 end");
    assertTaken(intset, "set(3) intset(3) end");
    assertRead("0203016e016dc00c", "set(3) n m 12 end");
    String hash = "1012120000000400816602817602816e020c01ff";
    assertRead(hash, "hash(2) f=v n=12 end");
    assertTaken(hash, "hash(2) listpack(4) f v n 12 end");
    assertRead("0402016ec00c01660176", "hash(2) n=12 f=v end");
    String zset =
        "1132320000000a00836c6f7704842d696e6605836f6e650401018374776f04010181780283322e350483746f70"
            + "0483696e6604ff";
    assertRead(zset, "zset(5) low=-Infinity one=1.0 two=1.0 x=2.5 top=Infinity end");
    assertTaken(zset, "zset(5) listpack(10) low -inf one 1 two 1 x 2.5 top inf end");
    assertRead(
        "050301780000000000000440036f6e65000000000000f03f036c6f77000000000000f0ff",
        "zset(3) x=2.5 one=1.0 low=-Infinity end");
  }

  @Test
  void plainForms() throws RdbException {
    assertRead("00 03 616263", "string:abc");
    assertRead("00 c1 7fff", "string:-129");
    assertRead("00 c3 09 4064 016161e05700016161", "string:" + "a".repeat(100));
    assertRead("01 02 0161 c005", "list(2) a 5 end");
    assertRead("02 02 0161 00", "set(2) a  end");
    assertRead(
        "03 04 0161 03312e35 0162 fe 0163 ff 0164 042d316532",
        "zset(4) a=1.5 b=Infinity c=-Infinity d=-100.0 end");
    assertRead("04 01 0161 0162", "hash(1) a=b end");
    assertRead("12 02 01 0161 02 0a 0a0000000100816202ff", "list(?) a b end");
    assertRead("14 0c 0c0000000200 8161 02 0101 ff", "set(2) a 1 end");
    assertRead("1f 02 0161 0162 c001 c002", "hash(2) a=b 1=2 end");
  }

  @Test
  void fieldsWithDeadlines() throws RdbException {
    assertRead(
        "18 e803000000000000 03 00 0161 0162 01 0163 0164 4064 0165 0166",
        "hash(3) a=b c=d@1000 e=f@1099 end");
    assertRead("16 02 00 0161 0162 43e8 0163 0164", "hash(2) a=b c=d@1000 end");
    String listpack = "18 18000000 0600 8161 02 8162 02 c3e8 02 8163 02 8164 02 0001 ff";
    assertRead("19 e803000000000000 " + listpack, "hash(2) a=b@1000 c=d end");
    assertRead("17 " + listpack, "hash(2) a=b@1000 c=d end");
    byte[] valkey = Reading.bytes("16 02 0161 0162 ffffffffffffffff 0163 0164 e803000000000000");
    assertThat(reading.read(valkey, RdbVersion.VALKEY, false))
        .isEqualTo("hash(2) a=b c=d@1000 end");
    assertRefused("18 0000000000000000 01 8101000000000000ff 0161 0162", "a field that expires");
    assertRefused("16 01 818000000000000000 0161 0162", "a field that expires");
    assertRefused("17 10 100000000300 8161 02 8162 02 8163 02 ff", "a field that expires");
  }

  @Test
  void zipmaps() throws RdbException {
    String zipmap = "02 03 666f6f 03 00 626172 05 68656c6c6f 05 02 776f726c64 0000 ff";
    assertRead(value(9, zipmap), "hash(2) foo=bar hello=world end");
    assertRead(value(9, zipmap.replaceFirst("02", "fe")), "hash(2) foo=bar hello=world end");
    byte[] longField = new byte[300];
    Arrays.fill(longField, (byte) 'x');
    byte[] wide =
        PackedBytes.concat(
            Reading.bytes("01 fe 2c010000"), longField, Reading.bytes("01 00 79 ff"));
    assertRead(PackedBytes.value(9, wide), "hash(1) " + "x".repeat(300) + "=y end");
    assertRefused(value(9, "03" + zipmap.substring(2)), "a zipmap of 2 fields that says 3");
    assertRefused(value(9, "ff" + zipmap.substring(2)), "a zipmap of 2 fields that says 255");
    assertRefused(value(9, "01 01 61 01 00 62"), "a zipmap whose frame");
    assertRefused(value(9, "01 02 61 ff"), "2 bytes where 1 are left");
    assertRefused(value(9, "01 01 61 ff"), "1 bytes where 0 are left");
    assertRefused(value(9, "01 01 61 fe ff"), "4 bytes where 0 are left");
    assertRefused(value(9, "01 01 61 01 09 62 ff"), "9 bytes where 0 are left");
    assertRefused(value(9, "02 01 61 01 00 62 01 61 01 00 63 ff"), "the same member twice");
    assertRefused(value(9, "00 ff"), "a collection without elements");
  }

  private static byte[] value(int type, String hex) {
    return PackedBytes.value(type, Reading.bytes(hex));
  }

  @Test
  void ziplists() throws RdbException {
    Object[] numbers = {
      0,
      12,
      13,
      -1,
      -128,
      127,
      128,
      -32_768,
      32_767,
      70_000,
      -8_388_608,
      8_388_607,
      8_388_608,
      Integer.MIN_VALUE,
      Integer.MAX_VALUE,
      1L << 31,
      Long.MIN_VALUE,
      Long.MAX_VALUE
    };
    StringBuilder expected = new StringBuilder("list(?)");
    for (Object number : numbers) {
      expected.append(' ').append(number);
    }
    assertRead(PackedBytes.value(10, PackedBytes.ziplist(numbers)), expected + " end");
    String middle = "m".repeat(300);
    String wide = "w".repeat(20_000);
    assertRead(
        PackedBytes.value(10, PackedBytes.ziplist("a", "", middle, "b", wide, "c")),
        "list(?) a  " + middle + " b " + wide + " c end");
    assertRead(
        PackedBytes.value(12, PackedBytes.ziplist("a", "-inf", "b", 1, "c", 1, "d", "1.5")),
        "zset(4) a=-Infinity b=1.0 c=1.0 d=1.5 end");
    assertRead(PackedBytes.value(13, PackedBytes.ziplist("f", "v", 1, 2)), "hash(2) f=v 1=2 end");
    byte[] nodes =
        PackedBytes.concat(
            Reading.bytes("0e 03"),
            PackedBytes.string(PackedBytes.ziplist("a", 1)),
            PackedBytes.string(PackedBytes.ziplist()),
            PackedBytes.string(PackedBytes.ziplist("b")));
    assertRead(nodes, "list(?) a 1 b end");
  }

  /** Every single byte of a ziplist's frame and heads counts. */
  @Test
  void damagedZiplists() {
    byte[] sound = PackedBytes.ziplist("a", 5, "bc");
    for (int i : new int[] {0, 1, 4, 5, 8, 10, 11, 13, 15, sound.length - 1}) {
      byte[] damaged = sound.clone();
      damaged[i] ^= 2;
      assertThatThrownBy(() -> reading.read(PackedBytes.value(10, damaged), 9, false))
          .as("byte %d", i)
          .isInstanceOf(RdbException.class);
    }
    assertRefused(PackedBytes.value(10, Arrays.copyOf(sound, 10)), "a ziplist whose frame");
    assertRefused(PackedBytes.value(10, PackedBytes.ziplist()), "a collection without elements");
    assertRefused(PackedBytes.value(13, PackedBytes.ziplist("a")), "a packed value of 1 entries");
    assertRefused(PackedBytes.value(13, PackedBytes.ziplist("a", 1, "a", 2)), "the same member");
    assertRefused(PackedBytes.value(12, PackedBytes.ziplist("a", 2, "b", 1)), "a packed sorted");
    assertRefused(PackedBytes.value(12, PackedBytes.ziplist("b", 1, "a", 1)), "a packed sorted");
    assertRefused(PackedBytes.value(12, PackedBytes.ziplist("a", "nan")), "a packed sorted set");
    assertRefused(PackedBytes.value(12, PackedBytes.ziplist("a", 1, "a", 2)), "the same member");
  }

  @Test
  void emptyAndImpossibleValues() {
    assertRefused("01 00", "a collection without elements");
    assertRefused("02 00", "a collection without elements");
    assertRefused("05 00", "a collection without elements");
    assertRefused("04 00", "a collection without elements");
    assertRefused("12 00", "a collection without elements");
    assertRefused("12 01 02 07 07000000 0000 ff", "a collection without elements");
    assertRefused("12 01 03 0161", "a node of kind 3");
    assertRefused("12 01 01 00", "an empty element in a node of its own");
    assertRefused("0b 08 02000000 00000000", "a collection without elements");
    assertRefused("0b 0c 02000000 02000000 0200 0100", "an intset that is damaged");
    assertRefused("0b 0c 02000000 02000000 0100 0100", "an intset that is damaged");
    assertRefused("10 07 07000000 0000 ff", "a collection without elements");
    assertRefused("10 08 07000000 0000 ff", "8 bytes where 7 are left");
    assertRefused("10 07 08000000 0000 ff", "a listpack that is damaged");
    assertRefused("02 02 0161 0161", "the same member twice");
    assertRefused("02 02 0131 c001", "the same member twice");
    assertRefused("04 02 0161 0162 0161 0163", "the same member twice");
    assertRefused("05 01 0161 000000000000f87f", "a score that is no number");
    assertRefused("03 01 0161 fd", "a score that is no number");
    assertRefused("03 01 0161 0178", "a score that is no number");
    assertRefused("05 02 0161 000000000000f03f 0161 000000000000f83f", "the same member");
    assertRefused("14 0d 0d0000000200 8161 02 8161 02 ff", "the same member twice");
  }

  @Test
  void typesThatCannotBeRead() {
    assertRefused("06 00", "a value of a module");
    assertRefused("07 00", "a value of a module");
    assertRefused("08 00", "no value is of type 8");
    assertRefused("1c 00", "an array");
    assertRefused("1d 00", "a hash whose field names are kept apart");
    assertRefused("22 00", "no value is of type 34");
    assertRefused("ff 00", "no value is of type 255");
  }

  @Test
  void largeSetsAreKeptApart() throws RdbException {
    StringBuilder members = new StringBuilder();
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      members.append((char) 5).append("%05d".formatted(i));
    }
    byte[] all = members.toString().getBytes(ISO_8859_1);
    byte[] value = PackedBytes.concat(Reading.bytes("02 80 000186a0"), all);
    reading.sliceBytes = 50_000;
    assertThat(reading.read(value, 10, false)).startsWith("set(100000) 00000 00001 ");
    byte[] twice = value.clone();
    System.arraycopy(twice, 6 + 6 * 17, twice, value.length - 6, 6);
    assertRefused(twice, "the same member twice");
  }
}
