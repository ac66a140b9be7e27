package dev.larder.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket in the Unix domain that somebody listens on, which neither the JDK nor all of
 * Netty's transports have: by calls of the system. Linux only. Any thread may send.
 */
public final class NotifySocket implements AutoCloseable {
  /** What {@code sockaddr_un} has room for. */
  private static final int PATH_BYTES = 108;

  private final byte[] path;
  private final int socket;
  private final SystemCall sendto = SystemCall.of("sendto");
  private boolean isClosed;

  private NotifySocket(byte[] path, int socket) {
    this.path = path;
    this.socket = socket;
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
    long type = SystemCall.SOCK_DGRAM | SystemCall.SOCK_CLOEXEC;
    int socket = (int) SystemCall.of("socket").call(SystemCall.AF_UNIX, type, 0, 0, 0, 0);
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
        memory.writeShortLE(SystemCall.AF_UNIX);
      } else {
        memory.writeShort(SystemCall.AF_UNIX);
      }
      memory.writeBytes(path).writeBytes(bytes);
      long address = memory.memoryAddress();
      long flags = SystemCall.MSG_NOSIGNAL | (waits ? 0 : SystemCall.MSG_DONTWAIT);
      long text = address + addressBytes;
      return sendto.call(socket, text, bytes.length, flags, address, addressBytes) >= 0;
    } finally {
      memory.release();
    }
  }

  @Override
  public synchronized void close() {
    if (!isClosed) {
      isClosed = true;
      SystemCall.of("close").call(socket, 0, 0, 0, 0, 0);
    }
  }
}
