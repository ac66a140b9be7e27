package dev.larder.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {
  private static final int LARGE = Limits.LARGE_ARGUMENT_BYTES + 1;

  @Test
  void decodesPipelinedCommands() {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(
          "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n"
              + "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$2\r\n\r\n\r\n");
      assertThat(connection.commands)
          .containsExactly(List.of("GET", "k"), List.of("PING"), List.of("SET", "", "\r\n"));
      assertThat(connection.keptBytes()).isZero();
      assertThat(connection.error()).isNull();
    }
  }

  @Test
  void keepsTheStartOfACommand() {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed("*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$10\r\nabc");
      assertThat(connection.commands).containsExactly(List.of("PING"));
      assertThat(connection.keptBytes()).isEqualTo(21);
      assertThat(connection.decoder.bytesNeeded()).isEqualTo(9);
      connection.feed("defghij\r\n");
      assertThat(connection.commands)
          .containsExactly(List.of("PING"), List.of("GET", "abcdefghij"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*0\r\n", "*-1\r\n", "*-9223372036854775808\r\n", "\r\n", "\n", " \t \r\n"})
  void ignoresEmptyCommands(String empty) {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(empty + empty + "*1\r\n$4\r\nPING\r\n" + empty);
      assertThat(connection.commands).containsExactly(List.of("PING"));
      assertThat(connection.keptBytes()).isZero();
    }
  }

  /** Only the place of the line end counts, as in Redis. */
  @Test
  void skipsWhateverFollowsACarriageReturnAndAnArgument() {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(
          "*2\rX$3\rYGETab$0000001\r".replace("0000001", "1") + "Zkcd*1\r\n$4\r\nPING\r\n");
      assertThat(connection.commands).containsExactly(List.of("GET", "k"), List.of("PING"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "*x, invalid multibulk length",
        "*, invalid multibulk length",
        "*-, invalid multibulk length",
        "*-0, invalid multibulk length",
        "*+1, invalid multibulk length",
        "`* 1`, invalid multibulk length",
        "`*1 `, invalid multibulk length",
        "*01, invalid multibulk length",
        "*1a, invalid multibulk length",
        "*1048577, invalid multibulk length",
        "*2147483648, invalid multibulk length",
        "*9223372036854775808, invalid multibulk length",
        "*99999999999999999999, invalid multibulk length",
        "*-9223372036854775809, invalid multibulk length",
        "*1|$, invalid bulk length",
        "*1|$-1, invalid bulk length",
        "*1|$+1, invalid bulk length",
        "*1|$01, invalid bulk length",
        "*1|$00, invalid bulk length",
        "*1|$1x, invalid bulk length",
        "*1|$536870913, invalid bulk length",
        "*1|$18446744073709551617, invalid bulk length",
        "`*1|:1`, `expected '$', got ':'`",
        "`*2|$1|a|PING`, `expected '$', got 'P'`",
        "`*1||`, `expected '$', got ' '`",
        "`'foo`, unbalanced quotes in request",
        "`\"foo`, unbalanced quotes in request",
        "`\"foo\\\"`, unbalanced quotes in request",
        "`'foo'bar`, unbalanced quotes in request",
        "`\"foo\"bar`, unbalanced quotes in request",
      })
  void rejectsWhatIsNotTheProtocol(String input, String message) {
    String text = "PING\r\n*1\r\n$4\r\nECHO\r\n" + input.replace("|", "\r\n") + "\r\n";
    for (int split = 0; split <= text.length(); split++) {
      try (FakeConnection connection = new FakeConnection()) {
        connection.feed(text.substring(0, split)).feed(text.substring(split)).feed("PING\r\n");
        assertThat(connection.commands).containsExactly(List.of("PING"), List.of("ECHO"));
        assertThat(connection.error()).isEqualTo("Protocol error: " + message);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`*`, too big mbulk count string",
        "`*1\r\n$`, too big bulk count string",
        "`x`, too big inline request",
      })
  void limitsLines(String start, String message) {
    String rest = "1".repeat(Limits.MAX_LINE_BYTES - 1);
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(start).feed(rest);
      assertThat(connection.error()).isNull();
      connection.feed("1");
      assertThat(connection.error()).isEqualTo("Protocol error: " + message);
    }
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(start + rest + "1\r\n");
      assertThat(connection.error()).isEqualTo("Protocol error: " + message);
    }
  }

  @Test
  void acceptsTheLongestInlineCommand() {
    String word = "w".repeat(Limits.MAX_LINE_BYTES);
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(word + "\n").feed(word).feed("\n");
      assertThat(connection.commands).containsExactly(List.of(word), List.of(word));
    }
  }

  @Test
  void refusesTlsAtOnce() {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed("\u0016");
      assertThat(connection.error()).isNull();
      connection.feed("\u0003\u0001");
      assertThat(connection.error()).isEqualTo("Protocol error: TLS on a port without it");
    }
  }

  @Test
  void limitsClientsThatHaveNotAuthenticated() {
    String authenticate = "*2\r\n$4\r\nAUTH\r\n$1\r\np\r\n";
    String many = "*11\r\n" + "$1\r\na\r\n".repeat(11);
    String big = "*1\r\n$16385\r\n" + "b".repeat(16385) + "\r\n";
    try (FakeConnection connection = new FakeConnection()) {
      connection.decoder.setAuthenticated(false);
      connection.feed(authenticate + "*10\r\n" + "$1\r\na\r\n".repeat(10) + many);
      assertThat(connection.commands).hasSize(2);
      assertThat(connection.error()).isEqualTo("Protocol error: unauthenticated multibulk length");
    }
    try (FakeConnection connection = new FakeConnection()) {
      connection.decoder.setAuthenticated(false);
      connection.feed(big.replace("16385", "16384").replaceFirst("b", "") + big);
      assertThat(connection.commands).hasSize(1);
      assertThat(connection.error()).isEqualTo("Protocol error: unauthenticated bulk length");
    }
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(many + big);
      assertThat(connection.commands).hasSize(2);
    }
  }

  @Test
  void stopsAfterEachCommandUntilAuthenticated() {
    RequestDecoder decoder = new RequestDecoder(new Limits(), new FakeLargeArguments());
    decoder.setAuthenticated(false);
    Batch batch = new Batch();
    ByteBuf in = Unpooled.copiedBuffer("AUTH x\r\nPING\r\nPING\r\n", ISO_8859_1);
    assertThat(decoder.decode(in, 0, batch)).isEqualTo(Status.BATCH_FULL);
    assertThat(batch.commandCount()).isEqualTo(1);
    batch.clear();
    decoder.setAuthenticated(true);
    assertThat(decoder.decode(in, 0, batch)).isEqualTo(Status.NEED_INPUT);
    assertThat(batch.commandCount()).isEqualTo(2);
  }

  @Test
  void fillsBatchesToTheirLimits() {
    String ping = "*1\r\n$4\r\nPING\r\n";
    String many = "*20\r\n" + "$1\r\na\r\n".repeat(20);
    try (FakeConnection connection = new FakeConnection(new Batch(3, 10), false)) {
      connection.feed(ping.repeat(10) + many + many + ping);
      assertThat(connection.commands).hasSize(13);
    }
    Batch batch = new Batch(3, 10);
    ByteBuf in = Unpooled.copiedBuffer(ping.repeat(4), ISO_8859_1);
    RequestDecoder decoder = new RequestDecoder(new Limits(), new FakeLargeArguments());
    assertThat(decoder.decode(in, 0, batch)).isEqualTo(Status.BATCH_FULL);
    assertThat(decoder.decode(in, 0, batch)).isEqualTo(Status.BATCH_FULL);
    assertThat(batch.commandCount()).isEqualTo(3);
    batch.clear();
    assertThat(decoder.decode(in, 0, batch)).isEqualTo(Status.NEED_INPUT);
    assertThat(batch.commandCount()).isEqualTo(1);
  }

  @Test
  void streamsLargeArguments() {
    String one = "1".repeat(LARGE);
    String two = "2".repeat(3 * LARGE);
    byte[] input = encode(List.of("MSET", "k", one, "l", two, "m", "v"));
    for (int step : new int[] {1, 1000, 65536, 70000, input.length}) {
      for (boolean bypass : new boolean[] {false, true}) {
        try (FakeConnection connection = new FakeConnection(new Batch(), bypass)) {
          for (int from = 0; from < input.length; from += step) {
            connection.feed(input, from, Math.min(from + step, input.length));
          }
          connection.feed("PING\r\n");
          assertThat(connection.commands)
              .containsExactly(List.of("MSET", "k", one, "l", two, "m", "v"), List.of("PING"));
          assertThat(connection.mostKept()).isLessThanOrEqualTo(64 + 2 * step);
        }
      }
    }
  }

  @Test
  void announcesLargeArguments() {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed("*2\r\n$3\r\nSET\r\n$100000\r\nabc");
      assertThat(connection.decoder.largeBytesNeeded()).isEqualTo(99997);
      assertThat(connection.decoder.bytesNeeded()).isEqualTo(Limits.LARGE_ARGUMENT_BYTES + 2);
      connection.feed("x".repeat(99997));
      assertThat(connection.decoder.largeBytesNeeded()).isZero();
      assertThat(connection.decoder.bytesNeeded()).isEqualTo(2);
      connection.feed("\r");
      assertThat(connection.decoder.bytesNeeded()).isEqualTo(1);
      assertThat(connection.commands).isEmpty();
    }
  }

  @Test
  void skipsArgumentsWithoutMemory() {
    String value = "v".repeat(LARGE);
    byte[] input = encode(List.of("MSET", "k", value, "l", value));
    for (long budget : new long[] {0, LARGE, 2 * LARGE}) {
      try (FakeConnection connection = new FakeConnection()) {
        connection.large.budget(budget);
        connection.feed("PING\r\n");
        for (int from = 0; from < input.length; from += 10000) {
          connection.feed(input, from, Math.min(from + 10000, input.length));
        }
        connection.feed("PING\r\n");
        List<String> expected = new ArrayList<>(List.of("MSET", "k", value, "l", value));
        if (budget < 2 * LARGE) {
          expected.set(4, "(lost)");
          expected.add(0, "(out of memory)");
        }
        if (budget == 0) {
          expected.set(3, "(lost)");
        }
        assertThat(connection.commands).containsExactly(List.of("PING"), expected, List.of("PING"));
      }
    }
  }

  @Test
  void releasesWhatAnIncompleteCommandHolds() {
    byte[] input = encode(List.of("MSET", "k", "v".repeat(LARGE), "l", "w".repeat(LARGE)));
    for (int cut : new int[] {100, LARGE + 10, LARGE + 100, input.length - 1}) {
      try (FakeConnection connection = new FakeConnection()) {
        connection.feed(input, 0, cut);
        assertThat(connection.large.allocationCount()).isPositive();
      }
    }
    try (FakeConnection connection = new FakeConnection()) {
      byte[] wrong = input.clone();
      wrong[wrong.length - LARGE - 10] = 'x';
      connection.feed(wrong);
      assertThat(connection.error()).startsWith("Protocol error: ");
      assertThat(connection.large.allocationCount()).isZero();
    }
  }

  @Test
  void handsLargeArgumentsOver() {
    FakeLargeArguments large = new FakeLargeArguments();
    RequestDecoder decoder = new RequestDecoder(new Limits(), large);
    Batch batch = new Batch();
    byte[] input = encode(List.of("MSET", "k", "v".repeat(LARGE), "l", "w".repeat(LARGE)));
    decoder.decode(Unpooled.copiedBuffer(input), 0, batch);
    assertThat(batch.largeCount()).isEqualTo(2);
    assertThat(batch.isLarge(2)).isTrue();
    assertThat(batch.isLarge(3)).isFalse();
    assertThat(batch.largeAddress(0)).isEqualTo(batch.argAddress(2));
    assertThat(batch.largeBytes(0)).isEqualTo(LARGE);
    batch.takeLarge(2);
    assertThat(batch.largeCount()).isEqualTo(1);
    assertThatThrownBy(() -> batch.takeLarge(2)).isInstanceOf(IllegalStateException.class);
    long taken = batch.argAddress(2);
    batch.clear();
    assertThat(large.allocationCount()).isEqualTo(1);
    assertThat(large.contents(taken)).isEqualTo("v".repeat(LARGE).getBytes(ISO_8859_1));
  }

  /** A header that promises a lot costs nothing until it is kept. */
  @Test
  void promisesAreCheap() {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed("*1048576\r\n$65536\r\n");
      assertThat(connection.keptBytes()).isEqualTo(18);
      assertThat(connection.decoder.bytesNeeded()).isEqualTo(65538);
    }
  }

  @Test
  void takesCommandsOfManyArguments() {
    int count = 1_000_000;
    byte[] head = FakeConnection.bytes("*" + count + "\r\n");
    byte[] argument = FakeConnection.bytes("$1\r\na\r\n");
    Batch batch = new Batch();
    RequestDecoder decoder = new RequestDecoder(new Limits(), new FakeLargeArguments());
    ByteBuf in = Unpooled.directBuffer(8 * 1024 * 1024);
    in.writeBytes(head);
    for (int i = 0; i < count; i++) {
      assertThat(batch.commandCount()).isZero();
      in.writeBytes(argument);
      if (i % 10_000 == 0 || i == count - 1) {
        decoder.decode(in, 0, batch);
      }
    }
    assertThat(batch.commandCount()).isEqualTo(1);
    assertThat(batch.argCount(0)).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      if (batch.argLength(i) != 1 || batch.argAddress(i) != head.length + 7L * i + 4) {
        throw new AssertionError("argument " + i);
      }
    }
    assertThat(batch.addresses.length).isLessThanOrEqualTo(2 * Batch.MAX_HEAP_ARGUMENTS);
    batch.clear();
    assertThat(batch.addresses.length).isLessThanOrEqualTo(2 * Batch.MAX_HEAP_ARGUMENTS);
    in.release();
  }

  /** Behind others in their batch, with large ones among them, and in whatever pieces. */
  @Test
  void placesManyArgumentsOffTheHeap() {
    for (int count : new int[] {33, 8190, 8192, 8193, 8250, 16_385, 30_000}) {
      List<String> many = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        many.add(i % 8192 == 7 ? "L".repeat(LARGE) + i : "value " + i);
      }
      List<List<String>> commands = List.of(List.of("GET", "a"), many, List.of("GET", "b"), many);
      ByteArrayOutputStream input = new ByteArrayOutputStream();
      commands.forEach(command -> input.writeBytes(encode(command)));
      byte[] bytes = input.toByteArray();
      for (int pieces : new int[] {1, 2, 7}) {
        try (FakeConnection connection = new FakeConnection(new Batch(), true)) {
          for (int i = 0; i < pieces; i++) {
            connection.feed(bytes, bytes.length / pieces * i, end(bytes.length, pieces, i));
          }
          assertThat(connection.commands).isEqualTo(commands);
          assertThat(connection.decoder.placesBytes()).isZero();
        }
      }
    }
  }

  private static int end(int length, int pieces, int i) {
    return i == pieces - 1 ? length : length / pieces * (i + 1);
  }

  @Test
  void takesOverCommandsOfManyArguments() {
    Batch source = new Batch();
    source.addArgument(1, 1);
    source.endCommand();
    int count = 10_000;
    source.expectArguments(count, UnpooledByteBufAllocator.DEFAULT);
    for (int i = 0; i < count; i++) {
      source.addArgument(1000 + 3L * i, 3);
    }
    source.endCommand();
    assertThat(source.isFull()).isTrue();
    assertThat(source.heapArguments()).isEqualTo(1);
    source.note(5000, 77);
    assertThat(source.noted(5000)).isEqualTo(77);
    assertThat(source.noted(5001)).isZero();
    assertThat(source.smallBytes(1)).isEqualTo(3 * count);
    Batch detached = source.detach(1, Unpooled.directBuffer(8), 50_000);
    source.clear();
    assertThat(source.heapArguments()).isZero();
    assertThat(detached.argCount(0)).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(detached.argAddress(i)).isEqualTo(50_000 + 3L * i);
      assertThat(detached.argLength(i)).isEqualTo(3);
    }
    detached.clear();
  }

  @Test
  void decodesRandomCommandsWhateverTheSplits() {
    long seed = Long.getLong("seed", new Random().nextLong());
    System.err.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<List<String>> commands = new ArrayList<>();
      ByteArrayOutputStream input = new ByteArrayOutputStream();
      for (int c = random.nextInt(8); c >= 0; c--) {
        List<String> command = randomCommand(random);
        commands.add(command);
        input.writeBytes(encode(command));
      }
      byte[] bytes = input.toByteArray();
      try (FakeConnection connection =
          new FakeConnection(new Batch(1 + random.nextInt(4), 10), random.nextBoolean())) {
        int step = 1 + random.nextInt(random.nextBoolean() ? 20 : 30_000);
        for (int from = 0; from < bytes.length; ) {
          int to = Math.min(bytes.length, from + 1 + random.nextInt(step));
          connection.feed(bytes, from, to);
          from = to;
          step = bytes.length > 50_000 ? Math.max(step, 2000) : step;
        }
        assertThat(connection.commands).isEqualTo(commands);
        assertThat(connection.keptBytes()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*2\r\n$3\r\nGET\r\n$16\r\n0123456789abcdef\r\n*1\r\n$4\r\nPING\r\n",
        "*0\r\n*12\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n$1\r\n5\r\n"
            + "$1\r\n6\r\n$1\r\n7\r\n$1\r\n8\r\n"
            + "$0\r\n\r\n$1\r\n9\r\n$2\r\n10\r\n$3\r\n123\r\nPING\r\n",
        "set \"a\\x41\\n\" 'b\\'c'\r\n\r\n  get  a\"b\"  \n*1\r\n$4\r\nPING\r\n",
      })
  void splitsDoNotMatter(String input) {
    try (FakeConnection whole = new FakeConnection().feed(input)) {
      assertThat(whole.error()).isNull();
      assertThat(whole.commands).hasSizeGreaterThan(1);
      for (int i = 0; i <= input.length(); i++) {
        for (int j = i; j <= input.length(); j++) {
          try (FakeConnection split = new FakeConnection()) {
            split.feed(input.substring(0, i)).feed(input.substring(i, j)).feed(input.substring(j));
            assertThat(split.commands).isEqualTo(whole.commands);
          }
        }
      }
    }
  }

  private static List<String> randomCommand(Random random) {
    String[] command = new String[1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 5)];
    for (int i = 0; i < command.length; i++) {
      int bound = random.nextInt(40) == 0 ? 200_000 : random.nextInt(20) == 0 ? 2000 : 30;
      byte[] bytes = new byte[random.nextInt(bound)];
      random.nextBytes(bytes);
      command[i] = new String(bytes, ISO_8859_1);
    }
    return Arrays.asList(command);
  }

  private static byte[] encode(List<String> command) {
    return Requests.encode(command.stream().map(FakeConnection::bytes).toArray(byte[][]::new));
  }
}
