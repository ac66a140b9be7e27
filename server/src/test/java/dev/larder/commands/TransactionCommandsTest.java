package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.Flag;
import dev.larder.storage.EvictionPolicy;
import dev.larder.storage.Journal;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** MULTI, EXEC and DISCARD, with one client or a few on one thread. */
final class TransactionCommandsTest {
  private static final String OK = "+OK\r\n";
  private static final String QUEUED = "+QUEUED\r\n";
  private static final String ABORTED =
      "-EXECABORT Transaction discarded because of previous errors.\r\n";

  private final List<String> units = new ArrayList<>();
  private final CommandHarness client =
      new CommandHarness(TransactionCommandsTest::declare, new Recorder());
  private final CommandHarness other = new CommandHarness(client);

  /** Writes down which effects are one block. */
  private final class Recorder implements Journal {
    private final StringBuilder effects = new StringBuilder();

    @Override
    public void stored(long sequence, Shard shard, int database, long entry) {
      effects.append('s').append(database);
    }

    @Override
    public void flushed(long sequence, Unit unit, int database) {
      effects.append('f').append(database);
    }

    @Override
    public void end(Unit unit, long sequence) {
      units.add(effects.toString());
      effects.setLength(0);
    }
  }

  private static void declare(Declarations c) {
    TransactionCommands.declare(c);
    StringCommands.declare(c, () -> 512 << 20);
    ListCommands.declare(c);
    SetCommands.declare(c);
    KeyCommands.declare(c);
    ScanCommands.declare(c);
    SortCommands.declare(c);
    DatabaseCommands.declare(c, Saving.NONE);
    ExpireCommands.declare(c);
    DebugCommands.declare(c, () -> "yes", Saving.NONE, _ -> {});
    SelectSample.declare(c);
    c.command("ALONE")
        .summary("For tests.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .arity(1)
        .flags(Flag.NO_MULTI)
        .handler(call -> call.reply().ok());
  }

  @AfterEach
  void close() {
    other.close();
    client.close();
  }

  private void queue(String... arguments) {
    assertThat(client.send(arguments)).isEqualTo(QUEUED);
  }

  private String exec(String[]... commands) {
    assertThat(client.send("MULTI")).isEqualTo(OK);
    for (String[] command : commands) {
      queue(command);
    }
    return client.send("EXEC");
  }

  private static String[] words(String line) {
    return line.split(" ", -1);
  }

  @Test
  void commandsAreQueuedAndThenRun() {
    client.send("MULTI");
    queue("SET", "a", "1");
    queue("INCR", "a");
    assertThat(other.send("GET", "a")).isEqualTo("$-1\r\n");
    queue("GET", "a");
    assertThat(client.send("EXEC")).isEqualTo("*3\r\n+OK\r\n:2\r\n$1\r\n2\r\n");
    assertThat(other.send("GET", "a")).isEqualTo("$1\r\n2\r\n");
    assertThat(client.send("GET", "a")).isEqualTo("$1\r\n2\r\n");
  }

  @Test
  void nothingIsATransactionToo() {
    assertThat(exec()).isEqualTo("*0\r\n");
    exec(words("SET a 1"));
    assertThat(exec()).isEqualTo("*0\r\n");
  }

  @Test
  void effectsAreOneBlock() {
    exec(words("SET a 1"), words("SET b 2"), words("GET a"), words("SET c 3"));
    assertThat(units).containsExactly("s0s0s0");
  }

  @Test
  void discardForgets() {
    client.send("MULTI");
    queue("SET", "a", "1");
    assertThat(client.send("DISCARD")).isEqualTo(OK);
    assertThat(client.send("EXEC")).isEqualTo("-ERR EXEC without MULTI\r\n");
    assertThat(client.send("DISCARD")).isEqualTo("-ERR DISCARD without MULTI\r\n");
    assertThat(client.send("GET", "a")).isEqualTo("$-1\r\n");
  }

  @Test
  void multiIsNotNested() {
    client.send("MULTI");
    assertThat(client.send("MULTI")).isEqualTo("-ERR MULTI calls can not be nested\r\n");
    queue("SET", "a", "1");
    assertThat(client.send("EXEC")).isEqualTo("*1\r\n+OK\r\n");
  }

  @Test
  void refusedCommandsAbort() {
    for (String refused : List.of("NONE 1", "GET", "DISCARD 1", "MULTI 1", "ALONE")) {
      client.send("MULTI");
      queue("SET", "a", "1");
      assertThat(client.send(words(refused))).startsWith("-ERR ");
      queue("SET", "a", "2");
      assertThat(client.send("EXEC")).isEqualTo(ABORTED);
      assertThat(client.send("GET", "a")).isEqualTo("$-1\r\n");
    }
    client.send("MULTI");
    assertThat(client.send("ALONE")).isEqualTo("-ERR Command not allowed inside a transaction\r\n");
    client.send("DISCARD");
    assertThat(client.send("ALONE")).isEqualTo(OK);
  }

  @Test
  void refusedExecDiscards() {
    String wrong =
        "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec'"
            + " command\r\n";
    client.send("MULTI");
    queue("SET", "a", "1");
    assertThat(client.send("EXEC", "1")).isEqualTo(wrong);
    assertThat(client.send("EXEC")).isEqualTo("-ERR EXEC without MULTI\r\n");
    assertThat(client.send("EXEC", "1")).isEqualTo(wrong);
  }

  @Test
  void errorsOfCommandsAreReplies() {
    assertThat(exec(words("SET a x"), words("INCR a"), words("LPUSH a 1"), words("SET b 1")))
        .isEqualTo(
            "*4\r\n+OK\r\n-ERR value is not an integer or out of range\r\n-WRONGTYPE Operation"
                + " against a key holding the wrong kind of value\r\n+OK\r\n");
  }

  /** What a transaction names, in many pieces of its queue, does not go to make room for it. */
  @Test
  void keysOfQueuedCommandsAreNotEvicted() {
    client.keyspace.eviction().policy(EvictionPolicy.ALLKEYS_S3);
    client.send("MULTI");
    for (int i = 0; i < 3_000; i++) {
      queue("SET", "kept:" + i, "a value that makes the queue long enough for several pieces");
    }
    client.send("EXEC");
    client.send("SET", "other", "value");
    client.send("MULTI");
    for (int i = 0; i < 3_000; i++) {
      queue("SET", "kept:" + i, "a value that makes the queue long enough for several pieces");
    }
    client.evictToTheEnd();
    client.maxMemory(1);
    assertThat(client.send("EXEC")).startsWith("-EXECABORT").contains("OOM");
    assertThat(client.send("GET", "kept:2999")).startsWith("$59");
    assertThat(client.keyspace.eviction().evictedKeys()).isLessThanOrEqualTo(1);
  }

  @Test
  void selectCountsInsideAndBehind() {
    exec(words("SELECT 1"), words("SET a 1"), words("SELECT 0"), words("SET b 1"));
    assertThat(units).containsExactly("s1s0");
    exec(words("SELECT 1"));
    assertThat(client.send("GET", "a")).isEqualTo("$1\r\n1\r\n");
  }

  @Test
  void memoryIsAskedForWhenQueuedAndWhenRun() {
    client.send("SET", "fill", "x".repeat(10_000));
    String exhausted = "OOM command not allowed when used memory > 'maxmemory'.\r\n";
    client.send("MULTI");
    queue("SET", "a", "1");
    client.maxMemory(1);
    assertThat(client.send("EXEC"))
        .isEqualTo("-EXECABORT Transaction discarded because of: " + exhausted);
    client.maxMemory(0);
    client.send("MULTI");
    queue("GET", "a");
    client.maxMemory(1);
    assertThat(client.send("EXEC")).isEqualTo("*1\r\n$-1\r\n");
    assertThat(client.send("MULTI")).isEqualTo(OK);
    assertThat(client.send("GET", "a")).isEqualTo("-" + exhausted);
    assertThat(client.send("MULTI")).isEqualTo("-" + exhausted);
    assertThat(client.send("EXEC")).isEqualTo(ABORTED);
    client.send("MULTI");
    assertThat(client.send("DISCARD")).isEqualTo(OK);
  }

  @Test
  void argumentsOutliveTheirRead() {
    client.send("MULTI");
    String large = "x".repeat(300_000);
    String middle = "y".repeat(60_000);
    queue("SET", "large", large);
    queue("SET", "middle", middle);
    queue("SET", "small", "1");
    queue("APPEND", "small", middle);
    queue("STRLEN", "large");
    queue("STRLEN", "middle");
    queue("STRLEN", "small");
    assertThat(client.send("EXEC"))
        .isEqualTo("*7\r\n+OK\r\n+OK\r\n+OK\r\n:60001\r\n:300000\r\n:60000\r\n:60001\r\n");
  }

  @Test
  void largeArgumentsAreGivenBack() {
    long before = client.chunkBytes();
    client.send("MULTI");
    queue("SET", "a", "x".repeat(300_000));
    client.send("DISCARD");
    assertThat(client.chunkBytes()).isEqualTo(before);
    assertThat(exec(words("SET a 1"), new String[] {"APPEND", "b", "x".repeat(300_000)}))
        .isEqualTo("*2\r\n+OK\r\n:300000\r\n");
    client.send("DEL", "b");
    client.housekeep(1);
    assertThat(client.chunkBytes()).isEqualTo(before);
  }

  @Test
  void commandsOfVeryManyKeysAreRun() {
    int keys = 20_000;
    String[] mset = new String[1 + 2 * keys];
    String[] mget = new String[1 + keys];
    mset[0] = "MSET";
    mget[0] = "MGET";
    for (int i = 0; i < keys; i++) {
      mset[1 + 2 * i] = "key " + i;
      mset[2 + 2 * i] = "value " + i;
      mget[1 + i] = "key " + i;
    }
    StringBuilder values = new StringBuilder("*" + keys + "\r\n");
    for (int i = 0; i < keys; i++) {
      String value = mset[2 + 2 * i];
      values.append('$').append(value.length()).append("\r\n").append(value).append("\r\n");
    }
    client.send("MULTI");
    queue("DBSIZE");
    queue(mset);
    queue(mget);
    queue("DBSIZE");
    assertThat(client.send("EXEC")).isEqualTo("*4\r\n:0\r\n+OK\r\n" + values + ":20000\r\n");
    assertThat(client.send(mget)).isEqualTo(values.toString());
    mget[0] = "DEL";
    assertThat(client.send(mget)).isEqualTo(":20000\r\n");
  }

  @Test
  void thousandsOfCommandsAreRun() {
    client.send("MULTI");
    for (int i = 0; i < 3000; i++) {
      queue("RPUSH", "list", "element " + i, "another " + i, "and a third " + i, "and more");
    }
    String reply = client.send("EXEC");
    assertThat(reply).startsWith("*3000\r\n:4\r\n:8\r\n").endsWith(":11996\r\n:12000\r\n");
    assertThat(client.send("LINDEX", "list", "-2")).isEqualTo("$16\r\nand a third 2999\r\n");
    assertThat(units).hasSize(1);
  }

  @Test
  void memoryMayEndWhileCommandsAreQueued() {
    client.send("MULTI");
    queue("SET", "a", "1");
    client.limitChunks(0);
    String value = "x".repeat(10_000);
    assertThat(client.send("SET", "b", value))
        .isEqualTo("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    client.limitChunks(-1);
    assertThat(client.send("EXEC")).isEqualTo(ABORTED);
  }

  @Test
  void whatLooksEverywhereSeesOneMoment() {
    assertThat(
            exec(
                words("MSET a 1 b 2 c 3"),
                words("DBSIZE"),
                words("KEYS *"),
                words("DEL b"),
                words("DBSIZE"),
                words("RANDOMKEY"),
                words("FLUSHALL"),
                words("RANDOMKEY"),
                words("KEYS *"),
                words("SET z 1"),
                words("SCAN 0")))
        .startsWith("*11\r\n+OK\r\n:3\r\n*3\r\n")
        .contains(":1\r\n:2\r\n$1\r\n")
        .endsWith("+OK\r\n$-1\r\n*0\r\n+OK\r\n*2\r\n$1\r\n0\r\n*1\r\n$1\r\nz\r\n");
    assertThat(units).hasSize(1);
    assertThat(units.getFirst()).startsWith("s0s0s0").endsWith("f0f1s0");
  }

  @Test
  void debugWorksInside() {
    assertThat(
            exec(
                words("DEBUG POPULATE 100"),
                words("DBSIZE"),
                words("DEBUG SLEEP 0.002"),
                words("DEBUG RELOAD")))
        .isEqualTo(
            "*4\r\n+OK\r\n:100\r\n+OK\r\n-ERR DEBUG does not load data inside a transaction\r\n");
    String digest = client.send("DEBUG", "DIGEST");
    assertThat(exec(words("DEBUG DIGEST"))).isEqualTo("*1\r\n" + digest);
  }

  @Test
  void blockingCommandsDoNotBlock() {
    assertThat(exec(words("BLPOP none 0"), words("BLMOVE none to LEFT LEFT 0")))
        .isEqualTo("*2\r\n*-1\r\n$-1\r\n");
    client.protocol(3);
    assertThat(exec(words("BLPOP none 0"))).isEqualTo("*1\r\n_\r\n");
  }

  @Test
  void blockedClientsAreServedBehindIt() {
    other.send("BLPOP", "list", "0");
    assertThat(other.isBlocked()).isTrue();
    assertThat(exec(words("LPUSH list a"), words("DEL list"))).isEqualTo("*2\r\n:1\r\n:1\r\n");
    assertThat(other.isBlocked()).isTrue();
    assertThat(exec(words("RPUSH list a"), words("RPUSH list b"), words("LPOP list")))
        .isEqualTo("*3\r\n:1\r\n:2\r\n$1\r\na\r\n");
    assertThat(other.awaited()).isEqualTo("*2\r\n$4\r\nlist\r\n$1\r\nb\r\n");
  }

  /** In whichever shards they are. */
  @Test
  void keysAreServedInTheOrderInWhichTheyBecameReady() {
    for (int i = 0; i < 20; i++) {
      String first = "first " + i;
      String second = "second " + i;
      other.send("BLPOP", second, first, "0");
      exec(new String[] {"RPUSH", first, "a"}, new String[] {"RPUSH", second, "b"});
      assertThat(other.awaited())
          .isEqualTo("*2\r\n$%d\r\n%s\r\n$1\r\na\r\n".formatted(first.length(), first));
    }
  }

  @Test
  void longWorkIsDoneToItsEnd() {
    String[] add = new String[20_002];
    add[0] = "SADD";
    add[1] = "set";
    for (int i = 2; i < add.length; i++) {
      add[i] = "member " + i + " that is no number, and " + "long ".repeat(20);
    }
    client.send(add);
    units.clear();
    String reply =
        exec(
            words("SUNIONSTORE copy set set"),
            words("SMEMBERS copy"),
            words("SDIFFSTORE none set copy"),
            words("RENAME copy moved"),
            words("SCARD moved"),
            words("DEL moved"));
    assertThat(reply).startsWith("*6\r\n:20000\r\n*20000\r\n");
    assertThat(reply).endsWith(":0\r\n+OK\r\n:20000\r\n:1\r\n");
    assertThat(units).hasSize(1);
  }

  @Test
  void leasesOfOthersComeFirst() {
    Lease lease = other.lease("b");
    client.send("MULTI");
    queue("SET", "a", "1");
    queue("SET", "b", "1");
    client.begin("EXEC");
    assertThat(other.send("GET", "a")).isEqualTo("$-1\r\n");
    lease.end();
    while (!client.step()) {}
    assertThat(client.awaited()).isEqualTo("*2\r\n+OK\r\n+OK\r\n");
    assertThat(units).containsExactly("s0s0");
  }

  @Test
  void takenShardsAreWaitedForWithoutAny() {
    Unit unit = client.keyspace.newUnit();
    unit.begin(0);
    unit.acquire(client.keyspace.shard(client.keyspace.shardCount() - 1));
    client.send("MULTI");
    queue("SET", "a", "1");
    queue("FLUSHALL");
    client.begin("EXEC");
    Unit free = client.keyspace.newUnit();
    free.begin(0);
    assertThat(free.acquire(client.keyspace.shard(0))).isTrue();
    free.releaseAll();
    unit.releaseAll();
    while (!client.step()) {}
    assertThat(client.awaited()).isEqualTo("*2\r\n+OK\r\n+OK\r\n");
  }

  @Test
  void clientThatGoesLeavesNothing() {
    client.send("MULTI");
    queue("SET", "a", "x".repeat(300_000));
    queue("SET", "b", "x".repeat(3_000));
    queue("SET", "c", "x".repeat(30_000));
    // The harness looks for what is held when it is closed.
  }
}
