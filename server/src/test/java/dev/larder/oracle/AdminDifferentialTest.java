package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Operators' commands reply in the shape of redis-server's: the same kinds of values at the same
 * places, every field that it tells by name, and the same errors. What the values are differs.
 */
final class AdminDifferentialTest {
  /** Words with spaces between; what has to be there for them comes first. */
  private static final List<String> CALLS =
      List.of(
          "set k v",
          "rpush l a b c",
          "config set slowlog-log-slower-than 0",
          "get k",
          "acl setuser bob on >pw ~a:* %R~b:* &c:* +@read -get (+set ~s:*)",
          "acl getuser bob",
          "acl getuser nobody",
          "acl getuser default",
          "acl users",
          "acl whoami",
          "acl log",
          "acl log reset",
          "acl log x",
          "acl genpass",
          "acl genpass 5",
          "acl genpass 0",
          "acl dryrun bob get a:1",
          "acl dryrun bob set s:1 x",
          "acl dryrun nobody get a",
          "acl dryrun bob nocommand",
          "acl deluser bob nobody",
          "acl deluser default",
          "acl load",
          "acl save",
          "acl cat nothing",
          "acl setuser bob +nocommand",
          "config get maxmemory maxmemory-policy",
          "config get nothing",
          "config get",
          "config set nothing 1",
          "config set maxmemory x",
          "config set maxmemory 0 maxmemory 0",
          "config set port",
          "config resetstat",
          "config rewrite",
          "client id",
          "client info",
          "client list",
          "client list type normal",
          "client list type nothing",
          "client list id 1 2",
          "client list id x",
          "client getname",
          "client setname a",
          "client getname",
          "client getredir",
          "client trackinginfo",
          "client kill id 999999",
          "client kill 1.2.3.4:5",
          "client kill nothing x",
          "client unblock 999999",
          "client unblock x",
          "client no-evict on",
          "client no-evict off",
          "client no-evict x",
          "client pause x",
          "client pause 0",
          "client unpause",
          "client reply x",
          "client help",
          "command count",
          "command info get",
          "command info nothing",
          "command getkeys set a b",
          "command getkeys nothing a",
          "command getkeysandflags set a b",
          "command list filterby pattern xgroup*",
          "command list filterby nothing x",
          "dbsize",
          "latency latest",
          "latency history command",
          "latency histogram get",
          "latency histogram nothing",
          "latency reset",
          "latency doctor",
          "latency graph nothing",
          "latency help",
          "memory usage k",
          "memory usage nothing",
          "memory usage l samples 0",
          "memory usage l samples x",
          "memory stats",
          "memory doctor",
          "memory malloc-stats",
          "memory purge",
          "memory help",
          "module list",
          "module load x",
          "module unload x",
          "object encoding k",
          "object refcount k",
          "object idletime k",
          "object freq k",
          "object help",
          "pubsub channels",
          "pubsub numsub a",
          "pubsub numpat",
          "pubsub shardnumsub a",
          "role",
          "slowlog get 2",
          "slowlog get -2",
          "slowlog len",
          "slowlog reset",
          "slowlog help",
          "script exists x",
          "script kill",
          "script flush x",
          "script help",
          "function list",
          "function stats",
          "function kill",
          "function dump",
          "function help",
          "cluster info",
          "cluster nodes",
          "readonly",
          "asking",
          "lastsave",
          "time",
          "lolwut version 5 1 1 1",
          "swapdb 0 1",
          "swapdb 0 99",
          "swapdb x 1",
          "bgsave x",
          "save x",
          "bgrewriteaof x",
          "shutdown x",
          "shutdown abort",
          "failover",
          "failover abort",
          "replicaof no",
          "info nothing",
          "monitor x",
          "reset x",
          "hello 4",
          "hello 3 setname",
          "select 99",
          "wait x 1",
          "auth a b c",
          "auth nobody pw");

  private static final List<String> SECTIONS =
      List.of("server", "clients", "memory", "persistence", "stats", "cpu", "keyspace");

  /** What redis-server tells of its own ways that nothing here is like; as docs tell. */
  private static final Set<String> NOT_HERE =
      Set.of(
          "aof_last_cow_size",
          "aof_rewrites_consecutive_failures",
          "atomicvar_api",
          "configured_hz",
          "dump_payload_sanitizations",
          "expire_cycle_cpu_milliseconds",
          "expired_stale_perc",
          "expired_time_cap_reached_count",
          "gcc_version",
          "io_threaded_reads_processed",
          "io_threaded_writes_processed",
          "lru_clock",
          "module_fork_in_progress",
          "module_fork_last_cow_size",
          "redis_build_id",
          "redis_git_dirty",
          "redis_git_sha1",
          "reply_buffer_expands",
          "reply_buffer_shrinks",
          "total_reads_processed",
          "total_writes_processed",
          "used_cpu_sys_main_thread",
          "used_cpu_user_main_thread",
          "used_memory_lua",
          "used_memory_lua_human",
          "used_memory_vm_eval",
          "used_memory_vm_functions",
          "used_memory_vm_total",
          "used_memory_vm_total_human");

  /** A field of Redis 7.0, which no later release has. */
  private static final String SLOTS = "overhead.hashtable.slot-to-keys";

  private RedisProcess redis;
  private LarderServer larder;
  private Wire reference;
  private Wire subject;

  @BeforeEach
  void start() throws IOException {
    redis = RedisProcess.start();
    larder = LarderServer.start(new Config().set(Options.PORT, 0L));
    reference = new Wire(redis.port());
    subject = new Wire(larder.port());
  }

  @AfterEach
  void stop() throws IOException {
    reference.close();
    subject.close();
    larder.close();
    redis.close();
  }

  @Test
  void repliesHaveTheShapeOfRedis() throws IOException {
    List<String> differences = new ArrayList<>();
    for (String protocol : List.of("2", "3")) {
      reference.ask("hello", protocol);
      subject.ask("hello", protocol);
      for (String call : CALLS) {
        if (call.equals("memory stats") && protocol.equals("2")) {
          // Pairs of a map without its names.
          continue;
        }
        RespValue expected = reference.ask(call.split(" ")).value();
        RespValue actual = subject.ask(call.split(" ")).value();
        String difference = difference(expected, actual);
        if (!difference.isEmpty()) {
          differences.add("RESP" + protocol + " " + call + ": " + difference);
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void infoTellsWhatRedisTells() throws IOException {
    Map<String, Set<String>> missing = new TreeMap<>();
    for (String section : SECTIONS) {
      Set<String> fields = fields(reference.ask("info", section).text());
      fields.removeAll(fields(subject.ask("info", section).text()));
      fields.removeAll(NOT_HERE);
      if (!fields.isEmpty()) {
        missing.put(section, fields);
      }
    }
    assertThat(missing).isEmpty();
  }

  private static Set<String> fields(String info) {
    return info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .map(line -> line.substring(0, line.indexOf(':')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How a reply is no such one; empty if it is. */
  private static String difference(RespValue expected, RespValue actual) {
    if (expected instanceof RespValue.SimpleError) {
      return expected.equals(actual) ? "" : expected + " but " + actual;
    }
    if (expected.getClass() != actual.getClass()) {
      return expected + " but " + actual;
    }
    return switch (expected) {
      case RespValue.Array array ->
          ofElements(array.elements(), ((RespValue.Array) actual).elements());
      case RespValue.RespSet set ->
          ofElements(set.elements(), ((RespValue.RespSet) actual).elements());
      case RespValue.RespMap map -> ofFields(map, (RespValue.RespMap) actual);
      default -> "";
    };
  }

  private static String ofElements(List<RespValue> expected, List<RespValue> actual) {
    if (expected.isEmpty() != actual.isEmpty()) {
      return expected + " but " + actual;
    }
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      String difference = difference(expected.get(i), actual.get(i));
      if (!difference.isEmpty()) {
        return "[" + i + "] " + difference;
      }
    }
    return "";
  }

  private static String ofFields(RespValue.RespMap expected, RespValue.RespMap actual) {
    Map<RespValue, RespValue> fields = new HashMap<>();
    actual.pairs().forEach(pair -> fields.put(pair.key(), pair.value()));
    for (RespValue.Pair pair : expected.pairs()) {
      if (pair.key().equals(RespValue.BulkString.of(SLOTS))) {
        continue;
      }
      RespValue value = fields.get(pair.key());
      String difference = value == null ? "is missing" : difference(pair.value(), value);
      if (!difference.isEmpty()) {
        return pair.key() + " " + difference;
      }
    }
    return "";
  }
}
