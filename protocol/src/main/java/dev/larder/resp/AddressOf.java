package dev.larder.resp;

import io.netty.buffer.ByteBuf;

/**
 * Tells where a direct buffer lies in memory. Whether Netty knows this itself depends on the JVM's
 * options, so the server, which may use other means, supplies it.
 */
@FunctionalInterface
public interface AddressOf {
  /** The absolute address of index 0 of {@code buffer}; valid until the buffer's capacity grows. */
  long addressOf(ByteBuf buffer);
}
