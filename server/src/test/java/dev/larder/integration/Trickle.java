package dev.larder.integration;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Stands between one client and a server, to which it passes a few bytes at a time. */
final class Trickle implements AutoCloseable {
  private static final int MAX_BYTES = 7;
  private static final long PAUSE_NANOS = 200_000;

  private final ServerSocket listener;
  private final int serverPort;

  Trickle(int serverPort) throws IOException {
    this.serverPort = serverPort;
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().name("trickle").daemon().start(this::serve);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void serve() {
    try (Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      server.setTcpNoDelay(true);
      Thread.ofPlatform().name("trickle-back").daemon().start(() -> pass(server, client, 0));
      pass(client, server, MAX_BYTES);
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void pass(Socket from, Socket to, int atOnce) {
    Random random = new Random(1);
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      for (; ; ) {
        int room = atOnce == 0 ? buffer.length : 1 + random.nextInt(atOnce);
        int bytes = in.read(buffer, 0, room);
        if (bytes < 0) {
          return;
        }
        out.write(buffer, 0, bytes);
        if (atOnce > 0) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    } catch (IOException e) {
      // One of the two has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
