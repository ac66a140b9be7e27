package dev.larder.resp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The path of every command leaves nothing to the garbage collector. */
class AllocationTest {
  private static final int COMMANDS = 100;
  private static final int ROUNDS = 200;

  private final ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer(64 * 1024);
  private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(64 * 1024);
  private final RequestDecoder decoder = new RequestDecoder(new Limits(), new FakeLargeArguments());
  private final Batch batch = new Batch();
  private final ReplyWriter writer = new ReplyWriter(buffer -> 1L << 40);

  @Test
  void commandsAndRepliesAllocateNothing() {
    byte[] whole = Requests.encode("SET", "key:000000000001", "v".repeat(32));
    for (int i = 0; i < COMMANDS; i++) {
      in.writeBytes(whole);
    }
    in.writeBytes(whole, 0, whole.length - 10); // the state of an incomplete command as well
    round(); // arrays grow and classes load
    long before = allocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      round();
    }
    long allocated = allocatedBytes() - before;
    in.release();
    out.release();
    // Less than one byte a command: measuring itself may allocate.
    assertThat(allocated).isLessThan((long) COMMANDS * ROUNDS);
  }

  private void round() {
    int end = in.writerIndex();
    in.readerIndex(0);
    out.clear();
    writer.attach(out);
    Status status = decoder.decode(in, 1L << 40, batch);
    assert status == Status.NEED_INPUT;
    decoder.release();
    for (int i = 0; i < batch.commandCount(); i++) {
      writer.ok();
      writer.integer(1L << i);
      writer.nil();
      writer.beginBulk(batch.argLength(batch.firstArg(i)));
      writer.endBulk();
      writer.doubleValue(i);
    }
    batch.clear();
    in.setIndex(0, end);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
