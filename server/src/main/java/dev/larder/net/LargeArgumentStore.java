package dev.larder.net;

import dev.larder.resp.LargeArguments;
import dev.larder.storage.Bytes;
import dev.larder.storage.Keyspace;
import io.netty.buffer.ByteBuf;

/** Large arguments in memory of the keyspace, which takes them over as values without a copy. */
public final class LargeArgumentStore implements LargeArguments {
  private final Keyspace keyspace;

  public LargeArgumentStore(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  @Override
  public long allocate(long bytes) {
    return keyspace.allocateLarge(bytes);
  }

  @Override
  public void append(long address, ByteBuf source, int index, int length) {
    Bytes.copy(Addresses.ofMemory(source) + index, address, length);
  }

  @Override
  public void release(long address, long bytes) {
    keyspace.releaseLarge(address, bytes);
  }
}
