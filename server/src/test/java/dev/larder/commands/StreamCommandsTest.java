package dev.larder.commands;

import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Journal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What came after Redis 7.0, and blocking; random sessions compare the rest with redis-server. */
final class StreamCommandsTest {
  private static final String MINUS_ONE = ":-1\r\n";
  private static final String TWO = ":2\r\n";
  private static final String NIL_ARRAY = "*-1\r\n";

  private final CommandHarness server = new CommandHarness(StreamCommands::declare, Journal.NONE);

  @BeforeEach
  void fill() {
    for (int i = 1; i <= 3; i++) {
      server.send("XADD", "s", i + "-0", "f", "v" + i);
    }
    send("XGROUP CREATE s g 0");
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Sends a command of words without spaces. */
  private String send(String words) {
    return server.send(words.split(" ", -1));
  }

  private static String entry(int i) {
    return "*2\r\n$3\r\n" + i + "-0\r\n*2\r\n$1\r\nf\r\n$2\r\nv" + i + "\r\n";
  }

  private static String read(String entries) {
    return "*1\r\n*2\r\n$1\r\ns\r\n" + entries;
  }

  @Test
  void readsTheLastEntry() {
    assertThat(send("XREAD STREAMS s +")).isEqualTo(read("*1\r\n" + entry(3)));
    assertThat(send("XREAD STREAMS s $")).isEqualTo(NIL_ARRAY);
    server.protocol(3);
    assertThat(send("XREAD STREAMS s 2")).isEqualTo("%1\r\n$1\r\ns\r\n*1\r\n" + entry(3));
  }

  @Test
  void limitsTheEntriesOfAllStreams() {
    assertThat(send("XREAD MAXCOUNT 2 STREAMS s s 0 0"))
        .isEqualTo(read("*2\r\n" + entry(1) + entry(2)));
    assertThat(send("XREAD MAXSIZE 1 STREAMS s s 0 0")).isEqualTo(read("*1\r\n" + entry(1)));
    assertThat(send("XREAD COUNT 3 MAXCOUNT 2 STREAMS s 0")).startsWith("-ERR MAXCOUNT");
    assertThat(send("XREAD MAXCOUNT 0 STREAMS s 0")).startsWith("-ERR value is out of range");
  }

  @Test
  void waitsForAnEntry() {
    CommandHarness other = new CommandHarness(server);
    assertThat(server.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$")).isEmpty();
    other.send("XADD", "s", "4-0", "f", "v4");
    assertThat(server.awaited()).isEqualTo(read("*1\r\n" + entry(4)));
    send("XREADGROUP GROUP g c STREAMS s >");
    assertThat(send("XREADGROUP GROUP g c BLOCK 0 STREAMS s >")).isEmpty();
    other.send("XGROUP", "DESTROY", "s", "g");
    assertThat(server.awaited()).startsWith("-NOGROUP");
    other.close();
  }

  @Test
  void claimsIdleEntriesWhileReading() {
    send("XREADGROUP GROUP g c COUNT 1 STREAMS s >");
    assertThat(send("XREADGROUP GROUP g d CLAIM 0 COUNT 2 STREAMS s >"))
        .startsWith(read("*2\r\n*4\r\n$3\r\n1-0\r\n"))
        .endsWith("v2\r\n:0\r\n:0\r\n");
    assertThat(send("XPENDING s g - + 10 c")).isEqualTo("*0\r\n");
    assertThat(send("XREADGROUP GROUP g d CLAIM x STREAMS s >"))
        .isEqualTo("-ERR min-idle-time is not an integer\r\n");
  }

  @Test
  void releasesEntries() {
    send("XREADGROUP GROUP g c STREAMS s >");
    assertThat(send("XNACK s g FATAL IDS 2 1-0 9-0")).isEqualTo(ONE);
    assertThat(send("XNACK s g SILENT IDS 1 2-0")).isEqualTo(ONE);
    assertThat(send("XPENDING s g - + 2"))
        .isEqualTo(
            "*2\r\n*4\r\n$3\r\n1-0\r\n$0\r\n\r\n:-1\r\n:9223372036854775807\r\n"
                + "*4\r\n$3\r\n2-0\r\n$0\r\n\r\n:-1\r\n:0\r\n");
    assertThat(send("XAUTOCLAIM s g d 100000 0 JUSTID"))
        .isEqualTo("*3\r\n$3\r\n0-0\r\n*2\r\n$3\r\n1-0\r\n$3\r\n2-0\r\n*0\r\n");
    assertThat(send("XNACK s g MAYBE IDS 1 1-0"))
        .isEqualTo("-ERR mode must be SILENT, FAIL, or FATAL\r\n");
  }

  @Test
  void deletesWithReferences() {
    send("XGROUP CREATE s h 0");
    send("XREADGROUP GROUP g c STREAMS s >");
    assertThat(send("XDELEX s ACKED IDS 1 1-0")).isEqualTo("*1\r\n" + TWO);
    assertThat(send("XACKDEL s g ACKED IDS 2 1-0 9-0")).isEqualTo("*2\r\n" + TWO + MINUS_ONE);
    send("XREADGROUP GROUP h c STREAMS s >");
    assertThat(send("XACKDEL s h ACKED IDS 1 1-0")).isEqualTo("*1\r\n" + ONE);
    assertThat(send("XDELEX s DELREF IDS 1 2-0")).isEqualTo("*1\r\n" + ONE);
    assertThat(send("XACK s g 2-0")).isEqualTo(ZERO);
    assertThat(send("XTRIM s MAXLEN 0 ACKED")).isEqualTo(ZERO);
    assertThat(send("XTRIM s MAXLEN 0 DELREF")).isEqualTo(ONE);
    assertThat(send("XACK s g 3-0")).isEqualTo(ZERO);
    assertThat(send("XDELEX s KEEPREF ACKED IDS 1 1-0")).isEqualTo("-ERR syntax error\r\n");
  }

  @Test
  void addsOnce() {
    String id = send("XADD t IDMP p i * a b");
    assertThat(send("XADD t IDMP p i * a c")).isEqualTo(id);
    String content = send("XADD t IDMPAUTO p * a 1 b 2");
    assertThat(send("XADD t IDMPAUTO p * b 2 a 1")).isEqualTo(content).isNotEqualTo(id);
    assertThat(send("XLEN t")).isEqualTo(TWO);
    assertThat(send("XCFGSET t IDMP-MAXSIZE 1")).isEqualTo(OK);
    assertThat(send("XADD t IDMP p i * a b")).isNotEqualTo(id);
    assertThat(send("XADD t IDMP p i 9-9 a b")).startsWith("-ERR IDMP/IDMPAUTO can be used only");
    assertThat(send("XIDMPRECORD s p i 1-0")).isEqualTo(OK);
    assertThat(send("XIDMPRECORD s p i 1-0")).isEqualTo(OK);
    assertThat(send("XIDMPRECORD s p i 2-0")).startsWith("-ERR");
  }

  @Test
  void setsTheLastId() {
    assertThat(send("XDEL s 3-0")).isEqualTo(ONE);
    assertThat(send("XSETID s 2-5")).contains("max_deleted_entry_id");
    assertThat(send("XSETID s 9-0 ENTRIESADDED 5 MAXDELETEDID 3-0")).isEqualTo(OK);
    assertThat(send("XADD s 9-* f v")).isEqualTo("$3\r\n9-1\r\n");
  }
}
