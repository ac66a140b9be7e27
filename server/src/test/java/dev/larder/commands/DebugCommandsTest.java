package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.Declarations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DebugCommandsTest {
  private String access = "yes";
  private boolean scriptsRunAll;
  private final CommandHarness server = new CommandHarness(this::declare);

  private void declare(Declarations c) {
    StringCommands.declare(c, () -> 1 << 29);
    HashCommands.declare(c);
    ExpireCommands.declare(c);
    DebugCommands.declare(c, () -> access, Saving.NONE, may -> scriptsRunAll = may);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void isRefusedUnlessAllowed() {
    access = "no";
    assertThat(debug("HELP")).startsWith("-ERR DEBUG command not allowed. If the enable-debug");
    access = "local";
    assertThat(debug("HELP")).startsWith("-ERR DEBUG command not allowed. If the enable-debug");
    access = "yes";
    assertThat(debug("HELP")).startsWith("*").contains("+DEBUG <subcommand> [<arg> [value]");
  }

  @Test
  void unknownFormsAreNamed() {
    assertThat(debug("foo"))
        .isEqualTo(
            "-ERR unknown subcommand or wrong number of arguments for 'foo'. Try DEBUG HELP.\r\n");
    assertThat(debug("Populate"))
        .startsWith("-ERR unknown subcommand or wrong number of arguments");
    assertThat(server.send("DEBUG"))
        .isEqualTo("-ERR wrong number of arguments for 'debug' command\r\n");
  }

  @Test
  void scriptsMayRunWhatIsNotForScripts() {
    assertThat(debug("SET-DISABLE-DENY-SCRIPTS", "1")).isEqualTo("+OK\r\n");
    assertThat(scriptsRunAll).isTrue();
    assertThat(debug("SET-DISABLE-DENY-SCRIPTS", "0")).isEqualTo("+OK\r\n");
    assertThat(scriptsRunAll).isFalse();
  }

  @Test
  void thereAreNoNodesForLargeElements() {
    assertThat(debug("QUICKLIST-PACKED-THRESHOLD", "100b")).isEqualTo("+OK\r\n");
  }

  @Test
  void objectTellsEncodingAndLength() {
    assertThat(debug("OBJECT", "a")).isEqualTo("-ERR no such key\r\n");
    assertThat(describe("bar"))
        .contains(" encoding:embstr serializedlength:4 lru:")
        .endsWith(" lru_seconds_idle:0\r\n");
    assertThat(describe("12345")).contains(" encoding:int serializedlength:3 ");
    assertThat(describe("-128")).contains(" encoding:int serializedlength:2 ");
    assertThat(describe("70000")).contains(" encoding:int serializedlength:5 ");
    assertThat(describe("12345678901")).contains(" encoding:int serializedlength:12 ");
    assertThat(describe("007")).contains(" encoding:embstr serializedlength:4 ");
    assertThat(describe("x".repeat(45))).contains(" encoding:raw serializedlength:46 ");
    assertThat(describe("x".repeat(64))).contains(" serializedlength:66 ");
    assertThat(describe("x".repeat(100_000))).contains(" encoding:raw serializedlength:100005 ");
  }

  private String describe(String value) {
    server.send("SET", "a", value);
    String reply = debug("OBJECT", "a");
    assertThat(reply).matches("\\+Value at:0x[0-9a-f]+ refcount:1 .*\r\n");
    return reply;
  }

  @Test
  void populateCreatesWhatIsMissing() {
    server.send("SET", "key:1", "mine");

    assertThat(debug("POPULATE", "3")).isEqualTo("+OK\r\n");

    assertThat(server.keyspace.size(0)).isEqualTo(3);
    assertThat(server.send("GET", "key:0")).isEqualTo("$7\r\nvalue:0\r\n");
    assertThat(server.send("GET", "key:1")).isEqualTo("$4\r\nmine\r\n");
  }

  @Test
  void populatePadsOrCutsToTheSize() {
    assertThat(debug("POPULATE", "2", "p", "9")).isEqualTo("+OK\r\n");
    assertThat(server.send("GET", "p:1")).isEqualTo("$9\r\nvalue:1\0\0\r\n");
    assertThat(debug("POPULATE", "1", "q", "3")).isEqualTo("+OK\r\n");
    assertThat(server.send("GET", "q:0")).isEqualTo("$3\r\nval\r\n");
    assertThat(debug("POPULATE", "1", "r", "200000")).isEqualTo("+OK\r\n");
    assertThat(server.send("GET", "r:0"))
        .isEqualTo("$200000\r\nvalue:0" + "\0".repeat(200_000 - 7) + "\r\n");
  }

  @Test
  void populateChecksItsNumbers() {
    String error = "-ERR value is out of range, must be positive\r\n";
    assertThat(debug("POPULATE", "-1")).isEqualTo(error);
    assertThat(debug("POPULATE", "x")).isEqualTo(error);
    assertThat(debug("POPULATE", "1", "p", "-1")).isEqualTo(error);
  }

  @Test
  void populateOfManyIsSliced() {
    assertThat(debug("POPULATE", "200000")).isEqualTo("+OK\r\n");
    assertThat(server.keyspace.size(0)).isEqualTo(200_000);
    assertThat(server.steps()).isPositive();
  }

  @Test
  void digestIsThatOfRedis() {
    String empty = "+" + "0".repeat(40) + "\r\n";
    assertThat(debug("DIGEST")).isEqualTo(empty);
    server.send("SET", "foo", "bar");
    assertThat(debug("DIGEST")).isEqualTo("+d2ab4820c1be0580ea28efbfe8bfa1dc05bb802a\r\n");
    assertThat(debug("DIGEST-VALUE", "foo", "nokey"))
        .isEqualTo("*2\r\n+68467c70ae30376e7ce005bcc8827f5ba7fd67dc\r\n" + empty);
  }

  @Test
  void digestOfHashesIsThatOfRedis() {
    server.send("HSET", "h", "f1", "v1", "f2", "7");
    assertThat(debug("DIGEST-VALUE", "h"))
        .isEqualTo("*1\r\n+1b51085ff895e6c8adaf5fd6fe5f495f6e084960\r\n");
    server.send("EXPIRE", "h", "100");
    assertThat(debug("DIGEST-VALUE", "h"))
        .isEqualTo("*1\r\n+fdd4f6a024ac0c9c6cb9b42ebb3586c474a608e3\r\n");
    assertThat(debug("DIGEST")).isEqualTo("+40c7d84b8bb025168c975007bdac879de3fd5cbb\r\n");
    String before = debug("DIGEST-VALUE", "h");
    server.send("HEXPIRE", "h", "100", "FIELDS", "1", "f1");
    assertThat(debug("DIGEST-VALUE", "h")).isNotEqualTo(before);
    assertThat(debug("OBJECT", "h")).contains(" encoding:listpackex serializedlength:");
  }

  @Test
  void digestIsIndependentOfOrder() {
    server.send("SET", "a", "1");
    server.send("SET", "b", "2", "PXAT", "99999999999999");
    String first = debug("DIGEST");
    server.send("SET", "a", "3");
    assertThat(debug("DIGEST")).isNotEqualTo(first);
    server.send("SET", "a", "1");
    assertThat(debug("DIGEST")).isEqualTo(first);
  }

  @Test
  void sleepGivesTheKeysBack() {
    assertThat(debug("SLEEP", "0.002")).isEqualTo("+OK\r\n");
    assertThat(debug("SLEEP", "x")).isEqualTo("+OK\r\n");
    assertThat(debug("SLEEP", "-1")).isEqualTo("+OK\r\n");
    assertThat(server.send("SET", "a", "1")).isEqualTo("+OK\r\n");
  }

  @Test
  void protocolShowsEachType() {
    assertThat(debug("PROTOCOL", "map")).isEqualTo("*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n");
    assertThat(debug("PROTOCOL", "push"))
        .isEqualTo("-ERR RESP2 is not supported by this command\r\n");
    assertThat(debug("PROTOCOL", "attrib"))
        .isEqualTo("$39\r\nSome real reply following the attribute\r\n");
    assertThat(debug("PROTOCOL", "double")).isEqualTo("$5\r\n3.141\r\n");
    assertThat(debug("PROTOCOL", "x")).startsWith("-ERR Wrong protocol type name. Please use");
    server.protocol(3);
    assertThat(debug("PROTOCOL", "map")).isEqualTo("%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n");
    assertThat(debug("PROTOCOL", "attrib"))
        .isEqualTo(
            "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n"
                + "$39\r\nSome real reply following the attribute\r\n");
    assertThat(debug("PROTOCOL", "push"))
        .isEqualTo(
            ">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n"
                + "$40\r\nSome real reply following the push reply\r\n");
    assertThat(debug("PROTOCOL", "verbatim"))
        .isEqualTo("=29\r\ntxt:This is a verbatim\nstring\r\n");
    assertThat(debug("PROTOCOL", "bignum")).isEqualTo("(1234567999999999999999999999999999999\r\n");
  }

  @Test
  void restAnswersAsRedis() {
    assertThat(debug("SET-ACTIVE-EXPIRE", "0")).isEqualTo("+OK\r\n");
    assertThat(debug("SET-ACTIVE-EXPIRE", "1")).isEqualTo("+OK\r\n");
    assertThat(debug("ERROR", "a b")).isEqualTo("-a b\r\n");
    assertThat(debug("LOG", "a b")).isEqualTo("+OK\r\n");
    assertThat(debug("RELOAD", "TWICE"))
        .isEqualTo("-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.\r\n");
    assertThat(debug("RELOAD"))
        .isEqualTo("-ERR Error trying to load the RDB dump, check server logs.\r\n");
  }

  private String debug(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "DEBUG";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return server.send(all);
  }
}
