package dev.larder.commands;

import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.ZERO;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import dev.larder.storage.Bytes;
import dev.larder.storage.Journal;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Removing many members takes many turns, and others see it as one step. */
@Tag("slow")
final class LongSortedSetChangesTest {
  private static final int MEMBERS = 12_000;
  private static final int TURNS = 100_000;

  private final Effects effects = new Effects();
  private final CommandHarness server =
      new CommandHarness(
          c -> {
            SortedSetCommands.declare(c);
            SortedSetRangeCommands.declare(c);
            KeyCommands.declare(c);
            ExpireCommands.declare(c);
          },
          effects);
  private final CommandHarness other = new CommandHarness(server);

  @BeforeEach
  void fill() {
    List<String> add = new ArrayList<>(List.of("ZADD", "z"));
    for (int i = 0; i < MEMBERS; i++) {
      add.addAll(List.of("0", member(i)));
    }
    server.send(add.toArray(String[]::new));
  }

  @AfterEach
  void close() {
    other.close();
    server.close();
  }

  /** What goes, in order: what one command takes in slices, at once in the end. */
  private static final class Effects implements Journal {
    private final List<String> gone = new ArrayList<>();

    @Override
    public void scoreRemoved(
        long sequence, Shard shard, int database, long entry, long member, int length) {
      gone.add(new String(Bytes.toArray(member, length), ISO_8859_1));
    }

    @Override
    public void ranksRemoved(
        long sequence, Shard shard, int database, long entry, long rank, long count) {
      gone.add(rank + "+" + count);
    }

    @Override
    public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
      gone.add(reason.toString());
    }
  }

  private static String member(int index) {
    return "member%05d".formatted(index);
  }

  private static List<String> members(int from, int to) {
    List<String> members = new ArrayList<>();
    for (int i = from; i < to; i++) {
      members.add(member(i));
    }
    return members;
  }

  private String send(String command) {
    return server.send(command.split(" "));
  }

  private List<String> left() {
    return KeyHarness.strings(other.send("ZRANGE", "z", "0", "-1"));
  }

  private void sendSliced(String command, String reply) {
    int steps = server.steps();
    assertThat(send(command)).isEqualTo(reply);
    assertThat(server.steps()).as(command).isGreaterThan(steps);
  }

  @Test
  void rangesAreRemovedInSlices() {
    sendSliced("ZREMRANGEBYRANK z 1000 5999", ":5000\r\n");
    assertThat(effects.gone).containsExactly("1000+5000");
    List<String> rest = members(0, 1000);
    rest.addAll(members(6000, MEMBERS));
    assertThat(left()).isEqualTo(rest);
    sendSliced("ZREMRANGEBYLEX z [member06500 +", ":5500\r\n");
    assertThat(left()).hasSize(1500).doesNotContain(member(6500)).contains(member(6499));
  }

  @Test
  void allThatIsThereIsRemovedInSlices() {
    sendSliced("ZREMRANGEBYSCORE z -inf +inf", ":" + MEMBERS + "\r\n");
    assertThat(effects.gone).containsExactly("EMPTIED");
    assertThat(send("EXISTS z")).isEqualTo(ZERO);
    assertThat(send("ZADD z 1 a")).isEqualTo(ONE);
  }

  @Test
  void othersSeeTheSetBeforeOrAfterwards() {
    assertThat(server.begin("ZREMRANGEBYRANK", "z", "0", "8999")).isEmpty();
    assertThat(other.begin("ZCARD", "z")).isEmpty();
    for (int i = 0; i < TURNS && !server.step(); i++) {
      assertThat(other.awaited()).isEmpty();
    }
    assertThat(server.awaited()).isEqualTo(":9000\r\n");
    assertThat(other.awaited()).isEqualTo(":3000\r\n");
  }

  @Test
  void removalIsFinishedWithoutTheClient() {
    assertThat(server.begin("ZREMRANGEBYRANK", "z", "0", "8999")).isEmpty();
    server.leave();
    assertThat(other.begin("ZCARD", "z")).isEmpty();
    server.runTasks();
    assertThat(other.awaited()).isEqualTo(":3000\r\n");
    assertThat(effects.gone).containsExactly("0+9000");
  }

  @Test
  void aKeyThatExpiresMeanwhileIsEmptied() {
    long end = Clock.wallMillis() + 40;
    send("PEXPIREAT z " + end);
    String begun = server.begin("ZREMRANGEBYRANK", "z", "0", "-1");
    while (Clock.wallMillis() <= end) {
      Thread.onSpinWait();
    }
    other.housekeep(end + 1);
    if (begun.isEmpty()) {
      for (int i = 0; i < TURNS && !server.step(); i++) {
        assertThat(effects.gone).doesNotContain("EMPTIED");
      }
      assertThat(effects.gone).endsWith("EMPTIED");
    }
    assertThat(other.send("EXISTS", "z")).isEqualTo(ZERO);
  }

  @Test
  void manyMembersArePoppedInSlices() {
    for (int protocol = 2; protocol <= 3; protocol++) {
      server.protocol(protocol);
      String low = KeyHarness.bulk(member(0)) + (protocol == 2 ? "$1\r\n0\r\n" : ",0\r\n");
      String high = low.replace(member(0), member(MEMBERS - 1));
      int steps = server.steps();
      String header = protocol == 2 ? "*10000\r\n" : "*5000\r\n*2\r\n";
      assertThat(CommandHarness.brief(send("ZPOPMIN z 5000"))).startsWith(header + low);
      assertThat(CommandHarness.brief(send("ZPOPMAX z 5000"))).startsWith(header + high);
      assertThat(server.steps()).isGreaterThan(steps);
      assertThat(left()).isEqualTo(members(5000, 7000));
      assertThat(effects.gone).containsExactly("0+5000", "2000+5000");
      effects.gone.clear();
      fill();
      steps = server.steps();
      assertThat(CommandHarness.brief(send("ZMPOP 2 none z MAX COUNT 20000")))
          .startsWith("*2\r\n$1\r\nz\r\n*" + MEMBERS + "\r\n*2\r\n" + high);
      assertThat(server.steps()).isGreaterThan(steps);
      assertThat(effects.gone).containsExactly("EMPTIED");
      effects.gone.clear();
      fill();
    }
  }

  @Test
  void aPopIsFinishedWithoutTheClient() {
    assertThat(server.begin("ZPOPMIN", "z", "9000")).startsWith("*18000");
    server.leave();
    assertThat(other.begin("ZCARD", "z")).isEmpty();
    server.runTasks();
    assertThat(other.awaited()).isEqualTo(":3000\r\n");
    assertThat(effects.gone).containsExactly("0+9000");
    assertThat(left()).isEqualTo(members(9000, MEMBERS));
  }
}
