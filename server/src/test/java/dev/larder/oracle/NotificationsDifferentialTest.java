package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same random sessions to redis-server and to Larder: with each request both tell the same of
 * keys, in the same order.
 */
@Tag("slow")
final class NotificationsDifferentialTest {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationsDifferentialTest.class);

  private static final long SEED = Long.getLong("seed", 20_261_128);
  private static final int SESSIONS = Integer.getInteger("oracle.sessions", 60);
  private static final int REPORTED_MAX = 5;
  private static final String MARK = "end of request";

  private long requests;
  private long messages;

  /** Hears all that one server tells. */
  private static final class Ear implements AutoCloseable {
    private final Wire subscriber;
    private final Wire publisher;

    Ear(int port) throws IOException {
      subscriber = new Wire(port);
      publisher = new Wire(port);
      subscriber.ask("PSUBSCRIBE", "*");
    }

    /** Channel and text of each message since the last call; those of later requests come later. */
    List<String> heard() throws IOException {
      publisher.ask("PUBLISH", MARK, "");
      List<String> all = new ArrayList<>();
      for (List<RespValue> message = next(); !text(message, 2).equals(MARK); message = next()) {
        all.add(text(message, 2) + ' ' + text(message, 3));
      }
      return all;
    }

    private List<RespValue> next() throws IOException {
      return Rules.elements(subscriber.receive(1).getFirst().value());
    }

    private static String text(List<RespValue> message, int i) {
      return new String(((RespValue.BulkString) message.get(i)).value().toArray(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      subscriber.close();
      publisher.close();
    }
  }

  @Test
  void keysHaveTheSameNotifications() throws IOException {
    compare(new SessionGenerator(Commands.all())::session, SESSIONS);
  }

  @Test
  void transactionsHaveTheSameNotifications() throws IOException {
    compare(new TransactionSessions(Commands.all())::session, SESSIONS);
  }

  private void compare(LongFunction<List<Step>> generator, int sessions) throws IOException {
    List<String> differences = new ArrayList<>();
    try (RedisProcess redis = RedisProcess.start("--notify-keyspace-events", "KEAnm");
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      for (long seed = SEED; seed < SEED + sessions && differences.size() < REPORTED_MAX; seed++) {
        String difference = run(generator.apply(seed), redis.port(), larder.port());
        if (difference != null) {
          differences.add(
              "%n-Dseed=%d -Doracle.sessions=1 repeats:%n%s".formatted(seed, difference));
        }
      }
    }
    assertThat(differences).isEmpty();
    LOG.info("seed {}: {} notifications of {} requests are the same", SEED, messages, requests);
  }

  /** The first difference; null when there is none, or when the servers have come to differ. */
  private @Nullable String run(List<Step> session, int reference, int subject) throws IOException {
    try (Peer one = new Peer(reference);
        Peer other = new Peer(subject);
        Ear first = new Ear(reference);
        Ear second = new Ear(subject)) {
      other.wire(0).ask("CONFIG", "SET", "notify-keyspace-events", "KEAnm");
      for (Step step : session) {
        // What depends on the moment at which something expires is left out.
        List<Request> sent = step.pauseMillis() > 0 ? List.of() : step.requests();
        for (Request request : sent) {
          if (isSent(request)) {
            Frame expected = one.wire(step.connection()).ask(request);
            Frame actual = other.wire(step.connection()).ask(request);
            List<String> wanted = first.heard();
            List<String> got = second.heard();
            requests++;
            messages += wanted.size();
            if (!isSame(request, expected, actual, one, other, step.connection())) {
              return null;
            }
            List<String> compared = comparable(wanted, request, expected);
            if (!compared.equals(comparable(got, request, expected))) {
              return "%s%nredis:   %s%nlarder:  %s".formatted(request, wanted, got);
            }
          }
        }
      }
      return null;
    }
  }

  /** Some replies would not come, or are the last ones. */
  private static boolean isSent(Request request) {
    return !request.command().startsWith("client") && !request.command().equals("quit");
  }

  /** Also of what EXEC tells all replies; those that may differ are compared elsewhere. */
  private static boolean isSame(
      Request request, Frame expected, Frame actual, Peer one, Peer other, int connection)
      throws IOException {
    if (request.command().equals("exec")) {
      return expected.sameBytes(actual);
    }
    Exchange exchange =
        new Exchange(request, expected, actual, one.wire(connection), other.wire(connection), true);
    return Rules.same(exchange);
  }

  /**
   * What has to be the same. That something expired depends on the moment; consumers are made by
   * other requests than in 7.0; keys are looked for in another order than that in which requests
   * are checked, and by XREAD once instead of twice. SORT looks for keys in the order of a set's
   * members, which is anybody's. The comparison of payloads makes keys of its own.
   */
  private static List<String> comparable(List<String> messages, Request request, Frame reply) {
    boolean isOfMisses =
        !reply.isError()
            && !request.command().startsWith("xread")
            && !request.command().equals("exec");
    List<String> comparable =
        messages.stream()
            .filter(m -> !m.contains("expired") && !m.contains("createconsumer"))
            .filter(m -> isOfMisses || !m.contains("keymiss"))
            .filter(m -> !m.contains("oracle:"))
            .toList();
    return request.command().startsWith("sort")
        ? comparable.stream().sorted().toList()
        : comparable;
  }
}
