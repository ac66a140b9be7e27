package dev.larder.storage.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random changes of a listpack against a list, and corruption that must not lead astray. */
final class ListpackModelTest {
  private static final int MAX_ELEMENTS = 60;

  private final long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 13);
  private final Random random = new Random(seed);
  private final Arena arena = EdgeBlock.arena();
  private final EdgeBlock block = new EdgeBlock(arena, 2 << 20);
  private final EdgeBlock texts = new EdgeBlock(arena, 1 << 20);
  private final EdgeBlock wanted = new EdgeBlock(arena, 64);
  private final List<String> model = new ArrayList<>();
  private long lp;

  @BeforeEach
  void start() {
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
    lp = block.place(Listpack.EMPTY_BYTES, false);
    Listpack.writeEmpty(lp);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void randomChanges() {
    for (int step = 0; step < 5_000; step++) {
      change();
      check();
    }
  }

  @Test
  void corruptionIsRefusedOrHarmless() {
    int accepted = 0;
    for (int round = 0; round < 300; round++) {
      for (int i = 0; i < 5; i++) {
        change();
      }
      byte[] whole = EdgeBlock.read(lp, Listpack.bytes(lp));
      for (int i = 0; i < 30; i++) {
        byte[] corrupt = corrupt(whole);
        long address = texts.put(corrupt, random.nextBoolean());
        if (Listpack.validate(address, corrupt.length)) {
          accepted++;
          walk(address);
        }
      }
    }
    assertThat(accepted).as("changed letters stay valid").isPositive();
  }

  @Test
  void everyTruncationIsRefused() {
    for (int step = 0; step < 200; step++) {
      change();
    }
    byte[] whole = EdgeBlock.read(lp, Listpack.bytes(lp));
    for (int bytes = Math.max(0, whole.length - 200); bytes < whole.length; bytes++) {
      byte[] part = Arrays.copyOf(whole, bytes);
      long address = texts.put(part, true);
      assertThat(Listpack.validate(address, bytes)).isFalse();
      if (bytes >= Listpack.EMPTY_BYTES) {
        Memory.putInt(address, bytes);
        Memory.putShort(address + 4, (short) -1);
        if (Listpack.validate(address, bytes)) {
          walk(address);
        }
      }
    }
  }

  private byte[] corrupt(byte[] whole) {
    byte[] corrupt = whole.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextBoolean() ? random.nextInt(whole.length) : entryStart(whole);
      int[] heads = {0x7F, 0xBF, 0xC0, 0xE0, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFE, 0xFF};
      corrupt[at] =
          (byte)
              switch (random.nextInt(3)) {
                case 0 -> random.nextInt(256);
                case 1 -> corrupt[at] ^ 1 << random.nextInt(8);
                default -> heads[random.nextInt(heads.length)];
              };
    }
    return corrupt;
  }

  private int entryStart(byte[] whole) {
    if (model.isEmpty()) {
      return whole.length - 1;
    }
    return (int) (Listpack.seek(lp, random.nextInt(model.size())) - lp);
  }

  private void walk(long listpack) {
    int count = 0;
    for (long at = Listpack.first(listpack); at != 0; at = Listpack.next(listpack, at)) {
      Listpack.textLength(at);
      Listpack.compareText(at, listpack, 3);
      count++;
    }
    assertThat(Listpack.count(listpack)).isEqualTo(count);
    for (long at = Listpack.last(listpack); at != 0; at = Listpack.previous(listpack, at)) {
      count--;
    }
    assertThat(count).isZero();
    long text = wanted.put("no such text".getBytes(ISO_8859_1), true);
    Listpack.find(listpack, Listpack.first(listpack), text, 12, 0);
  }

  private void change() {
    int choice = random.nextInt(model.size() >= MAX_ELEMENTS ? 4 : 10);
    boolean hasSome = !model.isEmpty();
    switch (choice) {
      case 0, 1 -> {
        if (hasSome) {
          replace(random.nextInt(model.size()));
        }
      }
      case 2 -> {
        if (hasSome) {
          delete(random.nextInt(model.size()), 1);
        }
      }
      case 3 -> {
        if (hasSome) {
          int from = random.nextInt(model.size());
          delete(from, random.nextInt(Math.min(5, model.size() - from) + 1));
        }
      }
      case 4, 5 -> append();
      case 6, 7, 8 -> insert(random.nextInt(model.size() + 1));
      default -> splice(random.nextInt(model.size() + 1));
    }
  }

  private void grow(int bytes) {
    int now = Listpack.bytes(lp);
    lp = block.move(lp, now, now + bytes, random.nextBoolean());
  }

  private long at(int index) {
    return index == model.size() ? Listpack.end(lp) : Listpack.seek(lp, index);
  }

  private void append() {
    String element = element();
    grow(encodedBytes(element));
    if (isLong(element) && random.nextBoolean()) {
      Listpack.appendInteger(lp, Long.parseLong(element));
    } else {
      Listpack.append(lp, text(element), element.length());
    }
    model.add(element);
  }

  private void insert(int index) {
    String element = element();
    grow(encodedBytes(element));
    if (isLong(element) && random.nextBoolean()) {
      Listpack.insertInteger(lp, at(index), Long.parseLong(element));
    } else {
      Listpack.insert(lp, at(index), text(element), element.length());
    }
    model.add(index, element);
  }

  private void replace(int index) {
    String element = element();
    grow(encodedBytes(element) - Listpack.entryBytes(at(index)));
    if (isLong(element) && random.nextBoolean()) {
      Listpack.replaceInteger(lp, at(index), Long.parseLong(element));
    } else {
      Listpack.replace(lp, at(index), text(element), element.length());
    }
    model.set(index, element);
  }

  private void delete(int index, int count) {
    Listpack.delete(lp, at(index), count);
    model.subList(index, index + count).clear();
  }

  private void splice(int index) {
    List<String> elements = new ArrayList<>();
    int bytes = 0;
    for (int i = random.nextInt(4); i >= 0; i--) {
      elements.add(element());
      bytes += encodedBytes(elements.getLast());
    }
    grow(bytes);
    long at = at(index);
    Listpack.openGap(lp, at, bytes, elements.size());
    for (String element : elements) {
      at = Listpack.writeEntry(at, text(element), element.length());
    }
    model.addAll(index, elements);
  }

  private int encodedBytes(String element) {
    int bytes = Listpack.encodedBytes(text(element), element.length());
    if (isLong(element)) {
      assertThat(Listpack.encodedIntegerBytes(Long.parseLong(element))).isEqualTo(bytes);
    }
    return bytes;
  }

  private static boolean isLong(String text) {
    try {
      return Long.toString(Long.parseLong(text)).equals(text);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private long text(String text) {
    return texts.put(text.getBytes(ISO_8859_1), random.nextBoolean());
  }

  private String element() {
    return switch (random.nextInt(12)) {
      case 0, 1 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case 2 ->
          Long.toString(
              (random.nextBoolean() ? 1L : -1L) * (1L << random.nextInt(64))
                  + random.nextInt(3)
                  - 1);
      case 3 -> "0" + random.nextInt(10);
      case 4 -> letters(60 + random.nextInt(8));
      case 5 -> letters(120 + random.nextInt(16));
      case 6 -> random.nextInt(20) == 0 ? letters(4088 + random.nextInt(16)) : "";
      case 7 -> random.nextInt(60) == 0 ? letters(16370 + random.nextInt(16)) : "-";
      default -> letters(random.nextInt(24));
    };
  }

  private String letters(int length) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < length; i++) {
      letters.append((char) (random.nextInt(8) == 0 ? random.nextInt(256) : 'a'));
    }
    return letters.toString();
  }

  private void check() {
    int bytes = Listpack.bytes(lp);
    lp = block.move(lp, bytes, bytes, random.nextBoolean());
    assertThat(Listpack.validate(lp, bytes)).as("seed %d", seed).isTrue();
    assertThat(Listpack.count(lp)).isEqualTo(model.size());
    long entry = Listpack.first(lp);
    long before = 0;
    for (String element : model) {
      assertThat(Listpack.previous(lp, entry)).isEqualTo(before);
      assertThat(Listpack.isInteger(entry)).isEqualTo(isLong(element));
      assertThat(Listpack.equalsText(entry, text(element), element.length()))
          .as("seed %d", seed)
          .isTrue();
      before = entry;
      entry = Listpack.next(lp, entry);
    }
    assertThat(entry).isZero();
    assertThat(Listpack.last(lp)).isEqualTo(before);
    if (!model.isEmpty()) {
      checkFinding();
    }
  }

  private void checkFinding() {
    int from = random.nextInt(model.size());
    String wanted = random.nextBoolean() ? model.get(random.nextInt(model.size())) : element();
    int skip = random.nextInt(3);
    long expected = 0;
    for (int i = from; i < model.size() && expected == 0; i += skip + 1) {
      expected = model.get(i).equals(wanted) ? at(i) : 0;
    }
    assertThat(Listpack.find(lp, at(from), text(wanted), wanted.length(), skip))
        .as("seed %d", seed)
        .isEqualTo(expected);
    String other = random.nextBoolean() ? wanted + "1" : wanted;
    int order = Listpack.compareText(at(from), text(other), other.length());
    assertThat(Integer.signum(order))
        .as("seed %d", seed)
        .isEqualTo(Integer.signum(model.get(from).compareTo(other)));
  }
}
