package dev.larder.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.command.CommandException;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.FunctionSources;
import dev.larder.storage.Journal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** What clients may put on the heap by calling scripts, beside what these make. */
final class ScriptBoundsTest {
  private static final int MEMORY_BYTES = 1 << 20;

  private final ScriptRuns runs =
      new ScriptRuns(new FunctionSources(() -> Journal.NONE), "8.0.0", MEMORY_BYTES, () -> 5000);

  @Test
  void argumentsOfAllScriptsHaveRoomTogether() throws CommandException {
    long first = runs.reserve(MEMORY_BYTES);
    long second = runs.reserve(MEMORY_BYTES - 100);
    assertThatThrownBy(() -> runs.reserve(100_000)).hasMessageStartingWith("BUSY ");
    assertThat(runs.reserve(100)).as("too little to count").isZero();
    runs.giveBack(second);
    runs.giveBack(runs.reserve(MEMORY_BYTES));
    assertThatThrownBy(() -> runs.reserve(MEMORY_BYTES + 1)).hasMessageContaining("not enough");
    runs.giveBack(first);
  }

  @Test
  void textsAreNotTooLong() throws CommandException {
    runs.checkText(MEMORY_BYTES / 16);
    assertThatThrownBy(() -> runs.checkText(MEMORY_BYTES / 4)).hasMessageContaining("not enough");
    assertThatThrownBy(() -> runs.functions().checkRoom(MEMORY_BYTES / 4))
        .hasMessageStartingWith("OOM ");
  }

  @Test
  void scriptsThatStayLeaveRoomAndOthersAreForgotten() throws CommandException {
    ScriptCache cache = runs.cache();
    int length = MEMORY_BYTES / 10;
    for (int i = 0; i < 9; i++) {
      add(i, length, true);
    }
    assertThatThrownBy(() -> add(10, length, true)).hasMessageStartingWith("OOM ");
    assertThat(cache.count()).isEqualTo(9);
    for (int i = 20; i < 30; i++) {
      add(i, length, false);
    }
    assertThat(cache.count()).isLessThanOrEqualTo(11);
    assertThat(cache.bytes()).isLessThan(MEMORY_BYTES + 2L * length);
    cache.flush();
    add(10, length, true);
    assertThat(cache.count()).isEqualTo(1);
  }

  private void add(int i, int length, boolean isKept) throws CommandException {
    byte[] text = ("--" + i + "x".repeat(length)).getBytes(ISO_8859_1);
    runs.cache().add(text, isKept, script -> {});
  }

  @Test
  void aReplyHasAnEnd() throws CommandException {
    ByteBuf buffer = Unpooled.directBuffer();
    ReplyWriter out = new ReplyWriter(ByteBuf::memoryAddress);
    out.attach(buffer);
    LuaTable table = new LuaTable(0, 0);
    for (int i = 0; i < 64; i++) {
      LuaTable twice = new LuaTable(2, 0);
      twice.putInt(1, table);
      twice.putInt(2, table);
      table = twice;
    }
    LuaTable endless = table;
    assertThatThrownBy(() -> write(endless, out)).hasMessageContaining("too long");
    out.rollback(0);
    write(LuaString.of("short"), out);
    assertThat(buffer.toString(ISO_8859_1)).isEqualTo("$5\r\nshort\r\n");
    buffer.release();
  }

  private static void write(Object value, ReplyWriter out) throws CommandException {
    ScriptReply.write(value, 2, out, (text, isCounted) -> {});
  }
}
