package dev.larder.storage;

import static dev.larder.storage.MemberBound.EXCLUDED;
import static dev.larder.storage.MemberBound.GREATEST;
import static dev.larder.storage.MemberBound.INCLUDED;
import static dev.larder.storage.MemberBound.LEAST;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random operations on a sorted set against a map that is sorted when asked, in every form. */
final class SortedSetValueModelTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));

  private final Random random = new Random(SEED);
  private final Replica replica = new Replica();
  private final OneKey one = new OneKey(replica);
  private final Unit unit = one.unit;
  private final Shard shard = one.shard;
  private final long text = one.text;
  private final long target = one.target;
  private final Map<String, Double> model = new HashMap<>();

  private record Scored(String member, double score) {
    static final Comparator<Scored> ORDER =
        Comparator.comparingDouble(Scored::score).thenComparing(Scored::member);

    /** As doubles compare, for which the two zeros are the same. */
    Scored normal() {
      return new Scored(member, score + 0.0);
    }
  }

  /** Keeps a copy of the set by what a journal hears. */
  private static final class Replica implements Journal {
    final Map<String, Double> scores = new HashMap<>();

    private static String text(long address, int length) {
      return new String(Bytes.toArray(address, length), ISO_8859_1);
    }

    @Override
    public void memberScored(
        long sequence,
        Shard shard,
        int database,
        long entry,
        long member,
        int memberLength,
        double score) {
      scores.put(text(member, memberLength), score);
    }

    @Override
    public void scoreRemoved(
        long sequence, Shard shard, int database, long entry, long member, int memberLength) {
      assertThat(scores.remove(text(member, memberLength))).isNotNull();
    }
  }

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void isLikeASortedMapWithinDefaultLimits() {
    operate(1_500, 200, 30);
  }

  @Test
  void isLikeASortedMapWithinSmallLimits() {
    one.keyspace.limits().zsetMaxListpackEntries(4);
    one.keyspace.limits().zsetMaxListpackValue(10);
    operate(1_500, 160, 30);
  }

  @Test
  void isLikeASortedMapOfLongMembers() {
    operate(600, 60, 4_000);
  }

  @Test
  void isLikeASortedMapWhenLarge() {
    operate(200, 4_000, 20);
  }

  @Test
  void copiesAndFreesInSlices() {
    for (int i = 0; i < 20_000; i++) {
      put("member " + i, i % 1_000);
    }
    one.own();
    assertThat(shard.encodingName(one.find())).isEqualTo("skiplist");
    unit.releaseAll();
    one.copyAndFree(Removal.DELETED);
  }

  private SortedSetValue view() {
    return one.view(unit.views().sortedSet());
  }

  private void put(String member, double score) {
    SortedSetValue set = view();
    int length = one.write(member);
    assertThat(set.hasRoom(length)).isTrue();
    boolean isThere = set.find(text, length);
    assertThat(isThere).as("seed %d", SEED).isEqualTo(model.containsKey(member));
    if (isThere) {
      assertThat(set.score() + 0.0).isEqualTo(model.get(member) + 0.0);
      set.rescore(text, length, score);
    } else {
      set.add(text, length, score);
    }
    model.put(member, score);
    unit.releaseAll();
  }

  private String member(int longest) {
    if (random.nextInt(3) == 0) {
      return Long.toString(random.nextLong() >> random.nextInt(64));
    }
    StringBuilder word = new StringBuilder();
    int length = random.nextInt(longest);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(i == 0 ? 150 : 3)));
    }
    return word.toString();
  }

  private double score() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(5);
      case 1 -> random.nextGaussian() * 1e10;
      case 2 -> random.nextInt();
      case 3 -> (double) random.nextLong();
      case 4 ->
          List.of(
                  Double.NEGATIVE_INFINITY,
                  Double.POSITIVE_INFINITY,
                  -0.0,
                  0x1p52,
                  -0x1p52 - 1,
                  Double.MIN_VALUE,
                  0.1)
              .get(random.nextInt(7));
      default -> random.nextInt(100) / 4.0;
    };
  }

  private void operate(int operations, int most, int longest) {
    for (int i = 0; i < operations; i++) {
      boolean grows = i / (operations / 6) % 2 == 0;
      int batch = most > 1_000 && grows ? 1 + random.nextInt(most / 20) : 1;
      for (int j = 0; j < batch; j++) {
        change(grows && model.size() < most, longest, most);
      }
      if (i % 10 == 0 || most <= 1_000) {
        check();
      }
    }
    check();
  }

  private void change(boolean grows, int longest, int most) {
    if (model.isEmpty() || (grows && random.nextInt(10) < 6)) {
      put(member(longest), score());
      return;
    }
    List<Scored> sorted = most > 1_000 ? List.of() : sorted();
    String some = model.keySet().iterator().next();
    if (!sorted.isEmpty()) {
      some = sorted.get(random.nextInt(sorted.size())).member();
    }
    if (random.nextBoolean()) {
      put(some, score());
      return;
    }
    SortedSetValue set = view();
    if (random.nextBoolean() || sorted.isEmpty()) {
      assertThat(set.find(text, one.write(some))).isTrue();
      set.remove();
      model.remove(some);
    } else {
      int rank = random.nextInt(sorted.size());
      int count = 1 + random.nextInt(Math.min(sorted.size() - rank, grows ? 2 : 10));
      set.removeRange(rank, count);
      sorted.subList(rank, rank + count).forEach(scored -> model.remove(scored.member()));
    }
    unit.releaseAll();
  }

  private List<Scored> sorted() {
    List<Scored> sorted = new ArrayList<>();
    model.forEach((member, score) -> sorted.add(new Scored(member, score).normal()));
    sorted.sort(Scored.ORDER);
    return sorted;
  }

  private Scored current(SortedSetValue set) {
    set.writeText(target);
    String member = new String(Bytes.toArray(target, set.length()), ISO_8859_1);
    return new Scored(member, set.score()).normal();
  }

  private void check() {
    List<Scored> sorted = sorted();
    SortedSetValue set = view();
    assertThat(set.count()).as("seed %d", SEED).isEqualTo(sorted.size());
    assertThat(set.exists()).isEqualTo(!sorted.isEmpty());
    assertThat(replica.scores).as("seed %d", SEED).isEqualTo(model);
    if (!sorted.isEmpty()) {
      checkRanks(set, sorted);
      checkScores(set, sorted, score());
      checkScores(set, sorted, sorted.get(random.nextInt(sorted.size())).score());
      checkWalk(set, sorted);
    }
    shard.validate();
    unit.releaseAll();
  }

  private void checkRanks(SortedSetValue set, List<Scored> sorted) {
    int from = random.nextInt(sorted.size());
    assertThat(set.seekRank(sorted.size())).isFalse();
    assertThat(set.seekRank(from)).isTrue();
    for (int i = from; i < Math.min(from + 50, sorted.size()); i++) {
      assertThat(current(set)).as("seed %d", SEED).isEqualTo(sorted.get(i));
      assertThat(set.rank()).isEqualTo(i);
      assertThat(set.next()).isEqualTo(i + 1 < sorted.size());
    }
    assertThat(set.seekRank(from)).isTrue();
    for (int i = from; i >= Math.max(0, from - 50); i--) {
      assertThat(current(set)).as("seed %d", SEED).isEqualTo(sorted.get(i));
      assertThat(set.previous()).isEqualTo(i > 0);
    }
    assertThat(set.find(text, one.write(sorted.get(from).member()))).isTrue();
    assertThat(set.rank()).as("seed %d", SEED).isEqualTo(from);
    assertThat(set.find(text, one.write("nosuch"))).isFalse();
  }

  private void checkScores(SortedSetValue set, List<Scored> sorted, double score) {
    int below = (int) sorted.stream().filter(s -> s.score() < score).count();
    int upTo = (int) sorted.stream().filter(s -> s.score() <= score).count();
    assertThat(set.countBelow(score, false)).as("seed %d", SEED).isEqualTo(below);
    assertThat(set.countBelow(score, true)).as("seed %d", SEED).isEqualTo(upTo);
    checkAt(set, set.seekScore(score, false), sorted, below);
    checkAt(set, set.seekScore(score, true), sorted, upTo);
    checkAt(set, set.seekLastScore(score, false), sorted, upTo - 1);
    checkAt(set, set.seekLastScore(score, true), sorted, below - 1);
    set.selectScores(score, false, score, false);
    checkSelection(set, below, upTo - below, false, sorted);
    set.selectScores(score, true, Double.POSITIVE_INFINITY, false);
    checkSelection(set, upTo, sorted.size() - upTo, true, sorted);
  }

  private void checkAt(SortedSetValue set, boolean isThere, List<Scored> sorted, int index) {
    assertThat(isThere).as("seed %d", SEED).isEqualTo(index >= 0 && index < sorted.size());
    if (isThere) {
      assertThat(current(set)).as("seed %d", SEED).isEqualTo(sorted.get(index));
    }
  }

  private void checkWalk(SortedSetValue set, List<Scored> sorted) {
    Set<Scored> walked = new HashSet<>();
    long position = 0;
    do {
      position = set.walk(position, () -> assertThat(walked.add(current(set))).isTrue());
    } while (position != 0);
    assertThat(walked).as("seed %d", SEED).isEqualTo(new HashSet<>(sorted));
  }

  @Test
  void findsByBytesAmongEqualScores() {
    for (boolean large : new boolean[] {false, true}) {
      for (int i = 0; i < (large ? 2_000 : 90); i++) {
        String member = member(6);
        if (!model.containsKey(member)) {
          put(member, 7);
        }
      }
      List<Scored> sorted = sorted();
      SortedSetValue set = view();
      for (int i = 0; i < 200; i++) {
        String bytes = i % 2 == 0 ? member(6) : sorted.get(random.nextInt(sorted.size())).member();
        int before = (int) sorted.stream().filter(s -> s.member().compareTo(bytes) < 0).count();
        int upTo = (int) sorted.stream().filter(s -> s.member().compareTo(bytes) <= 0).count();
        int length = one.write(bytes);
        boolean isReverse = random.nextBoolean();
        set.selectMembers(LEAST, 0, 0, INCLUDED, text, length, isReverse, 0);
        checkSelection(set, 0, upTo, isReverse, sorted);
        set.selectMembers(LEAST, 0, 0, EXCLUDED, text, length, isReverse, 0);
        checkSelection(set, 0, before, isReverse, sorted);
        set.selectMembers(INCLUDED, text, length, GREATEST, 0, 0, isReverse, 0);
        checkSelection(set, before, sorted.size() - before, isReverse, sorted);
        set.selectMembers(EXCLUDED, text, length, GREATEST, 0, 0, isReverse, 0);
        checkSelection(set, upTo, sorted.size() - upTo, isReverse, sorted);
        int skipped = random.nextInt(5);
        set.limitSelection(isReverse, skipped, 2);
        int left = Math.max(0, sorted.size() - upTo - skipped);
        int taken = Math.min(2, left);
        int rank = isReverse ? upTo + left - taken : sorted.size() - left;
        checkSelection(set, rank, taken, isReverse, sorted);
      }
      unit.releaseAll();
    }
  }

  private void checkSelection(
      SortedSetValue set, int rank, int count, boolean isReverse, List<Scored> sorted) {
    assertThat(set.selectedCount()).as("seed %d", SEED).isEqualTo(count);
    if (count > 0) {
      assertThat(set.selectedRank()).as("seed %d", SEED).isEqualTo(rank);
      int first = isReverse ? rank + count - 1 : rank;
      checkAt(set, set.seekSelection(isReverse), sorted, first);
    } else {
      assertThat(set.seekSelection(isReverse)).isFalse();
    }
  }
}
