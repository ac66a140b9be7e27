package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.metrics.Clock;
import dev.larder.storage.Journal;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WATCH and UNWATCH, with a client that watches and one that changes keys. */
final class WatchTest {
  private static final String OK = "+OK\r\n";
  private static final String DONE = "*1\r\n+PONG\r\n";
  private static final String BROKEN = "*-1\r\n";

  private final CommandHarness client = new CommandHarness(WatchTest::declare, Journal.NONE);
  private final CommandHarness other = new CommandHarness(client);

  private static void declare(Declarations c) {
    TransactionCommands.declare(c);
    StringCommands.declare(c, () -> 512 << 20);
    BitCommands.declare(c, () -> 512 << 20);
    ListCommands.declare(c);
    SetCommands.declare(c);
    SortedSetCommands.declare(c);
    HashCommands.declare(c);
    StreamCommands.declare(c);
    KeyCommands.declare(c);
    SortCommands.declare(c);
    DatabaseCommands.declare(c, Saving.NONE);
    ExpireCommands.declare(c);
    DebugCommands.declare(c, () -> "yes", Saving.NONE, _ -> {});
    c.command("PING")
        .summary("For tests.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .arity(1)
        .handler(call -> call.reply().simpleString("PONG"));
    SelectSample.declare(c);
  }

  @AfterEach
  void close() {
    other.close();
    client.close();
  }

  /** Sends the commands of a line each. */
  private static void all(CommandHarness sender, String lines) {
    for (String line : lines.split("; ")) {
      assertThat(sender.send(line.split(" "))).as(line).doesNotStartWith("-");
    }
  }

  private String exec() {
    assertThat(client.send("MULTI")).isEqualTo(OK);
    assertThat(client.send("PING")).isEqualTo("+QUEUED\r\n");
    return client.send("EXEC");
  }

  /** What EXEC replies when this happens after a WATCH of k. */
  private String execAfter(String before, String meanwhile) {
    all(other, "SELECT 0; FLUSHALL");
    all(other, before);
    assertThat(client.send("WATCH", "k")).isEqualTo(OK);
    all(other, meanwhile);
    return exec();
  }

  @Test
  void changesBreak() {
    for (String change :
        new String[] {
          "SET k 1",
          "APPEND k x",
          "SETRANGE k 0 v",
          "DEL k",
          "UNLINK k",
          "EXPIRE k 100",
          "EXPIRE k 0",
          "GETDEL k",
          "INCRBYFLOAT n 1; RENAME n k",
          "RENAME k n",
          "COPY n2 k REPLACE",
          "MOVE k 1",
          "FLUSHDB",
          "FLUSHALL ASYNC",
          "SWAPDB 0 1",
          "SWAPDB 1 0",
          "SWAPDB 0 1; SWAPDB 0 1",
          "DEL k; SET k v",
          "SORT l STORE k",
          "BITOP NOT k n2",
          "MSET k 2 m 3"
        }) {
      assertThat(execAfter("SET k v; SET n2 2; RPUSH l 2 1", change)).as(change).isEqualTo(BROKEN);
    }
    Map.of(
            "RPUSH k a b", "LPOP k",
            "SADD k a b", "SREM k a",
            "ZADD k 1 a", "ZINCRBY k 1 a",
            "HSET k a b", "HSET k a c",
            "HSET k a b c d", "HPEXPIRE k 10000 FIELDS 1 a",
            "XADD k 1-1 a b", "XADD k 1-2 a b",
            "SET other 1", "LPUSH k a",
            "SET k v EX 100", "PERSIST k",
            "SET k a", "SETBIT k 0 1",
            "RPUSH k 1 2", "LMOVE k k LEFT RIGHT")
        .forEach(
            (before, change) -> assertThat(execAfter(before, change)).as(change).isEqualTo(BROKEN));
  }

  @Test
  void nothingElseBreaks() {
    for (String change :
        new String[] {
          "GET k",
          "SET other 1",
          "TOUCH k",
          "OBJECT ENCODING k".replace("OBJECT ENCODING", "TYPE"),
          "SELECT 1; SET k 2",
          "SELECT 1; FLUSHDB",
          "PERSIST k",
          "DEL none",
          "COPY k new",
          "SETNX k 1",
          "SWAPDB 1 1"
        }) {
      assertThat(execAfter("SET k v", change)).as(change).isEqualTo(DONE);
    }
    for (String change : new String[] {"FLUSHALL", "FLUSHDB", "SWAPDB 0 1", "DEL k"}) {
      assertThat(execAfter("SET none v", change)).as(change).isEqualTo(DONE);
    }
    assertThat(execAfter("SADD k a", "SADD k a")).isEqualTo(DONE);
    assertThat(execAfter("XADD k 1-1 a b", "XGROUP CREATE k g 0")).isEqualTo(DONE);
  }

  @Test
  void swappedInBreaks() {
    assertThat(execAfter("SELECT 1; SET k v", "SWAPDB 0 1")).isEqualTo(BROKEN);
    assertThat(execAfter("SELECT 1; SET other v", "SWAPDB 0 1")).isEqualTo(DONE);
  }

  @Test
  void databaseIsThatOfTheWatch() {
    client.send("SELECT", "1");
    client.send("WATCH", "k");
    client.send("SELECT", "0");
    other.send("SET", "k", "1");
    assertThat(exec()).isEqualTo(DONE);
    client.send("SELECT", "1");
    client.send("WATCH", "k");
    client.send("SELECT", "0");
    all(other, "SELECT 1; SET k 1");
    assertThat(exec()).isEqualTo(BROKEN);
  }

  @Test
  void ownChangesBreak() {
    all(client, "WATCH k; SET k 1");
    assertThat(exec()).isEqualTo(BROKEN);
    assertThat(exec()).isEqualTo(DONE);
  }

  @Test
  void anyOfSeveralBreaks() {
    all(client, "WATCH a b c a; WATCH d");
    other.send("SET", "b", "1");
    assertThat(exec()).isEqualTo(BROKEN);
    all(client, "WATCH a b c; WATCH d");
    other.send("SET", "d", "1");
    assertThat(exec()).isEqualTo(BROKEN);
    all(client, "WATCH a b c; WATCH d");
    other.send("SET", "e", "1");
    assertThat(exec()).isEqualTo(DONE);
  }

  @Test
  void watchesEnd() {
    for (String end : new String[] {"UNWATCH", "MULTI; EXEC", "MULTI; DISCARD"}) {
      all(client, "WATCH k; " + end);
      other.send("SET", "k", "1");
      assertThat(exec()).as(end).isEqualTo(DONE);
    }
    client.send("WATCH", "k");
    client.send("MULTI");
    client.send("NONE");
    assertThat(client.send("EXEC")).startsWith("-EXECABORT");
    other.send("SET", "k", "1");
    assertThat(exec()).isEqualTo(DONE);
    // What is queued comes too late.
    client.send("WATCH", "k");
    other.send("SET", "k", "1");
    client.send("MULTI");
    client.send("UNWATCH");
    assertThat(client.send("EXEC")).isEqualTo(BROKEN);
  }

  @Test
  void watchIsNotQueued() {
    client.send("MULTI");
    assertThat(client.send("WATCH", "k")).isEqualTo("-ERR WATCH inside MULTI is not allowed\r\n");
    assertThat(client.send("EXEC")).isEqualTo("*0\r\n");
  }

  @Test
  void reportIsNullInResp3() {
    client.protocol(3);
    all(client, "WATCH k; SET k 1");
    assertThat(exec()).isEqualTo("_\r\n");
  }

  @Test
  void expiryBreaks() {
    other.send("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    watchAndExpire("SET k v PX %d", "EXISTS k");
    assertThat(exec()).isEqualTo(BROKEN);
    all(other, "SET k v PX 1; SET k2 v PX 1");
    waitFor(4);
    client.send("WATCH", "k", "k2");
    assertThat(other.send("GET", "k")).isEqualTo("$-1\r\n");
    assertThat(exec()).as("expired before the watch").isEqualTo(DONE);
    watchAndExpire("SET k v PX %d", "EXISTS k");
    assertThat(other.send("GET", "k")).isEqualTo("$-1\r\n");
    assertThat(exec()).as("removed when it was met").isEqualTo(BROKEN);
  }

  @Test
  void expiryOfFieldsBreaks() {
    other.send("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    watchAndExpire("HSET k a 1 b 2; HPEXPIRE k %d FIELDS 1 a", "HEXISTS k a");
    assertThat(exec()).isEqualTo(BROKEN);
  }

  /**
   * Watches a key that expires soon, and waits until it has; with more time if the machine was too
   * busy for it to be watched before.
   *
   * @param make makes it, with so many milliseconds
   * @param ask replies whether it is there
   */
  private void watchAndExpire(String make, String ask) {
    for (int millis = 2; ; millis *= 2) {
      all(other, make.formatted(millis));
      client.send("WATCH", "k");
      if (other.send(ask.split(" ")).equals(":1\r\n")) {
        waitFor(millis + 2);
        return;
      }
      client.send("UNWATCH");
    }
  }

  private static void waitFor(long millis) {
    long end = Clock.wallMillis() + millis;
    while (Clock.wallMillis() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void servedClientsBreak() {
    other.send("BLMOVE", "none", "k", "LEFT", "LEFT", "0");
    client.send("WATCH", "k");
    CommandHarness third = new CommandHarness(client);
    third.send("LPUSH", "none", "a");
    assertThat(exec()).isEqualTo(BROKEN);
    third.close();
  }

  @Test
  void abandonedWatchesAreForgotten() {
    for (int i = 0; i < 1000; i++) {
      client.send("WATCH", "key " + i % 100, "k");
      client.send("UNWATCH");
    }
    other.send("SET", "k", "1");
    client.send("WATCH", "k");
    assertThat(exec()).isEqualTo(DONE);
    client.send("WATCH", "k");
    other.send("SET", "k", "1");
    assertThat(exec()).isEqualTo(BROKEN);
  }
}
