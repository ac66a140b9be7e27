package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.net.TestClient;
import dev.larder.resp.ByteString;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages on channels, by sockets: who gets what, and what a subscriber may do. */
@Timeout(60)
@Tag("slow")
final class PubSubTest extends WithServer {
  private TestClient publisher;

  PubSubTest() {
    super(loops(2));
  }

  @BeforeEach
  void start() throws IOException {
    publisher = connect();
  }

  private TestClient connect3() throws IOException {
    TestClient client = connect();
    client.send("HELLO", "3");
    client.read();
    return client;
  }

  private static List<RespValue> elements(Object... parts) {
    List<RespValue> elements = new ArrayList<>();
    for (Object part : parts) {
      elements.add(
          part instanceof Integer number
              ? new RespValue.Int(number)
              : new RespValue.BulkString(ByteString.of(part.toString())));
    }
    return elements;
  }

  private static RespValue array(Object... parts) {
    return new RespValue.Array(elements(parts));
  }

  private static RespValue push(Object... parts) {
    return new RespValue.Push(elements(parts));
  }

  private static RespValue ask(TestClient client, String... command) throws IOException {
    client.send(command);
    return client.read();
  }

  @Test
  void channelsAndPatternsInBothProtocols() throws IOException {
    TestClient old = connect();
    TestClient young = connect3();
    old.send("SUBSCRIBE", "a", "b");
    assertThat(old.read()).isEqualTo(array("subscribe", "a", 1));
    assertThat(old.read()).isEqualTo(array("subscribe", "b", 2));
    assertThat(ask(young, "PSUBSCRIBE", "a*")).isEqualTo(push("psubscribe", "a*", 1));
    assertThat(ask(young, "SUBSCRIBE", "a")).isEqualTo(push("subscribe", "a", 2));
    assertThat(publisher.call("PUBLISH", "a", "hi")).isEqualTo(":3");
    assertThat(old.read()).isEqualTo(array("message", "a", "hi"));
    assertThat(young.read()).isEqualTo(push("message", "a", "hi"));
    assertThat(young.read()).isEqualTo(push("pmessage", "a*", "a", "hi"));
    assertThat(publisher.call("PUBLISH", "c", "hi")).isEqualTo(":0");
    assertThat(young.call("PING")).isEqualTo("+PONG");
  }

  @Test
  void patternsWithAndWithoutBeginning() throws IOException {
    TestClient client = connect3();
    String[] patterns = {"*", "h?llo", "h[ae]llo", "\\hello", "hello", "hel*", "x*"};
    client.send("PSUBSCRIBE", "*", "h?llo", "h[ae]llo", "\\hello", "hello", "hel*", "x*");
    for (int i = 0; i < patterns.length; i++) {
      assertThat(client.read()).isEqualTo(push("psubscribe", patterns[i], i + 1));
    }
    assertThat(publisher.call("PUBLISH", "hello", "")).isEqualTo(":6");
    List<RespValue> got = new ArrayList<>();
    List<RespValue> expected = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      got.add(client.read());
      expected.add(push("pmessage", patterns[i], "hello", ""));
    }
    assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(publisher.call("PUBSUB", "NUMPAT")).isEqualTo(":7");
    client.sendRaw("PUNSUBSCRIBE\r\n");
    for (int i = 0; i < patterns.length; i++) {
      client.read();
    }
    assertThat(publisher.call("PUBSUB", "NUMPAT")).isEqualTo(":0");
    assertThat(publisher.call("PUBLISH", "hello", "")).isEqualTo(":0");
  }

  @Test
  void shardChannelsAreApart() throws IOException {
    TestClient client = connect3();
    assertThat(ask(client, "SUBSCRIBE", "a")).isEqualTo(push("subscribe", "a", 1));
    assertThat(ask(client, "SSUBSCRIBE", "a")).isEqualTo(push("ssubscribe", "a", 1));
    assertThat(publisher.call("SPUBLISH", "a", "hi")).isEqualTo(":1");
    assertThat(client.read()).isEqualTo(push("smessage", "a", "hi"));
    assertThat(ask(publisher, "PUBSUB", "SHARDNUMSUB", "a", "b")).isEqualTo(array("a", 1, "b", 0));
    assertThat(ask(publisher, "PUBSUB", "SHARDCHANNELS")).isEqualTo(array("a"));
    assertThat(ask(publisher, "PUBSUB", "CHANNELS", "b*")).isEqualTo(array());
    assertThat(ask(client, "SUNSUBSCRIBE", "a")).isEqualTo(push("sunsubscribe", "a", 0));
    assertThat(publisher.call("SPUBLISH", "a", "hi")).isEqualTo(":0");
    assertThat(ask(client, "SSUBSCRIBE", "b")).isEqualTo(push("ssubscribe", "b", 1));
    assertThat(ask(client, "SUNSUBSCRIBE")).isEqualTo(push("sunsubscribe", "b", 0));
    assertThat(ask(client, "SUNSUBSCRIBE").toString()).contains("sunsubscribe", "RESP3", "0");
    client.sendRaw("MULTI\r\nSSUBSCRIBE a\r\nEXEC\r\n");
    client.read();
    client.read();
    assertThat(client.read().toString()).contains("SSUBSCRIBE isn't allowed");
  }

  @Test
  void subscribersOfTheOldProtocolMayDoLittle() throws IOException {
    TestClient client = connect();
    ask(client, "SUBSCRIBE", "a");
    assertThat(client.call("GET", "a"))
        .isEqualTo(
            "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT /"
                + " RESET are allowed in this context");
    assertThat(ask(client, "PING")).isEqualTo(array("pong", ""));
    assertThat(ask(client, "PING", "x")).isEqualTo(array("pong", "x"));
    assertThat(ask(client, "UNSUBSCRIBE")).isEqualTo(array("unsubscribe", "a", 0));
    assertThat(client.call("PING")).isEqualTo("+PONG");
    RespValue.Array none = (RespValue.Array) ask(client, "UNSUBSCRIBE");
    assertThat(none.elements()).hasSize(3);
    assertThat(none.elements().get(2)).isEqualTo(new RespValue.Int(0));
  }

  @Test
  void resetAndTheEndOfAClientUnsubscribe() throws IOException {
    TestClient reset = connect();
    TestClient gone = connect();
    ask(reset, "SUBSCRIBE", "a");
    ask(gone, "SUBSCRIBE", "a");
    ask(gone, "PSUBSCRIBE", "a*");
    assertThat(ask(publisher, "PUBSUB", "NUMSUB", "a")).isEqualTo(array("a", 2));
    assertThat(ask(publisher, "INFO", "stats").toString()).contains("pubsub_channels:1");
    assertThat(ask(publisher, "CLIENT", "LIST", "TYPE", "pubsub").toString())
        .contains(" flags=P ")
        .contains(" sub=1 psub=1 ssub=0 ")
        .doesNotContain(" flags=N ");
    assertThat(reset.call("RESET")).isEqualTo("+RESET");
    assertThat(reset.call("PING")).isEqualTo("+PONG");
    gone.close();
    while (!ask(publisher, "PUBSUB", "NUMSUB", "a").equals(array("a", 0))) {
      Thread.onSpinWait();
    }
    assertThat(publisher.call("PUBSUB", "NUMPAT")).isEqualTo(":0");
    assertThat(publisher.call("PUBLISH", "a", "hi")).isEqualTo(":0");
  }

  @Test
  void ownMessagesStandBehindTheReply() throws IOException {
    TestClient client = connect3();
    ask(client, "SUBSCRIBE", "a");
    client.sendRaw("PUBLISH a 1\r\nPING\r\nPUBLISH a 2\r\nUNSUBSCRIBE a\r\n");
    assertThat(client.readLine()).isEqualTo(":1");
    assertThat(client.read()).isEqualTo(push("message", "a", "1"));
    assertThat(client.readLine()).isEqualTo("+PONG");
    assertThat(client.readLine()).isEqualTo(":1");
    assertThat(client.read()).isEqualTo(push("message", "a", "2"));
    assertThat(client.read()).isEqualTo(push("unsubscribe", "a", 0));
  }

  @Test
  void allMessagesInOrderToManyOnBothLoops() throws IOException {
    List<TestClient> listeners = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      TestClient listener = i % 2 == 0 ? connect() : connect3();
      ask(listener, "SUBSCRIBE", "news");
      listeners.add(listener);
    }
    for (int i = 0; i < 500; i++) {
      publisher.send("PUBLISH", "news", "n" + i);
    }
    for (int i = 0; i < 500; i++) {
      assertThat(publisher.readLine()).isEqualTo(":8");
    }
    for (int l = 0; l < 8; l++) {
      for (int i = 0; i < 500; i++) {
        RespValue expected =
            l % 2 == 0 ? array("message", "news", "n" + i) : push("message", "news", "n" + i);
        assertThat(listeners.get(l).read()).isEqualTo(expected);
      }
    }
  }

  @Test
  void slowSubscribersAreCutOff() throws IOException {
    publisher.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0");
    TestClient slow = connect();
    ask(slow, "SUBSCRIBE", "a");
    String text = "x".repeat(200_000);
    while (!publisher.call("PUBLISH", "a", text).equals(":0")) {
      Thread.onSpinWait();
    }
  }

  /** They are on the heap, which is small. */
  @Test
  void namesAndTheirNumberAreBounded() throws IOException {
    String name = "x".repeat(256 * 1024);
    TestClient client = connect();
    assertThat(ask(client, "SUBSCRIBE", name)).isEqualTo(array("subscribe", name, 1));
    assertThat(publisher.call("PUBLISH", name, "a")).isEqualTo(":1");
    assertThat(client.read()).isEqualTo(array("message", name, "a"));
    String tooLong = name + "x";
    for (String command : List.of("SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE")) {
      assertThat(publisher.call(command, tooLong)).startsWith("-ERR the name of a channel");
    }
    assertThat(publisher.call("PUBLISH", tooLong, "a")).startsWith("-ERR the name of a channel");
    String reply = "";
    TestClient greedy = connect3();
    for (int i = 0; i < 40_000 && !reply.startsWith("-"); i++) {
      greedy.send("PSUBSCRIBE", i + name.substring(10) + "*");
      RespValue confirmation = greedy.read();
      reply = confirmation instanceof RespValue.SimpleError(String text) ? "-" + text : "";
    }
    assertThat(reply).startsWith("-ERR too many subscriptions");
    assertThat(ask(greedy, "RESET")).isEqualTo(new RespValue.SimpleString("RESET"));
    assertThat(ask(greedy, "SUBSCRIBE", "a")).isEqualTo(array("subscribe", "a", 1));
  }

  /** A message may be longer than the heap has room for. */
  @Test
  void longMessages() throws IOException {
    TestClient old = connect();
    TestClient young = connect3();
    ask(old, "SUBSCRIBE", "a");
    ask(young, "PSUBSCRIBE", "*");
    String text = "0123456789".repeat(500_000);
    assertThat(publisher.call("PUBLISH", "a", text)).isEqualTo(":2");
    assertThat(old.read()).isEqualTo(array("message", "a", text));
    assertThat(young.read()).isEqualTo(push("pmessage", "*", "a", text));
  }

  @Test
  void permissionIsNeeded() throws IOException {
    assertThat(publisher.call("ACL", "SETUSER", "u", "on", "nopass", "+@all", "&yes*"))
        .isEqualTo("+OK");
    TestClient client = connect();
    assertThat(client.call("AUTH", "u", "")).isEqualTo("+OK");
    assertThat(client.call("SUBSCRIBE", "no")).startsWith("-NOPERM");
    assertThat(client.call("PUBLISH", "no", "x")).startsWith("-NOPERM");
    assertThat(client.call("PSUBSCRIBE", "yes?")).startsWith("-NOPERM");
    assertThat(ask(client, "SUBSCRIBE", "yes")).isEqualTo(array("subscribe", "yes", 1));
    assertThat(publisher.call("ACL", "SETUSER", "u", "&other")).isEqualTo("+OK");
    assertThat(ask(client, "PING")).isEqualTo(array("pong", ""));
    assertThat(publisher.call("ACL", "SETUSER", "u", "resetchannels")).isEqualTo("+OK");
    assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void changesOfKeysAreToldOnChannels() throws IOException {
    publisher.call("CONFIG", "SET", "notify-keyspace-events", "KEA");
    TestClient client = connect3();
    ask(client, "PSUBSCRIBE", "__key*");
    assertThat(publisher.call("SET", "k", "v")).isEqualTo("+OK");
    assertThat(client.read()).isEqualTo(push("pmessage", "__key*", "__keyspace@0__:k", "set"));
    assertThat(client.read()).isEqualTo(push("pmessage", "__key*", "__keyevent@0__:set", "k"));
    publisher.call("PEXPIRE", "k", "1");
    assertThat(client.read()).isEqualTo(push("pmessage", "__key*", "__keyspace@0__:k", "expire"));
    assertThat(client.read()).isEqualTo(push("pmessage", "__key*", "__keyevent@0__:expire", "k"));
    assertThat(client.read()).isEqualTo(push("pmessage", "__key*", "__keyspace@0__:k", "expired"));
    assertThat(client.read()).isEqualTo(push("pmessage", "__key*", "__keyevent@0__:expired", "k"));
  }

  @Test
  void transactionsTellInTheirOrder() throws IOException {
    publisher.call("CONFIG", "SET", "notify-keyspace-events", "E$");
    TestClient client = connect3();
    ask(client, "PSUBSCRIBE", "*");
    publisher.sendRaw("MULTI\r\nSET k v\r\nPUBLISH a between\r\nSET l v\r\nEXEC\r\n");
    assertThat(client.read()).isEqualTo(push("pmessage", "*", "__keyevent@0__:set", "k"));
    assertThat(client.read()).isEqualTo(push("pmessage", "*", "a", "between"));
    assertThat(client.read()).isEqualTo(push("pmessage", "*", "__keyevent@0__:set", "l"));
  }

  @Test
  void invalidationsGoToASubscriberOfTheOldProtocol() throws IOException {
    TestClient listener = connect();
    String id = listener.call("CLIENT", "ID").substring(1);
    ask(listener, "SUBSCRIBE", "__redis__:invalidate");
    TestClient reader = connect();
    assertThat(reader.call("CLIENT", "TRACKING", "ON", "REDIRECT", id)).isEqualTo("+OK");
    ask(reader, "GET", "k");
    publisher.call("SET", "k", "v");
    assertThat(listener.read().toString()).contains("invalidate").contains("k");
  }
}
