package dev.larder.bench;

import java.util.function.Function;

/**
 * A command of which the CPU time is measured. Those on the same filling stand in an order in which
 * none of them disturbs what the next one's replies are checked against.
 */
enum TypeOperation {
  HGET(Filling.HASH, "HGET {key} f{field}", m -> m.reply("$16|{value}|")),
  HGETALL(Filling.HASH, "HGETALL {key}", TypeOperation::allFields),
  HSET(Filling.HASH, "HSET {key} f{field} {value}", m -> m.reply(":0|")),
  HINCRBY(Filling.COUNTERS, "HINCRBY {key} f{field} 1", m -> m.reply(":{grown}|")),

  LRANGE(Filling.LONG_LIST, "LRANGE {key} {from100} {to100}", TypeOperation::hundred),
  LPUSH(Filling.LIST, "LPUSH {key} {newvalue}", TypeOperation::longer),
  RPOP(Filling.LIST, "RPOP {key}", TypeOperation::anyValue),

  SISMEMBER(Filling.SET, "SISMEMBER {key} {member}", m -> m.reply(":1|")),
  SADD(Filling.SET, "SADD {key} {newmember}", m -> m.reply(":1|")),
  SPOP(Filling.SET, "SPOP {key}", TypeOperation::anyMember),

  ZRANK(Filling.ZSET, "ZRANK {key} {member}", m -> Replies.integer(m.rank())),
  ZRANGE(Filling.ZSET, "ZRANGE {key} {from10} {to10}", TypeOperation::tenMembers),
  ZRANGEBYSCORE(
      Filling.ZSET, "ZRANGEBYSCORE {key} {fromscore10} {toscore10}", TypeOperation::tenMembers),
  ZINCRBY(Filling.ZSET, "ZINCRBY {key} {increment} {member}", m -> m.reply("$13|{grown}|")),
  ZADD(Filling.ZSET, "ZADD {key} {newscore} {member}", m -> m.reply(":0|")),

  XRANGE(Filling.STREAM, "XRANGE {key} {fromid10}-0 {toid10}-0", TypeOperation::tenEntries),
  XADD(Filling.STREAM, "XADD {key} MAXLEN ~ {size} * f {value}", m -> Replies.streamId()),
  XREADGROUP(
      Filling.GROUP, "XREADGROUP GROUP g c COUNT 1 STREAMS {key} >", TypeOperation::nextEntry),

  PFADD(Filling.SKETCH, "PFADD {key} {newmember}", m -> Replies.integer(0, 1)),
  SETBIT(Filling.BITMAP, "SETBIT {key} {bit} {zeroorone}", m -> Replies.integer(0, 1)),
  GEOSEARCH(
      Filling.GEO,
      "GEOSEARCH {key} FROMLONLAT "
          + Messages.PLACE
          + " BYRADIUS "
          + Messages.RADIUS_KILOMETERS
          + " km",
      m -> Replies.array(m.reply("$16|{near}|"), 1, 64));

  private static final String ENTRY = "*2|$15|{id}-0|*2|$1|f|$16|{value}|";

  private final Filling filling;
  private final String words;
  private final Function<Messages, Reply> reply;

  TypeOperation(Filling filling, String words, Function<Messages, Reply> reply) {
    this.filling = filling;
    this.words = words;
    this.reply = reply;
  }

  Filling filling() {
    return filling;
  }

  Exchange exchange(Elements elements) {
    Messages messages = new Messages(elements);
    return new Exchange(messages.command(words), reply.apply(messages));
  }

  /** Whether it uses up what it works on, so that it can go on for so long only. */
  boolean consumes() {
    return switch (this) {
      case LPUSH, RPOP, SADD, SPOP, XREADGROUP -> true;
      default -> false;
    };
  }

  /** Whether one collection of very many elements makes sense. */
  boolean suitsLarge() {
    return this != HGETALL;
  }

  /** All twenty fields of a small hash, in any order. */
  private static Reply allFields(Messages m) {
    String field = "$8|f{field}|$16|{value}|";
    return m.around("*40|", m.anyOf(20, field, Messages.byField("$8|f")), "");
  }

  /** The length of a list that has grown, but not to twice of what it was. */
  private static Reply longer(Messages m) {
    long perKey = m.elements().perKey();
    return Replies.integer(perKey + 1, 2 * perKey);
  }

  private static Reply hundred(Messages m) {
    return m.array(100, "$16|{value}|", m.following(100));
  }

  private static Reply anyValue(Messages m) {
    return m.around("$16|", m.anyOf(1, "{value}", Messages.byValue("")), "|");
  }

  private static Reply anyMember(Messages m) {
    return m.around("$16|", m.anyOf(1, "{member}", Messages.byMember("")), "|");
  }

  private static Reply tenMembers(Messages m) {
    return m.array(10, "$16|{member}|", m.ranked(10));
  }

  private static Reply tenEntries(Messages m) {
    return m.array(10, ENTRY, m.following(10));
  }

  private static Reply nextEntry(Messages m) {
    return m.around("*1|*2|$16|{key}|*1|", m.anyOf(1, ENTRY, Messages.byId("*2|$15|")), "");
  }
}
