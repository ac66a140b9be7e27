package dev.larder.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.commands.AllCommands;
import dev.larder.config.Config;
import dev.larder.session.Sessions;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Rules in, rules out; what a user may do with commands follows from the rules that are kept. */
final class UserEditorTest {
  private static final CommandTable TABLE =
      AllCommands.table(new Config(), new Sessions(), () -> {});

  private static UserRules follow(UserRules start, String... modifiers) throws RuleException {
    UserEditor editor = new UserEditor(start, TABLE, false);
    for (String modifier : modifiers) {
      editor.follow(modifier);
    }
    return editor.rules();
  }

  private static String text(String... modifiers) throws RuleException {
    return follow(UserRules.none(false), modifiers).text();
  }

  private static String commands(String modifiers) throws RuleException {
    return follow(UserRules.none(false), modifiers.split(" "))
        .permissions()
        .first()
        .commands()
        .text();
  }

  @Test
  void aUserBeginsWithNothing() throws RuleException {
    assertThat(text()).isEqualTo("off resetchannels -@all");
    assertThat(text("reset")).isEqualTo("off sanitize-payload resetchannels -@all");
    assertThat(new UserEditor(UserRules.none(true), TABLE, true).rules().text())
        .isEqualTo("off &* -@all");
    assertThat(UserRules.TRUSTED.text()).isEqualTo("on nopass ~* &* +@all");
  }

  @Test
  void keysAndChannelsAreListedInTheirOrder() throws RuleException {
    assertThat(text("~b", "&y", "%R~a", "~b", "&x", "%w~a", "%W~c"))
        .isEqualTo("off ~b ~a %W~c resetchannels &y &x -@all");
    assertThat(text("~a", "allkeys", "&a", "allchannels")).isEqualTo("off ~* &* -@all");
    assertThat(text("%RW~*", "~a")).isEqualTo("off ~* ~a resetchannels -@all");
    assertThat(text("~*", "resetkeys", "&*", "resetchannels", "%R"))
        .isEqualTo("off %R~ resetchannels -@all");
  }

  @Test
  void laterRulesTakeThePlaceOfEarlierOnes() throws RuleException {
    assertThat(commands("+@all -@hash -@slow +hget -@hash")).isEqualTo("+@all -@slow +hget -@hash");
    assertThat(commands("+@all -@hash +@HASH")).isEqualTo("+@all +@hash");
    assertThat(commands("-@all +HGET +hget +hGeT")).isEqualTo("-@all +hget");
    assertThat(commands("+@hash +@slow +@set +@set +@slow +@hash"))
        .isEqualTo("-@all +@set +@slow +@hash");
    assertThat(commands("+client|list +client|list +config|get +config +acl|list -acl"))
        .isEqualTo("-@all +client|list +config -acl");
    assertThat(commands("+select|0 +select|0 +debug|segfault +debug"))
        .isEqualTo("-@all +select|0 +debug");
    assertThat(commands("+config +config|get -config|set +config")).isEqualTo("-@all +config");
    assertThat(commands("+get -@all -@dangerous")).isEqualTo("-@all -@dangerous");
    assertThat(commands("-get allcommands")).isEqualTo("+@all");
  }

  @Test
  void nothingOfABadRuleIsFollowed() throws RuleException {
    UserEditor editor = new UserEditor(UserRules.none(false), TABLE, false);
    editor.follow("~*");
    for (String bad :
        List.of(
            "~a",
            "%R~a",
            "~",
            "x",
            "+nosuch",
            "+@nosuch",
            "-get|x",
            "+config|get|x",
            "+get|",
            "#abc",
            "<never",
            "!" + "0".repeat(64),
            "(+nosuch)",
            "(on)",
            "(+get",
            "&a b",
            "+select|a b")) {
      assertThatThrownBy(() -> editor.follow(bad)).as(bad).isInstanceOf(RuleException.class);
    }
    assertThat(editor.rules().text()).isEqualTo("off ~* resetchannels -@all");
    assertThatThrownBy(() -> editor.follow(">" + "x".repeat(70_000)))
        .hasMessageContaining("longer than 65536 bytes");
  }

  @Test
  void passwordsAreKeptAsHashes() throws RuleException {
    String hash = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    assertThat(text(">a", "#" + hash, ">a")).isEqualTo("off #" + hash + " resetchannels -@all");
    assertThat(text(">a", ">b", "<b")).contains("off #" + hash + " reset");
    assertThat(text(">a", "nopass")).isEqualTo("off nopass resetchannels -@all");
    assertThat(text("nopass", ">a")).doesNotContain("nopass");
    assertThat(text(">a", "!" + hash)).doesNotContain(hash);
    UserRules rules = follow(UserRules.none(false), "on", ">a", ">b");
    assertThat(rules.accepts(PasswordHash.of(new byte[] {'b'}))).isTrue();
    assertThat(rules.accepts(PasswordHash.of(new byte[] {'c'}))).isFalse();
    assertThat(follow(rules, "off").accepts(hash)).isFalse();
    assertThat(follow(rules, "nopass").accepts("")).isTrue();
  }

  /** What is listed makes the same user again, and allows what the rules did one by one. */
  @Test
  void listedRulesMakeTheSameUser() throws RuleException {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    List<CommandSpec> specs = TABLE.all();
    for (int round = 0; round < 300; round++) {
      boolean[] model = new boolean[TABLE.specCount()];
      UserRules rules = UserRules.none(false);
      for (int i = random.nextInt(12); i >= 0; i--) {
        CommandSpec spec = specs.get(random.nextInt(specs.size()));
        boolean allow = random.nextInt(3) > 0;
        String what = spec.fullName();
        Predicate<CommandSpec> isMeant = other -> covers(spec, other);
        if (random.nextInt(3) == 0) {
          var category = List.copyOf(spec.acl()).get(random.nextInt(spec.acl().size()));
          what = "@" + category.wireName();
          isMeant =
              other -> specs.stream().anyMatch(s -> s.acl().contains(category) && covers(s, other));
        }
        rules = follow(rules, (allow ? "+" : "-") + what);
        for (CommandSpec other : specs) {
          model[other.index()] = isMeant.test(other) ? allow : model[other.index()];
        }
      }
      String text = rules.text();
      CommandRights again =
          follow(UserRules.none(false), text.split(" ")).permissions().first().commands();
      assertThat(again.text())
          .as("seed %d", seed)
          .isEqualTo(rules.permissions().first().commands().text());
      for (CommandSpec spec : specs) {
        boolean allowed = rules.permissions().first().commands().allows(spec.index());
        assertThat(allowed).as("seed %d: %s, %s", seed, text, spec).isEqualTo(model[spec.index()]);
        assertThat(again.allows(spec.index())).as("seed %d: %s", seed, text).isEqualTo(allowed);
      }
    }
  }

  private static boolean covers(CommandSpec spec, CommandSpec other) {
    return spec == other || spec.subcommands().contains(other);
  }
}
