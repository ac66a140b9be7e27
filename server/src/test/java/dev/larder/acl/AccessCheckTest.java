package dev.larder.acl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.larder.command.Arguments;
import dev.larder.command.CallFixture;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.commands.AllCommands;
import dev.larder.config.Config;
import dev.larder.metrics.AccessDenials;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What users may and may not do, and what they are told. */
final class AccessCheckTest {
  private static final int CALLS = 100_000;

  private final Sessions sessions = new Sessions();
  private final Config config = new Config();
  private final AccessDenials denials = new AccessDenials();
  private final AclUsers users = new AclUsers(config, sessions, denials);
  private final CommandTable table = AllCommands.table(config, sessions, users, () -> {});
  private final CallFixture fixture = new CallFixture(table);
  private final AccessCheck access = new AccessCheck(denials);

  @AfterEach
  void close() {
    fixture.close();
  }

  private AclUser user(String rules) throws CommandException {
    users.set("u", List.of(("reset " + rules).split(" ")), table);
    AclUser user = users.find("u");
    assertThat(user).isNotNull();
    return user;
  }

  private Session session(AclUser user) {
    return new Session(1, new FakeConnection("127.0.0.1:1"), 0, user);
  }

  private String check(AclUser user, String line) {
    Arguments call = fixture.arguments(line.split(" "));
    CommandSpec spec = table.find(call);
    assertThat(spec).isNotNull();
    ErrorReply refusal = access.refusal(session(user), spec, call);
    return refusal == null ? "ok" : refusal.text();
  }

  @Test
  void commandsAreAllowedOneByOne() throws CommandException {
    AclUser user = user("~* &* -@all +get +client -client|list +select|1 +debug|SLEEP");
    assertThat(check(user, "get a")).isEqualTo("ok");
    assertThat(check(user, "set a b"))
        .isEqualTo("NOPERM User u has no permissions to run the 'set' command");
    assertThat(check(user, "client id")).isEqualTo("ok");
    assertThat(check(user, "CLIENT List"))
        .isEqualTo("NOPERM User u has no permissions to run the 'client|list' command");
    assertThat(check(user, "select 1")).isEqualTo("ok");
    assertThat(check(user, "select 0")).contains("'select'");
    assertThat(check(user, "debug sleep 0")).isEqualTo("ok");
    assertThat(check(user, "debug")).contains("'debug'");
    assertThat(check(user, "auth x")).isEqualTo("ok");
    assertThat(check(user, "ping")).contains("'ping'");
    assertThat(denials.commands()).isEqualTo(5);
  }

  @Test
  void keysAreAllowedByWhatIsDoneToThem() throws CommandException {
    AclUser user = user("+@all %R~r* %W~w* ~both* %R~mixed %W~mix*");
    String denied = "NOPERM No permissions to access a key";
    assertThat(check(user, "get r1")).isEqualTo("ok");
    assertThat(check(user, "get w1")).isEqualTo(denied);
    assertThat(check(user, "lpush w1 x")).isEqualTo("ok");
    assertThat(check(user, "lpush r1 x")).isEqualTo(denied);
    assertThat(check(user, "copy r1 w1")).isEqualTo("ok");
    assertThat(check(user, "copy w1 r1")).isEqualTo(denied);
    assertThat(check(user, "mget r1 both r2")).isEqualTo("ok");
    assertThat(check(user, "mget r1 x")).isEqualTo(denied);
    assertThat(check(user, "set w1 x")).isEqualTo("ok");
    assertThat(check(user, "set w1 x get")).isEqualTo(denied);
    assertThat(check(user, "bitfield r1 get u8 0")).isEqualTo("ok");
    assertThat(check(user, "bitfield r1 set u8 0 1")).isEqualTo(denied);
    assertThat(check(user, "exists w1 r1")).isEqualTo("ok");
    assertThat(check(user, "exists x")).isEqualTo(denied);
    // No rule allows both.
    assertThat(check(user, "getdel mixed")).isEqualTo(denied);
    // What makes no sense fails by itself.
    assertThat(check(user, "zunionstore x y z")).isEqualTo("ok");
    assertThat(check(user, "keys *")).isEqualTo("ok");
    assertThat(denials.keys()).isEqualTo(8);
  }

  @Test
  void explanationsNameTheKey() throws CommandException {
    AclUser user = user("+@all -ping ~a");
    assertThat(explain(user, "mget a b"))
        .isEqualTo("User u has no permissions to access the 'b' key");
    assertThat(explain(user, "ping"))
        .isEqualTo("User u has no permissions to run the 'ping' command");
    assertThat(explain(user, "get a")).isNull();
    assertThat(denials.keys() + denials.commands()).isZero();
  }

  private String explain(AclUser user, String line) {
    Arguments call = fixture.arguments(line.split(" "));
    CommandSpec spec = table.find(call);
    assertThat(spec).isNotNull();
    return access.explain(user, spec, call, 0);
  }

  @Test
  void refusalsAtExecSayThatTheRulesHaveChanged() throws CommandException {
    AclUser user = user("+get ~a");
    Arguments call = fixture.arguments("get", "b");
    CommandSpec get = table.find(call);
    assertThat(get).isNotNull();
    assertThat(String.valueOf(access.refusalAtExec(session(user), get, call)))
        .isEqualTo(
            "NOPERM ACLs rules changed between the moment the transaction was accumulated and the"
                + " EXEC call. This command is no longer allowed for the following reason: no"
                + " permission to touch the specified keys");
    assertThat(access.refusalAtExec(session(user("allcommands allkeys")), get, call)).isNull();
  }

  @Test
  void onlyFullReadAccessReadsKeysThatDataName() throws CommandException {
    assertThat(readsAllKeys("+@all ~*")).isTrue();
    assertThat(readsAllKeys("+@all %R~*")).isTrue();
    assertThat(readsAllKeys("+@all %W~*")).isFalse();
    assertThat(readsAllKeys("+@all ~**")).isFalse();
    assertThat(readsAllKeys("+@all ~a (+sort %R~*)")).isTrue();
    assertThat(readsAllKeys("+@all ~a (+get %R~*)")).isFalse();
  }

  private boolean readsAllKeys(String rules) throws CommandException {
    Arguments call = fixture.arguments("sort", "a", "by", "x*");
    CommandSpec sort = table.find(call);
    assertThat(sort).isNotNull();
    return AclUser.readsAllKeys(session(user(rules)), sort, call);
  }

  @Test
  void oneSelectorMustAllowAllOfACall() throws CommandException {
    AclUser user = user("+get ~a (+set ~b &x) (+get +set ~c) (+publish +set &y)");
    assertThat(check(user, "get a")).isEqualTo("ok");
    assertThat(check(user, "set b 1")).isEqualTo("ok");
    assertThat(check(user, "set c 1")).isEqualTo("ok");
    assertThat(check(user, "get c")).isEqualTo("ok");
    assertThat(check(user, "publish y 1")).isEqualTo("ok");
    assertThat(check(user, "set a 1")).isEqualTo("NOPERM No permissions to access a key");
    assertThat(check(user, "get b")).isEqualTo("NOPERM No permissions to access a key");
    assertThat(check(user, "publish x 1")).isEqualTo("NOPERM No permissions to access a channel");
    assertThat(check(user, "lpush a 1")).contains("no permissions to run the 'lpush' command");
    assertThat(user("+get ~a (+@all ~* &*)").isRestricted()).isFalse();
    Permissions permissions = user("(&a) (&b)").rules().permissions();
    assertThat(permissions.allowChannel("b".getBytes(), false)).isTrue();
    assertThat(permissions.allowChannel("c".getBytes(), false)).isFalse();
  }

  @Test
  void whatGotFurthestIsLogged() throws CommandException {
    AclUser user = user("+mget ~a (+mget ~a ~b) (+get ~*)");
    check(user, "mget a b c");
    check(user, "mget a b c");
    check(user, "set x 1");
    assertThat(denials.log().latest(9))
        .extracting(entry -> entry.count() + " " + entry.denied())
        .containsExactly(
            "1 Denied[reason=command, context=toplevel, object=set, user=u]",
            "2 Denied[reason=key, context=toplevel, object=c, user=u]");
    assertThat(denials.log().latest(1).getFirst().client()).startsWith("id=1 addr=127.0.0.1:1 ");
  }

  @Test
  void whoMayDoAllIsNotRestricted() throws CommandException {
    assertThat(users.defaultUser().isRestricted()).isFalse();
    assertThat(user("+@all ~* &*").isRestricted()).isFalse();
    assertThat(user("+@all -get +get ~* &*").isRestricted()).isFalse();
    assertThat(user("+@all ~*").isRestricted()).isTrue();
    assertThat(user("+@all -get ~* &*").isRestricted()).isTrue();
    assertThat(user("+@all %RW~* &*").isRestricted()).isTrue();
  }

  @Test
  void patternsOfChannelsMustBeAllowedThemselves() throws CommandException {
    Permissions permissions = user("&news:* &?").rules().permissions();
    assertThat(permissions.allowChannel("news:1".getBytes(), false)).isTrue();
    assertThat(permissions.allowChannel("other".getBytes(), false)).isFalse();
    assertThat(permissions.allowChannel("news:*".getBytes(), true)).isTrue();
    assertThat(permissions.allowChannel("news:1*".getBytes(), true)).isFalse();
    assertThat(Permissions.ALL.allowChannel("x".getBytes(), true)).isTrue();
  }

  @Test
  void anAllowedCallAllocatesNothing() throws CommandException {
    AclUser user = user("+ping (-@all +mget +select|9 ~x* %R~key:*)");
    Arguments call = fixture.arguments("mget", "key:1", "x1", "key:2");
    CommandSpec spec = table.find(call);
    assertThat(spec).isNotNull();
    Session session = session(user);
    for (int i = 0; i < CALLS; i++) {
      assertThat(access.refusal(session, spec, call) == null).isTrue();
    }
    long before = allocatedBytes();
    int refused = 0;
    for (int i = 0; i < CALLS; i++) {
      refused += access.refusal(session, spec, call) == null ? 0 : 1;
    }
    long allocated = allocatedBytes() - before;
    assertThat(refused).isZero();
    // Less than one byte a call: measuring itself may allocate.
    assertThat(allocated).isLessThan(CALLS);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
