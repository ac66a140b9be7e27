package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.command.CommandSpec;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Users with the same rules may do the same in redis-server and in Larder. A build compares what
 * one seed makes; {@code -Dseed=} chooses another.
 */
@Tag("slow")
final class AclDifferentialTest {
  private static final long SEED = Long.getLong("seed", 20_261_128);
  private static final int USERS = 120;
  private static final int CALLS = 40;

  /**
   * What ends the connection, makes somebody else of it, or has replies of its own kind; and
   * MODULE, which Redis does not allow at all, and WAIT, which blocks since 7.2.
   */
  private static final Set<String> NOT_ASKED =
      Set.of(
          "quit",
          "reset",
          "auth",
          "hello",
          "multi",
          "client|reply",
          "module|load",
          "module|loadex",
          "module|unload",
          "wait",
          "monitor",
          "subscribe",
          "psubscribe",
          "ssubscribe",
          "unsubscribe",
          "punsubscribe",
          "sunsubscribe");

  private static final Pattern NUL_IN_QUOTES =
      Pattern.compile("\0.*' (?=key|channel)", Pattern.DOTALL);

  private RedisProcess redis;
  private LarderServer larder;
  private Wire reference;
  private Wire subject;

  @BeforeEach
  void start() throws IOException {
    redis = RedisProcess.start();
    larder = LarderServer.start(new Config().set(Options.PORT, 0L));
    reference = new Wire(redis.port());
    subject = new Wire(larder.port());
  }

  @AfterEach
  void stop() throws IOException {
    reference.close();
    subject.close();
    larder.close();
    redis.close();
  }

  private static List<String> texts(Frame reply) {
    RespValue.Array array = (RespValue.Array) reply.value();
    return array.elements().stream()
        .map(element -> ((RespValue.BulkString) element).value().toString())
        .toList();
  }

  /** What both know, but for what a later release has changed. */
  private List<String> sharedCommands() throws IOException {
    Set<String> shared = new TreeSet<>(texts(reference.ask("COMMAND", "LIST")));
    shared.retainAll(Commands.all().all().stream().map(CommandSpec::fullName).toList());
    // It blocks since 7.2.
    shared.remove("wait");
    return List.copyOf(shared);
  }

  /**
   * The reply without what differs between the releases: errors name the user since 7.2, and quote
   * a key or a channel beyond a NUL.
   */
  private static String comparable(Frame reply, String user) {
    String text = reply.text();
    if (text.startsWith("$")) {
      text = text.substring(text.indexOf('\n') + 1);
    }
    return NUL_IN_QUOTES
        .matcher(text.replace("This user has no", "User " + user + " has no"))
        .replaceAll("' ");
  }

  private void assertAlike(String user, String... args) throws IOException {
    assertThat(comparable(subject.ask(args), user))
        .as("seed %d: %s", SEED, Request.of(args))
        .isEqualTo(comparable(reference.ask(args), user));
  }

  @Test
  void categoriesHoldTheSameCommands() throws IOException {
    List<String> shared = sharedCommands();
    List<String> categories = texts(reference.ask("ACL", "CAT"));
    assertThat(texts(subject.ask("ACL", "CAT"))).isEqualTo(categories);
    for (String category : categories) {
      Set<String> expected = new TreeSet<>(texts(reference.ask("ACL", "CAT", category)));
      Set<String> actual = new TreeSet<>(texts(subject.ask("ACL", "CAT", category)));
      expected.retainAll(shared);
      actual.retainAll(shared);
      assertThat(actual).as(category).isEqualTo(expected);
    }
  }

  @Test
  void badRequestsAreAnsweredAlike() throws IOException {
    for (String line :
        List.of(
            "ACL",
            "ACL NOSUCH",
            "ACL CAT nosuch",
            "ACL CAT a b",
            "ACL cat STRING x",
            "ACL GENPASS 0",
            "ACL GENPASS -1",
            "ACL GENPASS 4097",
            "ACL GENPASS x",
            "ACL GENPASS 1 2",
            "ACL SETUSER",
            "ACL DELUSER",
            "ACL DELUSER nosuch",
            "ACL DELUSER nosuch default",
            "ACL GETUSER nosuch",
            "ACL GETUSER",
            "ACL GETUSER default",
            "ACL LIST x",
            "ACL LIST",
            "ACL USERS",
            "ACL WHOAMI",
            "ACL WHOAMI x",
            "ACL LOAD",
            "ACL SAVE",
            "ACL DRYRUN nosuch get a",
            "ACL DRYRUN default nosuch",
            "ACL DRYRUN default get",
            "ACL DRYRUN default config",
            "ACL DRYRUN default config nosuch",
            "ACL DRYRUN default get a",
            "ACL SETUSER u (+get",
            "ACL SETUSER u on (+get +set",
            "CLIENT KILL USER nosuch",
            "CONFIG SET acl-pubsub-default x")) {
      assertAlike("default", line.split(" ", -1));
    }
    assertAlike("default", "ACL", "SETUSER", "a b");
    assertAlike("default", "ACL", "SETUSER", "a\0b", "on");
    assertAlike("default", "ACL", "SETUSER", "");
    assertAlike("default", "ACL", "SETUSER", "b\u00ff", "~\u00ff");
    assertAlike("default", "ACL", "LIST");
  }

  /** Rules, valid and not, one call after the other; then what the user is, and may do. */
  @Test
  void rulesLeadToTheSameUser() throws IOException {
    Random random = new Random(SEED);
    List<String> shared = sharedCommands();
    AclRules rules = new AclRules(shared, texts(reference.ask("ACL", "CAT")), random);
    for (int i = 0; i < USERS; i++) {
      String user = "u" + i % 10;
      if (i % 10 == 0) {
        assertAlike(
            user,
            "CONFIG",
            "SET",
            "acl-pubsub-default",
            random.nextBoolean() ? "allchannels" : "resetchannels");
        for (int old = 0; old < 10; old++) {
          assertAlike(user, "ACL", "DELUSER", "u" + old);
        }
      }
      for (int calls = 1 + random.nextInt(4); calls > 0; calls--) {
        assertAlike(user, setUser(user, rules.modifiers(random.nextInt(5))));
      }
      assertSameUser(user);
      for (int j = 0; j < CALLS; j++) {
        String command = shared.get(random.nextInt(shared.size()));
        assertAlike(user, dryRun(user, command.split("\\|"), random));
      }
    }
  }

  private static String[] setUser(String user, List<String> modifiers) {
    List<String> args = new ArrayList<>(List.of("ACL", "SETUSER", user));
    args.addAll(modifiers);
    return args.toArray(String[]::new);
  }

  /** Any call of a command that its arity allows. */
  private static String[] dryRun(String user, String[] names, Random random) {
    String fullName = String.join("|", names);
    CommandSpec spec = Commands.all().find(fullName);
    List<String> args = new ArrayList<>(List.of("ACL", "DRYRUN", user));
    args.addAll(Arrays.asList(names));
    // Redis 7.2 lowered the arity of COMMAND GETKEYS.
    int count = Math.abs(spec.arity()) + (fullName.startsWith("command|getkeys") ? 1 : 0);
    for (int i = names.length; i < count; i++) {
      args.add(random.nextBoolean() ? "" + (1 + random.nextInt(2)) : "a");
    }
    return args.toArray(String[]::new);
  }

  /**
   * Redis 7.0 says by which rules it would make such a user, later ones by which it was made; so
   * these are given to a second user of the reference.
   */
  private void assertSameUser(String user) throws IOException {
    List<RespValue> expected = fields(reference.ask("ACL", "GETUSER", user));
    List<RespValue> actual = fields(subject.ask("ACL", "GETUSER", user));
    if (expected.isEmpty()) {
      assertThat(actual).isEmpty();
      return;
    }
    int commands = 5;
    int selectors = 11;
    assertThat(keysAndChannels(actual.get(selectors)))
        .as("seed %d, %s", SEED, user)
        .isEqualTo(keysAndChannels(expected.get(selectors)));
    for (int i = 0; i < selectors; i++) {
      if (i != commands) {
        assertThat(actual.get(i)).as("seed %d, %s", SEED, user).isEqualTo(expected.get(i));
      }
    }
    String rules = ((RespValue.BulkString) actual.get(commands)).value().toString();
    String[] mirror = setUser("mirror", new ArrayList<>(List.of(rules.split(" "))));
    mirror[2] = "mirror";
    reference.ask("ACL", "DELUSER", "mirror");
    assertThat(reference.ask(mirror).text()).as(rules).isEqualTo("+OK\r\n");
    assertThat(fields(reference.ask("ACL", "GETUSER", "mirror")).get(commands))
        .as("seed %d, %s with %s", SEED, user, rules)
        .isEqualTo(expected.get(commands));
    reference.ask("ACL", "DELUSER", "mirror");
  }

  /** Of each selector; its rules about commands are those of the release, too. */
  private static List<List<RespValue>> keysAndChannels(RespValue selectors) {
    List<List<RespValue>> all = new ArrayList<>();
    for (RespValue selector : ((RespValue.Array) selectors).elements()) {
      List<RespValue> fields = ((RespValue.Array) selector).elements();
      all.add(List.of(fields.get(3), fields.get(5)));
    }
    return all;
  }

  private static List<RespValue> fields(Frame reply) {
    return reply.value() instanceof RespValue.Array array ? array.elements() : List.of();
  }

  /** Whatever a call's arguments say: the same keys are found in them, and used for the same. */
  @Test
  void keysOfAllCommandsAreGuardedAlike() throws IOException {
    Random random = new Random(SEED);
    AclRules rules = new AclRules(sharedCommands(), texts(reference.ask("ACL", "CAT")), random);
    RequestGenerator requests =
        RequestGenerator.comparable(Commands.all(), new Pools(random), SEED);
    for (int i = 0; i < USERS; i++) {
      List<String> modifiers = new ArrayList<>(List.of("reset", "+@all"));
      rules.modifiers(30).stream().filter(rule -> rule.matches("[~%&].*")).forEach(modifiers::add);
      for (String modifier : modifiers) {
        assertAlike("u", "ACL", "SETUSER", "u", modifier);
      }
      for (int j = 0; j < CALLS; j++) {
        Request request = requests.next();
        Request dryRun = prefixed(request, "ACL", "DRYRUN", "u");
        String expected = comparable(reference.ask(dryRun), "u");
        String actual = comparable(subject.ask(dryRun), "u");
        // Some commands take more since 7.2.
        if (!expected.startsWith("-ERR wrong number") && hasSameKeys(request)) {
          assertThat(actual).as("seed %d: %s with %s", SEED, dryRun, modifiers).isEqualTo(expected);
        }
      }
    }
  }

  /** Whether both find the same keys in a request; where they do not, it makes no sense. */
  private boolean hasSameKeys(Request request) throws IOException {
    Request getKeys = prefixed(request, "COMMAND", "GETKEYS");
    return reference.ask(getKeys).text().equals(subject.ask(getKeys).text());
  }

  private static Request prefixed(Request request, String... words) {
    List<byte[]> args = new ArrayList<>(Request.of(words).args());
    args.addAll(request.args());
    return new Request("", args, false);
  }

  /** The gates of both servers let the same requests through, whoever asks. */
  @Test
  void requestsOfRestrictedUsersAreDeniedAlike() throws IOException {
    Random random = new Random(SEED);
    AclRules rules = new AclRules(sharedCommands(), texts(reference.ask("ACL", "CAT")), random);
    RequestGenerator requests =
        RequestGenerator.comparable(Commands.all(), new Pools(random), SEED);
    for (int i = 0; i < USERS; i++) {
      assertAlike("u", "ACL", "SETUSER", "u", "reset", "on", "nopass", "+@all", "-@connection");
      for (String modifier : rules.modifiers(20)) {
        if (!modifier.toLowerCase(Locale.ROOT).matches("reset(pass)?|off|.*[<>#!].*")) {
          assertAlike("u", "ACL", "SETUSER", "u", modifier);
        }
      }
      try (Wire expected = new Wire(redis.port());
          Wire actual = new Wire(larder.port())) {
        assertThat(expected.ask("AUTH", "u", "x").text()).isEqualTo("+OK\r\n");
        assertThat(actual.ask("AUTH", "u", "x").text()).isEqualTo("+OK\r\n");
        for (int j = 0; j < CALLS; j++) {
          Request request = requests.next();
          if (!NOT_ASKED.contains(request.command())) {
            String forReference = expected.ask(request).text();
            String forSubject = actual.ask(request).text();
            if (!forReference.startsWith("-ERR wrong number") && hasSameKeys(request)) {
              assertThat(denial(forSubject))
                  .as("seed %d: %s", SEED, request)
                  .isEqualTo(denial(forReference));
            }
          }
        }
      }
    }
  }

  /** The error if it is one about permissions, in the words of Redis 7.2. */
  private static String denial(String text) {
    if (!text.startsWith("-NOPERM")) {
      return "";
    }
    return text.replace("this user has no permissions to run", "User u has no permissions to run")
        .replaceFirst(
            "this user has no permissions to access one of the (key|channel)s used as arguments",
            "No permissions to access a $1");
  }
}
