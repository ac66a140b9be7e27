package dev.larder.bench;

import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * A closed-loop load: every connection sends {@code pipeline} requests in one write and the next
 * ones when all replies have come.
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
    LongUnaryOperator deadlines) {

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

  String name() {
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
}
