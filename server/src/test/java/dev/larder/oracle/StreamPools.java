package dev.larder.oracle;

import java.util.List;

/**
 * Arguments of commands on streams. Ids of new entries grow through a session, so that most of them
 * are accepted; others lie among those. None depends on the time.
 */
final class StreamPools {
  private static final int SEQUENCES = 3;

  /** Far more than the age of anything in a session. */
  private static final String LONG_IDLE = "1000000000";

  private static final List<String> GROUPS = List.of("g1", "g2", "", "other");
  private static final List<String> CONSUMERS = List.of("c1", "c2", "c3", "");
  private static final List<String> ODD_IDS =
      List.of(
          "0-0",
          "0",
          "18446744073709551615",
          "18446744073709551615-18446744073709551615",
          "18446744073709551615-18446744073709551614",
          "5-",
          "-5",
          "5-5-5",
          "x",
          "",
          "(",
          "((1-1",
          "00012-001",
          "9223372036854775808-1",
          "18446744073709551616-1",
          "1-18446744073709551616");

  private final Pools pools;

  /** The highest id so far: its milliseconds times {@link #SEQUENCES} and its sequence. */
  private int top = SEQUENCES;

  StreamPools(Pools pools) {
    this.pools = pools;
  }

  /** An argument that is text. */
  byte[] text(String command, String name) {
    return switch (name) {
      case "id" ->
          command.equals("xadd")
              ? newId()
              : command.startsWith("xread") ? position(command.equals("xreadgroup")) : id();
      case "last-id" -> lastId();
      case "max-deleted-id", "lastid" -> id();
      case "start", "end" -> bound();
      case "group" -> group();
      case "consumer" -> consumer();
      case "field" -> field();
      case "min-idle-time" -> idle();
      case "threshold" -> threshold();
      default -> pools.value();
    };
  }

  /** An argument that is a number. */
  byte[] number(String name) {
    return switch (name) {
      case "milliseconds" -> block();
      case "min-idle-time", "ms" -> idle();
      default -> count();
    };
  }

  /** The id of an entry to add. */
  private byte[] newId() {
    if (pools.chance(0.05)) {
      return Pools.bytes(pools.any(ODD_IDS));
    }
    top += 1 + pools.below(2);
    int millis = top / SEQUENCES;
    return Pools.bytes(
        pools.chance(0.15)
            ? millis + "-*"
            : pools.chance(0.1) ? millis + "" : millis + "-" + top % SEQUENCES);
  }

  /** A last id for a stream: no low one, which an empty stream of 7.0 would take. */
  private byte[] lastId() {
    int id = top + pools.below(3);
    return Pools.bytes(pools.chance(0.05) ? "x" : id / SEQUENCES + "-" + id % SEQUENCES);
  }

  /** The id of an entry that may be there. */
  private byte[] id() {
    if (pools.chance(0.05)) {
      return Pools.bytes(pools.any(ODD_IDS));
    }
    return Pools.bytes(known());
  }

  private String known() {
    int id = Math.max(0, top - pools.below(pools.chance(0.7) ? 20 : top + 1));
    return id / SEQUENCES + (pools.chance(0.1) ? "" : "-" + id % SEQUENCES);
  }

  /** One end of a range. */
  private byte[] bound() {
    return switch (pools.below(6)) {
      case 0 -> Pools.bytes("-");
      case 1 -> Pools.bytes("+");
      case 2 -> Pools.bytes("(" + known());
      default -> id();
    };
  }

  /** Behind which id to read. */
  private byte[] position(boolean forGroup) {
    if (forGroup) {
      return pools.chance(0.6)
          ? Pools.bytes(">")
          : pools.chance(0.1) ? Pools.bytes("$") : pools.chance(0.4) ? Pools.bytes("0") : id();
    }
    return pools.chance(0.05)
        ? Pools.bytes(">")
        : pools.chance(0.1) ? Pools.bytes("$") : pools.chance(0.4) ? Pools.bytes("0") : id();
  }

  private byte[] group() {
    return Pools.bytes(pools.chance(0.8) ? GROUPS.getFirst() : pools.any(GROUPS));
  }

  private byte[] consumer() {
    return Pools.bytes(pools.any(CONSUMERS));
  }

  private byte[] field() {
    return pools.chance(0.7)
        ? Pools.bytes(pools.any(List.of("a", "b", "12", "field")))
        : pools.value();
  }

  /** How long something must have been idle: nothing, or longer than anything was. */
  private byte[] idle() {
    return pools.chance(0.05)
        ? Pools.bytes(pools.any(List.of("x", "", "1.5", "-1")))
        : Pools.bytes(pools.chance(0.8) ? "0" : LONG_IDLE);
  }

  /** How long to block, in milliseconds: never long. */
  private byte[] block() {
    return Pools.bytes(pools.any(List.of("1", "2", "-1", "x", "", "1.5")));
  }

  /** A number of entries. */
  private byte[] count() {
    return pools.chance(0.1) ? pools.integer() : Pools.bytes(pools.below(12) + "");
  }

  /** What is left by a trim. */
  private byte[] threshold() {
    return pools.chance(0.6) ? count() : id();
  }
}
