package dev.larder.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random scripts, each a line as in the file of written ones. None depends on a table's order, on
 * time, on addresses, or on how much memory there is; and none ends by an error that is no text,
 * from which redis-server 7.0 dies.
 */
final class ScriptGenerator {
  private static final List<String> BINARY =
      List.of("+", "-", "*", "/", "%", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or");

  private static final List<String> LITERALS =
      List.of(
          "nil",
          "true",
          "false",
          "0",
          "1",
          "2",
          "3",
          "-1",
          "7",
          "0.5",
          "1.5",
          "1e15",
          "1e300",
          "''",
          "'a'",
          "'b'",
          "'10'",
          "'0x1F'",
          "' 5 '",
          "'a\\0b'",
          "'\\255'",
          "{}",
          "{1, 2, 3}",
          "{a = 1, b = 2}",
          "(1/0)",
          "(0/0)",
          "print",
          "{'x', {5}}",
          "2^53",
          "-2^31",
          "255");

  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  private static final List<String> CALLS =
      List.of(
          "string.sub",
          "string.byte",
          "string.upper",
          "string.len",
          "string.reverse",
          "string.find",
          "string.match",
          "table.concat",
          "table.maxn",
          "table.insert",
          "table.remove",
          "table.getn",
          "math.floor",
          "math.ceil",
          "math.abs",
          "math.max",
          "math.min",
          "math.fmod",
          "math.modf",
          "math.frexp",
          "tonumber",
          "tostring",
          "type",
          "select",
          "rawget",
          "rawequal",
          "rawset",
          "next",
          "ipairs",
          "pairs",
          "unpack",
          "setmetatable",
          "getmetatable",
          "assert",
          "pcall",
          "bit.band",
          "bit.bor",
          "bit.bxor",
          "bit.bnot",
          "bit.lshift",
          "bit.rshift",
          "bit.arshift",
          "bit.rol",
          "bit.tohex",
          "bit.tobit",
          "bit.bswap",
          "cjson.encode",
          "cjson.decode",
          "cmsgpack.pack",
          "cmsgpack.unpack",
          "struct.pack",
          "struct.unpack",
          "struct.size",
          "redis.sha1hex",
          "redis.error_reply",
          "redis.status_reply",
          "redis.setresp",
          "coroutine.create",
          "coroutine.resume",
          "coroutine.status",
          "coroutine.wrap",
          "loadstring",
          "xpcall");

  private final Random random;

  ScriptGenerator(Random random) {
    this.random = random;
  }

  /** The next script. */
  String line() {
    return switch (random.nextInt(12)) {
      case 0, 1 -> "= " + expression(4) + ", " + expression(3);
      case 2, 3 -> "? " + statements(5, 2) + " return a, b, c, d";
      case 4 -> "? return " + format();
      case 5 -> "? return " + pattern();
      case 6 -> "? return cjson.decode('" + json(3) + "')";
      case 7 -> "? return " + packed();
      case 8 -> "? return " + oneOf(CALLS) + "(" + arguments(3) + ")";
      case 9 -> statements(3, 2) + " return " + expression(3);
      case 10 -> damaged(statements(4, 2) + " return " + expression(3));
      default -> "return " + reply(3);
    };
  }

  private String oneOf(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String oneOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String expression(int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return oneOf(LITERALS);
    }
    return switch (random.nextInt(9)) {
      case 0, 1, 2, 3 ->
          "(" + expression(depth - 1) + " " + oneOf(BINARY) + " " + expression(depth - 1) + ")";
      case 4 -> "(" + oneOf("-", "not ", "#") + expression(depth - 1) + ")";
      case 5 -> oneOf(CALLS) + "(" + arguments(depth) + ")";
      case 6 -> "(" + expression(depth - 1) + ")" + oneOf(".a", "[1]", "[2]", ".b", "['x']");
      case 7 ->
          "(function(...) return "
              + oneOf("...", "select('#', ...)", "(...)")
              + " end)("
              + arguments(depth)
              + ")";
      default ->
          "{"
              + expression(depth - 1)
              + ", "
              + oneOf("a = ", "[3] = ", "")
              + expression(depth - 1)
              + "}";
    };
  }

  private String arguments(int depth) {
    List<String> arguments = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      arguments.add(expression(Math.max(0, depth - 2)));
    }
    return String.join(", ", arguments);
  }

  private String statements(int count, int depth) {
    StringBuilder text = new StringBuilder("local a, b, c, d = ");
    text.append(oneOf(LITERALS)).append(", ").append(oneOf(LITERALS)).append(", {}, 'd'");
    for (int i = 0; i < count; i++) {
      text.append(oneOf(" ", " ", "; ", "~~")).append(statement(depth));
    }
    return text.toString();
  }

  private String statement(int depth) {
    String name = oneOf(NAMES);
    return switch (random.nextInt(depth == 0 ? 5 : 12)) {
      case 0, 1 -> name + " = " + operand() + " " + oneOf(BINARY) + " " + operand();
      case 2 -> "c" + oneOf(".x", "[1]", "[2]", "[a]", ".y") + " = " + operand();
      case 3 -> name + ", " + oneOf(NAMES) + " = " + operand() + ", " + operand();
      case 4 -> name + " = " + oneOf(CALLS) + "(" + operand() + ", " + operand() + ")";
      case 5 ->
          "if "
              + operand()
              + " then "
              + statement(depth - 1)
              + " else "
              + statement(depth - 1)
              + " end";
      case 6 -> "for i = 1, " + oneOf("3", "2", "0") + " do a = i " + statement(depth - 1) + " end";
      case 7 -> "local ok, e = pcall(function() " + statement(depth - 1) + " end) d = e";
      case 8 ->
          "for i, v in ipairs({"
              + operand()
              + ", "
              + operand()
              + "}) do b = v "
              + statement(depth - 1)
              + " end";
      case 9 -> "do local " + name + " = " + operand() + " " + statement(depth - 1) + " end";
      case 10 ->
          "if "
              + operand()
              + " then error("
              + oneOf("'e'", "'E f', 0", "5", "{err = 'E f'}")
              + ") end";
      default ->
          "local function f(x) "
              + statement(depth - 1)
              + " return x end "
              + name
              + " = f("
              + operand()
              + ")";
    };
  }

  private String operand() {
    return switch (random.nextInt(5)) {
      case 0 -> oneOf(LITERALS);
      case 1 -> "c" + oneOf(".x", "[1]", ".y.z", "[a]");
      default -> oneOf(NAMES);
    };
  }

  private String format() {
    StringBuilder format = new StringBuilder();
    List<String> arguments = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      format
          .append(oneOf("", "x", "%%"))
          .append('%')
          .append(oneOf("", "-", "+", " ", "#", "0", "-0"));
      format.append(oneOf("", "", "5", "12", "20")).append(oneOf("", "", ".", ".0", ".3", ".10"));
      format.append(oneOf("d", "i", "u", "o", "x", "X", "e", "f", "g", "G", "c", "s", "s", "q"));
      arguments.add(number());
    }
    return "('" + format + "'):format(" + String.join(", ", arguments) + ")";
  }

  private String number() {
    return switch (random.nextInt(6)) {
      case 0 -> Integer.toString(random.nextInt(512) - 256);
      case 1 -> Long.toString(random.nextLong() >> random.nextInt(60));
      case 2 -> Double.toString(random.nextGaussian());
      case 3 -> random.nextInt(100_000) + "e" + (random.nextInt(40) - 20);
      case 4 -> "'" + random.nextInt(100) + "'";
      default -> oneOf("0", "-0.5", "2.5", "1e100", "65", "(1/0)", "'abc'");
    };
  }

  private String pattern() {
    StringBuilder pattern = new StringBuilder(oneOf("", "", "^"));
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      pattern.append(
          oneOf(
              "a", "b", ".", "%a", "%d", "%w", "%s", "%S", "[ab]", "[^a]", "[%w_]", "[a-c]", "(",
              ")", "()", "(a*)", "(.-)", "%b()", "%f[%w]", "%1", "%2", "%", "[", "-", "%%"));
      pattern.append(oneOf("", "", "*", "+", "-", "?"));
    }
    pattern.append(oneOf("", "", "$"));
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(14); i > 0; i--) {
      text.append(oneOf("a", "b", "c", "1", " ", "(", ")", "_", "%"));
    }
    String subject = "'" + text + "', '" + pattern + "'";
    return switch (random.nextInt(4)) {
      case 0 -> "string.find(" + subject + oneOf("", ", 2", ", -3", ", 1, true") + ")";
      case 1 -> "string.match(" + subject + ")";
      case 2 -> "string.gsub(" + subject + ", '" + oneOf("x", "%0%0", "<%1>", "%", "%2") + "')";
      default ->
          "string.gsub("
              + subject
              + ", "
              + oneOf("string.upper", "{a = 'A', b = 1}", "function(x, y) return y end", "nil")
              + oneOf("", ", 1", ", 2")
              + ")";
    };
  }

  private String json(int depth) {
    String space = oneOf("", "", "", " ", "\\n");
    String value =
        switch (random.nextInt(depth == 0 ? 6 : 9)) {
          case 0 -> Integer.toString(random.nextInt(1000) - 500);
          case 1 ->
              oneOf("1.5", "1e5", "-0.25E-3", "12345678901234567890", "0", "-0", "01", "1.", "1e");
          case 2, 3 ->
              "\""
                  + oneOf("", "x", "a b", "\\\\n", "\\\\u0041", "\\\\ud83d\\\\ude00", "\\\\x", "\t")
                  + "\"";
          case 4 -> oneOf("true", "false", "null", "nul", "True");
          case 5 -> oneOf("", "[]", "{}", "[", "}", ",", ":", "\"", "nan", "inf", "+1");
          case 6, 7 -> "[" + json(depth - 1) + oneOf(",", ",", ",", " ") + json(depth - 1) + "]";
          default ->
              "{\""
                  + oneOf("a", "b", "1")
                  + "\""
                  + oneOf(":", ":", ":", " ")
                  + json(depth - 1)
                  + oneOf("", ",\"k\":" + json(depth - 1))
                  + "}";
        };
    return space + value + space;
  }

  private String packed() {
    String value = reply(2);
    return switch (random.nextInt(5)) {
      case 0 -> "cmsgpack.unpack(cmsgpack.pack(" + value + "))";
      case 1 -> "cmsgpack.unpack('" + bytes() + "')";
      case 2 -> "struct.unpack('" + structFormat() + "', '" + bytes() + "')";
      case 3 -> "struct.pack('" + structFormat() + "', " + number() + ", " + number() + ")";
      default -> "cjson.decode(cjson.encode(" + value + "))";
    };
  }

  private String bytes() {
    StringBuilder bytes = new StringBuilder();
    for (int i = random.nextInt(16); i > 0; i--) {
      int b = random.nextInt(3) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(96);
      bytes.append("\\%03d".formatted(random.nextInt(3) == 0 ? random.nextInt(8) : b));
    }
    return bytes.toString();
  }

  private String structFormat() {
    StringBuilder format = new StringBuilder(oneOf("", "", "<", ">", "=", "!", "!4"));
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      format.append(
          oneOf(
              "b", "B", "h", "H", "i", "I", "l", "L", "i3", "i8", "f", "d", "s", "c2", "x", "c0"));
    }
    return format.toString();
  }

  private String reply(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return oneOf("1", "'x'", "2.9", "true", "false", "nil", "-3", "''", "'a\\r\\nb'", "1e10");
    }
    return switch (random.nextInt(8)) {
      case 0 -> "{ok = " + reply(0) + "}";
      case 1 -> "{err = " + oneOf("'E x'", "'plain'", "'-ERR y'", "''", "{}") + "}";
      case 2 -> "{double = " + reply(0) + "}";
      case 3 -> "{map = {k = " + reply(depth - 1) + "}}";
      case 4 -> "{set = {k = " + reply(0) + "}}";
      case 5 -> "{big_number = " + oneOf("'123'", "'1\\r\\n'", "5") + "}";
      default ->
          "{" + reply(depth - 1) + ", " + reply(depth - 1) + oneOf("", ", n = 1", ", nil, 2") + "}";
    };
  }

  /** A script with one character changed, added or missing. */
  private String damaged(String script) {
    StringBuilder text = new StringBuilder(script);
    int at = random.nextInt(text.length());
    char other = "=(){}.,'[]~+ 1a\"#:".charAt(random.nextInt(18));
    switch (random.nextInt(3)) {
      case 0 -> text.deleteCharAt(at);
      case 1 -> text.insert(at, other);
      default -> text.setCharAt(at, other);
    }
    return text.toString();
  }
}
