package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.ConfigLoader;
import dev.larder.net.StartException;
import dev.larder.net.TestClient;
import dev.larder.resp.RespValue;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users of a running server: from the lines of its file to the connections that they have. */
final class AclServerTest {

  private static LarderServer start(String lines) throws ConfigException {
    Config config =
        ConfigLoader.load(
                List.of("-", "--port", "0"),
                Map.of(),
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)))
            .config();
    return LarderServer.start(config);
  }

  private static TestClient connect(LarderServer server, String user) throws IOException {
    TestClient client = new TestClient(server.port());
    assertThat(client.call("auth", user, "pw")).isEqualTo("+OK");
    return client;
  }

  @Test
  void usersOfTheFileHaveTheirRules() throws Exception {
    try (LarderServer server = start("user default off\nuser alice on >pw ~a:* +@string\n");
        TestClient client = new TestClient(server.port())) {
      assertThat(client.call("ping")).isEqualTo("-NOAUTH Authentication required.");
      assertThat(client.call("auth", "default", "x")).startsWith("-WRONGPASS");
      assertThat(client.call("auth", "alice", "pw")).isEqualTo("+OK");
      assertThat(client.call("set", "a:1", "x")).isEqualTo("+OK");
      assertThat(client.call("set", "b", "x")).isEqualTo("-NOPERM No permissions to access a key");
      assertThat(client.call("lpush", "a:1", "x"))
          .isEqualTo("-NOPERM User alice has no permissions to run the 'lpush' command");
      assertThat(client.call("set", "b")).startsWith("-ERR wrong number of arguments");
      assertThat(client.call("nosuch")).startsWith("-ERR unknown command");
    }
  }

  @Test
  void aBadLineIsNamed() {
    assertThatThrownBy(() -> start("port 0\nuser alice on >pw +nosuch\n"))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "standard input, line 2: 'user alice': rule '+nosuch': Unknown command or category name"
                + " in ACL");
    assertThatThrownBy(() -> start("user a\nuser a on\n"))
        .hasMessage("standard input, line 2: 'user a': Duplicate user 'a'");
    assertThatThrownBy(() -> start("user a <secret\n"))
        .hasMessageContaining("rule '<...': The password you are trying to remove")
        .message()
        .doesNotContain("secret");
    assertThatThrownBy(() -> start("user a (+get"))
        .hasMessageContaining("'user a': Unmatched parenthesis");
    assertThatThrownBy(() -> start("user \"a b\" on"))
        .hasMessageContaining("Usernames can't contain spaces");
    assertThatThrownBy(() -> start("user"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("standard input, line 1: 'user': wrong number of arguments");
  }

  @Test
  void changesOfRulesHoldForOpenConnections() throws Exception {
    try (LarderServer server = start("user u on >pw ~* +get +set");
        TestClient admin = new TestClient(server.port());
        TestClient client = connect(server, "u")) {
      assertThat(client.call("set", "a", "1")).isEqualTo("+OK");
      assertThat(admin.call("acl", "setuser", "u", "-set", "resetkeys", "%R~b")).isEqualTo("+OK");
      assertThat(client.call("set", "a", "1")).contains("'set'");
      assertThat(client.call("get", "a")).isEqualTo("-NOPERM No permissions to access a key");
      assertThat(admin.call("acl", "setuser", "u", "+@all", "~*", "&*")).isEqualTo("+OK");
      assertThat(client.call("ping")).isEqualTo("+PONG");
      assertThat(client.call("auth", "u", "p".repeat(70_000))).startsWith("-WRONGPASS");
      assertThat(stats(admin))
          .contains(
              "acl_access_denied_auth:1\r\nacl_access_denied_cmd:1\r\nacl_access_denied_key:1\r\n");
    }
  }

  private static String stats(TestClient client) throws IOException {
    client.send("info", "stats");
    return client.read().toString();
  }

  @Test
  void whoWaitsForAKeyIsAskedAgain() throws Exception {
    try (LarderServer server = start("user u on >pw ~* +blpop");
        TestClient admin = new TestClient(server.port());
        TestClient client = connect(server, "u")) {
      client.send("blpop", "a", "0");
      awaitBlocked(admin);
      assertThat(admin.call("acl", "setuser", "u", "resetkeys")).isEqualTo("+OK");
      assertThat(admin.call("rpush", "a", "x")).isEqualTo(":1");
      assertThat(client.readLine()).isEqualTo("-NOPERM No permissions to access a key");
      assertThat(admin.call("llen", "a")).isEqualTo(":1");
    }
  }

  private static void awaitBlocked(TestClient admin) throws IOException {
    do {
      admin.send("info", "clients");
    } while (!admin.read().toString().contains("blocked_clients:1"));
  }

  @Test
  void aDeletedUsersConnectionsEnd() throws Exception {
    try (LarderServer server = start("user u on >pw ~* +@all");
        TestClient admin = new TestClient(server.port());
        TestClient waiting = connect(server, "u");
        TestClient client = connect(server, "u")) {
      waiting.send("blpop", "a", "0");
      awaitBlocked(admin);
      client.send("acl", "deluser", "u");
      client.send("ping");
      assertThat(client.readLine()).isEqualTo(":1");
      // What has come too late to be read makes the end of a connection a reset.
      assertThatThrownBy(client::read).isInstanceOfAny(EOFException.class, SocketException.class);
      assertThatThrownBy(waiting::read).isInstanceOf(EOFException.class);
      assertThat(admin.call("auth", "u", "pw")).startsWith("-WRONGPASS");
    }
  }

  @Test
  void transactionsAreCheckedWhenQueuedAndWhenRun() throws Exception {
    try (LarderServer server = start("user u on >pw ~* +@all -del");
        TestClient admin = new TestClient(server.port());
        TestClient client = connect(server, "u")) {
      assertThat(client.call("multi")).isEqualTo("+OK");
      assertThat(client.call("del", "a"))
          .isEqualTo("-NOPERM User u has no permissions to run the 'del' command");
      assertThat(client.call("exec")).startsWith("-EXECABORT");
      assertThat(client.call("multi")).isEqualTo("+OK");
      assertThat(client.call("set", "a", "1")).isEqualTo("+QUEUED");
      assertThat(client.call("set", "b", "1")).isEqualTo("+QUEUED");
      assertThat(client.call("ping")).isEqualTo("+QUEUED");
      assertThat(admin.call("acl", "setuser", "u", "resetkeys", "~b", "-ping")).isEqualTo("+OK");
      client.send("exec");
      String changed =
          "NOPERM ACLs rules changed between the moment the transaction was accumulated and the"
              + " EXEC call. This command is no longer allowed for the following reason: ";
      assertThat(client.read())
          .isEqualTo(
              new RespValue.Array(
                  List.of(
                      new RespValue.SimpleError(
                          changed + "no permission to touch the specified keys"),
                      new RespValue.SimpleString("OK"),
                      new RespValue.SimpleError(
                          changed + "no permission to execute the command or subcommand"))));
      assertThat(admin.call("exists", "a", "b")).isEqualTo(":1");
    }
  }

  /** What only the data names must be readable altogether. */
  @Test
  void sortNeedsAllKeysForItsPatterns() throws Exception {
    try (LarderServer server = start("user u on >pw %R~a +sort\nuser v on >pw %R~* +sort");
        TestClient u = connect(server, "u");
        TestClient v = connect(server, "v")) {
      String denied = "-ERR %s option of SORT denied due to insufficient ACL permissions.";
      assertThat(u.call("sort", "a", "by", "w*")).isEqualTo(denied.formatted("BY"));
      assertThat(u.call("sort", "a", "by", "x", "get", "#")).isEqualTo(denied.formatted("GET"));
      u.send("sort", "a", "by", "x");
      assertThat(u.read().toString()).contains("[]");
      v.send("sort", "a", "by", "w*", "get", "#");
      assertThat(v.read().toString()).contains("[]");
    }
  }

  @Test
  void usersOfAFileAreLoadedAndSaved(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("users.acl");
    Files.writeString(file, "user alice on >pw ~a +@all\n\nuser bob on >pw ~* +@all\n");
    try (LarderServer server = start("aclfile " + file + "\n");
        TestClient admin = new TestClient(server.port());
        TestClient alice = connect(server, "alice");
        TestClient bob = connect(server, "bob")) {
      assertThat(alice.call("get", "b")).startsWith("-NOPERM");
      assertThat(admin.call("acl", "setuser", "carol", "on", "(+get", "~c)")).isEqualTo("+OK");
      assertThat(admin.call("acl", "save")).isEqualTo("+OK");
      assertThat(Files.readString(file))
          .contains("user carol on resetchannels -@all (~c resetchannels -@all +get)\n")
          .doesNotContain(">pw");

      Files.writeString(file, "user alice on >pw ~b +@all\n");
      assertThat(admin.call("acl", "load")).isEqualTo("+OK");
      assertThat(alice.call("set", "b", "1")).isEqualTo("+OK");
      assertThatThrownBy(() -> bob.call("ping")).isInstanceOf(IOException.class);
      assertThat(admin.call("auth", "carol", "pw")).startsWith("-WRONGPASS");
    }
    Files.writeString(file, "user alice on\nno\n");
    assertThatThrownBy(() -> start("aclfile " + file + "\n"))
        .hasMessage(file + ":2: line should start with user keyword and a name");
    assertThatThrownBy(() -> start("aclfile " + folder + "/none\n"))
        .hasMessage("cannot read the users: " + folder + "/none: cannot be found");
    assertThatThrownBy(() -> start("user a on\naclfile " + file + "\n"))
        .hasMessageContaining("users are in the file that aclfile names, or here, not in both");
  }

  @Test
  void aBadFileOfUsersChangesNothing(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("users.acl");
    Files.writeString(file, "user alice on >pw ~a +@all\n");
    try (LarderServer server = start("aclfile " + file + "\n");
        TestClient admin = new TestClient(server.port());
        TestClient alice = connect(server, "alice")) {
      Files.writeString(file, "user alice off\nuser bob +nosuch\n");
      assertThat(admin.call("acl", "load"))
          .isEqualTo(
              "-ERR "
                  + file
                  + ":2: rule '+nosuch': Unknown command or category name in ACL."
                  + " The users are those that there were.");
      assertThat(alice.call("set", "a", "1")).isEqualTo("+OK");
    }
  }
}
