package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What happens to a very large collection, made anew for every run.
 *
 * @param what with a place for the millions of elements
 * @param keys collections that are made
 * @param size elements of each, or {@link #MANY}
 * @param act what the probes watch
 */
record CollectionStop(String what, Filling filling, long keys, long size, Consumer<StopScene> act)
    implements StopEvent {
  /** As many elements as the scene says. */
  private static final long MANY = 0;

  private static final long MILLION = 1_000_000;

  static List<StopEvent> all() {
    List<StopEvent> events = new ArrayList<>();
    for (Filling filling : List.of(Filling.HASH, Filling.ZSET)) {
      String of = filling == Filling.HASH ? " a hash of %d M" : " a sorted set of %d M";
      String key = KeyValues.key(0);
      events.add(removal("DEL of" + of, filling, scene -> scene.expect("1", "DEL", key)));
      events.add(removal("expiry of" + of, filling, CollectionStop::expire));
      events.add(removal("SET over" + of, filling, scene -> scene.expect("OK", "SET", key, "x")));
      events.add(removal("UNLINK of" + of, filling, scene -> scene.expect("1", "UNLINK", key)));
    }
    events.add(
        new CollectionStop(
            "RENAME of a hash of %d M over another",
            Filling.HASH,
            2,
            MANY,
            scene -> freeing(scene, 0.75, "RENAME", KeyValues.key(0), KeyValues.key(1))));
    events.add(
        new CollectionStop(
            "FLUSHDB of a hash of %d M",
            Filling.HASH, 1, MANY, scene -> freeing(scene, 0.5, "FLUSHDB")));
    events.add(new RestoreStop());
    events.add(
        read(
            "SMEMBERS of 1 M",
            Filling.SET,
            m -> WholeRead.of(m, "SMEMBERS {key}", 1, "$16|{member}|", Messages.byMember("$16|"))));
    events.add(
        read(
            "HGETALL of 1 M",
            Filling.HASH,
            m ->
                WholeRead.of(
                    m, "HGETALL {key}", 2, "$8|f{field}|$16|{value}|", Messages.byField("$8|f"))));
    events.add(
        read(
            "LRANGE 0 -1 of 1 M",
            Filling.LIST,
            m -> WholeRead.of(m, "LRANGE {key} 0 -1", 1, "$16|{value}|", null)));
    events.add(
        new CollectionStop(
            "SUNIONSTORE of two sets of 1 M", Filling.SET, 2, MILLION, CollectionStop::unite));
    return events;
  }

  /** Also waits until the memory is free, which may go on behind the reply. */
  private static StopEvent removal(String what, Filling filling, Consumer<StopScene> remove) {
    return new CollectionStop(
        what,
        filling,
        1,
        MANY,
        scene -> {
          double before = scene.usedMemory();
          remove.accept(scene);
          scene.awaitMemoryBelow(before / 2);
        });
  }

  /** Waits also until no more than a part of the memory is left. */
  private static void freeing(StopScene scene, double left, String... words) {
    double before = scene.usedMemory();
    scene.expect("OK", words);
    scene.awaitMemoryBelow(before * left);
  }

  private static void expire(StopScene scene) {
    scene.expect("1", "PEXPIRE", KeyValues.key(0), "50");
    scene.awaitEmpty();
  }

  private static void unite(StopScene scene) {
    String both = Long.toString(2 * MILLION);
    scene.expect(both, "SUNIONSTORE", "union", KeyValues.key(0), KeyValues.key(1));
  }

  private static StopEvent read(String what, Filling filling, Function<Messages, Step> step) {
    return new CollectionStop(
        what,
        filling,
        1,
        MILLION,
        scene -> step.apply(new Messages(new Elements(1, MILLION))).run(scene.server(), false));
  }

  @Override
  public String label(long many) {
    return "typestops, " + what.formatted(many / MILLION);
  }

  @Override
  public Goal goal() {
    return Goals.STOP_COLLECTION;
  }

  @Override
  public void prepare(StopScene scene) {
    scene.flush();
    filling.build(scene.server(), new Elements(keys, size == MANY ? scene.many() : size), false);
  }

  @Override
  public void run(StopScene scene) {
    act.accept(scene);
  }
}
