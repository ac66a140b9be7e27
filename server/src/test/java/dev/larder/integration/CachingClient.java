package dev.larder.integration;

import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps what it has read until it is told that this has changed: on its own
 * connection, or on another one.
 */
final class CachingClient {
  /** Of the keys that a client with prefixes keeps. */
  static final String PREFIX = "key1";

  final TestClient client;

  /** Where it is told, if not on its own connection. */
  private final @Nullable TestClient other;

  private final Map<String, RespValue> values = new HashMap<>();
  private final String options;
  private long invalidations;

  /**
   * @param other where the client is told, null for its own connection
   * @param options behind CLIENT TRACKING ON
   */
  private CachingClient(TestClient client, @Nullable TestClient other, String options)
      throws IOException {
    this.client = client;
    this.other = other;
    this.options = options;
    if (other == null) {
      ask("HELLO", "3");
    }
    ask(("CLIENT TRACKING ON" + options).split(" "));
  }

  /** One that is told on its own connection. */
  static CachingClient of(TestClients clients, int port, String options) throws IOException {
    return new CachingClient(clients.connect(port), null, options);
  }

  /**
   * One that is told on another connection.
   *
   * @param protocol that the other one speaks
   */
  static CachingClient redirected(TestClients clients, int port, int protocol, String options)
      throws IOException {
    TestClient other = clients.connect(port);
    String id = other.call("CLIENT", "ID").substring(1);
    if (protocol > 2) {
      other.send("HELLO", "3");
    } else {
      other.send("SUBSCRIBE", "__redis__:invalidate");
    }
    other.read();
    return new CachingClient(clients.connect(port), other, options + " REDIRECT " + id);
  }

  /** What the client believes to be there. */
  Map<String, RespValue> values() {
    return values;
  }

  /** How often it was told something. */
  long invalidations() {
    return invalidations;
  }

  /** The reply to a command; what was told before it has been heard. */
  RespValue ask(String... command) throws IOException {
    client.send(command);
    RespValue reply = answer(client);
    hearOther();
    return reply;
  }

  /** As {@link #ask}, and keeps the reply, which is this key's value. */
  private void keep(String key, String... command) throws IOException {
    client.send(command);
    values.put(key, answer(client));
    hearOther();
  }

  /** Hears what has come on the other connection: the reply to a PING is behind it. */
  private void hearOther() throws IOException {
    if (other != null) {
      other.send("PING");
      answer(other);
    }
  }

  private RespValue answer(TestClient from) throws IOException {
    while (true) {
      RespValue frame = from.read();
      List<RespValue> elements =
          switch (frame) {
            case RespValue.Push push -> push.elements();
            case RespValue.Array array -> array.elements();
            default -> List.of();
          };
      if (frame instanceof RespValue.Push || elements.size() == 3 && from == other) {
        invalidate(elements.getLast());
      } else {
        return frame;
      }
    }
  }

  private void invalidate(RespValue keys) {
    invalidations++;
    if (keys instanceof RespValue.Array array) {
      array.elements().forEach(key -> values.remove(text(key)));
    } else {
      values.clear();
    }
  }

  static String text(RespValue value) {
    return ((RespValue.BulkString) value).value().toString();
  }

  /** Reads a key, and keeps what it reads. */
  void read(String key) throws IOException {
    keep(key, "GET", key);
  }

  /** Reads a key in one of several ways, and keeps what it reads if it will be told. */
  void read(String key, Random random) throws IOException {
    boolean isException = random.nextInt(3) == 0;
    if (options.contains("OPTIN") && !isException
        || options.contains("PREFIX") && !key.startsWith(PREFIX)) {
      ask("GET", key);
    } else if (options.contains("OPTOUT") && isException) {
      ask("CLIENT", "CACHING", "NO");
      ask("GET", key);
    } else {
      if (options.contains("OPTIN")) {
        ask("CLIENT", "CACHING", "YES");
      }
      if (random.nextInt(8) == 0) {
        readInTransaction(key);
      } else {
        read(key);
      }
    }
  }

  private void readInTransaction(String key) throws IOException {
    ask("MULTI");
    ask("GET", key);
    client.send("EXEC");
    values.put(key, ((RespValue.Array) answer(client)).elements().getFirst());
    hearOther();
  }

  /** Changes a key; who does not want to be told of that forgets it. */
  void write(String key, String value) throws IOException {
    ask("SET", key, value);
    if (options.contains("NOLOOP")) {
      values.remove(key);
    }
  }

  /** Whether there is nothing but what the server has. */
  boolean isRight(TestClient judge) throws IOException {
    ask("PING");
    for (Map.Entry<String, RespValue> entry : values.entrySet()) {
      judge.send("GET", entry.getKey());
      RespValue truth = judge.read();
      // A null differs by the version of the protocol.
      boolean isRight =
          truth instanceof RespValue.Null
              ? entry.getValue() instanceof RespValue.Null
              : truth.equals(entry.getValue());
      if (!isRight) {
        return false;
      }
    }
    return true;
  }
}
