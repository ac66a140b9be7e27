import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.redisson.api.BatchOptions;
import org.redisson.api.BatchResult;
import org.redisson.api.FunctionMode;
import org.redisson.api.FunctionResult;
import org.redisson.api.RAtomicDouble;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RBatch;
import org.redisson.api.RBloomFilter;
import org.redisson.api.RBucket;
import org.redisson.api.RFunction;
import org.redisson.api.RFuture;
import org.redisson.api.RGeo;
import org.redisson.api.RIdGenerator;
import org.redisson.api.RList;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RMap;
import org.redisson.api.RMapCache;
import org.redisson.api.RMapCacheNative;
import org.redisson.api.RScoredSortedSet;
import org.redisson.api.RScript;
import org.redisson.api.RSet;
import org.redisson.api.RSetCache;
import org.redisson.api.RSetMultimapCache;
import org.redisson.api.RSortedSet;
import org.redisson.api.RTimeSeries;
import org.redisson.api.RTransaction;
import org.redisson.api.RedissonClient;
import org.redisson.api.TransactionOptions;
import org.redisson.api.geo.GeoUnit;
import org.redisson.api.map.event.EntryExpiredListener;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.client.codec.StringCodec;
import org.redisson.transaction.TransactionException;

/** Values and collections, batches and transactions. */
@SuppressWarnings("deprecation") // Programs use what the library advises against.
final class ValueChecks {
  static final List<Check> ALL =
      List.of(
          new Check("buckets", ValueChecks::buckets),
          new Check("numbers", ValueChecks::numbers),
          new Check("maps", ValueChecks::maps),
          new Check("maps with TTL", ValueChecks::mapsWithTtl),
          new Check("maps with TTL of the server", ValueChecks::mapsWithTtlOfTheServer),
          new Check("maps with a cache of the client's", ValueChecks::cachedMaps),
          new Check("lists and sets", ValueChecks::listsAndSets),
          new Check("sorted sets", ValueChecks::sortedSets),
          new Check("other objects", ValueChecks::otherObjects),
          new Check("scripts", ValueChecks::scripts),
          new Check("functions", ValueChecks::functions),
          new Check("batches", ValueChecks::batches),
          new Check("transactions", ValueChecks::transactions));

  private ValueChecks() {}

  private static void buckets(Program program) throws Exception {
    RBucket<Map<String, Integer>> bucket = program.client().getBucket("bucket");
    bucket.set(Map.of("a", 1), Duration.ofSeconds(2));
    Program.same(program.connect().getBucket("bucket").get(), Map.of("a", 1));
    Program.ensure(bucket.remainTimeToLive() > 0 && !bucket.setIfAbsent(Map.of()), "no TTL");
    Program.until(() -> !bucket.isExists());
    Program.ensure(bucket.compareAndSet(null, Map.of("a", 2)), "not as compared");
    Program.ensure(!bucket.compareAndSet(Map.of("a", 3), Map.of()), "not as compared");
    Program.ensure(bucket.compareAndSet(Map.of("a", 2), Map.of("a", 3)), "not as compared");
    Program.same(bucket.getAndSet(Map.of("b", 1)), Map.of("a", 3));
    Program.same(bucket.getAndDelete(), Map.of("b", 1));
    Map<String, Integer> many = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      many.put("bucket:" + i, i);
    }
    program.client().getBuckets().set(many);
    Program.same(program.client().getBuckets().get(many.keySet().toArray(String[]::new)), many);
    Program.same(program.client().getKeys().deleteByPattern("bucket:*"), 500L);
  }

  private static void numbers(Program program) throws Exception {
    RAtomicLong number = program.client().getAtomicLong("long");
    program.together(
        4,
        false,
        client -> {
          for (int i = 0; i < 100; i++) {
            client.getAtomicLong("long").incrementAndGet();
          }
        });
    Program.same(number.getAndAdd(2), 400L);
    Program.ensure(number.compareAndSet(402, 1) && !number.compareAndSet(402, 2), "compared");
    Program.ensure(number.setIfGreater(0, 5) && number.get() == 5, "not greater");
    Program.same(number.getAndDelete(), 5L);
    RAtomicDouble sum = program.client().getAtomicDouble("double");
    sum.set(0.5);
    Program.same(sum.addAndGet(0.25), 0.75);
    Program.ensure(sum.compareAndSet(0.75, 1e300) && sum.get() == 1e300, "compared");
    RIdGenerator ids = program.client().getIdGenerator("ids");
    ids.tryInit(10, 5);
    Program.same(ids.nextId(), 10L);
    Program.same(program.connect().getIdGenerator("ids").nextId(), 15L);
    Program.same(ids.nextId(), 11L);
  }

  private static void maps(Program program) throws Exception {
    RMap<String, Integer> map = program.client().getMap("map");
    Program.same(map.put("a", 1), null);
    Program.same(map.put("a", 2), 1);
    Program.same(map.putIfAbsent("a", 3), 2);
    Program.ensure(map.fastPutIfAbsent("b", 4) && !map.fastPutIfAbsent("b", 5), "put twice");
    Program.ensure(map.replace("a", 2, 6) && !map.replace("a", 2, 7), "not as compared");
    Program.same(map.merge("b", 1, Integer::sum), 5);
    Program.same(map.computeIfAbsent("c", key -> 8), 8);
    Program.ensure(map.remove("c", 8) && !map.remove("c", 8), "not as compared");
    Program.same(map.getAll(Set.of("a", "b", "x")), Map.of("a", 6, "b", 5));
    Program.same(map.readAllMap(), Map.of("a", 6, "b", 5));
    Map<String, Integer> many = new HashMap<>();
    for (int i = 0; i < 2000; i++) {
      many.put("key " + i, i);
    }
    map.putAll(many, 300);
    Program.same(map.size(), 2002);
    Program.same(map.entrySet().stream().mapToInt(Map.Entry::getValue).sum(), 1_999_011);
    Program.same(map.fastRemove(many.keySet().toArray(String[]::new)), 2000L);
    RMap<String, Integer> numbers = program.client().getMap("numbers", StringCodec.INSTANCE);
    Program.same(numbers.addAndGet("n", 3), 3);
    Program.same(numbers.addAndGet("n", 4), 7);
    Program.same(numbers.keySet("?").size(), 1);
  }

  private static void mapsWithTtl(Program program) throws Exception {
    RMapCache<String, Integer> map = program.client().getMapCache("cache");
    Queue<Object> expired = new ConcurrentLinkedQueue<>();
    map.addListener((EntryExpiredListener<String, Integer>) event -> expired.add(event.getKey()));
    Program.same(map.put("short", 1, 2, SECONDS), null);
    Program.same(map.put("long", 2, 60, SECONDS), null);
    map.fastPut("idle", 3, 60, SECONDS, 4, SECONDS);
    map.put("ever", 4);
    Program.ensure(map.remainTimeToLive("short") > 0, "no TTL");
    Program.same(map.remainTimeToLive("ever"), -1L);
    Program.same(map.putIfAbsent("ever", 5), 4);
    Program.same(map.size(), 4);
    RMapCache<String, Integer> others = program.connect().getMapCache("cache");
    Program.until(() -> others.get("short") == null);
    Program.ensure(others.get("idle") == 3 && others.get("long") == 2, "gone with it");
    // Who reads it puts off the end of what is idle.
    for (int i = 0; i < 6; i++) {
      Thread.sleep(1000);
      Program.same(others.get("idle"), 3);
    }
    Thread.sleep(4000);
    Program.same(others.containsKey("idle"), false);
    Program.same(map.readAllMap(), Map.of("long", 2, "ever", 4));
    Program.until(() -> expired.contains("short"));
    Program.ensure(map.updateEntryExpiration("ever", 1, MILLISECONDS, 0, SECONDS), "no entry");
    Program.until(() -> !others.containsKey("ever"));
    map.setMaxSize(10);
    for (int i = 0; i < 50; i++) {
      map.put("key " + i, i, 20, SECONDS);
    }
    Program.same(map.size(), 10);
    Program.same(map.get("key 49"), 49);
    RSetCache<String> set = program.client().getSetCache("set");
    Program.ensure(set.add("short", 1, SECONDS) && set.add("ever"), "not added");
    Program.until(() -> !set.contains("short") && set.readAll().equals(Set.of("ever")));
    RSetMultimapCache<String, Integer> several = program.client().getSetMultimapCache("several");
    several.putAll("a", List.of(1, 2, 3));
    several.put("b", 4);
    several.expireKey("a", 200, MILLISECONDS);
    Program.until(() -> several.get("a").isEmpty());
    Program.same(several.getAll("b"), Set.of(4));
    List.of(map, others, set, several).forEach(one -> one.destroy());
  }

  private static void mapsWithTtlOfTheServer(Program program) throws Exception {
    RMapCacheNative<String, Integer> map = program.client().getMapCacheNative("native");
    Program.needs(() -> map.put("short", 1, Duration.ofSeconds(2)));
    map.put("ever", 2);
    Program.ensure(map.remainTimeToLive("short") > 0, "no TTL");
    Program.until(() -> !map.containsKey("short"));
    Program.same(map.readAllMap(), Map.of("ever", 2));
    Program.ensure(map.expireEntry("ever", Duration.ofSeconds(20)), "no entry");
    Program.ensure(map.clearExpire("ever"), "no TTL");
    Program.same(map.putIfAbsent("ever", 3, Duration.ofSeconds(1)), 2);
  }

  private static void cachedMaps(Program program) throws Exception {
    RedissonClient other = program.connect();
    RLocalCachedMap<String, Integer> map =
        program.client().getLocalCachedMap(LocalCachedMapOptions.name("local"));
    RLocalCachedMap<String, Integer> others =
        other.getLocalCachedMap(LocalCachedMapOptions.name("local"));
    map.put("a", 1);
    // The message that somebody has put may come behind what was read meanwhile, which goes then.
    Program.until(() -> others.get("a") == 1 && others.getCachedMap().equals(Map.of("a", 1)));
    map.put("a", 2);
    Program.until(() -> others.get("a") == 2);
    map.fastRemove("a");
    Program.until(() -> others.get("a") == null);
    Program.ensure(others.getCachedMap().isEmpty(), "still there");
  }

  private static void listsAndSets(Program program) throws Exception {
    RList<String> list = program.client().getList("list");
    list.addAll(List.of("a", "b", "c", "b"));
    list.add(1, "x");
    Program.same(list.readAll(), List.of("a", "x", "b", "c", "b"));
    Program.same(list.lastIndexOf("b"), 4);
    Program.same(list.remove(1), "x");
    Program.same(list.addAfter("a", "y"), 5);
    Program.same(list.set(0, "z"), "a");
    Program.same(list.subList(1, 3).readAll(), List.of("y", "b"));
    list.fastSet(0, "q");
    list.removeAll(List.of("b"));
    list.retainAll(List.of("q", "c"));
    Program.same(list.readAll(), List.of("q", "c"));
    RSet<Integer> set = program.client().getSet("set");
    for (int i = 0; i < 300; i++) {
      set.add(i);
    }
    RSet<Integer> others = program.client().getSet("others");
    others.addAll(List.of(1, 2, 999));
    Program.same(set.readIntersection("others"), Set.of(1, 2));
    Program.same(set.iterator(20).hasNext(), true);
    Program.same(set.stream().distinct().count(), 300L);
    Program.ensure(set.containsAll(List.of(1, 2)) && !set.containsAll(others), "contains");
    Program.ensure(set.move("others", 7) && others.contains(7), "not moved");
    Program.same(set.removeRandom(5).size(), 5);
  }

  private static void sortedSets(Program program) throws Exception {
    RScoredSortedSet<String> scores = program.client().getScoredSortedSet("scores");
    Program.same(scores.addAll(Map.of("a", 1.0, "b", 2.0, "c", 3.5)), 3);
    Program.same(scores.addScore("a", 1.5), 2.5);
    Program.same(scores.rank("a"), 1);
    Program.same(scores.addAndGetRevRank(9.0, "d"), 0);
    Program.ensure(!scores.addIfGreater(1.0, "d") && scores.getScore("d") == 9.0, "smaller");
    Program.same(scores.valueRange(2.0, false, 4.0, true), List.of("a", "c"));
    Program.same(scores.pollFirst(), "b");
    Program.same(scores.entryRange(0, -1).size(), 3);
    Program.same(scores.takeFirst(), "a");
    var waiting = program.start(() -> program.client().getScoredSortedSet("later").takeLast());
    program.connect().getScoredSortedSet("later").add(1, "z");
    Program.same(waiting.get(10, SECONDS), "z");
    RSortedSet<Integer> sorted = program.client().getSortedSet("sorted");
    for (int number : List.of(5, 1, 4, 2, 3, 3)) {
      sorted.add(number);
    }
    Program.same(List.copyOf(sorted.readAll()), List.of(1, 2, 3, 4, 5));
    Program.ensure(sorted.remove(3) && sorted.first() == 1 && sorted.last() == 5, sorted);
    RTimeSeries<String, String> series = program.client().getTimeSeries("series");
    series.add(1, "one");
    series.add(2, "two", "label", Duration.ofSeconds(2));
    Program.same(series.get(2), "two");
    Program.until(() -> series.size() == 1);
    Program.same(List.copyOf(series.range(0, 9)), List.of("one"));
    series.destroy();
  }

  private static void otherObjects(Program program) throws Exception {
    RedissonClient client = program.client();
    RBloomFilter<Integer> filter = client.getBloomFilter("filter");
    Program.ensure(filter.tryInit(1000, 0.01), "made before");
    for (int i = 0; i < 1000; i++) {
      filter.add(i);
    }
    Program.ensure(filter.contains(1) && filter.contains(999), "an element is missing");
    Program.ensure(Math.abs(filter.count() - 1000) < 100, filter.count());
    RGeo<String> geo = client.getGeo("geo");
    geo.add(13.361389, 38.115556, "Palermo");
    geo.add(15.087269, 37.502669, "Catania");
    Program.ensure(
        Math.abs(geo.dist("Palermo", "Catania", GeoUnit.KILOMETERS) - 166.27) < 1, "far");
    client.getBitSet("bits").set(3, 70, true);
    Program.same(client.getBitSet("bits").cardinality(), 67L);
    Program.same(client.getBitSet("bits").length(), 70L);
    client.getHyperLogLog("log").addAll(List.of("a", "b", "a"));
    Program.same(client.getHyperLogLog("log").count(), 2L);
    var ring = client.<Integer>getRingBuffer("ring");
    ring.trySetCapacity(3);
    ring.addAll(List.of(1, 2, 3, 4, 5));
    Program.same(ring.readAll(), List.of(3, 4, 5));
    client.getListMultimap("several").put("a", 1);
    client.getListMultimap("several").put("a", 1);
    Program.same(client.getListMultimap("several").get("a").size(), 2);
    client.getBucket("renamed").set("v");
    client.getBucket("renamed").rename("name");
    Program.same(client.getBucket("name").get(), "v");
    Program.ensure(client.getKeys().countExists("name", "log") == 2, "keys");
    byte[] dump = client.getBucket("name").dump();
    client.getBucket("copy").restore(dump);
    Program.same(client.getBucket("copy").get(), "v");
  }

  private static void scripts(Program program) throws Exception {
    RScript script = program.client().getScript(StringCodec.INSTANCE);
    String sha = script.scriptLoad("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    Program.same(script.scriptExists(sha, "0".repeat(40)), List.of(true, false));
    List<Object> keys = List.of("n");
    Program.same(
        script.<Long>evalSha(RScript.Mode.READ_WRITE, sha, RScript.ReturnType.LONG, keys, 3), 3L);
    script.scriptFlush();
    Program.fails(
        () -> script.evalSha(RScript.Mode.READ_WRITE, sha, RScript.ReturnType.LONG, keys, 3),
        "NOSCRIPT");
    Program.same(
        script.<List<Object>>eval(
            RScript.Mode.READ_ONLY,
            "return {KEYS[1], 'x', redis.call('GET', KEYS[1])}",
            RScript.ReturnType.LIST,
            keys),
        List.of("n", "x", "3"));
    Program.same(
        script.<Boolean>eval(RScript.Mode.READ_ONLY, "return 1", RScript.ReturnType.BOOLEAN), true);
    Program.fails(
        () -> script.eval(RScript.Mode.READ_WRITE, "return {", RScript.ReturnType.LONG),
        "Error compiling script");
    Program.fails(
        () ->
            script.eval(
                RScript.Mode.READ_WRITE,
                "return redis.error_reply('MINE no')",
                RScript.ReturnType.LONG),
        "MINE no");
  }

  private static void functions(Program program) throws Exception {
    RFunction functions = program.client().getFunction(StringCodec.INSTANCE);
    functions.load(
        "counts",
        "redis.register_function('count', function(keys, args)"
            + " return redis.call('INCRBY', keys[1], args[1]) end)");
    Program.same(
        functions.<Long>call(FunctionMode.WRITE, "count", FunctionResult.LONG, List.of("n"), 4),
        4L);
    Program.same(functions.list().size(), 1);
    byte[] dump = functions.dump();
    functions.flush();
    Program.same(functions.list().size(), 0);
    functions.restore(dump);
    Program.same(functions.stats().getEngines().get("LUA").getFunctions(), 1L);
    functions.delete("counts");
  }

  private static void batches(Program program) throws Exception {
    for (BatchOptions.ExecutionMode mode : BatchOptions.ExecutionMode.values()) {
      RBatch batch = program.client().createBatch(BatchOptions.defaults().executionMode(mode));
      List<RFuture<?>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        results.add(batch.getBucket("b" + i).setAsync(i));
        results.add(batch.getMap("m").putAsync("k" + i, i));
        results.add(batch.getAtomicLong("n").incrementAndGetAsync());
        results.add(batch.getMapCache("c").fastPutAsync("k" + i, i, 20, SECONDS));
      }
      BatchResult<?> result = batch.execute();
      Program.same(result.getResponses().size(), 800);
      Program.same(result.getResponses().get(798), 200L);
      Program.same(results.get(2).get(), 1L);
      Program.same(program.client().getMapCache("c").size(), 200);
      program.empty();
    }
  }

  private static void transactions(Program program) throws Exception {
    RedissonClient client = program.client();
    client.getBucket("a").set(1);
    client.getMap("m").put("k", 1);
    RTransaction first =
        client.createTransaction(TransactionOptions.defaults().timeout(10, SECONDS));
    first.<Integer>getBucket("a").set(2);
    first.<String, Integer>getMap("m").put("k", 2);
    first.<String>getSet("s").add("x");
    Program.same(first.getBucket("a").get(), 2);
    Program.same(program.connect().getBucket("a").get(), 1);
    first.commit();
    Program.same(client.getBucket("a").get(), 2);
    Program.same(client.getMap("m").get("k"), 2);
    Program.ensure(client.getSet("s").contains("x"), "not added");
    RTransaction second = client.createTransaction(TransactionOptions.defaults());
    second.<Integer>getBucket("a").set(3);
    second.<String, Integer>getMap("m").fastRemove("k");
    second.rollback();
    Program.same(client.getBucket("a").get(), 2);
    Program.same(client.getMap("m").get("k"), 2);
    // Of two that want the same key, one after the other.
    client.getBucket("sum").set(0);
    program.together(
        4,
        false,
        mine -> {
          for (int i = 0; i < 10; ) {
            RTransaction one =
                mine.createTransaction(TransactionOptions.defaults().timeout(20, SECONDS));
            try {
              RBucket<Integer> sum = one.getBucket("sum");
              int value = mine.<Integer>getBucket("sum").get();
              if (sum.compareAndSet(value, value + 1)) {
                one.commit();
                i++;
              } else {
                one.rollback();
              }
            } catch (TransactionException e) {
              one.rollback();
            }
          }
        });
    Program.same(client.getBucket("sum").get(), 40);
  }
}
