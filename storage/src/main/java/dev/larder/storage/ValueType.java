package dev.larder.storage;

/** What a key holds. The ordinal is what a record's header stores: append only. */
public enum ValueType {
  STRING("string"),
  LIST("list"),
  SET("set"),
  SORTED_SET("zset"),
  HASH("hash"),
  STREAM("stream");

  private final String redisName;

  ValueType(String redisName) {
    this.redisName = redisName;
  }

  /** The name that TYPE answers and SCAN TYPE accepts. */
  public String redisName() {
    return redisName;
  }

  private static final ValueType[] ALL = values();

  static ValueType of(int code) {
    return ALL[code];
  }

  static int count() {
    return ALL.length;
  }
}
