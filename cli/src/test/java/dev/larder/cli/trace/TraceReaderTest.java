package dev.larder.cli.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.cli.trace.Request.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class TraceReaderTest {
  private static final String AT = "1339518083.107412 [0 127.0.0.1:60866] ";

  private final List<String> requests = new ArrayList<>();

  /** What is asked: {@code READ key bytes ttl}. */
  private List<String> read(String name, TraceFormat format, byte[] content) throws IOException {
    Value standard = new Value(100, Value.NO_TTL);
    new TraceReader(format, standard, this::note).read(name, new ByteArrayInputStream(content));
    return requests;
  }

  private void note(Request request) {
    Value value = request.value();
    String key = new String(request.key(), ISO_8859_1);
    requests.add("%s %s %d %d".formatted(request.kind(), key, value.bytes(), value.ttlMillis()));
  }

  private List<String> read(String... lines) throws IOException {
    return read("trace", TraceFormat.AUTO, String.join("\n", lines).getBytes(ISO_8859_1));
  }

  private List<String> monitor(String... commands) throws IOException {
    StringBuilder text = new StringBuilder("OK\n");
    for (String command : commands) {
      text.append(AT).append(command).append('\n');
    }
    return read(text.toString());
  }

  @Test
  void readsKeysAndSizes() throws IOException {
    assertThat(read("a", "", "user:1 7000", "b\t0", "h\u00e9"))
        .containsExactly(
            "READ a 100 -1", "READ user:1 7000 -1", "READ b 0 -1", "READ h\u00e9 100 -1");
  }

  @Test
  void namesTheLineThatIsNone() {
    for (String line : List.of("a b", "a -1", "a 1 2", "a 999999999999", "a 999999999")) {
      assertThatThrownBy(() -> read("fine", "", line, "fine"))
          .as(line)
          .isInstanceOf(TraceException.class)
          .hasMessageContaining("line 3:");
    }
    assertThatThrownBy(() -> read("a".repeat(70_000))).hasMessageContaining("65536");
    assertThatThrownBy(() -> monitor("\"get\" \"a\"", "get a", "\"get\" \"b\""))
        .hasMessageContaining("line 3:");
    assertThatThrownBy(() -> read("x.zst", TraceFormat.AUTO, new byte[4]))
        .hasMessageContaining("zstd -dc x.zst |");
  }

  @Test
  void readsCommandsOfMonitor() throws IOException {
    assertThat(
            monitor(
                "\"GET\" \"a\"",
                "\"set\" \"a\" \"12345\"",
                "\"get\" \"a\"",
                "\"mget\" \"a\" \"b\"",
                "\"mset\" \"b\" \"1\" \"c\" \"22\"",
                "\"hset\" \"h\" \"" + "f".repeat(90) + "\" \"" + "v".repeat(30) + "\"",
                "\"hgetall\" \"h\"",
                "\"incr\" \"n\"",
                "\"del\" \"a\" \"h\"",
                "\"get\" \"a\"",
                "\"ping\"",
                "\"lpop\" \"queue\"",
                "\"get\"",
                "\"config\" \"get\" \"*\""))
        .containsExactly(
            "READ a 100 -1",
            "WRITE a 5 -1",
            "READ a 5 -1",
            "READ a 5 -1",
            "READ b 100 -1",
            "WRITE b 1 -1",
            "WRITE c 2 -1",
            "WRITE h 120 -1",
            "READ h 120 -1",
            "WRITE n 100 -1",
            "REMOVE a 5 -1",
            "REMOVE h 120 -1",
            "READ a 100 -1");
  }

  @Test
  void knowsHowLongKeysLive() throws IOException {
    assertThat(
            monitor(
                "\"set\" \"a\" \"1\" \"NX\" \"EX\" \"10\"",
                "\"get\" \"a\"",
                "\"set\" \"a\" \"1\" \"px\" \"15\"",
                "\"set\" \"a\" \"1\" \"keepttl\"",
                "\"set\" \"a\" \"1\" \"pxat\" \"1339518084107\"",
                "\"set\" \"a\" \"1\" \"exat\" \"1339518000\"",
                "\"setex\" \"a\" \"20\" \"123\"",
                "\"psetex\" \"a\" \"20\" \"12\"",
                "\"expire\" \"a\" \"30\"",
                "\"persist\" \"a\"",
                "\"expireat\" \"a\" \"1339518084\"",
                "\"set\" \"a\" \"1\"",
                "\"expire\" \"a\" \"soon\""))
        .containsExactly(
            "WRITE a 1 10000",
            "READ a 1 10000",
            "WRITE a 1 15",
            "WRITE a 1 15",
            "WRITE a 1 1000",
            "WRITE a 1 0",
            "WRITE a 3 20000",
            "WRITE a 2 20",
            "WRITE a 2 30000",
            "WRITE a 2 -1",
            "WRITE a 2 893",
            "WRITE a 1 -1",
            "WRITE a 1 -1");
  }

  @Test
  void decodesWhatMonitorQuotes() throws IOException {
    assertThat(monitor("\"get\" \"a\\\"b\\\\c d] \\x00\\xff\\n\\r\\t\\a\\b\""))
        .containsExactly("READ a\"b\\c d] \0\u00ff\n\r\t\u0007\b 100 -1");
  }

  @Test
  void takesEveryKindOfClient() throws IOException {
    assertThat(
            read(
                "1.000001 [0 [::1]:50] \"get\" \"a\"",
                "1.000001 [3 lua] \"get\" \"a\"",
                "1.000001 [0 unix:/run/redis.sock] \"get\" \"b\""))
        .containsExactly("READ a 100 -1", "READ 3:a 100 -1", "READ b 100 -1");
  }

  /** Whoever stops MONITOR cuts off its last line. */
  @Test
  void forgivesALastLineThatIsCut() throws IOException {
    assertThat(read(AT + "\"get\" \"a\"", AT + "\"get\" \"b")).containsExactly("READ a 100 -1");
  }

  @Test
  void readsNumbers() throws IOException {
    byte[] numbers = {1, 0, 0, 0, 0, 1, 0, 0, -1, -1, -1, -1};
    List<String> expected = List.of("READ 1 100 -1", "READ 256 100 -1", "READ 4294967295 100 -1");
    assertThat(read("a.u32", TraceFormat.AUTO, numbers)).isEqualTo(expected);
    requests.clear();
    assertThat(read("", TraceFormat.U32, numbers)).isEqualTo(expected);
    requests.clear();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(numbers);
    }
    assertThat(read("a.u32.gz", TraceFormat.AUTO, packed.toByteArray())).isEqualTo(expected);
    assertThatThrownBy(() -> read("a.u32", TraceFormat.AUTO, new byte[5]))
        .hasMessageContaining("not whole");
  }
}
