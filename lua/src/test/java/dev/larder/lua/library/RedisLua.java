package dev.larder.lua.library;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The Lua of the installed redis-server, to compare ours with. */
final class RedisLua implements AutoCloseable {
  private static final int ATTEMPTS = 500;
  private static final long ATTEMPT_NANOS = 20_000_000;

  private final Path folder;
  private final Process process;
  private final Socket socket;
  private final InputStream in;

  private RedisLua(Path folder, Process process, Socket socket) throws IOException {
    this.folder = folder;
    this.process = process;
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Starts a server on a free port, and waits until it takes connections. */
  static RedisLua start() {
    try {
      Path folder = Files.createTempDirectory("larder-lua");
      int port;
      try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = probe.getLocalPort();
      }
      Process process =
          new ProcessBuilder(
                  List.of(
                      "redis-server",
                      "--port",
                      String.valueOf(port),
                      "--bind",
                      "127.0.0.1",
                      "--save",
                      "",
                      "--dir",
                      folder.toString()))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      return new RedisLua(folder, process, connect(process, port));
    } catch (IOException e) {
      throw new AssertionError(
          "redis-server is missing: this test compares Larder's Lua with it. Install it (Debian,"
              + " Ubuntu: apt install redis-server).",
          e);
    }
  }

  private static Socket connect(Process process, int port) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return new Socket(InetAddress.getLoopbackAddress(), port);
      } catch (IOException e) {
        if (i == ATTEMPTS || !process.isAlive()) {
          process.destroyForcibly();
          throw e;
        }
        LockSupport.parkNanos(ATTEMPT_NANOS);
      }
    }
  }

  /** What a script returns, if that is a string, or the error that it ends with; as Latin-1. */
  String eval(String script) {
    try {
      byte[] bytes = script.getBytes(StandardCharsets.ISO_8859_1);
      String head = "*3\r\n$4\r\nEVAL\r\n$" + bytes.length + "\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().write("\r\n$1\r\n0\r\n".getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      String line = line();
      if (!line.startsWith("$")) {
        return line;
      }
      byte[] reply = in.readNBytes(Integer.parseInt(line.substring(1)));
      line();
      return new String(reply, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError("redis-server does not answer", e);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed");
      }
      line.append((char) c);
    }
    in.read();
    return line.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      socket.close();
      process.waitFor(10, TimeUnit.SECONDS);
      Files.deleteIfExists(folder.resolve("log"));
      Files.delete(folder);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new AssertionError("a folder of the test cannot be deleted", e);
    }
  }
}
