package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A client that counts and adds to lists, in two databases: in transactions, after a look under
 * WATCH, or by commands alone. It notes what it was told.
 */
final class HistoryClient implements AutoCloseable {
  private static final int DATABASES = 2;

  /** Of each kind in each database, with the same names. */
  private static final int OF_A_KIND = 2;

  /** Numbers of keys: counters first, then lists, database after database. */
  static final int KEYS = DATABASES * 2 * OF_A_KIND;

  private static final int MOST_TOGETHER = 3;

  private final Wire wire;
  private final int number;
  private final Random random;
  private final List<History> histories = new ArrayList<>();

  /** That which the next request is for, and that of the next reply. */
  private int sentDatabase;

  private int notedDatabase;
  private int pushes;
  private long broken;

  HistoryClient(int port, int number, long seed) throws IOException {
    this.wire = new Wire(port);
    this.number = number;
    this.random = new Random(seed);
  }

  /** Runs so many transactions and commands. */
  void run(int count) throws IOException {
    while (histories.size() < count) {
      if (random.nextInt(4) == 0) {
        watch();
      } else {
        pipeline();
      }
    }
  }

  /** What came of them, in their order. */
  List<History> histories() {
    return histories;
  }

  /** How many more there were that were not executed as a watched key had changed. */
  long broken() {
    return broken;
  }

  private void pipeline() throws IOException {
    List<List<Request>> parts = new ArrayList<>();
    for (int i = random.nextInt(MOST_TOGETHER); i >= 0; i--) {
      parts.add(random.nextBoolean() ? transaction() : alone());
    }
    long begin = Clock.nanos();
    wire.send(parts.stream().flatMap(List::stream).toList());
    List<History> made = new ArrayList<>();
    for (List<Request> part : parts) {
      History history = new History(KEYS);
      note(history, part, wire.receive(part.size()));
      made.add(history);
    }
    long end = Clock.nanos();
    made.forEach(history -> histories.add(history.during(begin, end)));
  }

  private List<Request> transaction() {
    List<Request> requests = new ArrayList<>();
    requests.add(Request.of("MULTI"));
    for (int i = random.nextInt(5); i >= 0; i--) {
      add(requests, random.nextInt(KEYS), random.nextBoolean());
    }
    // These look at all shards, or own them.
    switch (random.nextInt(40)) {
      case 0 -> requests.add(Request.of("DBSIZE"));
      case 1 -> requests.add(Request.of("SWAPDB", "8", "9"));
      case 2 -> requests.add(Request.of("KEYS", "none*"));
      default -> {}
    }
    requests.add(Request.of("EXEC"));
    return requests;
  }

  private List<Request> alone() {
    List<Request> requests = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      requests.add(Request.of("MGET", name(0), name(1)));
    } else {
      add(requests, random.nextInt(KEYS), random.nextBoolean());
    }
    return requests;
  }

  /** Looks at some keys, then writes one, if nothing that was seen has changed. */
  private void watch() throws IOException {
    List<Request> looks = new ArrayList<>();
    int first = random.nextInt(KEYS);
    for (int key : new int[] {first, (first + 1 + random.nextInt(KEYS - 1)) % KEYS}) {
      addSelect(looks, key);
      looks.add(Request.of("WATCH", name(key)));
      add(looks, key, false);
    }
    wire.send(looks);
    List<Frame> looked = wire.receive(looks.size());
    int databaseBefore = sentDatabase;
    List<Request> requests = new ArrayList<>();
    requests.add(Request.of("MULTI"));
    add(requests, random.nextInt(KEYS), true);
    requests.add(Request.of("EXEC"));
    long begin = Clock.nanos();
    wire.send(requests);
    List<Frame> frames = wire.receive(requests.size());
    long end = Clock.nanos();
    History history = new History(KEYS).during(begin, end);
    if (frames.getLast().text().equals("*-1\r\n")) {
      sentDatabase = databaseBefore;
      notedDatabase = databaseBefore;
      broken++;
      return;
    }
    note(history, looks, looked);
    note(history, requests, frames);
    histories.add(history);
  }

  private static String name(int key) {
    int inDatabase = key % (2 * OF_A_KIND);
    return (inDatabase < OF_A_KIND ? "count:" : "list:") + inDatabase;
  }

  private void addSelect(List<Request> requests, int key) {
    int database = key / (2 * OF_A_KIND);
    if (database != sentDatabase) {
      requests.add(Request.of("SELECT", database + ""));
      sentDatabase = database;
    }
  }

  private void add(List<Request> requests, int key, boolean writes) {
    addSelect(requests, key);
    String name = name(key);
    if (name.startsWith("count:")) {
      requests.add(Request.of(writes ? "INCR" : "GET", name));
    } else {
      requests.add(
          writes
              ? Request.of("RPUSH", name, number + "-" + pushes++)
              : Request.of("LRANGE", name, "0", "-1"));
    }
  }

  /** Notes the replies to commands alone, or those of a transaction, which come with EXEC. */
  private void note(History history, List<Request> requests, List<Frame> frames) {
    if (requests.getFirst().command().equals("multi")) {
      List<RespValue> replies = Rules.elements(frames.getLast().value());
      for (int i = 0; i < replies.size(); i++) {
        note(history, requests.get(i + 1), replies.get(i));
      }
    } else {
      for (int i = 0; i < requests.size(); i++) {
        note(history, requests.get(i), frames.get(i).value());
      }
    }
  }

  private void note(History history, Request request, RespValue reply) {
    switch (request.command()) {
      case "incr" -> history.makes(key(request, 1), ((RespValue.Int) reply).value());
      case "get" -> history.sees(key(request, 1), count(reply));
      case "rpush" ->
          history.pushes(key(request, 1), ((RespValue.Int) reply).value(), request.text(2));
      case "lrange" ->
          history.sees(
              key(request, 1), Rules.elements(reply).stream().map(HistoryClient::text).toList());
      case "mget" -> {
        List<RespValue> values = Rules.elements(reply);
        for (int i = 0; i < values.size(); i++) {
          history.sees(key(request, i + 1), count(values.get(i)));
        }
      }
      case "select" -> notedDatabase = Integer.parseInt(request.text(1));
      default -> assertThat(reply).isNotInstanceOf(RespValue.SimpleError.class);
    }
  }

  private int key(Request request, int argument) {
    String name = request.text(argument);
    int inDatabase = Integer.parseInt(name.substring(name.indexOf(':') + 1));
    return notedDatabase * 2 * OF_A_KIND + inDatabase;
  }

  private static long count(RespValue reply) {
    return reply instanceof RespValue.BulkString ? Long.parseLong(text(reply)) : 0;
  }

  private static String text(RespValue reply) {
    return ((RespValue.BulkString) reply).value().toString();
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
