package dev.larder.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket in the Unix domain that somebody listens on, which neither the JDK nor all of
 * Netty's transports have: by calls of the system. Linux only. Any thread may send.
 */
public final class NotifySocket implements AutoCloseable {
  private static final long AF_UNIX = 1;
  private static final long SOCK_DGRAM = 2;
  private static final long SOCK_CLOEXEC = 0x80000;
  private static final long MSG_DONTWAIT = 0x40;
  private static final long MSG_NOSIGNAL = 0x4000;

  /** What {@code sockaddr_un} has room for. */
  private static final int PATH_BYTES = 108;

  /** As in {@link SocketSend}: six words, which the server links anyway. */
  private static final FunctionDescriptor SIX_WORDS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private final byte[] path;
  private final int socket;
  private final MethodHandle sendto = handle("sendto");
  private boolean isClosed;

  private NotifySocket(byte[] path, int socket) {
    this.path = path;
    this.socket = socket;
  }

  private static MethodHandle handle(String function) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), SIX_WORDS);
  }

  /**
   * A socket to send to that of a path.
   *
   * @param name absolute path, or {@code @} and a name that is in no folder
   * @return null if there can be none: another system, or another kind of name
   */
  public static @Nullable NotifySocket to(String name) {
    byte[] path = name.getBytes(UTF_8);
    boolean isName = name.startsWith("/") || (name.startsWith("@") && path.length > 1);
    boolean isPossible = isName && path.length < PATH_BYTES;
    if (!isPossible || !System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    if (path[0] == '@') {
      path[0] = 0;
    } else {
      path = Arrays.copyOf(path, path.length + 1);
    }
    // An int, of which nobody says what the upper half of the word holds.
    int socket = (int) call(handle("socket"), AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, 0, 0);
    return socket < 0 ? null : new NotifySocket(path, socket);
  }

  /**
   * Sends a message in one datagram.
   *
   * @param waits whether to wait while the other side has no room for more
   * @return whether it was sent
   */
  public synchronized boolean send(String message, boolean waits) {
    if (isClosed) {
      return false;
    }
    byte[] bytes = message.getBytes(UTF_8);
    int addressBytes = Short.BYTES + path.length;
    ByteBuf memory = UnpooledByteBufAllocator.DEFAULT.directBuffer(addressBytes + bytes.length);
    try {
      if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
        memory.writeShortLE((int) AF_UNIX);
      } else {
        memory.writeShort((int) AF_UNIX);
      }
      memory.writeBytes(path).writeBytes(bytes);
      long address = memory.memoryAddress();
      long flags = MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT);
      long text = address + addressBytes;
      return call(sendto, socket, text, bytes.length, flags, address, addressBytes) >= 0;
    } finally {
      memory.release();
    }
  }

  private static long call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) function.invokeExact(a, b, c, d, e, f);
    } catch (Throwable failure) {
      throw new IllegalStateException("the system could not be called", failure);
    }
  }

  @Override
  public synchronized void close() {
    if (!isClosed) {
      isClosed = true;
      call(handle("close"), socket, 0, 0, 0, 0, 0);
    }
  }
}
