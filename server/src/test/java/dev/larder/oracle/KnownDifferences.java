package dev.larder.oracle;

import dev.larder.command.CommandSpec;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where Larder, which implements a later release, answers differently from the redis-server that
 * tests compare it with, on purpose. The one list: docs/compatibility.md repeats it.
 */
final class KnownDifferences {

  /**
   * One difference.
   *
   * @param title what differs
   * @param reason why that is right
   * @param applies whether it explains two replies that are not the same
   */
  record Difference(String title, String reason, Predicate<Exchange> applies) {}

  /**
   * Commands that are not sent to both.
   *
   * @param commands full names; a container stands for all its subcommands
   * @param reason why comparing them says nothing
   */
  record NotSent(List<String> commands, String reason) {}

  static final List<Difference> DIFFERENCES =
      List.of(
          new Difference(
              "BITCOUNT and BITPOS check their range before they look for the key",
              "Redis 8 does; 7.0 answers without a look at the range when there is no key.",
              x ->
                  isOneOf(x, "bitcount", "bitpos")
                      && (x.reference().text().startsWith(":")
                          || x.reference().text().startsWith("-WRONGTYPE"))
                      && x.subject().isError()),
          new Difference(
              "RESTORE refuses a payload whose value reaches into its footer, as bad data",
              "Redis takes version and checksum for a part of the value, or finds them wrong.",
              x ->
                  isOneOf(x, "restore")
                      && x.subject().text().equals("-ERR Bad data format\r\n")
                      && (x.reference().text().equals("+OK\r\n") || x.reference().isError())),
          new Difference(
              "SORT leaves a sorted set as it is",
              "Redis makes it a skiplist to go through it.",
              x ->
                  isOneOf(x, "object|encoding")
                      && x.subject().text().equals("$8\r\nlistpack\r\n")
                      && x.reference().text().equals("$8\r\nskiplist\r\n")),
          new Difference(
              "SORT does not fail because of a number in an earlier request",
              "Once 7.0 has read one that is out of range, as 1e-320, it may refuse the next SORT.",
              x ->
                  isOneOf(x, "sort", "sort_ro")
                      && x.reference().text().startsWith("-ERR One or more scores")
                      && !x.subject().isError()),
          new Difference(
              "OBJECT ENCODING of a small list or set is listpack",
              "As in Redis 7.2; 7.0 knows quicklist only, and hashtable.",
              x ->
                  isOneOf(x, "object|encoding")
                      && x.subject().text().equals("$8\r\nlistpack\r\n")
                      && (x.reference().text().equals("$9\r\nquicklist\r\n")
                          || x.reference().text().equals("$9\r\nhashtable\r\n"))),
          new Difference(
              "The smallest integer is no RANK of LPOS",
              "Redis 7.2 refuses it, since its absolute value is no integer.",
              x -> isOneOf(x, "lpos") && x.subject().text().startsWith("-ERR value is out of")),
          new Difference(
              "COMMAND GETKEYS and GETKEYSANDFLAGS take a command without arguments",
              "Redis 7.2 lowered their arity.",
              x ->
                  isOneOf(x, "command|getkeys", "command|getkeysandflags")
                      && x.reference().text().startsWith("-ERR wrong number of arguments")),
          new Difference(
              "HELLO checks the client's name before the password",
              "Redis 7.2 reads all options before it acts on any.",
              x -> isOneOf(x, "hello") && x.reference().isError() && x.subject().isError()),
          new Difference(
              "MEMORY USAGE of an expired key is nil",
              "Redis looks without checking the deadline, so the answer depends on whether the key"
                  + " was already reclaimed.",
              x -> isOneOf(x, "memory|usage") && x.reference().text().startsWith(":")),
          new Difference(
              "OBJECT REFCOUNT of a small integer is always 2147483647, of anything else 1",
              "There are no shared objects, hence nothing to tell whether one is shared.",
              x ->
                  isOneOf(x, "object|refcount")
                      && x.reference().text().equals(":1\r\n")
                      && x.subject().text().equals(":2147483647\r\n")),
          new Difference(
              "OBJECT ENCODING says int where INCRBYFLOAT has left an integer",
              "Whether a short string is an integer follows from its bytes, which takes no memory;"
                  + " Redis remembers how they came there.",
              x ->
                  isOneOf(x, "object|encoding")
                      && x.reference().text().equals("$6\r\nembstr\r\n")
                      && x.subject().text().equals("$3\r\nint\r\n")),
          new Difference(
              "ZRANK and ZREVRANK take an option",
              "Redis 7.2 added WITHSCORE.",
              x ->
                  isOneOf(x, "zrank", "zrevrank")
                      && x.reference().text().startsWith("-ERR wrong number of arguments")),
          protocol(
              "A search for points finds those beyond the map's edge, too",
              "Redis does not look there, nor at the very edge. Unless they are sorted, points come"
                  + " in the order of their hashes."),
          new Difference(
              "XREADGROUP, XCLAIM and XAUTOCLAIM make a consumer even when they find no entry",
              "As in Redis 7.2; 7.0 makes it with its first entry.",
              x -> isOneOf(x, "xgroup|createconsumer") && x.subject().text().equals(":0\r\n")),
          new Difference(
              "XREAD and XREADGROUP with keys and ids that do not pair name the command",
              "As in Redis 7.4.",
              x -> x.subject().text().startsWith("-ERR Unbalanced 'xread")),
          protocol(
              "XINFO has more facts, and counts entries read and lag as Redis 8",
              "7.0 has no idempotent ids, no times of activity, and a lag that can be wrong."),
          protocol(
              "Errors about permissions name the user and the command, not the key or channel",
              "As in Redis 7.2; `ACL DRYRUN` does name them."),
          protocol(
              "ACL LIST and ACL GETUSER show rules about commands as they were given",
              "As in Redis 7.2; 7.0 shows the rules by which it would make such a user. Those that"
                  + " a later rule takes the place of are left out."),
          protocol(
              "ACL SETUSER refuses passwords above 64 KiB, and spaces in a first argument",
              "To hash one must not keep others waiting, and what ACL LIST shows must be rules."),
          protocol(
              "RESTORE refuses a value that has no end before the payload's version and checksum",
              "Redis reads on in these, and takes them for a part of the value."),
          protocol(
              "RESTORE takes payloads of later versions, of Valkey 9, and without a checksum",
              "As Redis 8 does with its own; 7.0 reads up to version 10."),
          protocol(
              "RESP3 doubles are printed in the shortest form that reads as the same number",
              "As in Redis 7.2; 7.0 prints 17 digits. They are compared as numbers."),
          protocol(
              "A NUL byte in an inline request or in a header is a byte like any other",
              "Redis 7.0 stops looking for the end of the line there, and waits forever."),
          protocol(
              "Of an HTTP request, replies to lines before `Host:` are still sent",
              "Redis drops them; both disconnect the client at `POST` or `Host:`."),
          protocol(
              "HRANDFIELD, SRANDMEMBER and ZRANDMEMBER refuse counts below -1048576",
              "The reply would be as long as the client pleases, whatever the key holds, and fill"
                  + " the memory."),
          protocol(
              "Fields of hashes past their deadline are not there for HDEL either",
              "Redis deletes and counts them as long as they were not reclaimed."),
          protocol(
              "HELP subcommands have texts of their own",
              "They are for people, and list what this server has."),
          protocol(
              "SWAPDB tells clients that track keys to forget all of them",
              "Keys are tracked by their names, whatever the database; Redis leaves them stale."),
          protocol(
              "A client is told that all keys changed by the null of its own protocol",
              "Redis takes that of the client which has read them, if another one is told."),
          protocol(
              "What changes no value is told to nobody who tracks or watches the key",
              "LTRIM of nothing, PFCOUNT and PFMERGE count as changes in Redis."),
          protocol(
              "What a client publishes to itself comes behind the reply of PUBLISH",
              "As in Redis 7.2; 7.0 sends it before."),
          protocol(
              "Commands and options that came after 7.0 are not sent",
              "The reference does not know them."),
          protocol(
              "The error of HELLO without authentication says `HELLO <proto> AUTH`",
              "Completed in Redis 7.2."));

  static final List<NotSent> NOT_SENT =
      List.of(
          new NotSent(List.of("shutdown"), "It ends the server."),
          new NotSent(
              List.of("save", "bgsave", "bgrewriteaof", "lastsave"),
              "They write files, which other servers would load, and tell of time."),
          new NotSent(
              List.of("replicaof", "slaveof"), "The reference would follow another server."),
          new NotSent(List.of("lolwut"), "Each server has its own art."),
          new NotSent(
              List.of("monitor", "slowlog", "latency"),
              "They tell what all clients do, and how long that takes."),
          new NotSent(List.of("script|debug"), "There is no debugger, and the error says so."),
          new NotSent(
              List.of("eval", "eval_ro", "evalsha", "evalsha_ro", "script|load"),
              "ScriptDifferentialTest does, with texts that are scripts."),
          new NotSent(
              List.of("client|pause", "client|unpause"), "Sessions would wait for each other."),
          new NotSent(List.of("client|reply"), "Who reads replies could not tell whose they are."),
          new NotSent(List.of("pfselftest"), "It keeps Redis busy for seconds, to say OK."),
          new NotSent(
              List.of("debug"), "It is no interface: each server has what its own tests need."),
          new NotSent(
              List.of(
                  "info",
                  "memory|stats",
                  "memory|doctor",
                  "memory|malloc-stats",
                  "memory|mrc",
                  "client|list",
                  "client|info"),
              "They tell about the server and its connections, where everything differs."),
          new NotSent(
              List.of("config"), "Names are the same, values and which can be set are not."),
          new NotSent(List.of("spop"), "It removes members by chance: all else would differ."),
          new NotSent(
              List.of("xsetid"),
              "7.0 lets the last id of an empty stream fall below its highest deleted one."),
          new NotSent(List.of("acl"), "AclDifferentialTest does, without locking the session out."),
          new NotSent(
              List.of("multi", "exec", "discard", "watch", "unwatch"),
              "TransactionDifferentialTest does, in an order that makes sense."),
          new NotSent(
              List.of("client|tracking"),
              "TrackingDifferentialTest does, where messages among the replies are expected."),
          new NotSent(
              List.of(
                  "subscribe",
                  "unsubscribe",
                  "psubscribe",
                  "punsubscribe",
                  "ssubscribe",
                  "sunsubscribe"),
              "PubSubDifferentialTest does, where one command has several replies."),
          new NotSent(List.of("client|kill"), "It would end the connections of the session."),
          new NotSent(
              List.of("command", "command|info", "command|docs", "command|list"),
              "They describe the release; another test holds them to published facts."));

  /** A difference that no random session meets, or that its rule allows for. */
  private static Difference protocol(String title, String reason) {
    return new Difference(title, reason, x -> false);
  }

  private static final String HELP = "|help";

  private KnownDifferences() {}

  static boolean isNotSent(CommandSpec command) {
    String name = command.fullName();
    return name.endsWith(HELP)
        || NOT_SENT.stream()
            .flatMap(notSent -> notSent.commands().stream())
            .anyMatch(other -> covers(other, name));
  }

  private static boolean covers(String other, String name) {
    return name.equals(other) || (!other.equals("command") && name.startsWith(other + "|"));
  }

  private static boolean isOneOf(Exchange exchange, String... commands) {
    return List.of(commands).contains(exchange.request().command());
  }

  static boolean explain(Exchange exchange) {
    return DIFFERENCES.stream().anyMatch(difference -> difference.applies().test(exchange));
  }
}
