package dev.larder.command;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.INCOMPLETE;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CommandTableTest {

  private final CommandTable table = sample();
  private final CallFixture fixture = new CallFixture(table);

  @AfterEach
  void close() {
    fixture.close();
  }

  private static void ok(Call call) {
    call.reply().ok();
  }

  private static CommandBuilder begin(Declarations c, String name) {
    return c.command(name).summary("Does it.").since("1.0.0").group(CommandGroup.STRING);
  }

  private static CommandTable sample() {
    Declarations c = new Declarations();
    begin(c, "GET")
        .arity(2)
        .flags(Flag.READONLY, Flag.FAST)
        .args(key("key").at(1).access(RO, ACCESS))
        .handler(CommandTableTest::ok);
    begin(c, "MSET")
        .arity(-3)
        .flags(Flag.WRITE)
        .args(
            block("data", key("key").at(1).step(2).access(OW, UPDATE), string("value")).multiple())
        .handler(CommandTableTest::ok);
    begin(c, "RENAME")
        .arity(3)
        .flags(Flag.WRITE)
        .args(key("key").at(1).access(RW, ACCESS), key("newkey").at(2).access(OW, UPDATE))
        .handler(CommandTableTest::ok);
    begin(c, "XREAD")
        .arity(-4)
        .flags(Flag.READONLY)
        .args(
            integer("count").tokenIs("COUNT").optional(),
            block(
                    "streams",
                    key("key").after("STREAMS", 1).range(-1, 1, 2).access(RO, ACCESS).multiple(),
                    string("id").multiple())
                .tokenIs("STREAMS"))
        .handler(CommandTableTest::ok);
    begin(c, "SINTERCARD")
        .arity(-3)
        .flags(Flag.READONLY)
        .args(integer("numkeys"), key("key").multiple().at(1).count(0, 1, 1).access(RO, ACCESS))
        .handler(CommandTableTest::ok);
    begin(c, "MIGRATE2")
        .arity(-2)
        .flags(Flag.WRITE)
        .args(key("key").at(1).access(RW, ACCESS, INCOMPLETE), string("rest").optional())
        .keyFinder((call, out) -> {
          out.add(call.argCount() - 1, RW.bit());
          return true;
        })
        .handler(CommandTableTest::ok);
    begin(c, "GETKEYSBACKWARDS")
        .arity(-2)
        .flags(Flag.READONLY)
        .args(key("key").after("KEYS", -1).access(RO), string("rest").optional().multiple())
        .handler(CommandTableTest::ok);
    begin(c, "CLIENT").arity(-2).container();
    begin(c, "CLIENT|NO-EVICT")
        .arity(3)
        .args(oneOf("enabled", token("ON"), token("OFF")))
        .handler(CommandTableTest::ok);
    c.help("CLIENT", "5.0.0", CommandGroup.CONNECTION, new AclCategory[0], "NO-EVICT");
    return c.build();
  }

  private String find(String... words) {
    CommandSpec spec = table.find(fixture.arguments(words));
    return spec == null ? "" : spec.fullName();
  }

  @Test
  void findsNamesInAnyCase() {
    assertThat(find("GeT", "a")).isEqualTo("get");
    assertThat(find("get", "a")).isEqualTo("get");
    assertThat(find("CLIENT")).isEqualTo("client");
    assertThat(find("client", "No-Evict", "on")).isEqualTo("client|no-evict");
    assertThat(find("SINTERCARD", "1", "a")).isEqualTo("sintercard");
    assertThat(find("getkeysBACKWARDS", "a")).isEqualTo("getkeysbackwards");
  }

  @Test
  void doesNotFindNeighbours() {
    assertThat(find("ge", "a")).isEmpty();
    assertThat(find("gets", "a")).isEmpty();
    assertThat(find("", "a")).isEmpty();
    assertThat(find("client", "no_evict")).isEmpty();
    assertThat(find("client|no-evict")).isEmpty();
    assertThat(find("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")).isEmpty();
    // Bit 5 apart, but no letters: folding must not join them.
    assertThat(find("client", "no\revict")).isEmpty();
    assertThat(find("\u0047\u00c5T")).isEmpty();
  }

  @Test
  void findsEveryNameOfRandomTables() {
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Random random = new Random(seed);
    Declarations c = new Declarations();
    List<String> names = new ArrayList<>();
    while (names.size() < 300) {
      StringBuilder name = new StringBuilder();
      int length = 1 + random.nextInt(NameTable.MAX_NAME_BYTES);
      for (int i = 0; i < length; i++) {
        name.append("abc-_".charAt(random.nextInt(5)));
      }
      if (!names.contains(name.toString())) {
        names.add(name.toString());
        begin(c, name.toString()).arity(1).handler(CommandTableTest::ok);
      }
    }
    CommandTable many = c.build();
    for (String name : names) {
      CommandSpec spec = many.find(fixture.arguments(name.toUpperCase(java.util.Locale.ROOT)));
      assertThat(spec).as("seed %d", seed).isNotNull();
      assertThat(spec.fullName()).as("seed %d", seed).isEqualTo(name);
    }
  }

  @Test
  void explainsUnknownNamesAsRedisDoes() {
    assertThat(table.unknown(fixture.arguments("foo", "a", "b")).text())
        .isEqualTo("ERR unknown command 'foo', with args beginning with: 'a' 'b' ");
    assertThat(table.unknown(fixture.arguments("client", "foo\r\nbar")).text())
        .isEqualTo("ERR unknown subcommand 'foo  bar'. Try CLIENT HELP.");
    assertThat(table.unknown(fixture.arguments("x".repeat(200))).text())
        .isEqualTo("ERR unknown command '" + "x".repeat(128) + "', with args beginning with: ");
    assertThat(table.unknown(fixture.arguments("x", "y".repeat(125), "z".repeat(9))).text())
        .isEqualTo("ERR unknown command 'x', with args beginning with: '" + "y".repeat(125) + "' ");
  }

  private String keys(String... words) {
    CommandSpec spec = table.find(words[0]);
    KeyPositions out = new KeyPositions();
    if (!spec.findKeys(fixture.arguments(words), out)) {
      return "invalid";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < out.count(); i++) {
      text.append(out.position(i)).append(KeyAccess.of(out.flags(i)));
    }
    return text.toString();
  }

  @Test
  void keepsKeysAsRuns() {
    KeyPositions keys = new KeyPositions();
    for (int round = 0; round < 2; round++) {
      keys.clear();
      int[] positions = {5, 1, 3, 5, 7, 9, 10, 11, 2, 4, 3};
      int[] bits = {1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1};
      for (int i = 0; i < positions.length; i++) {
        keys.add(positions[i], bits[i]);
      }
      assertThat(keys.count()).isEqualTo(positions.length);
      for (int i : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3, 10, 0, 7}) {
        assertThat(keys.position(i)).isEqualTo(positions[i]);
        assertThat(keys.flags(i)).isEqualTo(bits[i]);
      }
    }
  }

  @Test
  void findsKeysByEveryKindOfSpecification() {
    assertThat(keys("get", "a")).isEqualTo("1[RO, ACCESS]");
    assertThat(keys("mset", "a", "1", "b", "2")).isEqualTo("1[OW, UPDATE]3[OW, UPDATE]");
    assertThat(keys("rename", "a", "b")).isEqualTo("1[RW, ACCESS]2[OW, UPDATE]");
    assertThat(keys("xread", "COUNT", "1", "streams", "a", "b", "0", "0"))
        .isEqualTo("4[RO, ACCESS]5[RO, ACCESS]");
    assertThat(keys("xread", "a", "b", "c")).isEmpty();
    assertThat(keys("sintercard", "2", "a", "b", "LIMIT")).isEqualTo("2[RO, ACCESS]3[RO, ACCESS]");
    assertThat(keys("sintercard", "3", "a", "b")).isEqualTo("invalid");
    assertThat(keys("sintercard", "-1", "a", "b")).isEqualTo("invalid");
    assertThat(keys("sintercard", "x", "a", "b")).isEqualTo("invalid");
    assertThat(keys("sintercard", "9223372036854775807", "a")).isEqualTo("invalid");
    assertThat(keys("migrate2", "a", "b")).isEqualTo("2[RW]");
    assertThat(keys("getkeysbackwards", "x", "keys", "k")).isEqualTo("3[RO]");
  }

  @Test
  void derivesTheOldRange() {
    CommandSpec mset = table.find("MSET");
    assertThat(mset.firstKey()).isEqualTo(1);
    assertThat(mset.lastKey()).isEqualTo(-1);
    assertThat(mset.lastKey(7)).isEqualTo(6);
    assertThat(mset.keyStep()).isEqualTo(2);
    assertThat(mset.hasFixedKeys()).isTrue();
    CommandSpec rename = table.find("rename");
    assertThat(rename.lastKey()).isEqualTo(2);
    assertThat(rename.hasFixedKeys()).isTrue();
    CommandSpec xread = table.find("xread");
    assertThat(xread.firstKey()).isZero();
    assertThat(xread.flags()).contains(Flag.MOVABLEKEYS);
    assertThat(table.find("migrate2").hasFixedKeys()).isFalse();
    assertThat(table.find("client|help").hasFixedKeys()).isTrue();
  }

  @Test
  void impliesCategories() {
    assertThat(table.find("get").acl()).isEqualTo(Set.of(AclCategory.READ, AclCategory.FAST));
    assertThat(table.find("mset").acl()).isEqualTo(Set.of(AclCategory.WRITE, AclCategory.SLOW));
  }

  @Test
  void refusesContradictions() {
    assertThatThrownBy(() -> build(c -> begin(c, "A").arity(3).handler(CommandTableTest::ok)))
        .hasMessage("command a has arity 3, its arguments imply 1");
    assertThatThrownBy(() ->
            build(c ->
                begin(c, "A")
                    .arity(1)
                    .flags(Flag.WRITE, Flag.READONLY)
                    .handler(CommandTableTest::ok)))
        .hasMessage("command a is both WRITE and READONLY");
    assertThatThrownBy(
            () -> build(c -> begin(c, "A").arity(2).args(key("k")).handler(CommandTableTest::ok)))
        .hasMessage("command a does not say where key k is");
    assertThatThrownBy(() ->
            build(c -> begin(c, "A").arity(2).args(key("k").at(1)).handler(CommandTableTest::ok)))
        .hasMessageContaining("needs exactly one of RO, RW, OW and RM");
    assertThatThrownBy(() -> build(c -> begin(c, "A|B").arity(2).handler(CommandTableTest::ok)))
        .hasMessage("command a|b has no container");
    assertThatThrownBy(() -> build(c -> begin(c, "A").arity(-2).container()))
        .hasMessage("command a is a container without subcommands");
  }

  private static void build(java.util.function.Consumer<Declarations> declare) {
    Declarations c = new Declarations();
    declare.accept(c);
    c.build();
  }
}
