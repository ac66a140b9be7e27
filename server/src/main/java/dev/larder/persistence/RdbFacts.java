package dev.larder.persistence;

import dev.larder.config.Version;
import dev.larder.metrics.Clock;
import dev.larder.storage.Keyspace;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a file in Redis's format tells of who wrote it. */
final class RdbFacts {
  private static final long MILLIS_PER_SECOND = 1000;

  private RdbFacts() {}

  /**
   * The facts as of now, in the order in which they are written.
   *
   * @param isAofBase whether the file is the base of an append-only file
   */
  static Map<String, String> of(Keyspace keyspace, boolean isAofBase) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("redis-ver", Version.REDIS);
    facts.put("redis-bits", "64");
    facts.put("ctime", Long.toString(Clock.wallMillis() / MILLIS_PER_SECOND));
    facts.put("used-mem", Long.toString(keyspace.usedBytes()));
    facts.put("aof-base", isAofBase ? "1" : "0");
    return facts;
  }
}
