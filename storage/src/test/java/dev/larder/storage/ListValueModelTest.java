package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random operations on a list against a Java list, through every form. */
@Tag("slow")
final class ListValueModelTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));

  private final Random random = new Random(SEED);
  private final Replica replica = new Replica();
  private final OneKey one = new OneKey(replica);
  private final Unit unit = one.unit;
  private final Shard shard = one.shard;
  private final long text = one.text;
  private final List<String> model = new ArrayList<>();

  /** Keeps a copy of the list by what a journal hears. */
  private static final class Replica implements Journal {
    final List<String> list = new ArrayList<>();

    private static String text(long address, int length) {
      return new String(Bytes.toArray(address, length), ISO_8859_1);
    }

    @Override
    public void elementPushed(
        long sequence,
        Shard shard,
        int database,
        long entry,
        boolean atHead,
        long element,
        int elementLength) {
      list.add(atHead ? 0 : list.size(), text(element, elementLength));
    }

    @Override
    public void elementsPopped(
        long sequence, Shard shard, int database, long entry, boolean atHead, long count) {
      for (long i = 0; i < count; i++) {
        list.remove(atHead ? 0 : list.size() - 1);
      }
    }

    @Override
    public void elementInserted(
        long sequence,
        Shard shard,
        int database,
        long entry,
        long index,
        long element,
        int elementLength) {
      list.add((int) index, text(element, elementLength));
    }

    @Override
    public void elementReplaced(
        long sequence,
        Shard shard,
        int database,
        long entry,
        long index,
        long element,
        int elementLength) {
      list.set((int) index, text(element, elementLength));
    }

    @Override
    public void elementsRemoved(
        long sequence, Shard shard, int database, long entry, long index, long count) {
      list.subList((int) index, (int) (index + count)).clear();
    }
  }

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void isLikeAJavaListWithinDefaultLimits() {
    operate(3_000, 400, 30);
  }

  @Test
  void isLikeAJavaListInSmallNodes() {
    one.keyspace.limits().listMaxListpackSize(3);
    operate(3_000, 60, 30);
  }

  @Test
  void isLikeAJavaListOfLongElements() {
    operate(1_000, 40, 6_000);
  }

  @Test
  void isLikeAJavaListWhenLong() {
    operate(600, 20_000, 40);
  }

  @Test
  void copiesAndFreesInSlices() {
    for (int i = 0; i < 60_000; i++) {
      push(false, "element " + i);
    }
    one.own();
    assertThat(shard.encodingName(one.find())).isEqualTo("quicklist");
    unit.releaseAll();
    one.copyAndFree(Removal.DELETED);
    model.clear();
    replica.list.clear();
  }

  private ListValue view() {
    return one.view(unit.views().list());
  }

  private void push(boolean atHead, String element) {
    ListValue list = view();
    int length = one.write(element);
    assertThat(list.hasRoom(length)).isTrue();
    list.expect(length, 1);
    list.push(atHead, text, length);
    model.add(atHead ? 0 : model.size(), element);
    unit.releaseAll();
  }

  private String element(int longest) {
    if (random.nextInt(3) == 0) {
      return Long.toString(random.nextLong() >> random.nextInt(64));
    }
    StringBuilder word = new StringBuilder();
    int length = random.nextInt(longest);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  private void operate(int operations, int most, int longest) {
    for (int i = 0; i < operations; i++) {
      boolean grows = i / (operations / 6) % 2 == 0;
      int batch = most > 1_000 && grows ? 1 + random.nextInt(most / 20) : 1;
      for (int j = 0; j < batch && model.size() < most; j++) {
        change(grows, longest, most);
      }
      if (!grows || model.size() >= most) {
        change(false, longest, most);
      }
      if (i % 10 == 0 || most <= 1_000) {
        check();
      }
    }
    check();
  }

  private void change(boolean grows, int longest, int most) {
    int size = model.size();
    int choice = random.nextInt(10);
    if (size == 0 || (grows && choice < 6)) {
      push(random.nextBoolean(), element(longest));
      return;
    }
    int index = random.nextInt(size);
    ListValue list = view();
    switch (choice) {
      case 6, 0 -> {
        String element = element(longest);
        int length = one.write(element);
        list.expect(length, 1);
        list.insert(index, text, length);
        model.add(index, element);
      }
      case 7, 1 -> {
        String element = element(longest);
        list.replace(index, text, one.write(element));
        model.set(index, element);
      }
      case 8, 2 -> {
        int count = Math.min(size - index, 1 + random.nextInt(grows ? 2 : most / 10));
        list.remove(index, count);
        model.subList(index, index + count).clear();
      }
      default -> {
        boolean atHead = random.nextBoolean();
        int count = Math.min(size, 1 + random.nextInt(grows ? 2 : most / 20 + 1));
        list.pop(atHead, count);
        for (int i = 0; i < count; i++) {
          model.remove(atHead ? 0 : model.size() - 1);
        }
      }
    }
    unit.releaseAll();
  }

  private static String text(ListValue list) {
    long target = VirtualMemory.reserve(1 << 16);
    list.writeText(target);
    String text = new String(Bytes.toArray(target, list.length()), ISO_8859_1);
    VirtualMemory.release(target, 1 << 16);
    return text;
  }

  /** Searches that leave filters behind. */
  private void checkPivots(ListValue list, int first, int length) {
    if (random.nextBoolean()) {
      assertThat(list.findPivot(text, length)).as("seed %d", SEED).isEqualTo(first);
    }
    if (random.nextBoolean()) {
      String absent = "not in the list, " + random.nextInt();
      assertThat(list.findPivot(text, one.write(absent))).as("seed %d", SEED).isEqualTo(-1);
    }
  }

  private void check() {
    ListValue list = view();
    assertThat(list.count()).as("seed %d", SEED).isEqualTo(model.size());
    assertThat(replica.list).as("seed %d", SEED).isEqualTo(model);
    assertThat(list.exists()).isEqualTo(!model.isEmpty());
    if (!model.isEmpty()) {
      int from = random.nextInt(model.size());
      int length = one.write(model.get(from));
      int first = model.indexOf(model.get(from));
      assertThat(list.find(text, length)).as("seed %d", SEED).isEqualTo(first);
      assertThat(list.findFrom(from, text, length)).as("seed %d", SEED).isEqualTo(from);
      assertThat(list.seek(0)).isTrue();
      assertThat(list.findOn(0, first, text, length)).as("seed %d", SEED).isEqualTo(-1);
      checkPivots(list, first, length);
      assertThat(list.seekEnd(true)).isTrue();
      assertThat(text(list)).as("seed %d", SEED).isEqualTo(model.getFirst());
      assertThat(list.seekEnd(false)).isTrue();
      assertThat(text(list)).as("seed %d", SEED).isEqualTo(model.getLast());
      assertThat(list.seek(from)).isTrue();
      for (int i = from; i < Math.min(from + 200, model.size()); i++) {
        assertThat(text(list)).as("seed %d", SEED).isEqualTo(model.get(i));
        assertThat(list.next()).isEqualTo(i + 1 < model.size());
      }
      assertThat(list.seek(from)).isTrue();
      for (int i = from; i >= Math.max(0, from - 200); i--) {
        assertThat(text(list)).as("seed %d", SEED).isEqualTo(model.get(i));
        assertThat(list.previous()).isEqualTo(i > 0);
      }
    }
    shard.validate();
    unit.releaseAll();
  }
}
