package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Moves amounts between accounts by transactions with scripts, one of which may be ended by
 * somebody else; the one behind it takes the amount back then. So all accounts together have
 * nothing at any moment, also where a client leaves before it has its reply.
 */
final class ScriptTransferClient implements Runnable {
  private static final int ACCOUNTS = 8;
  private static final int MOST_TURNS = 400_000;

  private static final String GIVE =
      "for i = 1, ARGV[3] do end redis.call('INCRBY', KEYS[1], ARGV[1])"
          + " redis.call('SET', 'mark', ARGV[2]) return 'given'";
  private static final String TAKE_BACK =
      "if redis.call('GET', 'mark') == ARGV[2] then return 'kept' end"
          + " redis.call('INCRBY', KEYS[1], ARGV[1]) return 'back'";
  private static final String ALONE =
      "redis.call('DECRBY', KEYS[1], ARGV[1]) for i = 1, ARGV[2] do end"
          + " redis.call('INCRBY', 'account:' .. ARGV[3], ARGV[1])";
  private static final String SUM =
      "local sum = 0 for i = 0, ARGV[1] - 1 do"
          + " sum = sum + (redis.call('GET', 'account:' .. i) or 0) end return sum";

  private final int port;
  private final int number;
  private final int rounds;
  private final Random random;
  private int moved;
  private int takenBack;
  private int refused;

  ScriptTransferClient(int port, int number, int rounds, long seed) {
    this.port = port;
    this.number = number;
    this.rounds = rounds;
    this.random = new Random(seed + number);
  }

  @Override
  public void run() {
    Wire wire = null;
    try {
      for (int i = 0; i < rounds; i++) {
        wire = wire == null ? new Wire(port) : wire;
        switch (random.nextInt(8)) {
          case 0 -> audit(wire);
          case 1 -> auditByScript(wire);
          case 2 -> alone(wire);
          default -> {
            if (!transfer(wire, number + ":" + i)) {
              wire.close();
              wire = null;
            }
          }
        }
      }
      if (wire != null) {
        wire.close();
      }
    } catch (IOException e) {
      throw new AssertionError("client " + number, e);
    }
  }

  private String account() {
    return "account:" + random.nextInt(ACCOUNTS);
  }

  private String turns() {
    return random.nextInt(random.nextInt(4) == 0 ? MOST_TURNS : 100) + "";
  }

  /** Whether the client stays. */
  private boolean transfer(Wire wire, String id) throws IOException {
    String amount = 1 + random.nextInt(100) + "";
    String from = account();
    List<Request> pipeline = new ArrayList<>();
    pipeline.add(Request.of("MULTI"));
    pipeline.add(Request.of("DECRBY", from, amount));
    pipeline.add(Request.of("EVAL", GIVE, "1", account(), amount, id, turns()));
    pipeline.add(Request.of("EVAL", TAKE_BACK, "1", from, amount, id));
    pipeline.add(Request.of("EXEC"));
    wire.send(pipeline);
    if (random.nextInt(10) == 0) {
      return false;
    }
    Frame reply = wire.receive(pipeline.size()).getLast();
    if (isRefused(reply)) {
      return true;
    }
    List<RespValue> replies = ((RespValue.Array) reply.value()).elements();
    assertThat(replies).hasSize(3);
    boolean isKilled = replies.get(1) instanceof RespValue.SimpleError;
    String last = ((RespValue.BulkString) replies.get(2)).value().toString();
    assertThat(last).as("what follows %s", replies.get(1)).isEqualTo(isKilled ? "back" : "kept");
    moved += isKilled ? 0 : 1;
    takenBack += isKilled ? 1 : 0;
    return true;
  }

  /** A key that it does not name makes it begin again with all shards. */
  private void alone(Wire wire) throws IOException {
    Frame reply =
        wire.ask("EVAL", ALONE, "1", account(), "7", turns(), random.nextInt(ACCOUNTS) + "");
    if (!isRefused(reply)) {
      assertThat(reply.text()).startsWith("$-1");
    }
  }

  private void audit(Wire wire) throws IOException {
    List<Request> pipeline = new ArrayList<>();
    pipeline.add(Request.of("MULTI"));
    for (int i = 0; i < ACCOUNTS; i++) {
      pipeline.add(Request.of("GET", "account:" + i));
    }
    pipeline.add(Request.of("EXEC"));
    wire.send(pipeline);
    Frame reply = wire.receive(pipeline.size()).getLast();
    if (!isRefused(reply)) {
      long sum = 0;
      for (RespValue value : ((RespValue.Array) reply.value()).elements()) {
        sum += value instanceof RespValue.BulkString(var text) ? Long.parseLong(text + "") : 0;
      }
      assertThat(sum).as("what all accounts have").isZero();
    }
  }

  private void auditByScript(Wire wire) throws IOException {
    Frame reply = wire.ask("EVAL", SUM, "0", ACCOUNTS + "");
    if (!isRefused(reply)) {
      assertThat(reply.text()).as("what all accounts have").isEqualTo(":0\r\n");
    }
  }

  /** Whether nothing was done, since a script took too long or was ended before it wrote. */
  private boolean isRefused(Frame reply) {
    boolean isRefused = reply.isError();
    if (isRefused) {
      assertThat(reply.text()).containsAnyOf("BUSY", "killed");
      refused++;
    }
    return isRefused;
  }

  /** How many transfers were done. */
  int moved() {
    return moved;
  }

  /** How many were ended. */
  int takenBack() {
    return takenBack;
  }

  /** How many requests were not done. */
  int refused() {
    return refused;
  }
}
