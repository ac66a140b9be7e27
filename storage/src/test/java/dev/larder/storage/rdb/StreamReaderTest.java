package dev.larder.storage.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams of all versions, as Redis wrote them and with everything wrong that can be. */
class StreamReaderTest {
  private final Reading reading = new Reading();

  @AfterEach
  void close() {
    reading.close();
  }

  /**
   * Dumped by redis-server 7.0.15: two groups, an entry deleted, three delivered, one confirmed.
   */
  private static final String REDIS_7 =
      "13011000000000000000050000000000000001405050000000200003010101020181660281670200"
          + "01020100010001817602010105010301000101018177020201050100010101000101018168028176"
          + "02060100010201dfff0201018161028162020601ff03070005010502040202673107000402000000"
          + "00000000060000000000000001a0754b1fa20100000100000000000000070000000000000000a075"
          + "4b1fa2010000010205616c696365a0754b1fa2010000010000000000000006000000000000000103"
          + "626f62a0754b1fa20100000100000000000000070000000000000000026732070081ffffffffffff"
          + "ffff00010469646c65a1754b1fa201000000";

  @Test
  void whatRedisWrites() throws RdbException {
    for (int slice : new int[] {1, 1 << 20}) {
      reading.sliceBytes = slice;
      assertThat(reading.read(REDIS_7))
          .isEqualTo(
              "stream(1) 5-1(32) length:3 last:7-0 first:5-1 deleted:5-2 added:4 group:g1 last:7-0"
                  + " read:4 6-1x1@1795821368736 7-0x1@1795821368736 consumer:alice"
                  + " seen:1795821368736 active:1795821368736 6-1 consumer:bob seen:1795821368736"
                  + " active:1795821368736 7-0 group:g2 last:7-0 read:? consumer:idle"
                  + " seen:1795821368737 active:1795821368737 end");
    }
    assertThat(
            reading.read(
                "1303100000000000000001000000000000000026260000000f0002010001010181660200"
                    + "010201000100010001040102010101000101010401ff1000000000000000030000000000"
                    + "00000026260000000f000201000101018166020001020100010001020104010201010100"
                    + "0103010401ff10000000000000000500000000000000001c1c0000000a00010100010101"
                    + "816602000102010001000104010401ff050500010000000500"))
        .isEqualTo(
            "stream(3) 1-0(15) 3-0(15) 5-0(10) length:5 last:5-0 first:1-0 deleted:0-0 added:5"
                + " end");
    assertThat(reading.read("13 00 00 05 05 00 00 05 05 01 00"))
        .isEqualTo("stream(0) length:0 last:5-5 first:0-0 deleted:5-5 added:1 end");
  }

  // ---- made by hand: a node of one entry 1-1 with one field

  private static final String ID = " 0000000000000001 0000000000000001";
  private static final String TIME = " 0100000000000000";
  private static final String LISTPACK =
      " 1d 1d000000 0a00 0101 0001 0101 816602 0001 0201 0001 0001 817602 0401 ff";
  private static final String NODE = " 01 10" + ID + LISTPACK;

  /** Length, last id; first id, deleted id, added. */
  private static final String STATE_1 = " 01 01 01";

  private static final String STATE_2 = STATE_1 + " 01 01 00 00 01";

  @Test
  void olderAndNewerVersions() throws RdbException {
    String pending = " 01" + ID + TIME + " 03";
    assertThat(
            reading.read(
                "0f"
                    + NODE
                    + STATE_1
                    + " 01 0167 01 01"
                    + pending
                    + " 01 0163"
                    + TIME
                    + " 01"
                    + ID))
        .isEqualTo(
            "stream(1) 1-1(10) length:1 last:1-1 first:1-1 deleted:0-0 added:1"
                + " group:g last:1-1 read:1 1-1x3@1 consumer:c seen:1 active:1 1-1 end");
    String group = " 01 0167 01 01 05" + pending + " 01 0163" + TIME + TIME;
    assertThat(reading.read("15" + NODE + STATE_2 + group + " 01" + ID))
        .endsWith(" group:g last:1-1 read:5 1-1x3@1 consumer:c seen:1 active:1 1-1 end");
    String producers = " 4064 0a 01 0170 01 0169 01 01 07 08";
    assertThat(reading.read("1a" + NODE + STATE_2 + group + " 01" + ID + producers))
        .endsWith(" 1-1 idempotence:100,10 p:i->1-1 added:7 duplicates:8 end");
    assertThat(reading.read("1b" + NODE + STATE_2 + group + " 00 01" + ID + producers))
        .endsWith(
            " active:1 unowned:1-1 idempotence:100,10 p:i->1-1 added:7" + " duplicates:8 end");
  }

  /**
   * They do not tell how many entries a group has read: as far as that follows from its last id.
   */
  @Test
  void whatGroupsOfOlderVersionsHaveRead() throws RdbException {
    String groups =
        "05 0161 00 00 00 00 0162 01 01 00 00 0163 03 03 00 00 0164 05 05 00 00 0165 09 09 00 00";
    assertThat(reading.read("0f" + NODE + " 01 05 05 " + groups))
        .endsWith(
            " group:a last:0-0 read:0 group:b last:1-1 read:1 group:c last:3-3 read:?"
                + " group:d last:5-5 read:1 group:e last:9-9 read:? end");
    assertThat(reading.read("0f 00 00 05 05 01 0161 03 03 00 00"))
        .endsWith(" group:a last:3-3 read:0 end");
  }

  private void assertRefused(String hex, String diagnosis) {
    assertThatThrownBy(() -> reading.read(hex))
        .isInstanceOf(RdbException.class)
        .hasMessageContaining(diagnosis);
  }

  @Test
  void groupsMustAgree() {
    String start = "13" + NODE + STATE_2;
    String pending = " 01" + ID + TIME + " 03";
    String consumer = " 0163" + TIME;
    assertRefused(
        start + " 01 0167 01 01 01" + pending + " 00", "a pending entry that no consumer");
    assertRefused(
        start + " 01 0167 01 01 01 00 01" + consumer + " 01" + ID, "is not pending in its group");
    assertRefused(
        start
            + " 01 0167 01 01 01"
            + pending
            + " 02"
            + consumer
            + " 01"
            + ID
            + " 0164"
            + TIME
            + " 01"
            + ID,
        "two consumers have one entry");
    assertRefused(
        start + " 01 0167 01 01 01" + pending + " 02" + consumer + " 01" + ID + consumer + " 00",
        "two consumers of one name");
    assertRefused(
        start + " 01 0167 01 01 01 02" + ID + TIME + "03" + ID + TIME + "03 00", "pending twice");
    assertRefused(start + " 02 0167 01 01 01 00 00 0167 01 01 01 00 00", "two groups of one name");
    assertRefused(start + " 01 0167 01 01 01 7f00", "elements in");
  }

  @Test
  void entriesMustAgree() {
    String end = STATE_2 + " 00";
    assertRefused("13" + NODE + " 02 01 01 01 01 00 00 01 00", "another number of entries");
    assertRefused("13" + NODE + " 01 01 00 01 01 00 00 01 00", "a last id before");
    assertRefused("13 02 10" + ID + LISTPACK + " 10" + ID + LISTPACK + end, "not in order");
    assertRefused("13 01 08 0000000000000001" + LISTPACK + end, "whose key is no id");
    assertRefused("13 01 10" + ID + " 07 07000000 0000 ff" + end, "no number where one belongs");
    String head = "0101 0001 0101 816602 0001 ";
    assertNode("0201 0001 0101 816602 0001 0201 0001 0001 817602 0401", "another number");
    assertNode("0101 0101 0101 816602 0001 0201 0001 0001 817602 0401", "another number");
    assertNode("dfff02 0001 0101 816602 0001 0201 0001 0001 817602 0401", "below zero");
    assertNode("0001 0001 0101 816602 0001", "no entries");
    assertNode("0101 0001 0501 816602 0001", "beyond the end");
    assertNode("0101 0001 dfff02 0001", "below zero");
    assertNode("0101 0001 0101 816602 0101", "a head without its end");
    assertNode(head + "0401 0001 0001 817602 0401", "flags 4");
    assertNode(head + "0201 dfff02 0001 817602 0401", "not in order");
    assertNode(head + "0201 0001 0001 817602 0501", "does not know its length");
    assertNode(head + "0201 0001 0001", "beyond the end");
    assertNode(head + "0201 816102", "no number");
    assertNode(head + "0001 0001 0001 dfff02 0201", "fields");
    assertNode(head + "0001 0001 0001 0101 816102", "beyond the end");
    assertNode(
        "0201 0001 0101 816602 0001 " + "0201 0001 0001 817602 0401".repeat(2), "not in order");
  }

  private void assertNode(String entries, String diagnosis) {
    byte[] body = Reading.bytes(entries);
    String bytes = "%02x".formatted(7 + body.length);
    // The count of a listpack may be left open.
    String listpack = bytes + " " + bytes + "000000 ffff" + entries + "ff";
    assertRefused("13 01 10" + ID + listpack + STATE_2 + " 00", diagnosis);
  }

  @Test
  void deletedEntriesAreNotTheFirst() throws RdbException {
    String entries =
        "0101 0101 0101 816602 0001 0301 0001 0001 817602 0401 0201 0101 dfff02 817602 0401";
    int length = 7 + Reading.bytes(entries).length;
    String node = "%02x %02x000000 0f00 %s ff".formatted(length, length, entries);
    assertThat(reading.read("13 01 10" + ID + node + " 01 02 00 01 01 01 01 02 00"))
        .startsWith("stream(1) 1-1(15) length:1 last:2-0 first:2-0 deleted:1-1 added:2");
  }

  @Test
  void cutAnywhereItIsRefused() {
    byte[] whole = Reading.bytes(REDIS_7);
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      for (boolean takesPacked : List.of(false, true)) {
        assertThatThrownBy(() -> reading.read(cut, 10, takesPacked))
            .as("%d bytes", length)
            .isInstanceOf(RdbException.class);
      }
    }
  }
}
