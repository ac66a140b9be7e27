package dev.larder.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CallFixture;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.config.Config;
import dev.larder.resp.RespReader;
import dev.larder.resp.RespValue;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.User;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares what COMMAND INFO says with what redis-server 7.0.15 said, recorded in a file. */
final class CommandFactsTest {

  /** What later releases of Redis, which we follow, changed; the recording lags behind. */
  private static final Map<String, String> CHANGED_SINCE =
      Map.ofEntries(
          Map.entry("acl|deluser", "7.2 tells proxies to ask all nodes"),
          Map.entry("acl|save", "7.2 tells proxies to ask all nodes"),
          Map.entry("acl|setuser", "7.2 tells proxies to ask all nodes"),
          Map.entry("command|getkeys", "7.2 takes a command without arguments"),
          Map.entry("command|getkeysandflags", "7.2 takes a command without arguments"),
          Map.entry("config|resetstat", "7.2 tells proxies to ask all nodes"),
          Map.entry("randomkey", "7.2 tells proxies that the reply needs care"),
          Map.entry("scan", "7.2 tells proxies that the reply needs care"),
          Map.entry("wait", "7.2 says that it blocks, and lets scripts have it"),
          Map.entry("zrank", "7.2 has an option"),
          Map.entry("zrevrank", "7.2 has an option"));

  private final CommandTable table = AllCommands.table(new Config(), new Sessions(), () -> {});

  @Test
  void factsAreThoseOfRedis() throws IOException {
    Map<String, String> recorded = recorded();
    Session session = new Session(1, new FakeConnection("127.0.0.1:1"), 0, User.TRUSTED);
    session.protocol(3);
    List<String> differences = new ArrayList<>();
    try (CallFixture fixture = new CallFixture(table)) {
      for (CommandSpec spec : table.all()) {
        String expected = recorded.get(spec.fullName());
        String reply = fixture.run(session, "command", "info", spec.fullName());
        String actual = facts(reply) + ' ' + spec.group().wireName() + ' ' + spec.since();
        if (expected != null
            && !expected.equals(actual)
            && !CHANGED_SINCE.containsKey(spec.fullName())) {
          differences.add("recorded " + expected + "\n declared " + actual);
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static Map<String, String> recorded() throws IOException {
    Map<String, String> byName = new LinkedHashMap<>();
    try (InputStream in = CommandFactsTest.class.getResourceAsStream("/golden/command-info.txt")) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          byName.put(line.substring(1, line.indexOf(' ')), line);
        }
      }
    }
    return byName;
  }

  /** The first nine elements of an entry of COMMAND INFO; the tenth are its children. */
  private static String facts(String reply) throws IOException {
    RespValue value = new RespReader(new ByteArrayInputStream(reply.getBytes(UTF_8))).read();
    RespValue entry = ((RespValue.Array) value).elements().getFirst();
    return text(new RespValue.Array(((RespValue.Array) entry).elements().subList(0, 9)));
  }

  /** A text that does not depend on the order of sets and maps; without notes. */
  private static String text(RespValue value) {
    return switch (value) {
      case RespValue.SimpleString(String text) -> text;
      case RespValue.Int(long number) -> Long.toString(number);
      case RespValue.BulkString bulk -> bulk.value().toString();
      case RespValue.Array(List<RespValue> elements) -> join("[", elements.stream(), "]");
      case RespValue.RespSet(List<RespValue> elements) -> sorted("{", elements.stream(), "}");
      case RespValue.RespMap map -> {
        List<String> pairs =
            map.pairs().stream()
                .filter(pair -> !text(pair.key()).equals("notes"))
                .map(pair -> text(pair.key()) + "=" + text(pair.value()))
                .sorted()
                .toList();
        yield "<" + String.join(" ", pairs) + ">";
      }
      default -> throw new IllegalArgumentException("not in COMMAND INFO: " + value);
    };
  }

  private static String join(String open, Stream<RespValue> elements, String close) {
    return open + String.join(" ", elements.map(CommandFactsTest::text).toList()) + close;
  }

  private static String sorted(String open, Stream<RespValue> elements, String close) {
    List<String> texts = elements.map(CommandFactsTest::text).sorted().toList();
    return open + String.join(" ", texts) + close;
  }
}
