package dev.larder.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespReaderTest {
  @Test
  void readsEveryType() throws IOException {
    assertThat(read("+OK\r\n")).isEqualTo(new RespValue.SimpleString("OK"));
    assertThat(read("-ERR x\r\n")).isEqualTo(new RespValue.SimpleError("ERR x"));
    assertThat(read(":-12\r\n")).isEqualTo(new RespValue.Int(-12));
    assertThat(read("$4\r\na\r\nb\r\n")).isEqualTo(RespValue.BulkString.of("a\r\nb"));
    assertThat(read("$-1\r\n")).isEqualTo(RespValue.Null.BULK);
    assertThat(read("*-1\r\n")).isEqualTo(RespValue.Null.ARRAY);
    assertThat(read("_\r\n")).isEqualTo(RespValue.Null.RESP3);
    assertThat(read("#t\r\n")).isEqualTo(new RespValue.Bool(true));
    assertThat(read("#f\r\n")).isEqualTo(new RespValue.Bool(false));
    assertThat(read(",3.14\r\n")).isEqualTo(new RespValue.Real("3.14"));
    assertThat(((RespValue.Real) read(",-inf\r\n")).value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(read("(-123456789012345678901\r\n"))
        .isEqualTo(new RespValue.BigNumber("-123456789012345678901"));
    assertThat(read("!5\r\nERR x\r\n")).isEqualTo(new RespValue.BulkError(ByteString.of("ERR x")));
    assertThat(read("=5\r\ntxt:a\r\n"))
        .isEqualTo(new RespValue.Verbatim("txt", ByteString.of("a")));
  }

  @Test
  void readsAggregates() throws IOException {
    RespValue one = new RespValue.Int(1);
    RespValue a = RespValue.BulkString.of("a");
    List<RespValue.Pair> pairs = List.of(new RespValue.Pair(a, one));
    assertThat(read("*0\r\n")).isEqualTo(new RespValue.Array(List.of()));
    assertThat(read("*2\r\n:1\r\n*1\r\n$1\r\na\r\n"))
        .isEqualTo(new RespValue.Array(List.of(one, new RespValue.Array(List.of(a)))));
    assertThat(read("%1\r\n$1\r\na\r\n:1\r\n")).isEqualTo(new RespValue.RespMap(pairs));
    assertThat(read("~1\r\n:1\r\n")).isEqualTo(new RespValue.RespSet(List.of(one)));
    assertThat(read(">1\r\n:1\r\n")).isEqualTo(new RespValue.Push(List.of(one)));
    assertThat(read("|1\r\n$1\r\na\r\n:1\r\n:1\r\n"))
        .isEqualTo(new RespValue.Attributed(pairs, one));
  }

  @Test
  void readsStreamedValues() throws IOException {
    assertThat(read("$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n"))
        .isEqualTo(RespValue.BulkString.of("abc"));
    assertThat(read("*?\r\n:1\r\n.\r\n"))
        .isEqualTo(new RespValue.Array(List.of(new RespValue.Int(1))));
    assertThat(read("%?\r\n:1\r\n:2\r\n.\r\n"))
        .isEqualTo(
            new RespValue.RespMap(
                List.of(new RespValue.Pair(new RespValue.Int(1), new RespValue.Int(2)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        ":\r\n",
        ":x\r\n",
        ":1\rx",
        "$-2\r\n",
        "$x\r\n",
        "*-2\r\n",
        "~-1\r\n",
        "%-1\r\n",
        "$1\r\nabc",
        "_x\r\n",
        "#x\r\n",
        ",x\r\n",
        "(x\r\n",
        "(\r\n",
        "=3\r\nabc\r\n",
        "=4\r\nabcd\r\n",
        "!-1\r\n",
        "$?\r\n:1\r\n",
        "$9999999999\r\n",
        "*?\r\n.x\r\n"
      })
  void refusesWhatIsNotResp(String input) {
    assertThatThrownBy(() -> read(input)).isInstanceOf(RespFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+OK",
        "+OK\r",
        "$5\r\nab",
        "*2\r\n:1\r\n",
        "*2000000000\r\n",
        "$2000000000\r\n"
      })
  void tellsTheEndOfTheStream(String input) {
    assertThatThrownBy(() -> read(input)).isInstanceOf(EOFException.class);
  }

  @Test
  void limitsDepth() throws IOException {
    String nested = "*1\r\n".repeat(RespReader.MAX_DEPTH - 1);
    assertThat(read(nested + ":1\r\n")).isInstanceOf(RespValue.Array.class);
    assertThatThrownBy(() -> read("*1\r\n" + nested + ":1\r\n"))
        .isInstanceOf(RespFormatException.class);
  }

  @Test
  void readsOneAfterTheOther() throws IOException {
    RespReader reader = reader("+a\r\n+b\r\n");
    assertThat(reader.ready()).isTrue();
    assertThat(reader.read()).isEqualTo(new RespValue.SimpleString("a"));
    assertThat(reader.read()).isEqualTo(new RespValue.SimpleString("b"));
    assertThat(reader.ready()).isFalse();
  }

  @Test
  void errorsAreTold() {
    assertThat(new RespValue.SimpleError("ERR").isError()).isTrue();
    assertThat(new RespValue.BulkError(ByteString.of("ERR")).isError()).isTrue();
    assertThat(new RespValue.SimpleString("ERR").isError()).isFalse();
  }

  private static RespValue read(String input) throws IOException {
    return reader(input).read();
  }

  private static RespReader reader(String input) {
    return new RespReader(new ByteArrayInputStream(FakeConnection.bytes(input)));
  }
}
