package dev.larder.dispatch;

import dev.larder.resp.LargeArguments;
import dev.larder.storage.Keyspace;
import io.netty.buffer.ByteBuf;

/** Where the large arguments of queued commands go when nobody has taken them over. */
record QueuedLarge(Keyspace keyspace) implements LargeArguments {
  @Override
  public long allocate(long bytes) {
    throw new UnsupportedOperationException("they have arrived");
  }

  @Override
  public void append(long address, ByteBuf source, int index, int length) {
    throw new UnsupportedOperationException("they have arrived");
  }

  @Override
  public void release(long address, long bytes) {
    keyspace.releaseLarge(address, bytes);
  }
}
