package dev.larder.bench;

import java.util.List;

/**
 * A closed-loop load: every connection sends {@code pipeline} requests in one write and the next
 * ones when all replies have come.
 *
 * @param operations what the slots of a batch do, repeated in turn
 * @param valueLength bytes, a multiple of 8
 * @param keys requests choose uniformly among this many
 */
record Workload(
    List<Operation> operations, int valueLength, int pipeline, int connections, long keys) {

  static Workload of(Operation operation, int valueLength, int pipeline, int connections, long n) {
    return new Workload(List.of(operation), valueLength, pipeline, connections, n);
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
