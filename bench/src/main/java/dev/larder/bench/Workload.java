package dev.larder.bench;

import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Work on string values, in either protocol.
 *
 * @param operations what the slots of a batch do, repeated in turn
 * @param valueLength bytes, a multiple of 8
 * @param keys requests choose uniformly among this many
 * @param deadlines of the keys of {@link Operation#SET_VOLATILE}
 */
record Workload(
    List<Operation> operations,
    int valueLength,
    int pipeline,
    int connections,
    long keys,
    LongUnaryOperator deadlines)
    implements Work {

  static Workload of(Operation operation, int valueLength, int pipeline, int connections, long n) {
    return new Workload(List.of(operation), valueLength, pipeline, connections, n, Deadlines.NONE);
  }

  /** GETs and SETs in turn. */
  static Workload mixed(int valueLength, int pipeline, int connections, long n) {
    return new Workload(
        List.of(Operation.SET, Operation.GET),
        valueLength,
        pipeline,
        connections,
        n,
        Deadlines.NONE);
  }

  @Override
  public String name() {
    StringBuilder name = new StringBuilder();
    for (Operation operation : operations) {
      name.append(name.isEmpty() ? "" : "+").append(operation);
    }
    return name.append(' ')
        .append(Text.bytes(valueLength))
        .append(", pipeline ")
        .append(pipeline)
        .toString();
  }

  @Override
  public List<Exchange> exchanges(Protocol protocol) {
    return operations.stream()
        .map(o -> new Exchange(protocol.request(o, this), protocol.reply(o, this)))
        .toList();
  }

  @Override
  public KeySource numbers() {
    return KeySource.random(keys, hashCode());
  }
}
