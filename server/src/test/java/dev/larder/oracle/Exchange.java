package dev.larder.oracle;

/**
 * One request, what both servers replied, and the connections, for rules that have to ask more.
 *
 * @param canAsk whether no further reply is on its way, so that more may be asked
 */
record Exchange(
    Request request,
    Frame reference,
    Frame subject,
    Wire referenceWire,
    Wire subjectWire,
    boolean canAsk) {

  boolean sameBytes() {
    return reference.sameBytes(subject);
  }

  boolean anyError() {
    return reference.isError() || subject.isError();
  }
}
