package dev.larder.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Large arguments on the heap behind made-up addresses; checks who owns what. */
final class FakeLargeArguments implements LargeArguments {
  private static final long FIRST_ADDRESS = 1L << 50;

  private final TreeMap<Long, byte[]> allocations = new TreeMap<>();
  private long next = FIRST_ADDRESS;
  private long budget = Long.MAX_VALUE;

  /** Sets how many bytes may be allocated in total from now on. */
  void budget(long bytes) {
    budget = bytes;
  }

  int allocationCount() {
    return allocations.size();
  }

  static boolean isMine(long address) {
    return address >= FIRST_ADDRESS;
  }

  byte[] contents(long address) {
    return Objects.requireNonNull(allocations.get(address), "not an allocation");
  }

  @Override
  public long allocate(long bytes) {
    assertThat(bytes).isGreaterThan(Limits.LARGE_ARGUMENT_BYTES);
    if (bytes > budget) {
      return 0;
    }
    budget -= bytes;
    long address = next;
    next += bytes + 4096;
    allocations.put(address, new byte[(int) bytes]);
    return address;
  }

  @Override
  public void append(long address, ByteBuf source, int index, int length) {
    Map.Entry<Long, byte[]> entry = Objects.requireNonNull(allocations.floorEntry(address));
    assertThat(index + length).isLessThanOrEqualTo(source.writerIndex());
    source.getBytes(index, entry.getValue(), (int) (address - entry.getKey()), length);
  }

  @Override
  public void release(long address, long bytes) {
    byte[] released = allocations.remove(address);
    assertThat(released).as("released once").isNotNull();
    assertThat(released.length).isEqualTo((int) bytes);
  }
}
