package dev.larder.storage.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;
import dev.larder.storage.table.HashFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ListpackFilterTest {
  private static final int SCRATCH_BYTES = 1 << 16;

  private final long lp = VirtualMemory.reserve(SCRATCH_BYTES);
  private final long filter = lp + SCRATCH_BYTES / 2;
  private final long text = filter + HashFilter.BYTES;

  @AfterEach
  void release() {
    VirtualMemory.release(lp, SCRATCH_BYTES);
  }

  private int put(String string) {
    byte[] bytes = string.getBytes(ISO_8859_1);
    Memory.copyFromArray(bytes, 0, text, bytes.length);
    return bytes.length;
  }

  private boolean mayHave(String string) {
    int length = put(string);
    return HashFilter.mayHave(filter, ListpackFilter.hash(text, length));
  }

  @Test
  void letsPassWhatIsThereAndLittleElse() {
    Listpack.writeEmpty(lp);
    for (int i = 0; i < 230; i++) {
      Listpack.append(lp, text, put("element of list " + i));
    }
    ListpackFilter.write(filter, lp);
    assertThat(ListpackFilter.covers(filter, lp)).isTrue();
    int passed = 0;
    for (int i = 0; i < 10_000; i++) {
      assertThat(i >= 230 || mayHave("element of list " + i)).isTrue();
      passed += mayHave("another list's element " + i) ? 1 : 0;
    }
    assertThat(passed).isBetween(100, 700);
  }

  @Test
  void knowsTextsOfAllLengthsAndKinds() {
    Listpack.writeEmpty(lp);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      Listpack.append(lp, text, put(word.toString()));
      Listpack.append(lp, text, put(Long.toString(Long.MIN_VALUE >> i)));
      word.append((char) ('a' + i % 26));
    }
    ListpackFilter.write(filter, lp);
    for (int i = 0; i < 40; i++) {
      assertThat(mayHave(word.substring(0, i))).isTrue();
      assertThat(mayHave(Long.toString(Long.MIN_VALUE >> i))).isTrue();
    }
  }

  /** A listpack from elsewhere may keep an integer as a string. */
  @Test
  void knowsIntegersInWhateverFormTheyAre() {
    Listpack.writeEmpty(lp);
    Listpack.append(lp, text, put("abc"));
    Memory.putByte(Listpack.first(lp) + 1, (byte) '1');
    Memory.putByte(Listpack.first(lp) + 2, (byte) '2');
    Memory.putByte(Listpack.first(lp) + 3, (byte) '3');
    ListpackFilter.write(filter, lp);
    assertThat(mayHave("123")).isTrue();
  }
}
