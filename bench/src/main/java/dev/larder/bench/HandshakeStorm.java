package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * New connections at a steady rate, each of which says its first words of TLS, waits for the answer
 * and goes. That costs the server what a handshake does, and the client next to nothing.
 */
final class HandshakeStorm implements Runnable {
  /** So many are waiting at most; what is due beyond that is left out. */
  private static final int MAX_WAITING = 2_000;

  private static final int HELLO_BYTES = 16 * 1024;

  private final InetSocketAddress address;
  private final ByteBuffer hello;
  private final ByteBuffer answer = ByteBuffer.allocateDirect(HELLO_BYTES);
  private final long periodNanos;
  private final long nanos;
  private long opened;
  private long answered;
  private int waiting;

  HandshakeStorm(int port, int perSecond, long nanos) {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.hello = hello();
    this.periodNanos = Clock.SECOND / perSecond;
    this.nanos = nanos;
  }

  private static ByteBuffer hello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
      ByteBuffer bytes = ByteBuffer.allocateDirect(2 * HELLO_BYTES);
      engine.wrap(ByteBuffer.allocate(0), bytes);
      return bytes.flip();
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new BenchException("this JVM cannot do TLS", e);
    }
  }

  /** Connections a second, of those that could be opened. */
  double openedPerSecond() {
    return (double) opened * Clock.SECOND / nanos;
  }

  /** Those a second that the server has answered. */
  double answeredPerSecond() {
    return (double) answered * Clock.SECOND / nanos;
  }

  @Override
  public void run() {
    try (Selector selector = Selector.open()) {
      long start = Clock.nanos();
      long due = 0;
      for (long now = 0; now < nanos; now = Clock.nanos() - start) {
        for (; due * periodNanos <= now; due++) {
          if (waiting < MAX_WAITING) {
            open(selector);
          }
        }
        selector.select(1);
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          advance(keys.next());
          keys.remove();
        }
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
    } catch (IOException e) {
      throw new BenchException("the storm has ended: " + e.getMessage(), e);
    }
  }

  private void open(Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    // Closed without a trace, as ports would run out otherwise.
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.register(selector, SelectionKey.OP_CONNECT);
    channel.connect(address);
    opened++;
    waiting++;
  }

  private void advance(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        channel.write(hello.duplicate());
        key.interestOps(SelectionKey.OP_READ);
        return;
      }
      answered += channel.read(answer.clear()) > 0 ? 1 : 0;
    } catch (IOException e) {
      // Refused or dropped: not answered.
    }
    channel.close();
    waiting--;
  }
}
