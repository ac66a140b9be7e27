package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.acl.AclUsers;
import dev.larder.command.CallFixture;
import dev.larder.config.Config;
import dev.larder.metrics.AccessDenials;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConnectionCommandsTest {

  private final Config config = new Config();
  private final Sessions sessions = new Sessions();
  private final AclUsers users = new AclUsers(config, sessions, new AccessDenials());
  private final CallFixture fixture =
      new CallFixture(AllCommands.table(config, sessions, users, () -> {}));
  private final Session session = open("127.0.0.1:50001");

  @AfterEach
  void close() {
    fixture.close();
  }

  private Session open(String address) {
    Session opened =
        new Session(
            sessions.nextId(),
            new FakeConnection(address),
            CallFixture.NOW_MILLIS - 7_500,
            users.defaultUser());
    sessions.add(opened);
    return opened;
  }

  private String run(String... words) {
    return fixture.run(session, words);
  }

  private void setPassword(String password) {
    assertThat(run("config", "set", "requirepass", password)).isEqualTo("+OK\r\n");
  }

  @Test
  void pingsAndEchoes() {
    assertThat(run("PING")).isEqualTo("+PONG\r\n");
    assertThat(run("ping", "a b")).isEqualTo("$3\r\na b\r\n");
    assertThat(run("ping", "a", "b"))
        .isEqualTo("-ERR wrong number of arguments for 'ping' command\r\n");
    assertThat(run("echo", "")).isEqualTo("$0\r\n\r\n");
  }

  @Test
  void selectsDatabases() {
    assertThat(run("select", "15")).isEqualTo("+OK\r\n");
    assertThat(session.database()).isEqualTo(15);
    assertThat(run("select", "16")).isEqualTo("-ERR DB index is out of range\r\n");
    assertThat(run("select", "-1")).isEqualTo("-ERR DB index is out of range\r\n");
    assertThat(run("select", "x")).isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(run("select", "99999999999"))
        .isEqualTo("-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
    assertThat(session.database()).isEqualTo(15);
  }

  @Test
  void quitAndResetEndStates() {
    session.database(4);
    session.protocol(3);
    assertThat(run("reset")).isEqualTo("+RESET\r\n");
    assertThat(session.database()).isZero();
    assertThat(session.protocol()).isEqualTo(2);
    assertThat(run("quit", "now")).isEqualTo("+OK\r\n");
    assertThat(session.isCloseAfterReply()).isTrue();
  }

  @Test
  void authenticates() {
    assertThat(run("auth", "x")).startsWith("-ERR AUTH <password> called without any password");
    assertThat(run("auth", "default", "x")).isEqualTo("+OK\r\n");
    setPassword("secret");
    session.reset();
    assertThat(run("auth", "wrong")).startsWith("-WRONGPASS ");
    assertThat(run("auth", "other", "secret")).startsWith("-WRONGPASS ");
    assertThat(run("auth", "a", "b", "c")).isEqualTo("-ERR syntax error\r\n");
    assertThat(session.isAuthenticated()).isFalse();
    assertThat(run("auth", "secret")).isEqualTo("+OK\r\n");
    assertThat(session.isAuthenticated()).isTrue();
  }

  @Test
  void takingThePasswordAwayAdmitsEverybody() {
    setPassword("secret");
    Session stranger = open("127.0.0.1:50002");
    assertThat(run("config", "set", "requirepass", "other")).isEqualTo("+OK\r\n");
    assertThat(stranger.isAuthenticated()).isFalse();
    assertThat(run("config", "set", "requirepass", "")).isEqualTo("+OK\r\n");
    assertThat(stranger.isAuthenticated()).isTrue();
  }

  @Test
  void greetsInTheChosenProtocol() {
    assertThat(run("hello", "3", "setname", "me"))
        .isEqualTo(
            "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n8.0.0\r\n"
                + "$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:"
                + session.id()
                + "\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n"
                + "$7\r\nmodules\r\n*0\r\n");
    assertThat(session.name()).isEqualTo("me");
    assertThat(run("hello")).startsWith("%7\r\n");
    assertThat(run("hello", "2")).startsWith("*14\r\n");
  }

  @Test
  void refusesBadGreetings() {
    assertThat(run("hello", "4")).isEqualTo("-NOPROTO unsupported protocol version\r\n");
    assertThat(run("hello", "x"))
        .isEqualTo("-ERR Protocol version is not an integer or out of range\r\n");
    assertThat(run("hello", "3", "auth", "a"))
        .isEqualTo("-ERR Syntax error in HELLO option 'auth'\r\n");
    assertThat(run("hello", "3", "setname", "a b"))
        .isEqualTo("-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
    setPassword("secret");
    session.reset();
    assertThat(run("hello", "3")).startsWith("-NOAUTH HELLO must be called");
    assertThat(run("hello", "3", "auth", "default", "no")).startsWith("-WRONGPASS ");
    assertThat(session.protocol()).isEqualTo(2);
    assertThat(run("hello", "3", "auth", "default", "secret")).startsWith("%7\r\n");
  }

  @Test
  void describesClients() {
    session.name("me");
    session.libraryName("jedis");
    session.libraryVersion("8");
    assertThat(run("client", "info"))
        .endsWith(
            "id="
                + session.id()
                + " addr=127.0.0.1:50001 laddr=127.0.0.1:6379 fd=8 name=me age=7 idle=7 flags=N"
                + " db=0 sub=0 psub=0 ssub=0 multi=-1 watch=0 qbuf=52 qbuf-free=100 argv-mem=10"
                + " multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=1176 events=r"
                + " cmd=client|info user=default redir=-1 resp=2 lib-name=jedis lib-ver=8"
                + " io-thread=0 tot-cmds=0\n\r\n");
    session.protocol(3);
    assertThat(run("client", "list")).startsWith("=").contains("\r\ntxt:id=");
  }

  @Test
  void listsByTypeAndId() {
    Session other = open("/tmp/socket:0");
    assertThat(run("client", "list").lines().filter(l -> l.startsWith("id="))).hasSize(2);
    assertThat(run("client", "list", "type", "NORMAL")).contains("flags=U");
    assertThat(run("client", "list", "type", "pubsub")).isEqualTo("$0\r\n\r\n");
    assertThat(run("client", "list", "id", "" + other.id(), "999"))
        .contains("id=" + other.id() + " ")
        .doesNotContain("id=" + session.id() + " ");
    assertThat(run("client", "list", "id", "x")).isEqualTo("-ERR Invalid client ID\r\n");
    assertThat(run("client", "list", "type", "x")).isEqualTo("-ERR Unknown client type 'x'\r\n");
    assertThat(run("client", "list", "x")).isEqualTo("-ERR syntax error\r\n");
  }

  @Test
  void listsManyClientsInSlices() {
    for (int i = 0; i < 1000; i++) {
      open("127.0.0.1:" + (10_000 + i));
    }
    assertThat(run("client", "list").lines().filter(l -> l.contains("addr="))).hasSize(1001);
  }

  @Test
  void killsByAddress() {
    Session other = open("127.0.0.1:50002");
    assertThat(run("client", "kill", "127.0.0.1:1")).isEqualTo("-ERR No such client\r\n");
    assertThat(run("client", "kill", "127.0.0.1:50002")).isEqualTo("+OK\r\n");
    assertThat(((FakeConnection) other.connection()).isClosed()).isTrue();
    assertThat(run("client", "kill", "127.0.0.1:50001")).isEqualTo("+OK\r\n");
    assertThat(session.isCloseAfterReply()).isTrue();
  }

  @Test
  void killsByFilters() {
    Session other = open("127.0.0.1:50002");
    assertThat(run("client", "kill", "addr", "127.0.0.1:50001")).isEqualTo(":0\r\n");
    assertThat(run("client", "kill", "maxage", "8")).isEqualTo(":0\r\n");
    assertThat(run("client", "kill", "type", "pubsub")).isEqualTo(":0\r\n");
    assertThat(run("client", "kill", "maxage", "7", "user", "default", "id", "" + other.id()))
        .isEqualTo(":1\r\n");
    assertThat(((FakeConnection) other.connection()).isClosed()).isTrue();
    assertThat(run("client", "kill", "skipme", "no", "id", "" + session.id())).isEqualTo(":1\r\n");
    assertThat(session.isCloseAfterReply()).isTrue();
  }

  @Test
  void refusesBadFilters() {
    assertThat(run("client", "kill", "id", "0"))
        .isEqualTo("-ERR client-id should be greater than 0\r\n");
    assertThat(run("client", "kill", "maxage", "0"))
        .isEqualTo("-ERR maxage should be greater than 0\r\n");
    assertThat(run("client", "kill", "user", "x")).isEqualTo("-ERR No such user 'x'\r\n");
    assertThat(run("client", "kill", "skipme", "x")).isEqualTo("-ERR syntax error\r\n");
    assertThat(run("client", "kill", "addr", "x", "id")).isEqualTo("-ERR syntax error\r\n");
  }

  @Test
  void namesConnections() {
    assertThat(run("client", "getname")).isEqualTo("$-1\r\n");
    assertThat(run("client", "setname", "me")).isEqualTo("+OK\r\n");
    assertThat(run("client", "getname")).isEqualTo("$2\r\nme\r\n");
    assertThat(run("client", "setname", "")).isEqualTo("+OK\r\n");
    assertThat(session.name()).isNull();
    assertThat(run("client", "setinfo", "lib-ver", "1.0")).isEqualTo("+OK\r\n");
    assertThat(session.libraryVersion()).isEqualTo("1.0");
    assertThat(run("client", "setinfo", "lib-name", "a b"))
        .isEqualTo("-ERR lib-name cannot contain spaces, newlines or special characters.\r\n");
    assertThat(run("client", "setinfo", "x", "y")).isEqualTo("-ERR Unrecognized option 'x'\r\n");
    assertThat(run("client", "id")).isEqualTo(":" + session.id() + "\r\n");
  }

  @Test
  void knowsItsSubcommands() {
    assertThat(run("client")).isEqualTo("-ERR wrong number of arguments for 'client' command\r\n");
    assertThat(run("client", "no-such"))
        .isEqualTo("-ERR unknown subcommand 'no-such'. Try CLIENT HELP.\r\n");
    assertThat(run("client", "help"))
        .contains("+CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n")
        .endsWith("+HELP\r\n+    Prints this help.\r\n");
  }
}
