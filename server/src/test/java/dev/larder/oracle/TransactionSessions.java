package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Makes sessions of transactions: one connection watches keys, queues requests and executes them or
 * does not, while others change keys in between.
 */
final class TransactionSessions {
  private static final int TRANSACTIONS = 12;

  /** Of those that are not about data. */
  private static final Set<String> ALSO_SENT =
      Set.of("select", "ping", "echo", "flushdb", "flushall", "swapdb");

  /**
   * Which arguments the first two take is a matter of the release, and so is what is queued. The
   * last may make a key longer although it is refused, which Redis does not tell who watches it.
   */
  private static final Set<String> NOT_SENT = Set.of("zrank", "zrevrank", "bitfield");

  /** Of those that scripts call: their errors are the same, and so is what they do. */
  private static final Set<String> CALLED =
      Set.of(
          "set",
          "get",
          "append",
          "incr",
          "decrby",
          "setrange",
          "lpush",
          "rpush",
          "lpop",
          "linsert",
          "hset",
          "hdel",
          "hincrby",
          "sadd",
          "srem",
          "zadd",
          "zincrby",
          "del",
          "rename",
          "copy",
          "xadd",
          "persist",
          "flushdb");

  /** Calls a command with keys that it does not name; shows how it ends. */
  private static final String CALL =
      "local reply = redis.pcall(unpack(ARGV))"
          + " return type(reply) == 'table' and reply.err or type(reply)";

  /** Calls a command, and fails behind it. */
  private static final String CALL_AND_FAIL = "redis.pcall(unpack(ARGV)) error('fails')";

  private final CommandTable commands;

  TransactionSessions(CommandTable commands) {
    this.commands = commands;
  }

  /** The session of a seed. */
  List<Step> session(long seed) {
    Random random = new Random(seed);
    Pools pools = new Pools(random);
    RequestGenerator requests = RequestGenerator.comparable(commands, pools, seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < TRANSACTIONS; i++) {
      int connection = random.nextInt(SessionGenerator.CONNECTIONS);
      steps.addAll(transaction(connection, requests, pools));
    }
    return steps;
  }

  private List<Step> transaction(int connection, RequestGenerator requests, Pools pools) {
    List<Step> steps = new ArrayList<>();
    int other = (connection + 1 + pools.below(SessionGenerator.CONNECTIONS - 1)) % 4;
    steps.add(new Step(other, some(requests, 6)));
    if (pools.chance(0.6)) {
      steps.add(new Step(connection, List.of(watch(pools))));
      meanwhile(steps, pools.chance(0.3) ? connection : other, requests, pools);
      if (pools.chance(0.05)) {
        steps.add(new Step(connection, List.of(Request.of("UNWATCH"))));
      }
    }
    steps.add(new Step(connection, List.of(Request.of("MULTI"))));
    List<Request> queued = scripted(some(requests, pools.below(8)), pools);
    int cut = queued.isEmpty() ? 0 : pools.below(queued.size());
    steps.add(new Step(connection, queued.subList(0, cut)));
    meanwhile(steps, other, requests, pools);
    steps.add(new Step(connection, queued.subList(cut, queued.size())));
    if (pools.chance(0.1)) {
      steps.add(new Step(connection, List.of(odd(pools))));
    }
    steps.add(new Step(connection, List.of(Request.of(pools.chance(0.1) ? "DISCARD" : "EXEC"))));
    steps.removeIf(step -> step.requests().isEmpty());
    return steps;
  }

  private static Request watch(Pools pools) {
    String[] words = new String[2 + pools.below(3)];
    words[0] = "WATCH";
    for (int i = 1; i < words.length; i++) {
      words[i] = new String(pools.key(), ISO_8859_1);
    }
    return Request.of(words);
  }

  /** What has no place inside a transaction, or is wrong. */
  private static Request odd(Pools pools) {
    return switch (pools.below(8)) {
      case 0 -> Request.of("MULTI");
      case 1 -> Request.of("WATCH", "a");
      case 2 -> Request.of("UNWATCH");
      case 3 -> Request.of("DISCARD", "x");
      case 4 -> Request.of("EXEC", "x");
      case 5 -> Request.of("RESET");
      case 6 -> Request.of("SAVE");
      default -> Request.of("GET");
    };
  }

  private void meanwhile(List<Step> steps, int connection, RequestGenerator requests, Pools pools) {
    if (pools.chance(0.5)) {
      steps.add(new Step(connection, some(requests, 1 + pools.below(3))));
    }
  }

  /** Requests about data: others may end the connection, or change how its replies are read. */
  private List<Request> some(RequestGenerator requests, int count) {
    List<Request> some = new ArrayList<>();
    while (some.size() < count) {
      Request request = requests.next();
      if (!Rules.endsPipeline(request) && isSent(request)) {
        some.add(request);
      }
    }
    return some;
  }

  /** These, some of them called by scripts. */
  private static List<Request> scripted(List<Request> plain, Pools pools) {
    if (pools.chance(0.5)) {
      return plain;
    }
    List<Request> scripted = new ArrayList<>();
    for (Request request : plain) {
      boolean isCalled = CALLED.contains(request.command()) && pools.chance(0.5);
      scripted.add(isCalled ? script(request, pools) : request);
    }
    return scripted;
  }

  private static Request script(Request request, Pools pools) {
    List<byte[]> args = new ArrayList<>();
    String script = pools.chance(0.1) ? CALL_AND_FAIL : CALL;
    for (String word : List.of("EVAL", script, "0")) {
      args.add(word.getBytes(ISO_8859_1));
    }
    args.addAll(request.args());
    return new Request("eval", args, false);
  }

  private boolean isSent(Request request) {
    CommandSpec spec = commands.find(request.command());
    return spec != null
        && !NOT_SENT.contains(spec.fullName())
        && switch (spec.group()) {
          case STRING, BITMAP, LIST, SET, SORTED_SET, HASH, GEO, STREAM, HYPERLOGLOG, GENERIC ->
              true;
          default -> ALSO_SENT.contains(spec.fullName());
        };
  }
}
