package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random operations on a set against a Java set, through every form. */
final class SetValueModelTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));
  private static final int SCRATCH_BYTES = 1 << 20;

  private final Random random = new Random(SEED);
  private final Replica replica = new Replica();
  private final Keyspace keyspace = Keyspace.open(new StorageOptions(1, 2, 1L << 28), replica);
  private final CollectionLimits limits = keyspace.limits();
  private final Unit unit = keyspace.newUnit();
  private final Shard shard = keyspace.shard(0);
  private final long key = VirtualMemory.reserve(SCRATCH_BYTES);
  private final long text = key + 64;
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
    keyspace.close();
    VirtualMemory.release(key, SCRATCH_BYTES);
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
    own();
    long hash = keyspace.hash(key, 1);
    long entry = shard.find(unit, 0, hash, key, 1);
    assertThat(shard.memoryUsage(entry)).isBetween(used - used / 20, used);
    Bytes.putByte(key + 1, (byte) 'l');
    long copyHash = keyspace.hash(key + 1, 1);
    EntryTransfer.copy(unit, shard, entry, shard, 1, copyHash, key + 1, 1, -1);
    assertThat(shard.arena.usedBytes()).isGreaterThan(2 * used - used / 10);
    model.clear();
    replica.set.clear();
    shard.remove(unit, 0, hash, key, 1, Removal.EMPTIED);
    shard.remove(unit, 1, copyHash, key + 1, 1, Removal.EMPTIED);
    assertThat(shard.hasGarbage()).isTrue();
    unit.releaseAll();
    while (!keyspace.reclaimFlushed(unit, 0, 1_000_000)) {
      // Goes on until nothing is left.
    }
    assertThat(shard.arena.usedBytes()).isLessThan(10_000);
  }

  @Test
  void aHiddenSetReplacesTheKeyAtOnce() {
    add("old");
    SetValue set = hidden(0);
    set.createFor(true);
    for (int i = 0; i < 1_000; i++) {
      assertThat(set.add(text, put(Integer.toString(i)))).isTrue();
      assertThat(set.add(text, put(Integer.toString(i)))).isFalse();
      int reference = set.hiddenReference();
      unit.releaseAll();
      check();
      set = hidden(reference);
    }
    set.install();
    unit.releaseAll();
    model.clear();
    for (int i = 0; i < 1_000; i++) {
      model.add(Integer.toString(i));
    }
    encoding = "hashtable";
    replica.set.addAll(model);
    replica.set.remove("old");
    check();
    hidden(0).install();
    unit.releaseAll();
    model.clear();
    replica.set.clear();
    encoding = "";
    check();
  }

  @Test
  void aHiddenSetCanBeDiscardedOrEmptied() {
    own();
    long used = shard.arena.usedBytes();
    unit.releaseAll();
    SetValue set = hidden(0);
    set.createFor(false);
    for (int i = 0; i < 300; i++) {
      set.add(text, put("m" + i));
    }
    set.discard();
    assertThat(set.exists()).isFalse();
    set.createFor(true);
    set.add(text, put("1"));
    assertThat(set.remove(text, put("1"))).isTrue();
    assertThat(set.exists()).isFalse();
    assertThat(shard.arena.usedBytes()).isLessThanOrEqualTo(used);
    set.install();
    unit.releaseAll();
    check();
  }

  @Test
  void integersAreNarrowedIfTheyAreNotTooMany() {
    for (int count : new int[] {1, 100, 512, 513, 2_000}) {
      SetValue set = hidden(0);
      set.createFor(false);
      for (int i = 0; i < count; i++) {
        set.add(text, put(Long.toString(i * 7_919L % 1_000_003 - 500)));
      }
      set.narrow();
      set.install();
      long entry = set.entry();
      assertThat(shard.encodingName(entry)).isEqualTo(count <= 512 ? "intset" : "hashtable");
      assertThat(set.count()).isEqualTo(count);
      shard.validate();
      replica.set.add("any");
      set.clear();
      unit.releaseAll();
    }
  }

  private void own() {
    unit.begin(0);
    Bytes.putByte(key, (byte) 'k');
    while (!unit.acquire(shard)) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
  }

  private SetValue hidden(int reference) {
    own();
    SetValue set = unit.views().otherSet();
    set.pointHidden(shard, 0, keyspace.hash(key, 1), key, 1, reference);
    return set;
  }

  private SetValue view() {
    own();
    SetValue set = unit.views().set();
    long hash = keyspace.hash(key, 1);
    set.point(shard, 0, hash, key, 1, shard.find(unit, 0, hash, key, 1));
    return set;
  }

  private int put(String element) {
    Bytes.fromArray(element.getBytes(ISO_8859_1), 0, text, element.length());
    return element.length();
  }

  private void add(String member) {
    SetValue set = view();
    int length = put(member);
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
      assertThat(set.remove(text, put(wanted))).as("seed %d", SEED).isEqualTo(model.remove(wanted));
    } else if (set.exists()) {
      while (!set.draw(random.nextLong())) {
        // An empty slot.
      }
      String drawn = text(set.address(), set.member().length());
      assertThat(model.remove(drawn)).as("seed %d", SEED).isTrue();
      if (random.nextBoolean()) {
        set.removeCurrent();
      } else {
        assertThat(set.remove(text, put(drawn))).as("seed %d", SEED).isTrue();
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
      assertThat(set.contains(text, put(whole.get(random.nextInt(whole.size()))))).isTrue();
    }
    assertThat(set.contains(text, put("no member"))).isFalse();
    if (!model.isEmpty()) {
      assertThat(shard.encodingName(set.entry())).as("seed %d", SEED).isEqualTo(encoding);
    }
    shard.validate();
    unit.releaseAll();
  }
}
