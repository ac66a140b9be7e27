package dev.larder.cli.trace;

import dev.larder.cli.trace.Request.Kind;
import dev.larder.cli.trace.Request.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A command that reads, makes or removes a key of a cache. Those that only take elements away are
 * none: what they leave cannot be told.
 *
 * @param name in lower case
 * @param keyStep from key to key; 0 if there is but one, the first argument
 * @param valueWord how far behind the key its new value is; 0 if it stays, {@link #REST} if all
 *     that follows is added to it
 */
record CachedCommand(String name, Kind effect, int keyStep, int valueWord) {
  private static final int REST = -1;
  private static final long MILLIS_PER_SECOND = 1_000;

  /** What the third word of a command is, as one of SET's options. */
  private static final Map<String, String> UNITS =
      Map.of(
          "setex",
          "ex",
          "psetex",
          "px",
          "expire",
          "ex",
          "pexpire",
          "px",
          "expireat",
          "exat",
          "pexpireat",
          "pxat");

  private static final Map<String, CachedCommand> ALL = new HashMap<>();

  static {
    add(Kind.READ, 1, 0, "mget exists touch");
    add(
        Kind.READ,
        0,
        0,
        "get getex strlen getrange substr getbit bitcount bitpos digest"
            + " hget hmget hgetall hexists hlen hkeys hvals hstrlen hrandfield hscan"
            + " lrange llen lindex lpos smembers sismember smismember scard srandmember sscan"
            + " zrange zrevrange zrangebyscore zrevrangebyscore zrangebylex zrevrangebylex zscore"
            + " zmscore zcard zcount zlexcount zrank zrevrank zrandmember zscan"
            + " geopos geodist geohash geosearch xrange xrevrange xlen pfcount");
    add(Kind.REMOVE, 1, 0, "del unlink");
    add(Kind.REMOVE, 0, 0, "getdel");
    add(Kind.WRITE, 2, 1, "mset msetnx");
    add(Kind.WRITE, 0, 1, "set setnx getset");
    add(Kind.WRITE, 0, 2, "setex psetex");
    add(Kind.WRITE, 0, 0, "expire pexpire expireat pexpireat persist incr decr incrby decrby");
    add(
        Kind.WRITE,
        0,
        REST,
        "incrbyfloat append setrange setbit bitfield hset hmset hsetnx hsetex hincrby"
            + " hincrbyfloat lpush rpush sadd zadd zincrby geoadd xadd pfadd restore");
  }

  private static void add(Kind effect, int keyStep, int valueWord, String names) {
    for (String name : names.split(" ")) {
      ALL.put(name, new CachedCommand(name, effect, keyStep, valueWord));
    }
  }

  /** The commands by name. */
  static Map<String, CachedCommand> all() {
    return ALL;
  }

  /**
   * What is known of a key's value after this command.
   *
   * @param words of the command
   * @param key which of them is the key
   * @param before what was known
   */
  Value value(List<String> words, int key, Value before, long nowMillis) {
    return new Value(bytes(words, key, before), ttlMillis(words, before, nowMillis));
  }

  private int bytes(List<String> words, int key, Value before) {
    if (valueWord != REST) {
      int word = key + valueWord;
      return valueWord == 0 || word >= words.size() ? before.bytes() : words.get(word).length();
    }
    int added = words.subList(key + 1, words.size()).stream().mapToInt(String::length).sum();
    return Math.max(before.bytes(), added);
  }

  private long ttlMillis(List<String> words, Value before, long nowMillis) {
    String unit = UNITS.get(name);
    if (unit != null) {
      return words.size() > 2 ? ttlMillis(unit, words.get(2), nowMillis) : before.ttlMillis();
    }
    if (name.equals("persist")) {
      return Value.NO_TTL;
    }
    if (valueWord != 1) {
      return before.ttlMillis();
    }
    for (int i = 3; i < words.size() && name.equals("set"); i++) {
      String option = words.get(i).toLowerCase(Locale.ROOT);
      if (option.equals("keepttl")) {
        return before.ttlMillis();
      }
      if (i + 1 < words.size() && UNITS.containsValue(option)) {
        return ttlMillis(option, words.get(i + 1), nowMillis);
      }
    }
    return Value.NO_TTL;
  }

  private static long ttlMillis(String unit, String text, long nowMillis) {
    try {
      long number = Long.parseLong(text);
      long millis = unit.startsWith("ex") ? Math.multiplyExact(number, MILLIS_PER_SECOND) : number;
      return Math.max(0, unit.endsWith("at") ? millis - nowMillis : millis);
    } catch (ArithmeticException | NumberFormatException e) {
      // Redis has refused it.
      return Value.NO_TTL;
    }
  }
}
