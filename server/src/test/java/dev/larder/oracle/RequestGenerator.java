package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Arg;
import dev.larder.command.ArgType;
import dev.larder.command.CommandGroup;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.Flag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Makes requests from the commands' declarations: most of them right, some broken on purpose. */
final class RequestGenerator {

  /** The release that Debian's redis-server is. */
  private static final String REFERENCE_RELEASE = "7.0.15";

  /** The groups that are sent, by their names in COMMAND DOCS; all if there is none. */
  private static final List<String> GROUPS =
      Arrays.stream(System.getProperty("oracle.groups", "").split(","))
          .filter(name -> !name.isEmpty())
          .toList();

  private static final double BROKEN = 0.12;
  private static final double INLINE = 0.03;
  private static final List<String> GETKEYS = List.of("command|getkeys", "command|getkeysandflags");

  private static final List<String> HYPER_LOG_LOG_SUBCOMMANDS =
      List.of("GETREG", "DECODE", "encoding", "TODENSE", "FOO");

  private final List<CommandSpec> weighted = new ArrayList<>();
  private final Pools pools;
  private final StreamPools streams;
  private final Predicate<String> hasRelease;
  private final Random shuffler;

  /** Whether all keys of the command at hand are those of HyperLogLogs. */
  private boolean onHyperLogLogs;

  /** Whether the command at hand is about fields of bits, which have offsets of their own kind. */
  private boolean hasFields;

  private String command = "";
  private CommandGroup group = CommandGroup.GENERIC;

  private RequestGenerator(
      CommandTable commands,
      Pools pools,
      long seed,
      Predicate<CommandSpec> isSent,
      Predicate<String> hasRelease) {
    this.pools = pools;
    this.streams = new StreamPools(pools);
    this.hasRelease = hasRelease;
    this.shuffler = new Random(seed);
    for (CommandSpec command : commands.all()) {
      if (hasRelease.test(command.since()) && isSent.test(command)) {
        weighted.addAll(Collections.nCopies(weight(command), command));
      }
    }
  }

  /** Only commands and options that the reference server has, and whose replies say something. */
  static RequestGenerator comparable(CommandTable commands, Pools pools, long seed) {
    return new RequestGenerator(
        commands,
        pools,
        seed,
        command -> !KnownDifferences.isNotSent(command) && isAskedFor(command),
        RequestGenerator::isKnownToReference);
  }

  /** Commands with all their options. */
  static RequestGenerator complete(
      CommandTable commands, Pools pools, long seed, Predicate<CommandSpec> isSent) {
    return new RequestGenerator(commands, pools, seed, isSent, _ -> true);
  }

  private static int weight(CommandSpec command) {
    return switch (command.fullName()) {
      case "flushall", "swapdb" -> 1;
      case "flushdb", "quit", "time", "dbsize" -> 2;
      case "del", "unlink", "getdel", "move" -> 6;
      case "set", "bitfield", "setrange", "append", "copy", "getex" -> 40;
      case "select", "hello", "keys", "scan", "randomkey" -> 12;
      default -> command.isContainer() ? 1 : weight(command.group());
    };
  }

  private static int weight(CommandGroup group) {
    return switch (group) {
      case STRING, BITMAP, LIST, SET, SORTED_SET, HASH, GEO, STREAM, HYPERLOGLOG -> 20;
      case GENERIC -> 15;
      case PUBSUB, TRANSACTIONS, SCRIPTING, CLUSTER, SENTINEL, CONNECTION, SERVER -> 4;
    };
  }

  private static boolean isAskedFor(CommandSpec command) {
    return GROUPS.isEmpty() || GROUPS.contains(command.group().wireName());
  }

  /** Whether a release is not later than the reference server. */
  private static boolean isKnownToReference(String since) {
    int[] asked = numbers(since);
    int[] reference = numbers(REFERENCE_RELEASE);
    for (int i = 0; i < reference.length; i++) {
      if (asked[i] != reference[i]) {
        return asked[i] < reference[i];
      }
    }
    return true;
  }

  private static int[] numbers(String release) {
    String[] parts = release.split("\\.");
    int[] numbers = new int[3];
    for (int i = 0; i < 3 && i < parts.length; i++) {
      numbers[i] = Integer.parseInt(parts[i]);
    }
    return numbers;
  }

  Request next() {
    if (pools.chance(0.003)) {
      return new Request("set", hyperLogLog(), false);
    }
    if (pools.chance(0.005)) {
      return new Request("", List.of(pools.hostile(), pools.hostile()), false);
    }
    CommandSpec command = pools.any(weighted);
    List<byte[]> args =
        pools.chance(BROKEN) && mayBeBroken(command) ? broken(command) : valid(command);
    boolean isInline = pools.chance(INLINE) && args.stream().allMatch(RequestGenerator::isWord);
    return new Request(command.fullName(), args, isInline);
  }

  /**
   * A broken HELLO has done half of its work in the reference server, and a broken blocking command
   * may wait for ever.
   */
  private static boolean mayBeBroken(CommandSpec command) {
    return !command.fullName().equals("hello") && (command.flagBits() & Flag.BLOCKING.bit()) == 0;
  }

  private List<byte[]> hyperLogLog() {
    return List.of(Pools.bytes("SET"), pools.hyperLogLogKey(), pools.hyperLogLog());
  }

  /** A request after which a key may have a deadline one millisecond away. */
  Request expiring() {
    String key = new String(pools.key(), ISO_8859_1);
    return switch (pools.below(4)) {
      case 0 -> Request.of("SET", key, "gone", "PX", "1");
      case 1 -> Request.of("PSETEX", key, "1", "gone");
      case 2 -> Request.of("PEXPIRE", key, "1");
      default -> Request.of("GETEX", key, "PX", "1");
    };
  }

  private static boolean isWord(byte[] arg) {
    for (byte b : arg) {
      if (b <= ' ' || b == '"' || b == '\'' || b == '\\') {
        return false;
      }
    }
    return arg.length > 0 && arg.length < 100;
  }

  private List<byte[]> valid(CommandSpec command) {
    hasFields = command.fullName().startsWith("bitfield");
    group = command.group();
    onHyperLogLogs =
        group == CommandGroup.HYPERLOGLOG || (group == CommandGroup.GENERIC && pools.chance(0.1));
    this.command = command.fullName();
    List<byte[]> args = new ArrayList<>();
    for (String word : command.fullName().split("\\|")) {
      args.add(pools.anyCase(word));
    }
    if (GETKEYS.contains(command.fullName())) {
      CommandSpec other = pools.any(weighted);
      args.addAll(GETKEYS.contains(other.fullName()) ? List.of() : valid(other));
      return args;
    }
    if (command.args().isEmpty()) {
      for (int i = args.size(); i < Math.abs(command.arity()); i++) {
        args.add(pools.value());
      }
      return args;
    }
    for (List<byte[]> part : parts(command.args())) {
      args.addAll(part);
    }
    return args;
  }

  /** Each argument's words; optional ones in a row in any order. */
  private List<List<byte[]>> parts(List<Arg> declared) {
    List<List<byte[]>> parts = new ArrayList<>();
    int firstOptional = 0;
    boolean isCounted = false;
    for (Arg arg : declared) {
      List<byte[]> words = new ArrayList<>();
      words(arg, words);
      if (isCounted && pools.chance(0.95)) {
        int each = arg.type() == ArgType.BLOCK ? arg.args().size() : 1;
        parts.getLast().set(0, Pools.bytes(words.size() / each + ""));
      }
      isCounted = arg.name().equals("numkeys");
      parts.add(words);
      if (!arg.isOptional() || arg.token() == null && arg.type() != ArgType.ONEOF) {
        firstOptional = parts.size();
      }
    }
    Collections.shuffle(parts.subList(firstOptional, parts.size()), shuffler);
    return parts;
  }

  private void words(Arg arg, List<byte[]> out) {
    if (arg.since() != null && !hasRelease.test(arg.since())
        || arg.isOptional() && pools.chance(0.6)) {
      return;
    }
    int repetitions = arg.isMultiple() ? 1 + pools.below(pools.chance(0.1) ? 12 : 3) : 1;
    for (int i = 0; i < repetitions; i++) {
      if (arg.token() != null && (i == 0 || arg.multipleToken())) {
        out.add(pools.anyCase(arg.token()));
      }
      once(arg, out);
    }
  }

  private void once(Arg arg, List<byte[]> out) {
    switch (arg.type()) {
      case KEY -> out.add(onHyperLogLogs ? pools.hyperLogLogKey() : pools.key(group));
      case STRING -> out.add(string(arg));
      case INTEGER -> out.add(integer(arg));
      case DOUBLE -> out.add(arg.name().equals("timeout") ? pools.timeout() : pools.real());
      case PATTERN -> out.add(pools.pattern());
      case UNIX_TIME -> out.add(pools.absolute(isMillis(arg) ? 1000 : 1));
      case PURE_TOKEN -> {}
      case ONEOF -> {
        List<Arg> choices =
            arg.args().stream()
                .filter(a -> a.since() == null || hasRelease.test(a.since()))
                .filter(a -> !a.name().equals("auto-id"))
                .toList();
        words(pools.any(choices), out);
      }
      case BLOCK -> arg.args().forEach(member -> words(member, out));
    }
  }

  /** Whether a negative count asks for so many elements, however many there are. */
  private boolean repeatsByCount() {
    return command.endsWith("randfield") || command.endsWith("randmember");
  }

  private static boolean isMillis(Arg arg) {
    return arg.name().contains("milliseconds");
  }

  private byte[] string(Arg arg) {
    if (group == CommandGroup.STREAM) {
      return streams.text(command, arg.name());
    }
    return switch (arg.name()) {
      case "encoding" -> pools.encoding();
      case "subcommand" -> Pools.bytes(pools.any(HYPER_LOG_LOG_SUBCOMMANDS));
      case "serialized-value" -> pools.chance(0.97) ? pools.payload() : pools.value();
      case "type" -> pools.type();
      case "field", "member", "element" -> onHyperLogLogs ? pools.value() : pools.element();
      case "connection-name", "clientname", "username", "password" -> pools.name();
      default -> pools.value();
    };
  }

  private byte[] integer(Arg arg) {
    if (group == CommandGroup.STREAM) {
      return streams.number(arg.name());
    }
    return switch (arg.name()) {
      case "seconds", "milliseconds" -> pools.relative(isMillis(arg) ? 1000 : 1);
      case "ttl" -> ttl();
      case "frequency" -> pools.chance(0.8) ? Pools.bytes(pools.below(256) + "") : pools.integer();
      case "offset" -> hasFields ? pools.fieldOffset() : pools.offset();
      case "bit" -> bit();
      case "timeout" -> Pools.bytes(1 + pools.below(20) + "");
      case "db", "index", "index1", "index2", "destination-db" -> pools.database();
      case "count" -> repeatsByCount() ? pools.count() : pools.integer();
      case "cursor" -> Pools.bytes(pools.chance(0.9) ? "0" : "x");
      case "protover" -> Pools.bytes(pools.chance(0.95) ? 2 + pools.below(2) + "" : "4");
      case "value" -> hasFields ? pools.integer() : bit();
      default -> pools.integer();
    };
  }

  /** Of RESTORE: a span of time or a point in it, which an option says; far away as either. */
  private byte[] ttl() {
    return pools.chance(0.5) ? Pools.bytes("0") : pools.absolute(1000);
  }

  private byte[] bit() {
    return pools.chance(0.95) ? Pools.bytes(pools.below(2) + "") : pools.integer();
  }

  // ---- requests that are wrong in one way

  private List<byte[]> broken(CommandSpec command) {
    List<byte[]> args = valid(command);
    int words = command.isSubcommand() ? 2 : 1;
    int at = words + pools.below(Math.max(1, args.size() - words));
    switch (pools.below(7)) {
      case 0 -> args.subList(Math.min(at, args.size()), args.size()).clear();
      case 1 -> {
        if (at < args.size()) {
          args.remove(at);
        }
      }
      case 2 -> args.add(harmless(command));
      case 3 -> args.addAll(args.subList(Math.min(at, args.size()), args.size()).stream().toList());
      case 4 -> args.subList(words, args.size()).clear();
      default -> {
        if (at < args.size()) {
          args.set(at, harmless(command));
        }
      }
    }
    return args;
  }

  /** Something hostile but no near deadline, nor what takes much memory. */
  private byte[] harmless(CommandSpec command) {
    byte[] bytes = pools.hostile();
    if (command.group() == CommandGroup.STREAM && bytes.length == 1 && bytes[0] == '*') {
      // The clock would choose an id.
      return Pools.bytes("x");
    }
    boolean hasDeadline = command.args().stream().anyMatch(RequestGenerator::isTime);
    boolean hasOffset = command.args().stream().anyMatch(RequestGenerator::isOffset);
    try {
      long number = Long.parseLong(new String(bytes, ISO_8859_1));
      boolean tooNear = hasDeadline && number > 0 && number < Pools.TTL_SECONDS_MIN * 1000;
      boolean tooMany = repeatsByCount() && number < -Pools.COUNT_MAX;
      boolean tooFar = hasOffset && number > Pools.OFFSET_MAX && number < Pools.OFFSET_REFUSED_FROM;
      return tooNear || tooFar || tooMany ? Pools.bytes("-7") : bytes;
    } catch (NumberFormatException e) {
      return bytes;
    }
  }

  private static boolean isTime(Arg arg) {
    return arg.type() == ArgType.UNIX_TIME
        || arg.name().equals("ttl")
        || arg.name().contains("seconds")
        || arg.args().stream().anyMatch(RequestGenerator::isTime);
  }

  private static boolean isOffset(Arg arg) {
    return arg.name().equals("offset") || arg.args().stream().anyMatch(RequestGenerator::isOffset);
  }
}
