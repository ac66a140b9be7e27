package dev.larder.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to reach the kernel's sockets, cheapest first. */
public enum Transport {
  /**
   * Submits and collects the operations of a whole loop turn by one system call. Each loop provides
   * the kernel with receive buffers, so that a waiting connection holds none.
   */
  IO_URING,
  /** One system call per read and write. */
  EPOLL,
  /** What every JVM has. */
  NIO;

  private static final Logger log = LoggerFactory.getLogger(Transport.class);

  /** The id of the buffers that the kernel receives into; one group per loop. */
  static final short BUFFER_GROUP = 0;

  /** Unanswered probes after which a peer counts as dead. */
  private static final int KEEP_ALIVE_PROBES = 3;

  private static final int RING_ENTRIES = 1024;

  /** The name in the configuration and in logs. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds the transport to use.
   *
   * @param name {@code auto} for the cheapest that works here, or one by its {@link #wireName}
   * @throws StartException when the one asked for does not work here, with the reason
   */
  static Transport choose(String name) {
    if (name.equals("auto")) {
      for (Transport transport : values()) {
        String obstacle = transport.obstacle();
        if (obstacle == null) {
          return transport;
        }
        // Mostly it is a container's filter of system calls that takes io_uring away.
        log.info("No transport {} here: {}", transport.wireName(), obstacle);
      }
    }
    for (Transport transport : values()) {
      if (transport.wireName().equals(name)) {
        String obstacle = transport.obstacle();
        if (obstacle != null) {
          throw new StartException(
              "io-transport " + name + " does not work here (" + obstacle + "); use auto");
        }
        return transport;
      }
    }
    throw new StartException(
        "io-transport '" + name + "' is unknown; use auto, io_uring, epoll or nio");
  }

  /** Has what {@link #choose} looks at first loaded. */
  static void load(String name) {
    for (Transport transport : values()) {
      if (name.equals("auto") || name.equals(transport.wireName())) {
        transport.obstacle();
        return;
      }
    }
  }

  /** Why this transport does not work on this machine, null if it does. */
  @Nullable String obstacle() {
    return switch (this) {
      case IO_URING -> IoUring.isAvailable() ? null : reason(IoUring.unavailabilityCause());
      case EPOLL -> Epoll.isAvailable() ? null : reason(Epoll.unavailabilityCause());
      case NIO -> null;
    };
  }

  private static String reason(@Nullable Throwable cause) {
    Throwable root = cause;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    String message = root == null ? null : root.getMessage();
    return message != null ? message : String.valueOf(root);
  }

  /** Whether loops of this transport receive into buffers that the kernel chooses. */
  boolean providesReceiveBuffers() {
    return this == IO_URING && IoUring.isRegisterBufferRingSupported();
  }

  IoHandlerFactory handlers(ByteBufAllocator allocator) {
    return switch (this) {
      // Each loop has a ring and receive buffers of its own.
      case IO_URING ->
          loop ->
              new RingHandler(IoUringIoHandler.newFactory(ringConfig(allocator)).newHandler(loop));
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  private IoUringIoHandlerConfig ringConfig(ByteBufAllocator allocator) {
    IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES);
    if (providesReceiveBuffers()) {
      boolean shared = IoUring.isRegisterBufferRingIncSupported();
      config.setBufferRingConfig(new ReceiveBuffers(allocator, shared).ring(BUFFER_GROUP));
    }
    return config;
  }

  Class<? extends ServerChannel> serverChannel() {
    return switch (this) {
      case IO_URING -> IoUringServerSocketChannel.class;
      case EPOLL -> EpollServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  Class<? extends ServerChannel> serverUnixChannel() {
    return switch (this) {
      case IO_URING -> IoUringServerDomainSocketChannel.class;
      case EPOLL -> EpollServerDomainSocketChannel.class;
      case NIO -> NioServerDomainSocketChannel.class;
    };
  }

  /**
   * Has the kernel probe a silent peer.
   *
   * @param seconds of silence before the first probe, 0 for none
   */
  void keepAlive(Channel channel, int seconds) {
    if (seconds <= 0) {
      return;
    }
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    int interval = Math.max(1, seconds / KEEP_ALIVE_PROBES);
    switch (this) {
      case IO_URING -> {
        channel.config().setOption(IoUringChannelOption.TCP_KEEPIDLE, seconds);
        channel.config().setOption(IoUringChannelOption.TCP_KEEPINTVL, interval);
        channel.config().setOption(IoUringChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
      }
      case EPOLL -> {
        channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
        channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, interval);
        channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
      }
      case NIO -> {
        // The system's own times.
      }
    }
  }

  SocketAddress unixAddress(String path) {
    return this == NIO ? UnixDomainSocketAddress.of(path) : new DomainSocketAddress(path);
  }
}
