package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that changes keys of its own, by commands, transactions and scripts, reads what others
 * count, and knows what has to be there after a crash: all that was acknowledged, if that is to be
 * durable; of the rest a part without gaps from its beginning; and at least what it was shown.
 */
final class CrashClient implements Runnable {
  private static final int KEYS = 12;
  private static final int MOST_IN_PIPELINE = 8;
  private static final int LONG_VALUE = 20_000;
  private static final int ACCOUNTS = 8;
  private static final int MOST_TURNS = 30_000;

  private final int number;
  private final int clients;
  private final boolean isDurable;
  private final Random random;

  /** The keys as of the last acknowledgement; a list is its elements. */
  private final Map<String, List<String>> keys = new TreeMap<>();

  /** Acknowledged, and perhaps lost nevertheless, in order; none if that is to be durable. */
  private final ArrayDeque<Request> doubtful = new ArrayDeque<>();

  /** Sent and not acknowledged, in order. */
  private final ArrayDeque<Request> pending = new ArrayDeque<>();

  /** Those of a transaction whose EXEC was not acknowledged, nor looked at. */
  private final List<Request> queued = new ArrayList<>();

  private boolean isQueueing;

  /** Whether the next transaction depends on what another client does meanwhile. */
  private boolean isWatching;

  /** The highest count of each client that this one was shown. */
  private final long[] shown;

  private long count;
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile int port;

  /**
   * @param isDurable whether what is acknowledged survives a crash
   */
  CrashClient(int number, int clients, boolean isDurable, long seed) {
    this.number = number;
    this.clients = clients;
    this.isDurable = isDurable;
    this.random = new Random(seed);
    this.shown = new long[clients];
  }

  void port(int newPort) {
    port = newPort;
  }

  /** Sends commands until the server is gone. */
  @Override
  public void run() {
    boolean hasLibrary = keys.containsKey(CrashScripts.libraryKey(number + ""));
    try (Wire wire = new Wire(port)) {
      while (true) {
        List<Request> pipeline = hasLibrary ? nextPipeline() : List.of(library());
        hasLibrary = true;
        pending.addAll(pipeline);
        wire.send(pipeline);
        List<Frame> replies = wire.receive(pipeline.size());
        replies.forEach(this::acknowledge);
        if (replies.size() < pipeline.size()) {
          return;
        }
      }
    } catch (IOException e) {
      // Killed: what has been acknowledged is known.
    }
  }

  private void acknowledge(Frame reply) {
    Request request = pending.remove();
    assertThat(reply.text()).as(request.toString()).doesNotStartWith("-");
    acknowledged.incrementAndGet();
    if (request.command().equals("get")) {
      // A transaction asks for accounts only, and its replies come with EXEC.
      if (reply.value() instanceof RespValue.BulkString(var text)) {
        int other = Integer.parseInt(request.text(1).substring("count:".length()));
        shown[other] = Math.max(shown[other], Long.parseLong(text.toString()));
      }
      return;
    }
    Request done = request;
    if (request.command().equals("exec")) {
      if (reply.value() instanceof RespValue.Array(var replies)) {
        assertThat(balance(replies)).as("what all accounts have").isZero();
        assertThat(replies).noneMatch(RespValue.SimpleError.class::isInstance);
      } else {
        done = Request.of("DISCARD");
      }
    }
    if (isDurable) {
      apply(keys, done);
    } else {
      doubtful.add(done);
    }
  }

  /**
   * The sum of the values among these replies; only accounts are asked for in a transaction, and
   * beside them are only names of libraries.
   */
  private static long balance(List<RespValue> replies) {
    long sum = 0;
    for (RespValue reply : replies) {
      if (reply instanceof RespValue.BulkString(var text) && !(text + "").startsWith("lib")) {
        sum += Long.parseLong(text.toString());
      }
    }
    return sum;
  }

  /** What depends on a watch stands alone, so that there is nothing after it if it is not done. */
  private List<Request> nextPipeline() {
    List<Request> pipeline = new ArrayList<>();
    if (isWatching) {
      isWatching = false;
      addTransaction(pipeline);
      return pipeline;
    }
    for (int i = random.nextInt(MOST_IN_PIPELINE); i >= 0; i--) {
      addNext(pipeline);
    }
    if (random.nextInt(8) == 0) {
      pipeline.add(Request.of("WATCH", "count:" + random.nextInt(clients)));
      isWatching = true;
    }
    return pipeline;
  }

  private void addNext(List<Request> pipeline) {
    switch (random.nextInt(22)) {
      case 0, 1 -> addTransaction(pipeline);
      case 2 -> addTransfer(pipeline);
      case 3 -> addAudit(pipeline);
      case 4 -> addScripts(pipeline);
      case 5, 6 -> pipeline.add(script());
      default -> pipeline.add(next());
    }
  }

  /** From one account that all clients share to another one. */
  private void addTransfer(List<Request> pipeline) {
    String amount = 1 + random.nextInt(100) + "";
    pipeline.add(Request.of("MULTI"));
    pipeline.add(Request.of("DECRBY", "account:" + random.nextInt(ACCOUNTS), amount));
    pipeline.add(Request.of("INCRBY", "account:" + random.nextInt(ACCOUNTS), amount));
    pipeline.add(Request.of("EXEC"));
  }

  private static void addAudit(List<Request> pipeline) {
    pipeline.add(Request.of("MULTI"));
    for (int i = 0; i < ACCOUNTS; i++) {
      pipeline.add(Request.of("GET", "account:" + i));
    }
    pipeline.add(Request.of("EXEC"));
  }

  /** Changes keys of different shards: all of it or nothing. */
  private void addTransaction(List<Request> pipeline) {
    String key = number + ":" + random.nextInt(KEYS);
    String value = ++count + "";
    pipeline.add(Request.of("MULTI"));
    pipeline.add(Request.of("SET", "left:" + key, value));
    pipeline.add(Request.of("RPUSH", "list:" + key, value, value));
    pipeline.add(Request.of("DEL", "string:" + key));
    pipeline.add(Request.of("SET", "right:" + key, value));
    pipeline.add(Request.of("EXEC"));
  }

  /** The same by scripts, with a command in front. */
  private void addScripts(List<Request> pipeline) {
    pipeline.add(Request.of("MULTI"));
    pipeline.add(Request.of("SET", "count:" + number, ++count + ""));
    for (int i = random.nextInt(3); i >= 0; i--) {
      pipeline.add(script());
    }
    pipeline.add(Request.of("EXEC"));
  }

  private Request script() {
    String key = number + ":" + random.nextInt(KEYS);
    String value = ++count + "";
    int turns = random.nextInt(4) == 0 ? random.nextInt(MOST_TURNS) : 0;
    return switch (random.nextInt(8)) {
      case 0 -> library();
      case 1, 2 -> CrashScripts.unnamed(key, value, turns);
      case 3, 4 -> CrashScripts.function(number, key, value, turns);
      default -> CrashScripts.named(key, value, turns);
    };
  }

  private Request library() {
    return CrashScripts.library(number, ++count + "");
  }

  private Request next() {
    String key = number + ":" + random.nextInt(KEYS);
    String value = ++count + (random.nextInt(20) == 0 ? "x".repeat(LONG_VALUE) : "");
    return switch (random.nextInt(8)) {
      case 0, 1 -> Request.of("SET", "count:" + number, count + "");
      case 2 -> Request.of("SET", "string:" + key, value);
      // In two shards, mostly: both or neither.
      case 3 -> Request.of("MSET", "left:" + key, value, "right:" + key, value);
      case 4 -> Request.of("RPUSH", "list:" + key, value, value);
      case 5 -> Request.of("DEL", "string:" + key, "left:" + key, "right:" + key);
      case 6 -> Request.of("DEL", "list:" + number + ":" + random.nextInt(KEYS));
      default -> Request.of("GET", "count:" + random.nextInt(clients));
    };
  }

  /** What is queued counts when it is executed. */
  private void apply(Map<String, List<String>> state, Request request) {
    if (request.command().equals("multi")) {
      isQueueing = true;
    } else if (request.command().equals("exec")) {
      isQueueing = false;
      queued.forEach(each -> change(state, each));
      queued.clear();
    } else if (request.command().equals("discard")) {
      isQueueing = false;
      queued.clear();
    } else if (isQueueing) {
      queued.add(request);
    } else {
      change(state, request);
    }
  }

  private static void change(Map<String, List<String>> state, Request request) {
    switch (request.command()) {
      case "set", "mset" -> {
        for (int i = 1; i < request.args().size(); i += 2) {
          state.put(request.text(i), List.of(request.text(i + 1)));
        }
      }
      case "rpush" -> {
        List<String> list = new ArrayList<>(state.getOrDefault(request.text(1), List.of()));
        list.add(request.text(2));
        list.add(request.text(3));
        state.put(request.text(1), list);
      }
      case "del" -> {
        for (int i = 1; i < request.args().size(); i++) {
          state.remove(request.text(i));
        }
      }
      case "eval", "fcall" -> CrashScripts.commands(request).forEach(each -> change(state, each));
      case "function" -> {
        String code = request.text(3);
        String client = code.substring("#!lua name=lib".length(), code.indexOf('\n'));
        state.put(CrashScripts.libraryKey(client), List.of(CrashScripts.version(code)));
      }
      default -> {}
    }
  }

  /** How many replies there were. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** What this client was shown of another one's count. */
  long shown(int other) {
    return shown[other];
  }

  /** Its count in what has to be there. */
  long counted() {
    List<String> value = keys.get("count:" + number);
    return value == null ? 0 : Long.parseLong(value.getFirst());
  }

  /** Looks after a restart whether what is there can be; and goes on from there. */
  void verify(Map<String, List<String>> found) {
    Map<String, List<String>> mine = new TreeMap<>();
    found.forEach((key, value) -> {
      if (key.equals("count:" + number) || key.contains(":" + number + ":")) {
        mine.put(key, value);
      }
    });
    Map<String, List<String>> expected = new TreeMap<>(keys);
    ArrayDeque<Request> unsure = new ArrayDeque<>(doubtful);
    unsure.addAll(pending);
    int lost = unsure.size();
    while (!mine.equals(expected) && !unsure.isEmpty()) {
      apply(expected, unsure.remove());
    }
    assertThat(mine)
        .as("keys of client %d, of %d commands that may be lost", number, lost)
        .isEqualTo(expected);
    queued.clear();
    isQueueing = false;
    isWatching = false;
    keys.clear();
    keys.putAll(expected);
    pending.clear();
    doubtful.clear();
  }
}
