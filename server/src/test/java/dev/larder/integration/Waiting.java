package dev.larder.integration;

import static redis.clients.jedis.params.XAddParams.xAddParams;

import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;

/** A command that waits for an element of a key, and what gives it one. */
enum Waiting {
  BLPOP,
  BRPOP,
  BLMOVE,
  BLMPOP,
  BZPOPMIN,
  BZMPOP,
  XREAD,
  XREADGROUP;

  static final String GROUP = "group";

  /** The only field of entries that {@link #give} adds. */
  static final String FIELD = "field";

  /** Where BLMOVE moves to. */
  static String target(String key) {
    return key + ":moved";
  }

  boolean isOnStream() {
    return this == XREAD || this == XREADGROUP;
  }

  /** Has there be what the command needs in order to wait. */
  void prepare(Jedis jedis, String key) {
    if (this == XREADGROUP) {
      jedis.xgroupCreate(key, GROUP, StreamEntryID.LAST_ENTRY, true);
    }
  }

  /** Adds one element. */
  void give(Jedis jedis, String key, String element) {
    switch (this) {
      case BLPOP, BRPOP, BLMOVE, BLMPOP -> jedis.rpush(key, element);
      case BZPOPMIN, BZMPOP -> jedis.zadd(key, 1.5, element);
      case XREAD, XREADGROUP -> jedis.xadd(key, xAddParams(), Map.of(FIELD, element));
    }
  }
}
