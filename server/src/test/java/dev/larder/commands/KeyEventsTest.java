package dev.larder.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.Declarations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which events of keys commands raise, and in which order. */
final class KeyEventsTest {
  private static final String ALL = "g$lshzxetnmoc";

  private final CommandHarness server = new CommandHarness(KeyEventsTest::declare);

  private static void declare(Declarations c) {
    StringCommands.declare(c, () -> 1 << 29);
    BitCommands.declare(c, () -> 1 << 29);
    ListCommands.declare(c);
    SetCommands.declare(c);
    SortedSetCommands.declare(c);
    SortedSetRangeCommands.declare(c);
    SortedSetAlgebraCommands.declare(c);
    HashCommands.declare(c);
    GeoCommands.declare(c);
    HyperLogLogCommands.declare(c, () -> 3000L);
    SortCommands.declare(c);
    StreamCommands.declare(c);
    KeyCommands.declare(c);
    DumpCommands.declare(c);
    ExpireCommands.declare(c);
    ScanCommands.declare(c);
    DatabaseCommands.declare(c, Saving.NONE);
    ObjectCommands.declare(c);
    MemoryCommands.declare(c);
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Sends a line of words, of which {@code ""} is an empty one. */
  private String send(String line) {
    String[] words = line.split(" ");
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].equals("\"\"") ? "" : words[i];
    }
    String reply = server.send(words);
    assertThat(server.isBlocked()).as(line).isFalse();
    return reply;
  }

  /** Sends lines, each with the events behind it. */
  private void check(Events events, List<String> lines) {
    for (String line : lines) {
      int arrow = line.indexOf(" ->");
      if (arrow < 0) {
        send(line);
        events.take();
        continue;
      }
      send(line.substring(0, arrow));
      String expected = line.substring(arrow + 3).strip();
      assertThat(events.take()).as(line.substring(0, arrow)).isEqualTo(expected);
    }
  }

  private static List<String> read(String resource) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                requireNonNull(KeyEventsTest.class.getResourceAsStream(resource)), UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        if (!line.startsWith("#") && !line.isEmpty()) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  @Test
  void eventsAreThoseOfRedis() throws IOException {
    Events events = new Events(server.keyspace, "g$lshzxetnm");
    check(events, read("/golden/events.txt"));
  }

  @Test
  void whatIsReplacedIsTold() {
    Events events = new Events(server.keyspace, ALL);
    check(
        events,
        List.of(
            "set a 1 -> new a, set a",
            "set a 2 -> overwritten a, set a",
            "set a 2 ex 100 -> overwritten a, set a, expire a",
            "incr a -> incrby a",
            "append a x -> append a",
            "setrange a 0 y -> setrange a",
            "lpush l 1 -> new l, lpush l",
            "set l x -> overwritten l, type_changed l, set l",
            "mset l y m z -> overwritten l, set l, new m, set m",
            "getset l z -> overwritten l, set l",
            "set l x get -> overwritten l, set l",
            "sadd s a b -> new s, sadd s",
            "sunionstore l s -> overwritten l, type_changed l, sunionstore l",
            "sunionstore l s -> overwritten l, sunionstore l",
            "sort s alpha store l -> overwritten l, type_changed l, sortstore l",
            "zadd z 1 a -> new z, zadd z",
            "zunionstore l 1 z -> overwritten l, type_changed l, zunionstore l",
            "zrangestore l z 0 -1 -> overwritten l, zrangestore l",
            "bitop not l m -> overwritten l, type_changed l, set l",
            "copy z l replace -> new l, copy_to l, overwritten l, type_changed l",
            "set b 1 -> new b, set b",
            "rename b l -> new l, rename_from b, rename_to l, overwritten l, type_changed l",
            "msetex 1 l v -> overwritten l, set l",
            "msetex 1 l v ex 100 -> overwritten l, expire l, set l",
            "increx n byint 5 -> new n, incrby n",
            "increx n byint 5 ex 100 -> incrby n, expire n",
            "increx n byfloat 0.5 persist -> incrbyfloat n, persist n",
            "set n 5 -> overwritten n, set n",
            "increx n byint 1 exat 1 -> del n"));
  }

  @Test
  void fieldsOfHashesAreTold() {
    Events events = new Events(server.keyspace, "g$hnS");
    check(
        events,
        List.of(
            "hset h a 1 b 2 a 3 -> new h, hset h 1:a,1:b,1:a",
            "hsetnx h a 1 ->",
            "hsetnx h ccc 1 -> hset h 3:ccc",
            "hincrby h a 1 -> hincrby h 1:a",
            "hincrbyfloat h a 1 -> hincrbyfloat h 1:a",
            "hdel h b b x ccc -> hdel h 1:b,3:ccc",
            "hexpire h 100 fields 2 a x -> hexpire h 1:a",
            "hpersist h fields 2 a x -> hpersist h 1:a",
            "hpersist h fields 2 a x ->",
            "hgetex h ex 100 fields 2 a x -> hexpire h 1:a",
            "hgetex h persist fields 1 a -> hpersist h 1:a",
            "hgetex h fields 1 a ->",
            "hsetex h fields 2 a 1 b 2 -> hset h 1:a,1:b",
            "hsetex h ex 100 fields 1 b 2 -> hset h 1:b, hexpire h 1:b",
            "hsetex h fnx ex 100 fields 1 b 2 ->",
            "hgetdel h fields 2 b x -> hdel h 1:b",
            "hexpire h 0 fields 1 a -> hdel h 1:a, del h",
            "hsetex h exat 1 fields 1 a 1 -> new h, hset h 1:a, hdel h 1:a, del h",
            "hset h a 1 -> new h, hset h 1:a",
            "hgetex h exat 1 fields 1 a -> hdel h 1:a, del h",
            "hset h a 1 -> new h, hset h 1:a",
            "hgetdel h fields 1 a -> hdel h 1:a, del h",
            "himport prepare set a bb",
            "himport set h set 1 2 -> new h, hset h 1:a,2:bb"));
  }

  @Test
  void whatHasExpiredIsTold() {
    Events events = new Events(server.keyspace, "g$xhnS");
    for (String line :
        List.of(
            "psetex a 1 v", "psetex b 1 v", "psetex c 1 v", "hset h a 1 b 2 c 3", "hset i a 1")) {
      send(line);
    }
    send("hpexpire h 1 fields 2 a b");
    send("hpexpire i 1 fields 1 a");
    send("psetex later 1 v");
    while (send("exists later").equals(":1\r\n")) {
      Thread.onSpinWait();
    }
    events.take();
    check(
        events,
        List.of(
            "get a -> expired a",
            "set b 1 -> expired b, new b, set b",
            "hget h a -> hexpired h 1:a",
            "hget i a -> hexpired i 1:a, del i"));
    server.housekeep(Long.MAX_VALUE);
    assertThat(events.take()).isIn("expired c, hexpired h 1:b", "hexpired h 1:b, expired c");
  }
}
