package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: banner, signals, exit codes. */
@Tag("slow")
final class ServerCommandTest {
  private static final Pattern PORT = Pattern.compile("port (\\d+), transport (\\w+)");

  @TempDir Path folder;

  private Process start(String... arguments) throws IOException {
    return new ProcessBuilder(serverCommand(arguments)).redirectErrorStream(true).start();
  }

  private static List<String> serverCommand(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src/main/dist/larder.jvmargs"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.add("server");
    command.addAll(List.of(arguments));
    return command;
  }

  /** Reads the log up to the line that says that clients may come; the port that it named. */
  private static int awaitReady(BufferedReader log) throws IOException {
    int port = 0;
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher banner = PORT.matcher(line);
      port = banner.find() ? Integer.parseInt(banner.group(1)) : port;
      if (line.contains("Ready to accept connections")) {
        return port;
      }
    }
    throw new IOException("the server has ended before it was ready");
  }

  private static String end(Process process, int status) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isEqualTo(status);
    return output;
  }

  @Test
  void servesUntilItIsTerminated() throws Exception {
    Path pidFile = folder.resolve("larder.pid");
    Process process = start("--port", "0", "--pidfile", pidFile.toString());
    try {
      BufferedReader log = process.inputReader(StandardCharsets.UTF_8);
      int port = awaitReady(log);
      assertThat(pidFile).hasContent(process.pid() + "\n");
      try (Socket socket = new Socket("127.0.0.1", port)) {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(7)).asString().isEqualTo("+PONG\r\n");
      }
      process.toHandle().destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(log.readAllLines().toString()).contains("Stopped");
      assertThat(pidFile).doesNotExist();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void saysInOneLineWhyItCannotStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(end(start("--port", port), 1).lines().toList())
          .singleElement()
          .asString()
          .contains("port " + port, "in use");
    }
    assertThat(end(start("--port", "0", "--no-such-option", "1"), 1).lines().toList())
        .singleElement()
        .asString()
        .contains("no-such-option");
    Path missing = folder.resolve("missing.conf");
    assertThat(end(start(missing.toString()), 1).lines().toList())
        .singleElement()
        .asString()
        .contains(missing.toString());
    String log = folder.resolve("missing/larder.log").toString();
    assertThat(end(start("--port", "0", "--logfile", log), 1).lines().toList())
        .singleElement()
        .asString()
        .contains(log);
    String socket = folder.resolve("missing/larder.sock").toString();
    assertThat(end(start("--port", "0", "--unixsocket", socket), 1).lines().toList())
        .singleElement()
        .asString()
        .contains(socket, "use a path");
  }

  /** The running server keeps its port, its socket and its pid file. */
  @Test
  void aSecondServerOfTheSameConfigurationDoesNoHarm() throws Exception {
    Path socket = folder.resolve("larder.sock");
    Path pidFile = folder.resolve("larder.pid");
    List<String> options =
        List.of("--unixsocket", socket.toString(), "--pidfile", pidFile.toString(), "--port");
    Process first = start(Stream.concat(options.stream(), Stream.of("0")).toArray(String[]::new));
    try {
      String port = Integer.toString(awaitReady(first.inputReader(StandardCharsets.UTF_8)));
      String[] same = Stream.concat(options.stream(), Stream.of(port)).toArray(String[]::new);
      assertThat(end(start(same), 1)).contains("in use");
      assertThat(pidFile).hasContent(first.pid() + "\n");
      UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
      try (SocketChannel client = SocketChannel.open(address)) {
        client.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer reply = ByteBuffer.allocate(7);
        client.read(reply);
        assertThat(new String(reply.array(), StandardCharsets.US_ASCII)).isEqualTo("+PONG\r\n");
      }
      interrupt(first);
      assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(first.exitValue()).isZero();
      assertThat(socket).doesNotExist();
      assertThat(pidFile).doesNotExist();
    } finally {
      first.destroyForcibly();
    }
  }

  /** As Ctrl-C does, unless these tests run in a background that ignores it. */
  private static void interrupt(Process process) throws Exception {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    boolean isIgnored = false;
    if (Files.exists(status)) {
      Matcher mask = Pattern.compile("SigIgn:\\s*(\\p{XDigit}+)").matcher(Files.readString(status));
      isIgnored = mask.find() && (Long.parseUnsignedLong(mask.group(1), 16) & 2) != 0;
    }
    String signal = isIgnored ? "-TERM" : "-INT";
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  /** Clients beyond what the system allows are told so, and make room again when they leave. */
  @Test
  void servesWithinTheLimitOfOpenFiles() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -n 250; exec \"$@\"", "-"));
    command.addAll(serverCommand("--port", "0"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<Socket> clients = new ArrayList<>();
    try {
      int port = awaitReady(process.inputReader(StandardCharsets.UTF_8));
      String reply = "+PONG";
      while (reply.equals("+PONG")) {
        clients.add(new Socket("127.0.0.1", port));
        reply = ping(clients.getLast());
        assertThat(clients).hasSizeLessThan(250);
      }
      assertThat(reply).isEqualTo("-ERR max number of clients reached");
      assertThat(ping(clients.getFirst())).isEqualTo("+PONG");
      clients.removeFirst().close();
      do {
        clients.add(new Socket("127.0.0.1", port));
      } while (!ping(clients.getLast()).equals("+PONG") && clients.size() < 1000);
      assertThat(clients).hasSizeLessThan(1000);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
      process.destroyForcibly();
    }
  }

  private static String ping(Socket socket) throws IOException {
    try {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return String.valueOf(in.readLine());
    } catch (SocketException e) {
      // Refused and closed before the question came.
      return "-ERR max number of clients reached";
    }
  }

  @Test
  void readsAFileAndLogsToOne() throws Exception {
    Path log = folder.resolve("larder.log");
    Path file =
        Files.writeString(
            folder.resolve("larder.conf"), "port 0\nlogfile " + log + "\nio-threads 1\n");
    Process process = start(file.toString(), "--io-transport", "nio");
    try {
      while (process.isAlive()
          && !(Files.exists(log) && Files.readString(log).contains("Ready to accept"))) {
        Thread.onSpinWait();
      }
      assertThat(Files.readString(log)).contains("transport nio");
    } finally {
      process.toHandle().destroy();
    }
    assertThat(end(process, 0)).isEmpty();
  }
}
