package dev.larder.net;

import dev.larder.storage.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Addresses, of memory and of peers. */
final class Addresses {
  private Addresses() {}

  /**
   * The absolute address of index 0 of a direct buffer. Netty tells it only if it may use the JVM's
   * unsafe memory access, which an embedding program need not allow.
   */
  static long ofMemory(ByteBuf buffer) {
    if (buffer.hasMemoryAddress()) {
      return buffer.memoryAddress();
    }
    if (buffer.capacity() == 0) {
      return 0;
    }
    ByteBuffer view = buffer.internalNioBuffer(0, 1);
    return Bytes.addressOf(view) + view.position();
  }

  /** An address as clients see it: {@code ip:port}, {@code [ip6]:port} or {@code path:0}. */
  static String text(@Nullable SocketAddress address, @Nullable String unixPath) {
    return switch (address) {
      case InetSocketAddress inet -> host(inet) + ":" + inet.getPort();
      case DomainSocketAddress unix when !unix.path().isEmpty() -> unix.path() + ":0";
      case UnixDomainSocketAddress unix when !unix.getPath().toString().isEmpty() ->
          unix.getPath() + ":0";
      case null, default -> (unixPath == null ? "" : unixPath) + ":0";
    };
  }

  private static String host(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      return address.getHostString();
    }
    return ip instanceof Inet6Address ? "[" + ip.getHostAddress() + "]" : ip.getHostAddress();
  }

  static boolean isLoopback(@Nullable SocketAddress address) {
    return !(address instanceof InetSocketAddress inet)
        || (inet.getAddress() != null && inet.getAddress().isLoopbackAddress());
  }
}
