package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The start of a command as it grows, compared with an array. */
final class PartialCommandTest {
  private static final int LENGTH = 9_000_000;
  private static final int MAX_PIECE = 70_000;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final PartialCommand partial = new PartialCommand(allocator);
  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private final byte[] expected = new byte[LENGTH];

  @AfterEach
  void everythingIsGivenBack() {
    partial.release();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private ByteBuf piece(int from, int length) {
    return allocator.directBuffer(length).writeBytes(expected, from, length);
  }

  private void check(ByteBuf whole, int from, int to) {
    byte[] actual = new byte[whole.readableBytes()];
    whole.getBytes(whole.readerIndex(), actual);
    boolean same = actual.length == to - from;
    for (int i = 0; same && i < actual.length; i++) {
      same = actual[i] == expected[from + i];
    }
    assertThat(same).as("bytes %d to %d, seed %d", from, to, seed).isTrue();
  }

  @Test
  void keepsWhatIsAddedWhateverIsTakenOff() {
    random.nextBytes(expected);
    int start = 0;
    int end = random.nextInt(1, MAX_PIECE);
    ByteBuf first = piece(0, end);
    partial.begin(first, 1);
    first.release();
    while (end < LENGTH) {
      int length = Math.min(LENGTH - end, random.nextInt(1, MAX_PIECE));
      ByteBuf added = piece(end, length);
      ByteBuf whole = partial.append(added, length);
      added.release();
      end += length;
      if (random.nextInt(40) == 0) {
        // A command is complete.
        int taken = random.nextInt(whole.readableBytes());
        whole.skipBytes(taken);
        start += taken;
      } else if (random.nextInt(20) == 0) {
        // The end went into a large argument, and something else comes instead.
        int taken = random.nextInt(Math.min(whole.readableBytes(), MAX_PIECE));
        whole.writerIndex(whole.writerIndex() - taken);
        end -= taken;
        for (int i = end; i < end + taken; i++) {
          expected[i] = (byte) random.nextInt();
        }
      }
      if (random.nextInt(30) == 0) {
        check(whole, start, end);
      }
    }
    check(partial.buffer(), start, end);
  }
}
