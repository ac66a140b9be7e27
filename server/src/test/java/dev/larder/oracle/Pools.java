package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.CommandGroup;
import dev.larder.metrics.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What arguments of one session are drawn from: few keys, so that commands meet each other's
 * values; values at the borders of what is accepted.
 *
 * <p>Deadlines of a session are all different and hours away, by at least {@link #TTL_GAP_SECONDS}:
 * so the milliseconds between the two servers never decide which of two is later, nor whether one
 * has passed.
 */
class Pools {

  /** Offsets from here on are beyond every limit; those between would take much memory. */
  static final long OFFSET_REFUSED_FROM = 4_294_967_296L;

  static final long OFFSET_MAX = 320_000;

  /** No more random elements are asked for. */
  static final int COUNT_MAX = 200;

  /** No relative deadline is nearer. */
  static final long TTL_SECONDS_MIN = 10_000;

  private static final int TTL_GAP_SECONDS = 60;
  private static final int TTL_CHOICES = 5_000;

  private static final List<String> KEYS =
      List.of(
          "a",
          "b",
          "c",
          "key:1",
          "key:2",
          "key:3",
          "num",
          "bits",
          "",
          "h[ae]llo*?",
          "\\x\0\r\n\u00ff",
          "k".repeat(300));

  private static final List<String> TIMEOUTS =
      List.of("0.001", "0.002", "0.01", "1e-3", "-1", "x", "");

  /** By type: keys that commands of that type mostly meet each other at. */
  private static final Map<CommandGroup, List<String>> TYPED_KEYS =
      Map.of(
          CommandGroup.HASH, List.of("hash:1", "hash:2", "hash:3"),
          CommandGroup.LIST, List.of("list:1", "list:2", "list:3"),
          CommandGroup.SET, List.of("set:1", "set:2", "set:3"),
          CommandGroup.SORTED_SET, List.of("zset:1", "zset:2", "zset:3"),
          CommandGroup.STREAM, List.of("stream:1", "stream:2"));

  private static final List<CommandGroup> TYPED = List.copyOf(TYPED_KEYS.keySet());

  private static final List<String> COUNTS =
      List.of("0", "1000", "9223372036854775807", "-9223372036854775808", "x", "-" + COUNT_MAX);

  private static final List<String> ELEMENTS =
      List.of(
          "f1",
          "f2",
          "f3",
          "field:4",
          "field:5",
          "",
          "0",
          "7",
          "-1",
          "42",
          "4096",
          "9223372036854775807",
          "\0\u00ff\r\n",
          "e".repeat(64),
          "e".repeat(65),
          "e".repeat(300));

  private static final List<String> INTEGERS =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "7",
          "10",
          "100",
          "-100",
          "255",
          "65535",
          "-32768",
          "2147483647",
          "2147483648",
          "-2147483648",
          "9223372036854775807",
          "-9223372036854775808",
          "9223372036854775806",
          "4611686018427387904");

  private static final List<String> NO_INTEGERS =
      List.of(
          "",
          " ",
          "+1",
          "01",
          "-0",
          "00",
          "1 ",
          " 1",
          "1.0",
          "0x10",
          "abc",
          "-",
          "1e3",
          "1\0",
          "9223372036854775808",
          "-9223372036854775809",
          "18446744073709551616",
          "99999999999999999999999999",
          "nan",
          "\u0660");

  private static final List<String> DOUBLES =
      List.of(
          "0",
          "1",
          "-1",
          "0.1",
          "3.0",
          "1.5",
          "-2.25",
          "1e5",
          "1E-5",
          "5.0e3",
          "3.14159265358979323",
          "0.30000000000000004",
          "1e17",
          "123456789012345678",
          "1.7976931348623157e308",
          "1e-320",
          "5e-324",
          "1e4000",
          "-0",
          "-0.0",
          "0x1p3",
          "0xA",
          "inf",
          "-inf",
          "+inf",
          "infinity",
          "1e400",
          ".5",
          "5.",
          "+1.5",
          "1e22",
          "17179869184.000000001");

  private static final List<String> NO_DOUBLES =
      List.of("", "nan", "-nan", "NaN", " 1", "1 ", "1.2.3", "e5", "1e", "0x", "abc", "1,5", "1\0");

  private static final List<String> PATTERNS =
      List.of(
          "*",
          "**",
          "?",
          "k*",
          "key:?",
          "key:[12]",
          "key:[^1]",
          "[a-c]",
          "[c-a]",
          "h\\[ae\\]llo*",
          "*[",
          "[",
          "\\",
          "a\\",
          "[^",
          "[a",
          "[]",
          "*:*",
          "",
          "k*k*k*k*k",
          "nosuch",
          "*\0*",
          "b?ts");

  private static final int HYPER_LOG_LOG_DENSE_BYTES = 12_304;

  private static final List<String> HYPER_LOG_LOGS =
      List.of(
          "HYLL",
          "HYLL\0",
          "HYLL\1" + "\0".repeat(11),
          "HYLL\1" + "\0".repeat(10) + "\u0080\u007f\u00ff",
          "HYLL\1" + "\0".repeat(11) + "\u007f\u00ff",
          "HYLL\0abc" + "\0".repeat(7) + "\u0080\1\2\3",
          "HYLL\1" + "\0".repeat(10) + "\u0080\u007f\u00fe\u00ff\u0080",
          "HYLL\1" + "\0".repeat(10) + "\u0080\u00fc\u0060\0\u005f\u00fd\0",
          "HYLL\2" + "\0".repeat(11) + "\u007f\u00ff");

  private static final List<String> TYPES =
      List.of("string", "STRING", "list", "set", "zset", "hash", "stream", "nosuch", "");

  /** A list, a set, a sorted set, a hash, a stream, whose replies come in one order only. */
  private static final List<String> COLLECTIONS =
      List.of(
          "12 02 02 0d 0d000000 0200 816102 816202 ff 01 0163",
          "0b 14 04000000 03000000 fbffffff 07000000 70110100",
          "11 14 14000000 0400 816102 0101 816202 83322e3504 ff",
          "10 12 12000000 0400 816102 817602 816e02 0c01 ff",
          "13 00 00 05 05 00 00 05 05 01 00");

  /** Values that are refused: cut short, too long, of unknown kinds. */
  private static final List<String> BAD_VALUES =
      List.of("00", "001461", "0080ffffffff61", "00c5", "00c302ff0061", "6400", "ff", "0082");

  private static final List<String> NAMES =
      List.of("name", "n\u00e9", "with space", "line\nbreak", "", "x".repeat(200), "lib-1.2", "~!");

  private final RandomGenerator random;
  private final long startSeconds = Clock.wallMillis() / 1000;
  private final Set<Integer> deadlinesUsed = new HashSet<>();

  Pools(RandomGenerator random) {
    this.random = random;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** From 0 to below the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** How long a command blocks, in seconds: never long. */
  byte[] timeout() {
    return bytes(any(TIMEOUTS));
  }

  /**
   * The key of a HyperLogLog. Commands on strings do not get it, lest they make of one what neither
   * server can read.
   */
  byte[] hyperLogLogKey() {
    return bytes("hll:" + below(3));
  }

  byte[] key() {
    // The first few most of the time: a session is short.
    return bytes(chance(0.7) ? KEYS.get(below(6)) : any(KEYS));
  }

  /** A key for a command of a group: mostly one that holds what it works with. */
  byte[] key(CommandGroup group) {
    if (TYPED_KEYS.containsKey(group) && chance(0.8)) {
      return bytes(any(TYPED_KEYS.get(group)));
    }
    boolean isAny = group == CommandGroup.GENERIC || group == CommandGroup.SERVER;
    return chance(isAny ? 0.5 : 0.05) ? bytes(any(TYPED_KEYS.get(any(TYPED)))) : key();
  }

  /** How many random elements; a negative number asks for so many in any case. */
  byte[] count() {
    return bytes(chance(0.85) ? below(24) - 8 + "" : any(COUNTS));
  }

  /** A field of a hash, or what a collection has members of: mostly one that is there. */
  byte[] element() {
    return chance(0.05) ? value() : bytes(chance(0.7) ? ELEMENTS.get(below(10)) : any(ELEMENTS));
  }

  byte[] integer() {
    return chance(0.05)
        ? bytes(any(NO_INTEGERS))
        : bytes(chance(0.5) ? below(200) - 50 + "" : any(INTEGERS));
  }

  byte[] real() {
    if (chance(0.05)) {
      return bytes(any(NO_DOUBLES));
    }
    return bytes(
        chance(0.6)
            ? any(DOUBLES)
            : String.format(Locale.ROOT, "%." + below(18) + "f", random.nextGaussian() * 1000));
  }

  byte[] pattern() {
    return bytes(any(PATTERNS));
  }

  byte[] type() {
    return bytes(any(TYPES));
  }

  byte[] name() {
    return bytes(any(NAMES));
  }

  byte[] database() {
    return chance(0.9) ? bytes(below(2) + "") : chance(0.5) ? bytes(below(18) - 1 + "") : integer();
  }

  /** A position within a string, in bits or bytes. */
  byte[] offset() {
    return switch (below(20)) {
      case 0 ->
          bytes(any(List.of("-1", "4294967296", "9223372036854775807", "-9223372036854775808")));
      case 1 -> bytes(any(NO_INTEGERS));
      case 2 -> bytes(below((int) OFFSET_MAX) + "");
      case 3, 4 -> bytes(32 * 1024 - 2 + below(4) + "");
      default -> bytes(below(100) + "");
    };
  }

  /** BITFIELD's, which may count in fields. */
  byte[] fieldOffset() {
    return chance(0.3) ? bytes("#" + below(20)) : offset();
  }

  byte[] encoding() {
    int bits = chance(0.9) ? 1 + below(64) : 62 + below(6);
    return chance(0.03)
        ? bytes(any(List.of("", "u", "i", "u64", "i65", "u0", "i0", "x8", "8", "u-1", "i 8")))
        : bytes((chance(0.5) ? "u" : "i") + (chance(0.6) ? 1 << below(6) : bits));
  }

  /** A time to live, in a unit of so many per second; never one that ends during the session. */
  byte[] relative(int perSecond) {
    if (chance(0.15)) {
      return impossibleTime();
    }
    return bytes((TTL_SECONDS_MIN + deadline()) * perSecond + "");
  }

  /** A point in time, in a unit of so many per second; now and then one in the past. */
  byte[] absolute(int perSecond) {
    if (chance(0.15)) {
      return impossibleTime();
    }
    if (chance(0.15)) {
      return bytes(any(List.of(1L, 1_000_000_000L, startSeconds - 100)) * perSecond + "");
    }
    return bytes(
        (startSeconds + TTL_SECONDS_MIN + deadline() + TTL_GAP_SECONDS / 2) * perSecond + "");
  }

  private byte[] impossibleTime() {
    return bytes(
        any(
            List.of(
                "0",
                "-1",
                "-1000000",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775",
                "9223372036854776",
                "-9223372036854775",
                "9223372036854775000",
                "abc",
                "",
                "1.5",
                "99999999999999999999")));
  }

  /** Seconds after the nearest deadline of the session; never the same twice. */
  long deadline() {
    if (deadlinesUsed.size() == TTL_CHOICES) {
      throw new IllegalStateException("a session has too many deadlines");
    }
    int choice = below(TTL_CHOICES);
    while (!deadlinesUsed.add(choice)) {
      choice = (choice + 1) % TTL_CHOICES;
    }
    return (long) choice * TTL_GAP_SECONDS;
  }

  /** What goes into a string: numbers, bit patterns, text around the limits of its encodings. */
  byte[] value() {
    return switch (below(20)) {
      case 0, 1, 2, 3, 4, 5 -> integer();
      case 6, 7 -> real();
      case 8, 9 -> binary(below(24));
      case 10, 11 -> pattern(below(40));
      case 12 -> bytes("v".repeat(43 + below(3)));
      case 13 -> bytes("");
      case 14 -> chance(0.3) ? binary(large()) : pattern(large());
      case 15 -> key();
      case 16 -> bytes("Hello, World");
      default -> bytes("value" + below(10));
    };
  }

  /** A value with a footer, as RESTORE takes it; now and then a bad one. */
  byte[] payload() {
    byte[] value =
        switch (below(6)) {
          case 2 -> Payloads.ofHex(any(COLLECTIONS));
          case 0 ->
              Payloads.ofHex(
                  any(
                      List.of(
                          "00c07b", "00c1ff7f", "00c200000080", "00c309 4064 016161e05700016161")));
          case 1 -> chance(0.3) ? Payloads.ofHex(any(BAD_VALUES)) : Payloads.string(value());
          default -> Payloads.string(value());
        };
    byte[] payload = Payloads.withFooter(value, chance(0.8) ? 10 : 1 + below(9));
    if (chance(0.05)) {
      payload[below(payload.length)] ^= 1;
    }
    return payload;
  }

  /** A string that is a HyperLogLog, or nearly. */
  byte[] hyperLogLog() {
    byte[] bytes = bytes(any(HYPER_LOG_LOGS));
    return chance(0.8) ? bytes : Arrays.copyOf(bytes, HYPER_LOG_LOG_DENSE_BYTES);
  }

  private int large() {
    return chance(0.8)
        ? 1 + below(400)
        : chance(0.8) ? 30_000 + below(20_000) : 65_000 + below(70_000);
  }

  private byte[] binary(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Long runs of equal bits with a few exceptions, which BITPOS and BITCOUNT have to find. */
  private byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, chance(0.5) ? 0 : (byte) 0xff);
    for (int i = below(3); i > 0 && length > 0; i--) {
      bytes[below(length)] ^= (byte) (1 << below(8));
    }
    return bytes;
  }

  /** Something that fits nowhere in particular. */
  byte[] hostile() {
    return switch (below(8)) {
      case 0 -> bytes(any(NO_INTEGERS));
      case 1 -> bytes(any(NO_DOUBLES));
      case 2 -> bytes(any(INTEGERS));
      case 3 -> binary(below(12));
      case 4 ->
          bytes(any(List.of("NX", "xx", "GET", "ex", "BYTE", "BIT", "match", "#", "*", "db")));
      case 5 -> bytes("");
      case 6 -> bytes("x".repeat(200));
      default -> key();
    };
  }

  /** The same letters in a mixture of cases. */
  byte[] anyCase(String keyword) {
    if (chance(0.5)) {
      return bytes(keyword);
    }
    StringBuilder mixed = new StringBuilder();
    for (char c : keyword.toCharArray()) {
      mixed.append(chance(0.5) ? Character.toLowerCase(c) : Character.toUpperCase(c));
    }
    return bytes(mixed.toString());
  }
}
