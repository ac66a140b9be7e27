package dev.larder.oracle;

import dev.larder.command.CommandTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes whole sessions: several connections, taking turns with pipelines of random sizes. */
final class SessionGenerator {

  static final int CONNECTIONS = 4;

  /** Longer than the deadline of one millisecond, by more than a busy machine's delays. */
  private static final int EXPIRY_PAUSE_MILLIS = 4;

  private static final int STEPS_MIN = 20;
  private static final int STEPS_MAX = 80;
  private static final double EXPIRING = 0.01;

  private final CommandTable commands;

  SessionGenerator(CommandTable commands) {
    this.commands = commands;
  }

  /** The session of a seed; the same for the same seed, but for deadlines as points in time. */
  List<Step> session(long seed) {
    Random random = new Random(seed);
    Pools pools = new Pools(random);
    RequestGenerator requests = RequestGenerator.comparable(commands, pools, seed);
    int count = STEPS_MIN + random.nextInt(STEPS_MAX - STEPS_MIN);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int connection = random.nextInt(CONNECTIONS);
      if (pools.chance(EXPIRING)) {
        steps.add(expiring(connection, requests.expiring()));
      } else {
        steps.addAll(pipeline(connection, requests, length(pools)));
      }
    }
    return steps;
  }

  private static int length(Pools pools) {
    return pools.chance(0.4) ? 1 : pools.chance(0.9) ? 1 + pools.below(6) : 1 + pools.below(50);
  }

  /** The key is looked at after its deadline, so that both servers have reclaimed it. */
  private static Step expiring(int connection, Request request) {
    Request look = new Request("exists", List.of(Pools.bytes("EXISTS"), request.arg(1)), false);
    return new Step(connection, List.of(request), EXPIRY_PAUSE_MILLIS, List.of(look));
  }

  /** One pipeline; where a request has to stand alone or last, more than one. */
  private static List<Step> pipeline(int connection, RequestGenerator requests, int length) {
    List<Step> steps = new ArrayList<>();
    List<Request> pipeline = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      Request request = requests.next();
      pipeline.add(request);
      if (Rules.endsPipeline(request)) {
        steps.add(new Step(connection, pipeline));
        pipeline.clear();
      }
    }
    if (!pipeline.isEmpty()) {
      steps.add(new Step(connection, pipeline));
    }
    return steps;
  }
}
