package dev.larder.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;

/**
 * What can happen to a key that others are told of, by Redis's names. Most are raised by the
 * commands whose effects they are; {@link #NEW}, {@link #EXPIRED} and {@link #HEXPIRED} by the
 * storage, whatever command it is that meets or makes the key.
 */
public enum KeyEvent {
  DEL(EventClass.GENERIC),
  EXPIRE(EventClass.GENERIC),
  PERSIST(EventClass.GENERIC),
  RENAME_FROM(EventClass.GENERIC),
  RENAME_TO(EventClass.GENERIC),
  MOVE_FROM(EventClass.GENERIC),
  MOVE_TO(EventClass.GENERIC),
  COPY_TO(EventClass.GENERIC),
  RESTORE(EventClass.GENERIC),

  SET(EventClass.STRING),
  SETRANGE(EventClass.STRING),
  APPEND(EventClass.STRING),
  INCRBY(EventClass.STRING),
  INCRBYFLOAT(EventClass.STRING),
  SETBIT(EventClass.STRING),
  PFADD(EventClass.STRING),

  LPUSH(EventClass.LIST),
  RPUSH(EventClass.LIST),
  LPOP(EventClass.LIST),
  RPOP(EventClass.LIST),
  LINSERT(EventClass.LIST),
  LSET(EventClass.LIST),
  LREM(EventClass.LIST),
  LTRIM(EventClass.LIST),
  SORTSTORE(EventClass.LIST),

  SADD(EventClass.SET),
  SREM(EventClass.SET),
  SPOP(EventClass.SET),
  SINTERSTORE(EventClass.SET),
  SUNIONSTORE(EventClass.SET),
  SDIFFSTORE(EventClass.SET),

  HSET(EventClass.HASH),
  HDEL(EventClass.HASH),
  HINCRBY(EventClass.HASH),
  HINCRBYFLOAT(EventClass.HASH),
  HEXPIRE(EventClass.HASH),
  HPERSIST(EventClass.HASH),
  HEXPIRED(EventClass.HASH),

  ZADD(EventClass.SORTED_SET),
  ZINCR(EventClass.SORTED_SET),
  ZREM(EventClass.SORTED_SET),
  ZREMRANGEBYRANK(EventClass.SORTED_SET),
  ZREMRANGEBYSCORE(EventClass.SORTED_SET),
  ZREMRANGEBYLEX(EventClass.SORTED_SET),
  ZPOPMIN(EventClass.SORTED_SET),
  ZPOPMAX(EventClass.SORTED_SET),
  ZINTERSTORE(EventClass.SORTED_SET),
  ZUNIONSTORE(EventClass.SORTED_SET),
  ZDIFFSTORE(EventClass.SORTED_SET),
  ZRANGESTORE(EventClass.SORTED_SET),
  GEORADIUSSTORE(EventClass.SORTED_SET),
  GEOSEARCHSTORE(EventClass.SORTED_SET),

  XADD(EventClass.STREAM),
  XDEL(EventClass.STREAM),
  XTRIM(EventClass.STREAM),
  XSETID(EventClass.STREAM),
  XGROUP_CREATE(EventClass.STREAM),
  XGROUP_SETID(EventClass.STREAM),
  XGROUP_DESTROY(EventClass.STREAM),
  XGROUP_CREATECONSUMER(EventClass.STREAM),
  XGROUP_DELCONSUMER(EventClass.STREAM),

  EXPIRED(EventClass.EXPIRED),
  EVICTED(EventClass.EVICTED),
  NEW(EventClass.NEW),
  OVERWRITTEN(EventClass.OVERWRITTEN),
  TYPE_CHANGED(EventClass.TYPE_CHANGED),
  KEYMISS(EventClass.KEY_MISS);

  private static final KeyEvent[] BY_ORDINAL = values();

  private final int classBit;
  private final String redisName;
  private final byte[] nameBytes;

  KeyEvent(EventClass of) {
    classBit = of.bit();
    String name = name().toLowerCase(Locale.ROOT);
    redisName = of == EventClass.STREAM ? name.replace('_', '-') : name;
    nameBytes = redisName.getBytes(US_ASCII);
  }

  static KeyEvent of(int ordinal) {
    return BY_ORDINAL[ordinal];
  }

  int classBit() {
    return classBit;
  }

  /** What subscribers know it by. */
  public String redisName() {
    return redisName;
  }

  /** The bytes of that; not to be changed. */
  public byte[] nameBytes() {
    return nameBytes;
  }
}
