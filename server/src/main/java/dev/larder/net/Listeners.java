package dev.larder.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that a server listens on. */
final class Listeners implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private static final String EVERY_IPV4 = "*";
  private static final String EVERY_IPV6 = "::*";

  private final NetSettings settings;
  private final Transport transport;
  private final Function<Boolean, ServerBootstrap> bootstraps;
  private final List<Channel> channels = new ArrayList<>();
  private @Nullable Path unixPath;
  private int port;
  private int tlsPort;

  /**
   * @param bootstraps makes what accepts connections, which are encrypted or not
   */
  Listeners(
      NetSettings settings, Transport transport, Function<Boolean, ServerBootstrap> bootstraps) {
    this.settings = settings;
    this.transport = transport;
    this.bootstraps = bootstraps;
  }

  /**
   * Listens on all addresses.
   *
   * @throws StartException when one of them cannot be had; none is listened on then
   */
  void open() {
    try {
      if (settings.port() > 0 || settings.anyPort()) {
        port = openAll(settings.port(), false);
      }
      if (settings.tlsPort() > 0) {
        tlsPort = openAll(settings.tlsPort(), true);
      }
      String path = settings.unixSocket();
      if (path != null && !path.isEmpty()) {
        openUnix(path);
      }
      if (channels.isEmpty()) {
        throw new StartException("there is nothing to listen on: set port, tls-port or unixsocket");
      }
    } catch (StartException e) {
      close();
      throw e;
    }
  }

  int port() {
    return port;
  }

  int tlsPort() {
    return tlsPort;
  }

  /** What is listened on, in Redis's words. */
  List<String> descriptions() {
    List<String> all = new ArrayList<>();
    String bind = String.join(",", settings.bind().stream().map(host -> "bind=" + host).toList());
    if (port > 0) {
      all.add("listener0:name=tcp," + bind + ",port=" + port);
    }
    Path path = unixPath;
    if (path != null) {
      all.add("listener1:name=unix,bind=" + path);
    }
    if (tlsPort > 0) {
      all.add("listener2:name=tls," + bind + ",port=" + tlsPort);
    }
    return all;
  }

  /** Listens on all addresses; returns the port. */
  private int openAll(int wanted, boolean isTls) {
    int before = channels.size();
    int opened = wanted;
    // The socket for every IPv6 address is one for every IPv4 address, too, and goes first, as
    // there can be none for those beside it.
    List<String> addresses = new ArrayList<>(settings.bind());
    addresses.sort(Comparator.comparing(address -> !host(address).equals(EVERY_IPV6)));
    boolean hasEvery = false;
    for (String address : addresses) {
      if (hasEvery && host(address).equals(EVERY_IPV4)) {
        continue;
      }
      opened = openTcp(address, opened, isTls);
      hasEvery |= host(address).equals(EVERY_IPV6) && channels.size() > before;
    }
    if (channels.size() == before) {
      throw new StartException("none of the addresses of bind is one of this machine");
    }
    return opened;
  }

  private static boolean isOptional(String address) {
    return address.startsWith("-");
  }

  private static String host(String address) {
    return isOptional(address) ? address.substring(1) : address;
  }

  /** Listens on an address; returns the port, also if the address may be missing and is. */
  private int openTcp(String address, int port, boolean isTls) {
    boolean optional = isOptional(address);
    String host = host(address);
    InetSocketAddress socketAddress =
        switch (host) {
          case EVERY_IPV4 -> new InetSocketAddress("0.0.0.0", port);
          case EVERY_IPV6 -> new InetSocketAddress("::", port);
          default -> new InetSocketAddress(host, port);
        };
    if (socketAddress.isUnresolved()) {
      refuse(optional, host, port, "the name is unknown; use an address of this machine in bind");
      return port;
    }
    ChannelFuture bound =
        bootstraps.apply(isTls).channel(transport.serverChannel()).bind(socketAddress);
    bound.awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause == null) {
      Channel channel = bound.channel();
      channels.add(channel);
      return ((InetSocketAddress) channel.localAddress()).getPort();
    }
    String reason = String.valueOf(cause.getMessage());
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("in use")) {
      refuse(
          false,
          host,
          port,
          "the port is in use; stop the program that has it, or choose another port with --port");
    } else if (lower.contains("permission")) {
      refuse(false, host, port, "no permission; ports below 1024 need a privilege, use --port");
    } else if (lower.contains("assign") || lower.contains("family not supported")) {
      refuse(optional, host, port, "this machine does not have the address; correct bind");
    } else {
      refuse(false, host, port, reason);
    }
    return port;
  }

  private static void refuse(boolean optional, String host, int port, String reason) {
    String message = "cannot listen on " + host + " port " + port + ": " + reason;
    if (!optional) {
      throw new StartException(message);
    }
    log.debug("{}", message);
  }

  private void openUnix(String name) {
    Path path = Path.of(name);
    removeSocket(path);
    SocketAddress address = transport.unixAddress(name);
    ChannelFuture bound =
        bootstraps.apply(false).channel(transport.serverUnixChannel()).bind(address);
    bound.awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw new StartException(
          "cannot listen on unixsocket "
              + name
              + ": "
              + cause.getMessage()
              + "; use a path in a folder that exists and that this user may write to");
    }
    channels.add(bound.channel());
    unixPath = path;
    if (settings.unixSocketMode() != 0) {
      try {
        Files.setPosixFilePermissions(path, permissions(settings.unixSocketMode()));
      } catch (IOException | UnsupportedOperationException e) {
        throw new StartException(
            "cannot set unixsocketperm on " + name + ": " + e.getMessage() + "; remove the option");
      }
    }
  }

  /** Removes what a server that was killed has left; nothing but a socket. */
  private static void removeSocket(Path path) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isOther()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // Whether it is in the way shows when it is bound.
      log.trace("{}", path, e);
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] byBit = {
      PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE,
      PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_EXECUTE,
      PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
      PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_READ
    };
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < byBit.length; bit++) {
      if ((mode & 1 << bit) != 0) {
        set.add(byBit[bit]);
      }
    }
    return set;
  }

  /** Stops listening and removes the Unix socket's file. */
  @Override
  public void close() {
    channels.forEach(channel -> channel.close().awaitUninterruptibly());
    channels.clear();
    Path path = unixPath;
    if (path != null) {
      removeSocket(path);
      unixPath = null;
    }
  }
}
