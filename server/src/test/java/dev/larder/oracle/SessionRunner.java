package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sends a session to the reference server and to the one under test, and compares. */
final class SessionRunner {

  private static final int DATABASES = 16;
  private static final int SETTLE_TRIALS = 250;

  /** What these have left is not the same where their replies were not. */
  private static final Set<String> DIVERGING = Set.of("restore", "sort");

  private final int referencePort;
  private final int subjectPort;
  private long requestCount;

  /** What the two servers answered differently. */
  record Mismatch(String command, String request, String reference, String subject) {
    Mismatch(Request request, String reference, String subject) {
      this(request.command(), request.toString(), reference, subject);
    }

    @Override
    public String toString() {
      return "request:  %s%nredis:    %s%nlarder:   %s".formatted(request, reference, subject);
    }
  }

  /** What each connection has queued. */
  private final List<QueuedRequests> queues = new ArrayList<>();

  /** One server has done what the other refuses: what follows cannot be the same. */
  private boolean hasDiverged;

  SessionRunner(int referencePort, int subjectPort) {
    this.referencePort = referencePort;
    this.subjectPort = subjectPort;
  }

  /** How many requests went to each server so far. */
  long requestCount() {
    return requestCount;
  }

  /** Runs a session on empty servers; the first difference, or null when there is none. */
  @Nullable Mismatch run(List<Step> steps) throws IOException {
    try (Peer reference = new Peer(referencePort);
        Peer subject = new Peer(subjectPort)) {
      hasDiverged = false;
      queues.clear();
      for (int i = 0; i < SessionGenerator.CONNECTIONS; i++) {
        queues.add(new QueuedRequests());
      }
      for (Step step : steps) {
        Mismatch mismatch = run(step, reference, subject);
        if (mismatch != null || hasDiverged) {
          return mismatch;
        }
      }
      return compareContents(reference, subject);
    }
  }

  private @Nullable Mismatch run(Step step, Peer reference, Peer subject) throws IOException {
    int connection = step.connection();
    Mismatch mismatch = pipeline(step.requests(), connection, reference, subject);
    if (mismatch == null && step.pauseMillis() > 0) {
      Pause.millis(step.pauseMillis());
    }
    if (mismatch != null || step.settle().isEmpty()) {
      return mismatch;
    }
    // A loop that is busy, or not scheduled, may be behind the clock by some milliseconds.
    mismatch = pipeline(step.settle(), connection, reference, subject);
    for (int i = 0; i < SETTLE_TRIALS && mismatch != null; i++) {
      Pause.millis(step.pauseMillis());
      mismatch = pipeline(step.settle(), connection, reference, subject);
    }
    return mismatch;
  }

  private @Nullable Mismatch pipeline(
      List<Request> requests, int connection, Peer reference, Peer subject) throws IOException {
    requestCount += requests.size();
    Wire referenceWire = reference.wire(connection);
    Wire subjectWire = subject.wire(connection);
    referenceWire.send(requests);
    subjectWire.send(requests);
    List<Frame> expected = receive(referenceWire, requests.size(), "redis-server");
    List<Frame> actual = receive(subjectWire, requests.size(), "Larder");
    int both = Math.min(expected.size(), actual.size());
    for (int i = 0; i < both; i++) {
      Exchange exchange =
          new Exchange(
              requests.get(i),
              expected.get(i),
              actual.get(i),
              referenceWire,
              subjectWire,
              i == requests.size() - 1);
      for (Exchange part : queues.get(connection).split(exchange)) {
        Mismatch mismatch = compare(part);
        if (mismatch != null || hasDiverged) {
          return mismatch;
        }
      }
      queues.get(connection).note(exchange);
    }
    if (expected.size() != actual.size()) {
      return new Mismatch(requests.get(both), reply(expected, both), reply(actual, both));
    }
    return both < requests.size() || requests.getLast().command().equals("quit")
        ? closed(requests.getLast(), connection, reference, subject)
        : null;
  }

  private @Nullable Mismatch compare(Exchange exchange) throws IOException {
    if (Rules.same(exchange)) {
      return null;
    }
    if (!KnownDifferences.explain(exchange)) {
      return new Mismatch(
          exchange.request(), exchange.reference().toString(), exchange.subject().toString());
    }
    hasDiverged = DIVERGING.contains(exchange.request().command());
    return null;
  }

  private static List<Frame> receive(Wire wire, int count, String server) throws IOException {
    try {
      return wire.receive(count);
    } catch (IOException e) {
      return List.of(Frame.of("-(" + server + " did not reply: " + e + ")\r\n"));
    }
  }

  private static String reply(List<Frame> frames, int i) {
    return i < frames.size() ? frames.get(i).toString() : "(connection closed)";
  }

  /** Both servers have to have closed the connection, or neither. */
  private static @Nullable Mismatch closed(
      Request last, int connection, Peer reference, Peer subject) throws IOException {
    // A broken QUIT may be no QUIT: one more request tells, and cannot be left unanswered.
    boolean referenceAnswers = answers(reference.wire(connection));
    boolean subjectAnswers = answers(subject.wire(connection));
    if (referenceAnswers != subjectAnswers) {
      return new Mismatch(
          last.command(),
          last + ", then PING",
          describe(referenceAnswers),
          describe(subjectAnswers));
    }
    reference.reconnect(connection);
    subject.reconnect(connection);
    return null;
  }

  private static boolean answers(Wire wire) {
    try {
      wire.send(List.of(Request.of("PING")));
      return !wire.receive(1).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static String describe(boolean answers) {
    return answers ? "(connection open)" : "(connection closed)";
  }

  /** Every key of every database, its value, type, encoding and deadline. */
  private @Nullable Mismatch compareContents(Peer reference, Peer subject) throws IOException {
    List<Request> begin = List.of(Request.of("RESET"), Request.of("HELLO", "2"));
    Mismatch mismatch = pipeline(begin, 0, reference, subject);
    for (int i = 0; i < DATABASES && mismatch == null; i++) {
      List<Request> list = List.of(Request.of("SELECT", i + ""), Request.of("KEYS", "*"));
      mismatch = pipeline(list, 0, reference, subject);
      List<String> names = names(reference.wire(0).ask("KEYS", "*"));
      if (mismatch == null && !names.isEmpty()) {
        mismatch = pipeline(Peer.readAll(names), 0, reference, subject);
      }
      if (mismatch == null) {
        mismatch = pipeline(List.of(Request.of("DBSIZE")), 0, reference, subject);
      }
    }
    return mismatch == null
        ? null
        : new Mismatch(
            mismatch.command(),
            "(after the session) " + mismatch.request(),
            mismatch.reference(),
            mismatch.subject());
  }

  private static List<String> names(Frame keys) {
    return Rules.elements(keys.value()).stream()
        .map(key -> new String(((RespValue.BulkString) key).value().toArray(), ISO_8859_1))
        .toList();
  }
}
