package dev.larder.resp;

import io.netty.buffer.ByteBuf;

/**
 * The memory that arguments longer than {@link Limits#LARGE_ARGUMENT_BYTES} go to as they arrive,
 * so that storage can take them over without a copy. Called on the event loops of the connections;
 * implementations that serve several loops are thread-safe.
 */
public interface LargeArguments {
  /**
   * Returns the address of {@code bytes} bytes of contiguous memory, or 0 when there is no memory
   * left. The memory must already be counted, so that many arguments in flight cannot exceed the
   * limit together.
   */
  long allocate(long bytes);

  /**
   * Copies {@code length} bytes of {@code source} from {@code index} to {@code address}, which lies
   * inside an allocation: the allocation's address plus what was appended to it before. Must not
   * change the indexes of {@code source}.
   */
  void append(long address, ByteBuf source, int index, int length);

  /** Gives back an allocation that nobody took over, with the size it was asked for. */
  void release(long address, long bytes);
}
