package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Arg.unixTime;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CallFixture;
import dev.larder.command.CommandGroup;
import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.command.Flag;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CommandCommandsTest {

  private final CallFixture fixture = new CallFixture(table());
  private final Session session =
      new Session(1, new FakeConnection("127.0.0.1:1"), 0, User.TRUSTED);

  @AfterEach
  void close() {
    fixture.close();
  }

  private static CommandTable table() {
    Declarations c = new Declarations();
    CommandCommands.declare(c);
    c.command("GETEX")
        .summary("Reads.")
        .since("6.2.0")
        .group(CommandGroup.STRING)
        .complexity("O(1)")
        .deprecated("9.0.0", "`GET`")
        .history("7.0.0", "Was new.")
        .arity(-2)
        .flags(Flag.WRITE, Flag.FAST)
        .acl(AclCategory.STRING)
        .args(
            key("key").at(1).access(RW, ACCESS, UPDATE).notes("Sometimes."),
            oneOf(
                    "expiration",
                    integer("seconds").tokenIs("EX"),
                    unixTime("unix-time-seconds").display("time").tokenIs("EXAT"),
                    token("PERSIST"))
                .optional())
        .handler(CommandCommandsTest::ok);
    c.command("SORT")
        .summary("Sorts.")
        .since("1.0.0")
        .group(CommandGroup.GENERIC)
        .arity(2)
        .flags(Flag.READONLY)
        .args(key("key").after("BY", 1).access(RO))
        .handler(CommandCommandsTest::ok);
    return c.build();
  }

  private static void ok(Call call) {
    call.reply().ok();
  }

  private String run(String... words) {
    return fixture.run(session, words);
  }

  /** The reply with spaces for line ends. */
  private String flat(String... words) {
    return run(words).replace("\r\n", " ").strip();
  }

  @Test
  void countsAndListsCommands() {
    assertThat(run("command", "count")).isEqualTo(":3\r\n");
    assertThat(flat("command", "list", "filterby", "pattern", "GET*")).isEqualTo("*1 $5 getex");
    assertThat(flat("command", "list", "filterby", "aclcat", "string")).isEqualTo("*1 $5 getex");
    assertThat(run("command", "list", "filterby", "aclcat", "nosuch")).isEqualTo("*0\r\n");
    assertThat(run("command", "list", "filterby", "module", "m")).isEqualTo("*0\r\n");
    assertThat(run("command", "list", "filterby", "x", "y")).isEqualTo("-ERR syntax error\r\n");
    assertThat(run("command", "list", "x")).isEqualTo("-ERR syntax error\r\n");
    assertThat(run("command", "list")).startsWith("*10\r\n").contains("command|getkeysandflags");
  }

  @Test
  void tellsInfoInBothProtocols() {
    String name = "*1 *10 $5 getex :-2 ";
    assertThat(flat("command", "info", "getex"))
        .isEqualTo(
            name
                + "*2 +write +fast :1 :1 :1 *3 +@write +@string +@fast *0 *1 *8"
                + " $5 notes $10 Sometimes. $5 flags *3 +RW +access +update"
                + " $12 begin_search *4 $4 type $5 index $4 spec *2 $5 index :1"
                + " $9 find_keys *4 $4 type $5 range $4 spec *6 $7 lastkey :0 $7 keystep :1"
                + " $5 limit :0 *0");
    assertThat(run("command", "info", "nosuch")).isEqualTo("*1\r\n*-1\r\n");
    session.protocol(3);
    assertThat(flat("command", "info", "getex", "no")).startsWith("*2 *10 $5 getex :-2 ~2 +write");
    assertThat(flat("command", "info", "sort"))
        .contains("~2 +readonly +movablekeys :0 :0 :0")
        .contains("$7 keyword $4 spec %2 $7 keyword $2 BY $9 startfrom :1");
    assertThat(flat("command", "info")).startsWith("*3 *10 ");
    assertThat(flat("command")).startsWith("*3 *10 ");
  }

  @Test
  void documents() {
    session.protocol(3);
    assertThat(flat("command", "docs", "GETEX", "nosuch"))
        .isEqualTo(
            "%1 $5 getex %9 $7 summary $6 Reads. $5 since $5 6.2.0 $5 group $6 string"
                + " $10 complexity $4 O(1) $9 doc_flags ~1 +deprecated"
                + " $16 deprecated_since $5 9.0.0 $11 replaced_by $5 `GET`"
                + " $7 history ~1 *2 $5 7.0.0 $8 Was new."
                + " $9 arguments *2 %4 $4 name $3 key $4 type $3 key $12 display_text $3 key"
                + " $14 key_spec_index :0 %4 $4 name $10 expiration $4 type $5 oneof"
                + " $5 flags ~1 +optional $9 arguments *3"
                + " %4 $4 name $7 seconds $4 type $7 integer $12 display_text $7 seconds"
                + " $5 token $2 EX"
                + " %4 $4 name $17 unix-time-seconds $4 type $9 unix-time $12 display_text $4 time"
                + " $5 token $4 EXAT"
                + " %4 $4 name $7 persist $4 type $10 pure-token $12 display_text $7 persist"
                + " $5 token $7 PERSIST");
    assertThat(flat("command", "docs")).startsWith("%3 ").contains("$11 subcommands %7 ");
    session.protocol(2);
    assertThat(flat("command", "docs", "sort")).startsWith("*2 $4 sort *8 $7 summary");
  }

  @Test
  void extractsKeys() {
    assertThat(flat("command", "getkeys", "getex", "k")).isEqualTo("*1 $1 k");
    assertThat(flat("command", "getkeysandflags", "getex", "k"))
        .isEqualTo("*1 *2 $1 k *3 +RW +access +update");
    assertThat(flat("command", "getkeys", "nosuch", "k"))
        .isEqualTo("-ERR Invalid command specified");
    assertThat(flat("command", "getkeys", "command"))
        .isEqualTo("-ERR The command has no key arguments");
    assertThat(flat("command", "getkeys", "getex"))
        .isEqualTo("-ERR Invalid number of arguments specified for command");
    assertThat(flat("command", "getkeys", "sort", "x"))
        .isEqualTo("-ERR The command has no key arguments");
  }
}
