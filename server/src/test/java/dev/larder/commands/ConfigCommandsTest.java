package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CallFixture;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.User;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConfigCommandsTest {

  private static final String FAILED =
      "-ERR CONFIG SET failed (possibly related to argument '%s') - %s\r\n";

  private final Config config = new Config();
  private final List<String> resets = new ArrayList<>();
  private final CallFixture fixture =
      new CallFixture(AllCommands.table(config, new Sessions(), () -> resets.add("reset")));
  private final Session session =
      new Session(1, new FakeConnection("127.0.0.1:1"), 0, User.TRUSTED);

  @AfterEach
  void close() {
    fixture.close();
  }

  private String run(String... words) {
    return fixture.run(session, words);
  }

  private String set(String name, String value) {
    return run("config", "set", name, value);
  }

  @Test
  void getsByNameAliasAndPattern() {
    assertThat(run("config", "get", "MaxClients", "maxclients"))
        .isEqualTo("*2\r\n$10\r\nMaxClients\r\n$5\r\n10000\r\n");
    assertThat(run("config", "get", "tcp-*"))
        .isEqualTo(
            "*4\r\n$11\r\ntcp-backlog\r\n$3\r\n511\r\n$13\r\ntcp-keepalive\r\n$3\r\n300\r\n");
    assertThat(run("config", "get", "HASH-max-zip*"))
        .isEqualTo(
            "*4\r\n$24\r\nhash-max-ziplist-entries\r\n$3\r\n512\r\n"
                + "$22\r\nhash-max-ziplist-value\r\n$2\r\n64\r\n");
    assertThat(run("config", "get", "nosuch")).isEqualTo("*0\r\n");
    session.protocol(3);
    assertThat(run("config", "get", "hz")).isEqualTo("%1\r\n$2\r\nhz\r\n$2\r\n10\r\n");
  }

  @Test
  void hiddenOptionsAreShownByTheirWholeNameOnly() {
    assertThat(run("config", "get", "key-load-d*")).isEqualTo("*0\r\n");
    assertThat(run("config", "get", "key-load-delay"))
        .isEqualTo("*2\r\n$14\r\nkey-load-delay\r\n$1\r\n0\r\n");
  }

  @Test
  void setsSeveralOrNone() {
    assertThat(run("config", "set", "maxclients", "5", "timeout", "7")).isEqualTo("+OK\r\n");
    assertThat(config.get(Options.TIMEOUT)).isEqualTo(7);
    assertThat(run("config", "set", "maxclients", "6", "timeout", "-1"))
        .isEqualTo(
            FAILED.formatted("timeout", "argument must be between 0 and 2147483647 inclusive"));
    assertThat(config.get(Options.MAXCLIENTS)).isEqualTo(5);
  }

  @Test
  void appliesAllOrNone() {
    List<Long> applied = new ArrayList<>();
    config.onChange(Options.MAXCLIENTS, applied::add);
    config.onChange(
        Options.TIMEOUT,
        seconds -> {
          if (seconds == 13) {
            throw new ConfigException("bad luck");
          }
        });
    assertThat(run("config", "set", "timeout", "13", "maxclients", "5"))
        .isEqualTo(FAILED.formatted("timeout", "bad luck"));
    assertThat(applied).containsExactly(5L, 10_000L);
    assertThat(config.get(Options.TIMEOUT)).isZero();
  }

  @Test
  void refusesInTheWordsOfRedis() {
    assertThat(set("nosuch", "1"))
        .isEqualTo("-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'\r\n");
    assertThat(run("config", "set", "databases", "1", "nosuch", "1")).contains("'nosuch'");
    assertThat(run("config", "set", "a", "b", "c")).isEqualTo("-ERR syntax error\r\n");
    assertThat(set("databases", "4"))
        .isEqualTo(FAILED.formatted("databases", "can't set immutable config"));
    assertThat(run("config", "set", "timeout", "1", "TIMEOUT", "2"))
        .isEqualTo(FAILED.formatted("TIMEOUT", "duplicate parameter"));
    assertThat(set("maxclients", "0"))
        .isEqualTo(
            FAILED.formatted("maxclients", "argument must be between 1 and 4294967295 inclusive"));
    assertThat(set("maxclients", "1x"))
        .isEqualTo(FAILED.formatted("maxclients", "argument couldn't be parsed into an integer"));
    assertThat(set("maxmemory", "1xb"))
        .isEqualTo(FAILED.formatted("maxmemory", "argument must be a memory value"));
    assertThat(set("rdbcompression", "maybe"))
        .isEqualTo(FAILED.formatted("rdbcompression", "argument must be 'yes' or 'no'"));
    assertThat(set("loglevel", "loud"))
        .isEqualTo(
            FAILED.formatted(
                "loglevel",
                "argument(s) must be one of the following: debug, verbose, notice, warning,"
                    + " nothing"));
    assertThat(set("maxmemory-policy", "lru")).contains("must be one of the following: noeviction");
    assertThat(set("save", "900 1 300"))
        .isEqualTo(FAILED.formatted("save", "Invalid save parameters"));
    assertThat(set("proto-max-bulk-len", "1"))
        .contains("argument must be between 1048576 and 9223372036854775807 inclusive");
  }

  @Test
  void knowsUnitsOfMemory() {
    assertThat(set("maxmemory", "1k")).isEqualTo("+OK\r\n");
    assertThat(config.setting(Options.MAXMEMORY).asLong()).isEqualTo(1000);
    set("maxmemory", "2Gb");
    assertThat(config.get(Options.MAXMEMORY)).isEqualTo(2L << 30);
    assertThat(set("maxmemory", "90%")).isEqualTo("+OK\r\n");
    assertThat(run("config", "get", "maxmemory")).matches("(?s).*\r\n\\d{8,}\r\n");
    assertThat(set("maxmemory", "x%"))
        .isEqualTo(FAILED.formatted("maxmemory", "argument must be a memory value"));
    assertThat(set("maxmemory-clients", "5%")).isEqualTo("+OK\r\n");
    assertThat(run("config", "get", "maxmemory-clients")).contains("5%");
  }

  @Test
  void outputLimitsChangeClassByClass() {
    assertThat(set("client-output-buffer-limit", "normal 1kb 1mb 1 replica 0 0 0"))
        .isEqualTo("+OK\r\n");
    assertThat(run("config", "get", "client-output-buffer-limit"))
        .contains("normal 1024 1048576 1 slave 0 0 0 pubsub 33554432 8388608 60");
    assertThat(set("client-output-buffer-limit", "foo 1 1 1")).contains("Invalid client class");
    assertThat(set("client-output-buffer-limit", "normal 1 1"))
        .contains("Wrong number of arguments in buffer limit configuration.");
  }

  @Test
  void acceptsWhatTheRedisTestSuiteSets() {
    for (String line :
        List.of(
            "save ",
            "appendonly no",
            "aof-use-rdb-preamble yes",
            "rdbcompression yes",
            "key-load-delay 0",
            "loading-process-events-interval-bytes 2097152",
            "hash-max-listpack-entries 512",
            "hash-max-ziplist-entries 512",
            "set-max-intset-entries 512",
            "list-max-ziplist-size -2",
            "stream-node-max-entries 100")) {
      int space = line.indexOf(' ');
      assertThat(set(line.substring(0, space), line.substring(space + 1)))
          .as(line)
          .isEqualTo("+OK\r\n");
    }
  }

  @Test
  void resetsStatistics() {
    assertThat(run("config", "resetstat")).isEqualTo("+OK\r\n");
    assertThat(resets).containsExactly("reset");
  }
}
