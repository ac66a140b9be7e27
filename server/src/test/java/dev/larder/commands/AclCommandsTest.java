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

final class AclCommandsTest {
  private static final String HASH_OF_A =
      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

  private final Config config = new Config();
  private final Sessions sessions = new Sessions();
  private final AccessDenials denials = new AccessDenials();
  private final AclUsers users = new AclUsers(config, sessions, denials);
  private final CallFixture fixture =
      new CallFixture(AllCommands.table(config, sessions, users, () -> {}));
  private final Session session = open();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Session open() {
    Session opened =
        new Session(
            sessions.nextId(),
            new FakeConnection("127.0.0.1:1"),
            CallFixture.NOW_MILLIS,
            users.defaultUser());
    sessions.add(opened);
    return opened;
  }

  private String run(String line) {
    return fixture.run(session, line.split(" "));
  }

  private static boolean isClosed(Session other) {
    return ((FakeConnection) other.connection()).isClosed();
  }

  @Test
  void usersAreListedInOrder() {
    assertThat(run("acl setuser u on >a ~x &y +get")).isEqualTo("+OK\r\n");
    assertThat(run("acl setuser a")).isEqualTo("+OK\r\n");
    assertThat(run("acl users")).isEqualTo("*3\r\n$1\r\na\r\n$7\r\ndefault\r\n$1\r\nu\r\n");
    assertThat(run("acl list"))
        .isEqualTo(
            "*3\r\n$30\r\nuser a off resetchannels -@all\r\n"
                + "$34\r\nuser default on nopass ~* &* +@all\r\n"
                + "$106\r\nuser u on #"
                + HASH_OF_A
                + " ~x resetchannels &y -@all +get\r\n");
  }

  @Test
  void aUserIsDescribed() {
    run("acl setuser u on >a ~x &y +get");
    session.protocol(3);
    assertThat(run("acl getuser u"))
        .isEqualTo(
            "%6\r\n$5\r\nflags\r\n~1\r\n$2\r\non\r\n$9\r\npasswords\r\n*1\r\n$64\r\n"
                + HASH_OF_A
                + "\r\n$8\r\ncommands\r\n$10\r\n-@all +get\r\n$4\r\nkeys\r\n$2\r\n~x\r\n"
                + "$8\r\nchannels\r\n$2\r\n&y\r\n$9\r\nselectors\r\n*0\r\n");
    assertThat(run("acl getuser nobody")).isEqualTo("_\r\n");
  }

  @Test
  void selectorsAreListedInParentheses() {
    run("acl setuser u on (+get ~a &c) (+set");
    run("acl setuser u on nopass +ping (+get ~a &c) (%R~b +@read)");
    assertThat(run("acl list"))
        .contains(
            "user u on nopass resetchannels -@all +ping (~a resetchannels &c -@all +get)"
                + " (%R~b resetchannels -@all +@read)\r\n");
    assertThat(run("acl getuser u"))
        .endsWith(
            "$9\r\nselectors\r\n*2\r\n"
                + "*6\r\n$8\r\ncommands\r\n$10\r\n-@all +get\r\n$4\r\nkeys\r\n$2\r\n~a\r\n"
                + "$8\r\nchannels\r\n$2\r\n&c\r\n"
                + "*6\r\n$8\r\ncommands\r\n$12\r\n-@all +@read\r\n$4\r\nkeys\r\n$4\r\n%R~b\r\n"
                + "$8\r\nchannels\r\n$0\r\n\r\n");
    run("acl setuser u clearselectors");
    assertThat(run("acl list")).contains("user u on nopass resetchannels -@all +ping\r\n");
  }

  @Test
  void whatWasDeniedIsLogged() {
    denials.log().add("key", "multi", "k\u00ff", "u", "id=7");
    session.protocol(3);
    assertThat(run("acl log 1"))
        .startsWith(
            "*1\r\n%10\r\n$5\r\ncount\r\n:1\r\n$6\r\nreason\r\n$3\r\nkey\r\n"
                + "$7\r\ncontext\r\n$5\r\nmulti\r\n$6\r\nobject\r\n$2\r\nk\u00ff\r\n"
                + "$8\r\nusername\r\n$1\r\nu\r\n$11\r\nage-seconds\r\n,")
        .contains("\r\n$11\r\nclient-info\r\n$4\r\nid=7\r\n$8\r\nentry-id\r\n:0\r\n");
    assertThat(run("acl log -1")).isEqualTo("*0\r\n");
    assertThat(run("acl log x")).isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(run("acl log reset")).isEqualTo("+OK\r\n");
    assertThat(run("acl log")).isEqualTo("*0\r\n");
  }

  @Test
  void allModifiersAreFollowedOrNone() {
    run("acl setuser u on +get");
    assertThat(run("acl setuser u +set off ~a %"))
        .isEqualTo("-ERR Error in ACL SETUSER modifier '%': Syntax error\r\n");
    assertThat(run("acl setuser u +set (+get +nosuch)"))
        .isEqualTo(
            "-ERR Error in ACL SETUSER modifier '(+get +nosuch)': Unknown command or category name"
                + " in ACL\r\n");
    assertThat(run("acl setuser u (+get"))
        .isEqualTo("-ERR Unmatched parenthesis in acl selector starting at '(+get'.\r\n");
    assertThat(run("acl setuser new x")).startsWith("-ERR Error");
    assertThat(run("acl list"))
        .contains("user u on resetchannels -@all +get\r\n")
        .doesNotContain("user new");
  }

  @Test
  void deletedUsersAreDisconnected() {
    run("acl setuser u on nopass +@all");
    run("acl setuser v on nopass +@all");
    Session other = open();
    Session third = open();
    assertThat(fixture.run(other, "auth", "u", "x")).isEqualTo("+OK\r\n");
    assertThat(fixture.run(third, "auth", "v", "x")).isEqualTo("+OK\r\n");
    assertThat(run("acl deluser u default")).startsWith("-ERR The 'default' user cannot be");
    assertThat(run("acl deluser u nobody")).isEqualTo(":1\r\n");
    assertThat(isClosed(other)).isTrue();
    assertThat(other.user().isRestricted()).isTrue();
    assertThat(isClosed(third)).isFalse();
    assertThat(isClosed(session)).isFalse();
    assertThat(fixture.run(third, "acl", "deluser", "v")).isEqualTo(":1\r\n");
    assertThat(isClosed(third)).isFalse();
    assertThat(third.isCloseAfterReply()).isTrue();
  }

  @Test
  void clientsAreWhoTheyAuthenticateAs() {
    run("acl setuser u on >a +@all");
    assertThat(run("acl whoami")).isEqualTo("$7\r\ndefault\r\n");
    assertThat(run("auth u b")).startsWith("-WRONGPASS ");
    assertThat(run("auth nobody a")).startsWith("-WRONGPASS ");
    assertThat(denials.authentications()).isEqualTo(2);
    assertThat(run("auth u a")).isEqualTo("+OK\r\n");
    assertThat(run("acl whoami")).isEqualTo("$1\r\nu\r\n");
    assertThat(run("client info")).contains(" user=u ");
    Session other = open();
    assertThat(fixture.run(other, "hello", "3", "auth", "u", "a")).startsWith("%7\r\n");
    assertThat(other.user()).isSameAs(session.user());
    assertThat(run("client kill user u")).isEqualTo(":1\r\n");
    assertThat(isClosed(other)).isTrue();
    assertThat(run("client kill user nobody")).isEqualTo("-ERR No such user 'nobody'\r\n");
    run("acl setuser u off");
    assertThat(run("auth u a")).startsWith("-WRONGPASS ");
    assertThat(run("reset")).isEqualTo("+RESET\r\n");
    assertThat(run("acl whoami")).isEqualTo("$7\r\ndefault\r\n");
  }

  @Test
  void theConfiguredPasswordIsTheDefaultUsers() {
    assertThat(run("config set requirepass a")).isEqualTo("+OK\r\n");
    assertThat(run("acl getuser default")).contains(HASH_OF_A).doesNotContain("nopass");
    assertThat(session.isAuthenticated()).isTrue();
    assertThat(open().isAuthenticated()).isFalse();
    run("acl setuser default >b");
    assertThat(run("auth b")).isEqualTo("+OK\r\n");
    assertThat(run("config get requirepass")).endsWith("$1\r\na\r\n");
    run("config set requirepass c");
    assertThat(run("auth b")).startsWith("-WRONGPASS ");
    Session stranger = open();
    assertThat(stranger.isAuthenticated()).isFalse();
    run("acl setuser default nopass");
    assertThat(stranger.isAuthenticated()).isTrue();
    assertThat(run("auth x")).startsWith("-ERR AUTH <password> called without any password");
    run("acl setuser default off");
    assertThat(stranger.isAuthenticated()).isFalse();
    assertThat(users.isPasswordNeeded()).isFalse();
  }

  @Test
  void newUsersHaveTheConfiguredChannels() {
    run("config set acl-pubsub-default allchannels");
    run("acl setuser u");
    assertThat(run("acl list")).contains("user u off &* -@all\r\n");
    run("acl setuser u resetchannels");
    run("acl setuser u reset");
    assertThat(run("acl list")).contains("user u off sanitize-payload &* -@all\r\n");
    run("config set acl-pubsub-default resetchannels");
    assertThat(run("acl list")).contains("user u off sanitize-payload &* -@all\r\n");
  }

  @Test
  void passwordsAreGenerated() {
    assertThat(run("acl genpass")).matches("\\$64\r\n[0-9a-f]{64}\r\n");
    assertThat(run("acl genpass 5")).matches("\\$2\r\n[0-9a-f]{2}\r\n");
    assertThat(run("acl genpass 1")).matches("\\$1\r\n[0-9a-f]\r\n");
    assertThat(run("acl genpass 4096")).matches("\\$1024\r\n[0-9a-f]{1024}\r\n");
    assertThat(run("acl genpass")).isNotEqualTo(run("acl genpass"));
  }

  @Test
  void withoutAFileThereIsNothingToLoad() {
    assertThat(run("acl save")).startsWith("-ERR This Redis instance is not configured to use");
    assertThat(run("acl load")).startsWith("-ERR This Redis instance is not configured to use");
  }
}
