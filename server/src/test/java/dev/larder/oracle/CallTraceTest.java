package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Under {@code appendfsync always} every reply leaves after an fdatasync that covers what it shows,
 * as the kernel sees it. The traces need strace, and the right to trace a child.
 */
final class CallTraceTest {
  private static final String CALLS = "pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg";
  private static final int WRITERS = 8;
  private static final int ROUNDS = 20;
  private static final int PIPELINE = 5;

  @TempDir Path folder;

  private static void check(String... lines) {
    CallTrace trace = new CallTrace();
    for (String line : lines) {
      trace.line(line);
    }
  }

  @Test
  void theCheckKnowsGoodTraces() {
    check(
        "10 pwrite64(7, \"$10\\r\\n1000000001\\r\\n\", 16, 0) = 16",
        "10 fdatasync(7 <unfinished ...>",
        "11 pwrite64(7, \"$10\\r\\n1000000002\\r\\n\", 16, 16) = 16",
        "10 <... fdatasync resumed>) = 0",
        "12 write(20, \":1000000001\\r\\n\", 13) = 13",
        "10 fdatasync(7) = 0",
        "12 sendto(21, \"$10\\r\\n1000000002\\r\\n\", 16, 0, NULL, 0) = 16");
  }

  @Test
  void theCheckKnowsBadTraces() {
    String write = "10 pwrite64(7, \"$10\\r\\n1000000001\\r\\n\", 16, 0) = 16";
    String begun = "10 fdatasync(7 <unfinished ...>";
    String ended = "10 <... fdatasync resumed>) = 0";
    String reply = "12 write(20, \":1000000001\\r\\n\", 13) = 13";
    List<String[]> bad =
        List.of(
            new String[] {reply},
            new String[] {write, reply},
            new String[] {write, begun, reply, ended},
            new String[] {begun, write, ended, reply},
            new String[] {write, "10 fdatasync(8) = 0", reply});
    for (String[] lines : bad) {
      assertThatThrownBy(() -> check(lines)).isInstanceOf(AssertionError.class);
    }
  }

  @Tag("deep")
  @Test
  void everyReplyLeavesAfterTheForceThatCoversIt() throws Exception {
    assumeTrue(canTrace(), "strace is not installed, or may not trace here");
    for (String transport : List.of("nio", "epoll")) {
      Path data = Files.createDirectory(folder.resolve(transport));
      Path trace = folder.resolve(transport + ".trace");
      String[] options = {
        "--appendonly", "yes",
        "--appendfsync", "always",
        "--auto-aof-rewrite-percentage", "0",
        "--io-transport", transport
      };
      try (LarderProcess server = LarderProcess.startTraced(trace, CALLS, data, options)) {
        load(server.port());
        try (Wire wire = new Wire(server.port())) {
          wire.send(List.of(Request.of("SHUTDOWN", "NOSAVE")));
          assertThat(wire.receive(1)).isEmpty();
        }
        server.awaitEnd();
      }
      CallTrace calls = new CallTrace();
      try (BufferedReader lines = Files.newBufferedReader(trace, StandardCharsets.ISO_8859_1)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          calls.line(line);
        }
      }
      assertThat(calls.shown()).as(transport).isEqualTo(WRITERS * ROUNDS * PIPELINE);
      assertThat(calls.forces()).as(transport).isPositive();
    }
  }

  private static boolean canTrace() throws InterruptedException {
    try {
      return new ProcessBuilder("strace", "-qq", "-o", "/dev/null", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Each writer counts on its own key, in numbers that nobody else has; and reads another's. */
  private static void load(int port) throws Exception {
    List<Callable<Integer>> clients = new ArrayList<>();
    for (int i = 1; i <= WRITERS; i++) {
      int writer = i;
      clients.add(() -> count(port, writer));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      for (Future<Integer> replies : threads.invokeAll(clients)) {
        assertThat(replies.get()).isEqualTo(ROUNDS * (PIPELINE + 1));
      }
    }
  }

  private static int count(int port, int writer) throws IOException {
    int replies = 0;
    try (Wire wire = new Wire(port)) {
      String step = "INCRBY";
      for (int round = 0; round < ROUNDS; round++) {
        List<Request> some = new ArrayList<>();
        for (int i = 0; i < PIPELINE; i++) {
          boolean isFirst = round == 0 && i == 0;
          some.add(Request.of(step, "count:" + writer, isFirst ? writer + "000000001" : "1"));
        }
        some.add(Request.of("GET", "count:" + (writer % WRITERS + 1)));
        wire.send(some);
        replies += wire.receive(some.size()).size();
      }
    }
    return replies;
  }
}
