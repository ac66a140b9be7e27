package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.Declarations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tells that this server is alone: no replicas, no cluster, no modules. */
final class ReplicationCommandsTest {
  private final CommandHarness server = new CommandHarness(ReplicationCommandsTest::declare);

  private static void declare(Declarations c) {
    ReplicationCommands.declare(c);
    ClusterCommands.declare(c);
    ModuleCommands.declare(c);
    LolwutCommand.declare(c);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void isAMasterWithoutReplicas() {
    assertThat(server.send("ROLE")).isEqualTo("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
    assertThat(server.send("REPLICAOF", "no", "ONE")).isEqualTo("+OK\r\n");
    assertThat(server.send("SLAVEOF", "NO", "one")).isEqualTo("+OK\r\n");
  }

  @Test
  void followsNobody() {
    assertThat(server.send("REPLICAOF", "localhost", "6379"))
        .isEqualTo("-ERR Replication is not supported: this server cannot follow another one\r\n");
    assertThat(server.send("REPLICAOF", "localhost", "70000"))
        .isEqualTo("-ERR Invalid master port\r\n");
    assertThat(server.send("SLAVEOF", "localhost", "x")).isEqualTo("-ERR Invalid master port\r\n");
  }

  @Test
  void waitsForReplicasUntilTheTimeIsOver() {
    assertThat(server.send("WAIT", "0", "0")).isEqualTo(":0\r\n");
    assertThat(server.send("WAIT", "-1", "0")).isEqualTo(":0\r\n");
    assertThat(server.steps()).isZero();
    assertThat(server.send("WAIT", "1", "2")).isEqualTo(":0\r\n");
    assertThat(server.steps()).isPositive();
    assertThat(server.isBlocked()).isFalse();
  }

  @Test
  void refusesToWaitForNonsense() {
    assertThat(server.send("WAIT", "x", "y"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(server.send("WAIT", "1", "y"))
        .isEqualTo("-ERR timeout is not an integer or out of range\r\n");
    assertThat(server.send("WAIT", "1", "-1")).isEqualTo("-ERR timeout is negative\r\n");
  }

  @Test
  void failsOverToNobody() {
    String none = "-ERR FAILOVER requires connected replicas.\r\n";
    assertThat(server.send("FAILOVER")).isEqualTo(none);
    assertThat(server.send("FAILOVER", "TO", "h", "1", "FORCE", "TIMEOUT", "1")).isEqualTo(none);
    assertThat(server.send("FAILOVER", "ABORT")).isEqualTo("-ERR No failover in progress.\r\n");
    assertThat(server.send("FAILOVER", "ABORT", "FORCE")).isEqualTo("-ERR syntax error\r\n");
    assertThat(server.send("FAILOVER", "TO", "h")).isEqualTo("-ERR syntax error\r\n");
    assertThat(server.send("FAILOVER", "TIMEOUT", "0"))
        .isEqualTo("-ERR FAILOVER timeout must be greater than 0\r\n");
  }

  @Test
  void isNoMemberOfACluster() {
    String disabled = "-ERR This instance has cluster support disabled\r\n";
    assertThat(server.send("CLUSTER", "INFO")).isEqualTo(disabled);
    assertThat(server.send("CLUSTER", "KEYSLOT", "k")).isEqualTo(disabled);
    assertThat(server.send("READONLY")).isEqualTo(disabled);
    assertThat(server.send("READWRITE")).isEqualTo(disabled);
    assertThat(server.send("ASKING")).isEqualTo(disabled);
    assertThat(server.send("CLUSTER", "KEYSLOT"))
        .isEqualTo("-ERR wrong number of arguments for 'cluster|keyslot' command\r\n");
    assertThat(server.send("CLUSTER", "X"))
        .isEqualTo("-ERR unknown subcommand 'X'. Try CLUSTER HELP.\r\n");
  }

  @Test
  void hasNoModules() {
    assertThat(server.send("MODULE", "LIST")).isEqualTo("*0\r\n");
    assertThat(server.send("MODULE", "LOAD", "x")).startsWith("-ERR MODULE command not allowed.");
  }

  @Test
  void lolwutEndsWithTheVersion() {
    assertThat(server.send("LOLWUT")).endsWith("\nRedis ver. 8.0.0\n\r\n");
    assertThat(server.send("LOLWUT", "VERSION", "99", "x")).endsWith("\nRedis ver. 8.0.0\n\r\n");
    assertThat(server.send("LOLWUT", "VERSION", "x"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
  }
}
