package dev.larder.oracle;

import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/**
 * One client of a soak: sends pipelines and checks that each reply is one, and no internal error.
 * Now and then it disconnects in the middle. Returns how many replies it has read.
 */
final class SoakClient implements Callable<Long> {

  /**
   * They would end the server or the soak, wait for ever, take its settings away, lock everybody
   * out, or have another number of replies than one.
   */
  private static final Set<String> NOT_SENT =
      Set.of(
          "shutdown",
          "save",
          "bgsave",
          "wait",
          "waitaof",
          "debug",
          "config|set",
          "config|rewrite",
          "acl|setuser",
          "acl|deluser",
          "client|pause",
          "client|reply",
          "monitor",
          "subscribe",
          "unsubscribe",
          "psubscribe",
          "punsubscribe",
          "ssubscribe",
          "sunsubscribe");

  private static final double DISCONNECT = 0.005;
  private static final double BIG = 0.01;
  private static final String INTERNAL_ERROR = "-ERR internal error";

  private final int port;
  private final RequestGenerator requests;
  private final SoakPools pools;
  private final BooleanSupplier goesOn;

  SoakClient(int port, CommandTable commands, long seed, BooleanSupplier goesOn) {
    this.port = port;
    this.pools = new SoakPools(new Random(seed));
    this.requests = RequestGenerator.complete(commands, pools, seed, SoakClient::isSent);
    this.goesOn = goesOn;
  }

  private static boolean isSent(CommandSpec command) {
    return NOT_SENT.stream()
        .noneMatch(
            name -> command.fullName().equals(name) || command.fullName().startsWith(name + "|"));
  }

  @Override
  public Long call() throws IOException {
    long replies = 0;
    Wire wire = new Wire(port);
    try {
      while (goesOn.getAsBoolean()) {
        List<Request> pipeline = pipeline();
        boolean disconnects = pools.chance(DISCONNECT);
        List<Frame> frames = exchange(wire, pipeline, disconnects);
        replies += frames.size();
        check(pipeline, frames);
        if (frames.size() < pipeline.size()) {
          wire.close();
          wire = new Wire(port);
        }
      }
    } finally {
      wire.close();
    }
    return replies;
  }

  /** The replies; fewer than requests if this client or the server ends the connection. */
  private static List<Frame> exchange(Wire wire, List<Request> pipeline, boolean disconnects)
      throws IOException {
    try {
      wire.send(pipeline);
    } catch (java.net.SocketException e) {
      return List.of(); // closed by a QUIT before, or by another client's CLIENT KILL
    }
    return wire.receive(disconnects ? pipeline.size() / 2 : pipeline.size());
  }

  private static void check(List<Request> pipeline, List<Frame> frames) {
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).text().startsWith(INTERNAL_ERROR)) {
        throw new AssertionError("a bug is hit by: " + pipeline.get(i));
      }
    }
  }

  private List<Request> pipeline() {
    int length = pools.chance(0.3) ? 1 : pools.chance(0.9) ? pools.below(20) : pools.below(300);
    List<Request> pipeline = new ArrayList<>();
    pipeline.add(pools.chance(BIG) ? big() : requests.next());
    for (int i = 1; i < length; i++) {
      pipeline.add(requests.next());
    }
    return pipeline;
  }

  private Request big() {
    byte[] key = pools.bigKey();
    return switch (pools.below(8)) {
      case 0, 1 -> of("SET", key, pools.bigValue());
      case 2 -> of("SETRANGE", key, Pools.bytes(pools.below(1 << 22) + ""), pools.value());
      case 3 -> of("SETBIT", key, Pools.bytes(pools.below(1 << 24) + ""), Pools.bytes("1"));
      case 4 -> of("COPY", key, pools.bigKey(), Pools.bytes("REPLACE"));
      case 5 -> of("BITOP", Pools.bytes("XOR"), pools.bigKey(), key, pools.bigKey());
      case 6 -> of("DEL", key);
      default -> of("GET", key);
    };
  }

  private static Request of(String name, byte[]... args) {
    List<byte[]> all = new ArrayList<>(List.of(args));
    all.addFirst(Pools.bytes(name));
    return new Request(name, all, false);
  }
}
