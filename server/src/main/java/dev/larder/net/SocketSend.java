package dev.larder.net;

import dev.larder.resp.HotPath;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.FileDescriptor;

/**
 * Linux's {@code send}, told not to wait. Netty offers it only for sockets that never wait, which
 * those of io_uring do: it leaves that to the ring.
 */
@HotPath
final class SocketSend {
  private static final long FLAGS = SystemCall.MSG_DONTWAIT | SystemCall.MSG_NOSIGNAL;
  private static final SystemCall SEND = SystemCall.of("send");

  private SocketSend() {}

  /**
   * Sends what the kernel takes at once of the readable bytes of a buffer, whose address is known.
   *
   * @param socket which is open, and which nobody else closes meanwhile
   * @return how many bytes it took: none as well when it refused, for whatever reason
   */
  static int send(FileDescriptor socket, ByteBuf bytes) {
    long address = bytes.memoryAddress() + bytes.readerIndex();
    long sent = SEND.call(socket.intValue(), address, bytes.readableBytes(), FLAGS, 0, 0);
    return (int) Math.max(0, sent);
  }
}
