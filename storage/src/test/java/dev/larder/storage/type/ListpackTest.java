package dev.larder.storage.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The borders of every form of entry; the bytes are those that redis-server 7.0 dumps. */
final class ListpackTest {
  private final Arena arena = EdgeBlock.arena();
  private final EdgeBlock block = new EdgeBlock(arena, 4 << 20);
  private final EdgeBlock texts = new EdgeBlock(arena, 4 << 20);

  @AfterEach
  void close() {
    arena.close();
  }

  private long empty() {
    long lp = block.place(Listpack.EMPTY_BYTES, false);
    Listpack.writeEmpty(lp);
    return lp;
  }

  private long listpack(List<String> elements) {
    long lp = empty();
    for (String element : elements) {
      Listpack.append(lp, text(element), element.length());
    }
    int bytes = Listpack.bytes(lp);
    assertThat(Listpack.validate(lp, bytes)).isTrue();
    return block.move(lp, bytes, bytes, true);
  }

  private long text(String text) {
    return texts.put(text.getBytes(ISO_8859_1), true);
  }

  private static String textOf(long entry, EdgeBlock target) {
    int length = Listpack.textLength(entry);
    long address = target.place(length, true);
    assertThat(Listpack.writeText(entry, address)).isEqualTo(length);
    return new String(EdgeBlock.read(address, length), ISO_8859_1);
  }

  private static String hex(long lp) {
    return HexFormat.of().formatHex(EdgeBlock.read(lp, Listpack.bytes(lp)));
  }

  private static String sha256(long lp) throws Exception {
    byte[] content = EdgeBlock.read(lp, Listpack.bytes(lp));
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void emptyListpackHasNoEntries() {
    long lp = block.place(Listpack.EMPTY_BYTES, true);
    Listpack.writeEmpty(lp);
    assertThat(hex(lp)).isEqualTo("070000000000ff");
    assertThat(Listpack.count(lp)).isZero();
    assertThat(Listpack.first(lp)).isZero();
    assertThat(Listpack.last(lp)).isZero();
    assertThat(Listpack.seek(lp, 0)).isZero();
    assertThat(Listpack.seek(lp, -1)).isZero();
    assertThat(Listpack.find(lp, Listpack.first(lp), lp, 1, 0)).isZero();
    assertThat(Listpack.validate(lp, Listpack.EMPTY_BYTES)).isTrue();
  }

  @Test
  void smallHashIsAsRedisDumpsIt() {
    assertThat(hex(listpack(List.of("a", "1", "b", "127", "c", "128"))))
        .isEqualTo("17000000060081610201018162027f01816302c08002ff");
  }

  @Test
  void integersAtTheirBordersAreAsRedisDumpsThem() {
    List<String> values =
        List.of(
            "0",
            "-1",
            "4095",
            "4096",
            "-4096",
            "-4097",
            "32767",
            "32768",
            "-8388608",
            "8388608",
            "2147483647",
            "2147483648",
            "-9223372036854775808",
            "9223372036854775807",
            "9223372036854775808",
            "007",
            "-0",
            "");
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      elements.add(i < 10 ? "f" + i : "g" + (i - 9));
      elements.add(values.get(i));
    }
    long lp = listpack(elements);
    assertThat(hex(lp))
        .isEqualTo(
            """
            ba000000240082663003000182663103dfff0282663203cfff0282663303f100100382663403d0000282\
            663503f1ffef0382663603f1ff7f0382663703f20080000482663803f20000800482663903f300008000\
            0582673103f3ffffff7f0582673203f400000080000000000982673303f4000000000000008009826734\
            03f4ffffffffffffff7f0982673503933932323333373230333638353437373538303814826736038330\
            30370482673703822d3003826738038001ff\
            """);
    checkReading(lp, elements);
  }

  @Test
  void stringsAtTheirBordersAreAsRedisDumpsThem() throws Exception {
    List<String> elements = new ArrayList<>();
    for (int length :
        new int[] {
          0, 1, 62, 63, 64, 65, 125, 126, 127, 4094, 4095, 4096, 4097, 16377, 16378, 16379
        }) {
      elements.add(Integer.toString(length));
      elements.add("x".repeat(length));
    }
    long lp = listpack(elements);
    assertThat(Listpack.bytes(lp)).isEqualTo(66270);
    assertThat(sha256(lp))
        .isEqualTo("4d6914f0ad21e01b83951282fb7371a3f1c4a2061cebfef8384e058ac00804f5");
    checkReading(lp, elements);
  }

  @Test
  void backLengthsOfThreeAndFourBytesAreAsRedisDumpsThem() {
    List<String> ends = List.of("787878787ffffeff", "78787800ffffffff", "78787801808080ff");
    int[] totals = {2097163, 2097165, 2097166};
    for (int i = 0; i < ends.size(); i++) {
      List<String> elements = List.of("f", "x".repeat(2097145 + i));
      long lp = listpack(elements);
      assertThat(Listpack.bytes(lp)).isEqualTo(totals[i]);
      assertThat(hex(lp)).endsWith(ends.get(i));
      checkReading(lp, elements);
    }
  }

  @Test
  void beyond65534ElementsTheCountIsUnknown() throws Exception {
    long lp = empty();
    for (int i = 0; i < 33_000; i++) {
      String field = "f" + i;
      Listpack.append(lp, text(field), field.length());
      Listpack.appendInteger(lp, i);
      if (i == 32_766) {
        assertThat(EdgeBlock.read(lp + 4, 2)).containsExactly(0xFE, 0xFF);
        assertThat(Listpack.count(lp)).isEqualTo(65_534);
      }
    }
    assertThat(Listpack.bytes(lp)).isEqualTo(380905);
    assertThat(sha256(lp))
        .isEqualTo("ca305c0619cc0f5311cabc4fae25b110b252e7e0e83be0b42918990f5de4949d");
    assertThat(Listpack.count(lp)).isEqualTo(66_000);
    assertThat(Listpack.validate(lp, 380905)).isTrue();
    assertThat(textOf(Listpack.seek(lp, 65_999), texts)).isEqualTo("32999");
    assertThat(textOf(Listpack.seek(lp, -66_000), texts)).isEqualTo("f0");
    assertThat(Listpack.seek(lp, 66_000)).isZero();
    assertThat(Listpack.seek(lp, -66_001)).isZero();
    Listpack.delete(lp, Listpack.seek(lp, 2), 65_997);
    assertThat(Listpack.count(lp)).isEqualTo(3);
    assertThat(Listpack.validate(lp, Listpack.bytes(lp))).isTrue();
    assertThat(textOf(Listpack.last(lp), texts)).isEqualTo("32999");
  }

  /** Reads every entry in every way. */
  private void checkReading(long lp, List<String> elements) {
    assertThat(Listpack.count(lp)).isEqualTo(elements.size());
    List<String> forward = new ArrayList<>();
    for (long entry = Listpack.first(lp); entry != 0; entry = Listpack.next(lp, entry)) {
      String element = textOf(entry, texts);
      forward.add(element);
      long address = text(element);
      assertThat(Listpack.entryBytes(entry))
          .isEqualTo(Listpack.encodedBytes(address, element.length()));
      assertThat(Listpack.equalsText(entry, address, element.length())).isTrue();
      assertThat(Listpack.compareText(entry, address, element.length())).isZero();
    }
    assertThat(forward).isEqualTo(elements);
    List<String> backward = new ArrayList<>();
    for (long entry = Listpack.last(lp); entry != 0; entry = Listpack.previous(lp, entry)) {
      backward.add(textOf(entry, texts));
    }
    Collections.reverse(backward);
    assertThat(backward).isEqualTo(elements);
    for (int i = 0; i < elements.size(); i++) {
      String element = elements.get(i);
      long entry = Listpack.seek(lp, i);
      assertThat(Listpack.seek(lp, i - elements.size())).isEqualTo(entry);
      long found = Listpack.find(lp, Listpack.first(lp), text(element), element.length(), 0);
      assertThat(found).isEqualTo(Listpack.seek(lp, elements.indexOf(element)));
    }
  }

  @Test
  void findSkips() {
    long lp = listpack(List.of("a", "b", "b", "a", "5", "x", "b"));
    assertThat(find(lp, 0, "b", 1)).isEqualTo(2);
    assertThat(find(lp, 3, "b", 1)).isEqualTo(-1);
    assertThat(find(lp, 3, "b", 2)).isEqualTo(6);
    assertThat(find(lp, 1, "a", 1)).isEqualTo(3);
    assertThat(find(lp, 0, "5", 1)).isEqualTo(4);
    assertThat(find(lp, 1, "5", 1)).isEqualTo(-1);
    assertThat(find(lp, 0, "x", 1)).isEqualTo(-1);
  }

  private int find(long lp, int from, String text, int skip) {
    long start = Listpack.seek(lp, from);
    long found = Listpack.find(lp, start, text(text), text.length(), skip);
    for (int i = 0; i < Listpack.count(lp); i++) {
      if (Listpack.seek(lp, i) == found) {
        return i;
      }
    }
    assertThat(found).isZero();
    return -1;
  }

  @Test
  void longerFormsThanNeededAreReadAndFound() {
    // A string of 12 bits, one of 32 bits, 5 as a string, 5 in 16 bits, 5 in 64 bits.
    String entries =
        "e003616263"
            + "05"
            + "f003000000646566"
            + "08"
            + "8135"
            + "02"
            + "f10500"
            + "03"
            + "f40500000000000000"
            + "09";
    int bytes = Listpack.EMPTY_BYTES + entries.length() / 2;
    String whole = "%02x000000".formatted(bytes) + "0500" + entries + "ff";
    long lp = block.put(HexFormat.of().parseHex(whole), true);
    assertThat(Listpack.validate(lp, bytes)).isTrue();
    assertThat(find(lp, 0, "abc", 0)).isZero();
    assertThat(find(lp, 0, "def", 0)).isEqualTo(1);
    assertThat(find(lp, 0, "5", 0)).isEqualTo(2);
    assertThat(find(lp, 3, "5", 0)).isEqualTo(3);
    assertThat(find(lp, 4, "5", 0)).isEqualTo(4);
    assertThat(find(lp, 0, "6", 0)).isEqualTo(-1);
    assertThat(textOf(Listpack.seek(lp, -5), texts)).isEqualTo("abc");
  }

  @Test
  void integersAreIntegersAndOnlyCanonicalTextIs() {
    long lp = listpack(List.of("12", "012", "-9223372036854775808", "-9223372036854775809"));
    long entry = Listpack.first(lp);
    assertThat(Listpack.isInteger(entry)).isTrue();
    assertThat(Listpack.integer(entry)).isEqualTo(12);
    assertThat(Listpack.equalsText(entry, text("012"), 3)).isFalse();
    entry = Listpack.next(lp, entry);
    assertThat(Listpack.isInteger(entry)).isFalse();
    assertThat(Listpack.stringLength(entry)).isEqualTo(3);
    assertThat(EdgeBlock.read(Listpack.stringAddress(entry), 3)).containsExactly('0', '1', '2');
    entry = Listpack.next(lp, entry);
    assertThat(Listpack.integer(entry)).isEqualTo(Long.MIN_VALUE);
    assertThat(Listpack.equalsText(entry, text("x"), 1)).isFalse();
    assertThat(Listpack.isInteger(Listpack.next(lp, entry))).isFalse();
  }
}
