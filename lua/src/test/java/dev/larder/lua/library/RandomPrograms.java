package dev.larder.lua.library;

import java.util.Random;

/** Makes programs of all statements and operators, most of which end with some error inside. */
final class RandomPrograms {
  private static final int DEPTH_MAX = 3;

  /** What programs use: variables of all types, and a function that notes values. */
  private static final String FRAME =
      """
      local n, out, u, a, b, c, d = 0, {}, 1, 1, 2, 'x', nil
      local t = {x = 1, y = 'y', 10, 20}
      local depth = 0
      local plain = {number = 1, string = 1, boolean = 1}
      plain['nil'] = 1
      local function show(v)
        return plain[type(v)] and tostring(v) or type(v)
      end
      local function o(...)
        if #out > 200 then return end
        for i = 1, select('#', ...) do
          local s = show((select(i, ...)))
          out[#out + 1] = #s > 200 and #s or s
        end
        out[#out + 1] = ';'
        return ...
      end
      local m = setmetatable({}, {
        __index = function(t, k) return k end,
        __newindex = function(t, k, v) u = v end,
        __call = function(self, ...) return ... end,
        __add = function(x, y) return 'add' end,
        __concat = function(x, y) return 'cat' end,
        __eq = function() return true end,
        __lt = function(x, y) return true end,
        __unm = function(x) return x end,
        __sub = function(x) return 7 end,
        __mul = function(x, y) error('mul') end
      })
      local function f(...)
        depth = depth + 1
        if depth > 20 then return 0 end
        return select('#', ...), ...
      end
      local function g(x) return x end
      local function main(...)
      %s
      end
      o(pcall(main, 1, nil, 'v'))
      return table.concat(out, ',')
      """;

  private final Random random;

  RandomPrograms(long seed) {
    this(new Random(seed));
  }

  /** Makes programs of what is drawn from a source. */
  RandomPrograms(Random random) {
    this.random = random;
  }

  String next() {
    StringBuilder body = new StringBuilder();
    for (int i = 2 + random.nextInt(6); i > 0; i--) {
      body.append(statement(0)).append('\n');
    }
    return FRAME.replace("%s", body);
  }

  private String of(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String name() {
    return of("a", "b", "c", "d");
  }

  private String atom(int depth) {
    return switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 -> name();
      case 6, 7, 8 -> of("0", "1", "2", "3", "-1", "0.5", "10", "255", "1e15", "1e100");
      case 9, 10 -> of("'x'", "'10'", "''", "'abc'", "' 5 '", "'0x1f'");
      case 11 -> of("nil", "true", "false");
      case 12 -> "t";
      case 13, 14 -> "t." + of("x", "y", "z");
      case 15 -> "m";
      case 16 -> of("...", "(...)", "select('#', ...)");
      case 17 -> "u";
      case 18 -> "{%s, x = %s, [%s] = 1}".formatted(e(depth + 1), e(depth + 1), e(depth + 1));
      default -> "t[%s]".formatted(e(depth + 1));
    };
  }

  /** An expression. */
  private String e(int depth) {
    if (depth > DEPTH_MAX || random.nextInt(10) < 3) {
      return depth > DEPTH_MAX + 2 ? name() : atom(depth);
    }
    int next = depth + 1;
    return switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5, 6 ->
          "%s %s %s".formatted(e(next), of("+", "-", "*", "/", "%", "^"), e(next));
      case 7, 8 -> "%s .. %s".formatted(e(next), e(next));
      case 9, 10, 11 ->
          "(%s %s %s)".formatted(e(next), of("==", "~=", "<", ">", "<=", ">="), e(next));
      case 12, 13, 14 -> "(%s %s %s)".formatted(e(next), of("and", "or"), e(next));
      case 15 -> "%s(%s)".formatted(of("not ", "- ", "#"), e(next));
      case 16, 17 ->
          "(function(...) %s return %s end)(%s)".formatted(statement(next + 1), e(next), e(next));
      case 18 ->
          "%s(%s, %s)"
              .formatted(
                  of("f", "g", "tostring", "type", "pcall", "rawget", "unpack", "t.x", "m"),
                  e(next),
                  e(next));
      default -> "(%s)".formatted(e(next));
    };
  }

  private String block(int depth) {
    return statement(depth) + " " + (random.nextBoolean() ? statement(depth) : "");
  }

  private String statement(int depth) {
    int next = depth + 1;
    if (depth > DEPTH_MAX) {
      return "%s = %s;".formatted(of(name(), "t.x", "t.y", "u"), e(next));
    }
    String bounded = "n = n + 1 if n > 50 then break end ";
    return switch (random.nextInt(14)) {
      case 0, 1, 2 -> "%s = %s;".formatted(of(name(), "t.x", "u", "t[a]"), e(next));
      case 3 -> "%s, %s = %s, %s;".formatted(name(), of(name(), "t[a]"), e(next), e(next));
      case 4 -> "local %s = %s;".formatted(name(), e(next));
      case 5 -> "if %s then %s else %s end".formatted(e(next), block(next), block(next));
      case 6 ->
          "for i = %d, %d do %s end"
              .formatted(random.nextInt(3), random.nextInt(6), bounded + block(next));
      case 7 -> "for k, v in pairs(t) do " + bounded + "o(k, v) end";
      case 8 -> "while n < 40 and %s do n = n + 1 %s end".formatted(e(next), block(next));
      case 9 -> "repeat n = n + 1 local q = %s; until n > 30 or q".formatted(e(next));
      case 10 -> "o(%s);".formatted(e(next));
      case 11 ->
          "local function h(...) local a = ...; u = %s; return %s end o(h(%s));"
              .formatted(e(next), e(next), e(next));
      case 12 ->
          "o(pcall(function(...) %s return %s end, %s));".formatted(block(next), e(next), e(next));
      default ->
          "for x in coroutine.wrap(function() %s coroutine.yield(%s) end) do o(x) %s end"
              .formatted(block(next), e(next), bounded);
    };
  }
}
