package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random operations on a set against a Java set, through every form. */
@Tag("slow")
final class SetValueModelTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));

  private final Random random = new Random(SEED);
  private final Replica replica = new Replica();
  private final OneKey one = new OneKey(replica);
  private final CollectionLimits limits = one.keyspace.limits();
  private final Unit unit = one.unit;
  private final Shard shard = one.shard;
  private final long text = one.text;
  private final Set<String> model = new HashSet<>();

  /** What Redis calls the set; empty while there is none. */
  private String encoding = "";

  /** Keeps a copy of the set by what a journal hears. */
  private static final class Replica implements Journal {
    final Set<String> set = new HashSet<>();

    @Override
    public void memberAdded(
        long sequence, Shard shard, int database, long entry, long member, int memberLength) {
      assertThat(set.add(text(member, memberLength))).isTrue();
    }

    @Override
    public void memberRemoved(
        long sequence, Shard shard, int database, long entry, long member, int memberLength) {
      assertThat(set.remove(text(member, memberLength))).isTrue();
    }

    @Override
    public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
      assertThat(reason == Removal.EMPTIED).isEqualTo(set.isEmpty());
      set.clear();
    }
  }

  private static String text(long address, int length) {
    return new String(Bytes.toArray(address, length), ISO_8859_1);
  }

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void isLikeAJavaSetWithinDefaultLimits() {
    operate(2_000, 200, 30, 2);
  }

  @Test
  void isLikeAJavaSetOfIntegers() {
    operate(3_000, 700, 30, 1_000_000);
  }

  @Test
  void isLikeAJavaSetWithinSmallLimits() {
    limits.setMaxIntsetEntries(5);
    limits.setMaxListpackEntries(8);
    limits.setMaxListpackValue(6);
    operate(3_000, 30, 10, 2);
  }

  @Test
  void isLikeAJavaSetOfFewIntegersAndManyStrings() {
    limits.setMaxIntsetEntries(16);
    limits.setMaxListpackEntries(4);
    operate(2_000, 30, 10, 20);
  }

  @Test
  void isLikeAJavaSetBeyondAllLimits() {
    limits.setMaxIntsetEntries(0);
    limits.setMaxListpackEntries(0);
    operate(2_000, 200, 300, 2);
  }

  @Test
  void isLikeAJavaSetWithoutLimits() {
    limits.setMaxIntsetEntries(1 << 20);
    limits.setMaxListpackEntries(1 << 20);
    limits.setMaxListpackValue(1 << 20);
    operate(400, 2_500, 40, 3);
  }

  @Test
  void isLikeAJavaSetWhenLarge() {
    operate(300, 20_000, 40, 3);
  }

  @Test
  void copiesAndFreesInSlices() {
    for (int i = 0; i < 20_000; i++) {
      add("member " + i);
    }
    long used = shard.arena.usedBytes();
    one.own();
    assertThat(shard.memoryUsage(one.find())).isBetween(used - used / 20, used);
    unit.releaseAll();
    model.clear();
    replica.set.clear();
    one.copyAndFree(Removal.EMPTIED);
  }

  @Test
  void aHiddenSetReplacesTheKeyAtOnce() {
    add("old");
    SetValue set = hidden(0);
    set.createFor(true);
    for (int i = 0; i < 1_000; i++) {
      assertThat(set.add(text, one.write(Integer.toString(i)))).isTrue();
      assertThat(set.add(text, one.write(Integer.toString(i)))).isFalse();
      int reference = set.hiddenReference();
      unit.releaseAll();
      check();
      set = hidden(reference);
    }
    set.install(KeyEvent.SUNIONSTORE);
    unit.releaseAll();
    model.clear();
    for (int i = 0; i < 1_000; i++) {
      model.add(Integer.toString(i));
    }
    encoding = "hashtable";
    replica.set.addAll(model);
    replica.set.remove("old");
    check();
    hidden(0).install(KeyEvent.SUNIONSTORE);
    unit.releaseAll();
    model.clear();
    replica.set.clear();
    encoding = "";
    check();
  }

  @Test
  void aHiddenSetCanBeDiscardedOrEmptied() {
    one.own();
    long used = shard.arena.usedBytes();
    unit.releaseAll();
    SetValue set = hidden(0);
    set.createFor(false);
    for (int i = 0; i < 300; i++) {
      set.add(text, one.write("m" + i));
    }
    set.discard();
    assertThat(set.exists()).isFalse();
    set.createFor(true);
    set.add(text, one.write("1"));
    assertThat(set.remove(text, one.write("1"))).isTrue();
    assertThat(set.exists()).isFalse();
    assertThat(shard.arena.usedBytes()).isLessThanOrEqualTo(used);
    set.install(KeyEvent.SUNIONSTORE);
    unit.releaseAll();
    check();
  }

  @Test
  void aSetThatIsHiddenGoesOnWithoutItsKey() {
    for (int i = 0; i < 2_000; i++) {
      add("member " + i);
    }
    long used = shard.arena.usedBytes();
    SetValue set = view();
    assertThat(set.hide()).isTrue();
    HiddenValue hidden = new HiddenValue(shard, 0, one.keyspace.hash(one.key, 1), one.key, 1);
    hidden.keep(set);
    unit.releaseAll();
    model.clear();
    encoding = "";
    check();
    one.own();
    hidden.point(set);
    assertThat(set.count()).isEqualTo(2_000);
    assertThat(set.remove(text, one.write("member 7"))).isTrue();
    hidden.keep(set);
    assertThat(shard.arena.usedBytes()).isCloseTo(used, within(1_000L));
    unit.releaseAll();
    hidden.discard();
    hidden.discard();
    while (!one.keyspace.reclaimFlushed(unit, 0, 1_000_000)) {
      // Until nothing is left.
    }
    assertThat(shard.arena.usedBytes()).isLessThan(10_000);
    check();
  }

  @Test
  void integersAreNarrowedIfTheyAreNotTooMany() {
    for (int count : new int[] {1, 100, 512, 513, 2_000}) {
      SetValue set = hidden(0);
      set.createFor(false);
      for (int i = 0; i < count; i++) {
        set.add(text, one.write(Long.toString(i * 7_919L % 1_000_003 - 500)));
      }
      set.narrow();
      set.install(KeyEvent.SUNIONSTORE);
      long entry = set.entry();
      assertThat(shard.encodingName(entry)).isEqualTo(count <= 512 ? "intset" : "hashtable");
      assertThat(set.count()).isEqualTo(count);
      shard.validate();
      replica.set.add("any");
      set.clear();
      unit.releaseAll();
    }
  }

  private SetValue hidden(int reference) {
    return one.hidden(unit.views().otherSet(), reference);
  }

  private SetValue view() {
    return one.view(unit.views().set());
  }

  private void add(String member) {
    SetValue set = view();
    int length = one.write(member);
    set.expect(text, length, 1);
    boolean isNew = set.add(text, length);
    assertThat(isNew).as("seed %d", SEED).isEqualTo(model.add(member));
    if (isNew) {
      encoding = encodingWith(member);
    }
    unit.releaseAll();
  }

  private static boolean isInteger(String member) {
    return member.matches("0|-?[1-9][0-9]{0,18}")
        && Long.toString(new java.math.BigInteger(member).longValue()).equals(member);
  }

  /** What Redis calls the set after a member was added. */
  private String encodingWith(String member) {
    int count = model.size();
    String before = encoding;
    if (count == 1) {
      before =
          isInteger(member) && limits.setMaxIntsetEntries() >= 1
              ? "intset"
              : limits.setMaxListpackEntries() >= 1 ? "listpack" : "hashtable";
    }
    if (before.equals("intset") && isInteger(member)) {
      return count <= limits.setMaxIntsetEntries() ? "intset" : "hashtable";
    }
    int longest =
        before.equals("intset")
            ? model.stream().mapToInt(String::length).max().orElse(0)
            : member.length();
    return !before.equals("hashtable")
            && count <= limits.setMaxListpackEntries()
            && longest <= limits.setMaxListpackValue()
        ? "listpack"
        : "hashtable";
  }

  private String member(int longest, int oneWordIn) {
    if (random.nextInt(oneWordIn) != 0) {
      return Long.toString(random.nextLong() >> 20 + random.nextInt(44));
    }
    StringBuilder word = new StringBuilder();
    int length = random.nextInt(longest);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  private void operate(int operations, int most, int longest, int oneWordIn) {
    for (int i = 0; i < operations; i++) {
      boolean grows = i / (operations / 6) % 2 == 0;
      int batch = grows ? 1 + random.nextInt(Math.max(2, most / 20)) : 1;
      for (int j = 0; j < batch && model.size() < most; j++) {
        if (grows || random.nextInt(3) == 0) {
          add(member(longest, oneWordIn));
        }
      }
      int removals = grows ? 1 : random.nextInt(Math.max(2, most / 30));
      for (int j = 0; j < removals; j++) {
        remove(longest, oneWordIn);
      }
      if (i % 10 == 0 || most <= 1_000) {
        check();
      }
    }
    check();
  }

  private void remove(int longest, int oneWordIn) {
    SetValue set = view();
    if (random.nextInt(200) == 0) {
      String wanted = member(longest, oneWordIn);
      assertThat(set.remove(text, one.write(wanted)))
          .as("seed %d", SEED)
          .isEqualTo(model.remove(wanted));
    } else if (set.exists()) {
      while (!set.draw(random.nextLong())) {
        // An empty slot.
      }
      String drawn = text(set.address(), set.member().length());
      assertThat(model.remove(drawn)).as("seed %d", SEED).isTrue();
      if (random.nextBoolean()) {
        set.removeCurrent();
      } else {
        assertThat(set.remove(text, one.write(drawn))).as("seed %d", SEED).isTrue();
      }
    }
    if (random.nextInt(50) == 0 && encoding.equals("hashtable") && set.exists()) {
      set.rebuild();
      int longestLeft = model.stream().mapToInt(String::length).max().orElse(0);
      if (model.size() <= limits.setMaxListpackEntries()
          && longestLeft <= limits.setMaxListpackValue()) {
        encoding = "listpack";
      }
    }
    unit.releaseAll();
  }

  private void check() {
    SetValue set = view();
    assertThat(set.count()).as("seed %d", SEED).isEqualTo(model.size());
    assertThat(set.exists()).isEqualTo(!model.isEmpty());
    assertThat(replica.set.equals(model)).as("seed %d", SEED).isTrue();
    List<String> whole = new ArrayList<>();
    for (boolean more = set.seekFirst(); more; more = set.next()) {
      whole.add(text(set.address(), set.member().length()));
    }
    List<String> walked = new ArrayList<>();
    long position = 0;
    do {
      position = set.walk(position);
      while (set.next()) {
        walked.add(text(set.address(), set.member().length()));
        assertThat(set.member().isInteger()).isEqualTo(isInteger(walked.getLast()));
      }
    } while (position != 0);
    assertThat(whole).as("seed %d", SEED).hasSize(model.size());
    assertThat(walked).as("seed %d", SEED).hasSize(model.size());
    assertThat(new HashSet<>(whole).equals(model)).as("seed %d", SEED).isTrue();
    assertThat(new HashSet<>(walked).equals(model)).as("seed %d", SEED).isTrue();
    for (int i = 0; i < Math.min(20, whole.size()); i++) {
      assertThat(set.contains(text, one.write(whole.get(random.nextInt(whole.size()))))).isTrue();
    }
    assertThat(set.contains(text, one.write("no member"))).isFalse();
    if (!model.isEmpty()) {
      assertThat(shard.encodingName(set.entry())).as("seed %d", SEED).isEqualTo(encoding);
    }
    shard.validate();
    unit.releaseAll();
  }
}
