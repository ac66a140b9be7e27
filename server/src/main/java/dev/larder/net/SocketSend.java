package dev.larder.net;

import dev.larder.resp.HotPath;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.FileDescriptor;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Linux's {@code send}, told not to wait. Netty offers it only for sockets that never wait, which
 * those of io_uring do: it leaves that to the ring.
 */
@HotPath
final class SocketSend {
  private static final long MSG_DONTWAIT = 0x40;
  private static final long MSG_NOSIGNAL = 0x4000;

  /*
   * Called as if it had six arguments, each a word: it does not look at more registers and halves
   * than are its own. The storage links this signature, so the server starts no later for it.
   */
  private static final FunctionDescriptor SIX_WORDS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private static final MethodHandle SEND = handle();

  private SocketSend() {}

  private static MethodHandle handle() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow("send"), SIX_WORDS);
  }

  /**
   * Sends what the kernel takes at once of the readable bytes of a buffer, whose address is known.
   *
   * @param socket which is open, and which nobody else closes meanwhile
   * @return how many bytes it took: none as well when it refused, for whatever reason
   */
  static int send(FileDescriptor socket, ByteBuf bytes) {
    long address = bytes.memoryAddress() + bytes.readerIndex();
    return (int)
        Math.max(
            0,
            send(socket.intValue(), address, bytes.readableBytes(), MSG_DONTWAIT | MSG_NOSIGNAL));
  }

  private static long send(long socket, long address, long count, long flags) {
    try {
      return (long) SEND.invokeExact(socket, address, count, flags, 0L, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("send could not be called", e);
    }
  }
}
