package dev.larder.storage.rdb;

/** The bytes that tell what kind of value follows. Names and numbers never change. */
public final class RdbType {
  public static final int STRING = 0;

  /** Length, elements. */
  public static final int LIST = 1;

  /** Length, members. */
  public static final int SET = 2;

  /** Length, members each with its score as text. */
  public static final int ZSET = 3;

  /** Length, fields each with its value. */
  public static final int HASH = 4;

  /** Length, members each with its score in binary. */
  public static final int ZSET_2 = 5;

  /** A module's value of Redis 4's release candidates. */
  public static final int MODULE_PRE_GA = 6;

  /** A module's value. */
  public static final int MODULE_2 = 7;

  public static final int HASH_ZIPMAP = 9;
  public static final int LIST_ZIPLIST = 10;
  public static final int SET_INTSET = 11;
  public static final int ZSET_ZIPLIST = 12;
  public static final int HASH_ZIPLIST = 13;

  /** Length, nodes that are ziplists. */
  public static final int LIST_QUICKLIST = 14;

  public static final int STREAM_LISTPACKS = 15;
  public static final int HASH_LISTPACK = 16;
  public static final int ZSET_LISTPACK = 17;

  /** Length, nodes each with its kind: one element, or a listpack of them. */
  public static final int LIST_QUICKLIST_2 = 18;

  /** As before, with the first and greatest deleted id, and how much was ever added and read. */
  public static final int STREAM_LISTPACKS_2 = 19;

  public static final int SET_LISTPACK = 20;

  /** As before, with the time a consumer was last active. */
  public static final int STREAM_LISTPACKS_3 = 21;

  /**
   * Fields with deadlines, as Redis 7.4's release candidates wrote them; and, in the versions of
   * Valkey, as Valkey 9 writes them.
   */
  public static final int HASH_METADATA_PRE_GA = 22;

  /** A listpack of fields with deadlines, as Redis 7.4's release candidates wrote them. */
  public static final int HASH_LISTPACK_EX_PRE_GA = 23;

  /** Earliest deadline, length, fields each with its deadline and value. */
  public static final int HASH_METADATA = 24;

  /** Earliest deadline, a listpack of fields, values and deadlines. */
  public static final int HASH_LISTPACK_EX = 25;

  /** As before, with what is remembered of idempotent producers. */
  public static final int STREAM_LISTPACKS_4 = 26;

  /** As before, with pending entries that no consumer has any more. */
  public static final int STREAM_LISTPACKS_5 = 27;

  /** Redis 8.8's arrays. */
  public static final int ARRAY = 28;

  /** Redis 8.10's hashes that share their fields' names; here in a listpack of their own. */
  public static final int HASH_TEMPLATE_LISTPACK = 29;

  /** The names are elsewhere in the file. */
  public static final int HASH_TEMPLATE_LISTPACK_REFERENCE = 30;

  /** Length, fields each with its value. */
  public static final int HASH_TEMPLATE_ARRAY = 31;

  /** The names are elsewhere in the file. */
  public static final int HASH_TEMPLATE_ARRAY_REFERENCE = 32;

  /** A node of {@link #LIST_QUICKLIST_2} that is one element. */
  static final int NODE_PLAIN = 1;

  /** A node of {@link #LIST_QUICKLIST_2} that is a listpack. */
  static final int NODE_PACKED = 2;

  private RdbType() {}

  /** What a type is of which no value can be read, for people. */
  static String describeUnreadable(int type) {
    return switch (type) {
      case MODULE_PRE_GA, MODULE_2 -> "a value of a module";
      case ARRAY -> "an array";
      case HASH_TEMPLATE_LISTPACK,
          HASH_TEMPLATE_LISTPACK_REFERENCE,
          HASH_TEMPLATE_ARRAY_REFERENCE ->
          "a hash whose field names are kept apart";
      default -> "no value is of type " + type;
    };
  }
}
