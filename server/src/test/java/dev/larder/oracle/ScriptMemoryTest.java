package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many clients call scripts that want all memory there is, at once and again and again, of a server
 * with the heap that is shipped, which ends where that is exhausted. It does not; each call is
 * replied to; and another client's commands go on. {@code -Dseed=} chooses the order, {@code
 * -Dscripts.seconds=} how long.
 */
@Tag("deep")
final class ScriptMemoryTest {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptMemoryTest.class);
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int SECONDS = Integer.getInteger("scripts.seconds", 120);
  private static final int CLIENTS = 16;
  private static final int PAUSE_MILLIS = 5;

  /** So long scripts may keep each other waiting, a few of which run at a time. */
  private static final int SCRIPT_MILLIS = 300_000;

  private static final String LARGE = "x".repeat(4_000_000);

  /** Each makes a call, which may be another each time. */
  private static final List<IntFunction<Request>> CALLS = new ArrayList<>();

  private static void script(String text, String... arguments) {
    List<String> words = new ArrayList<>(List.of("EVAL", text, "0"));
    words.addAll(List.of(arguments));
    Request request = Request.of(words.toArray(String[]::new));
    CALLS.add(i -> request);
  }

  static {
    script("local s = 'x' while true do s = s .. s end");
    script("local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end");
    script("local t = {} while true do t = {t} end");
    script("local t = {} for i = 1, 1e9 do t['k' .. i] = i end");
    script("local t = {} while true do t[#t + 1] = function() return t end end");
    script(
        "local t = {} while true do local c = coroutine.wrap(function()"
            + " local function f(n) if n > 0 then return 1 + f(n - 1) end coroutine.yield() end"
            + " f(9000) end) c() t[#t + 1] = c end");
    script(
        "local t = {} for i = 1, 7900 do t[i] = i end local function f(n, ...)"
            + " if n > 0 then return 1 + f(n - 1, ...) end return 0 end"
            + " return f(15000, unpack(t))");
    script(
        "local s = ('['):rep(900) .. (']'):rep(900) local t = {}"
            + " while true do t[#t + 1] = cjson.decode(s) end");
    script("return #cjson.encode(cjson.decode('[' .. ('[1],'):rep(3e5) .. '1]'))");
    script("local s = ('x'):rep(1e7) return (s:gsub('x', s))");
    script("local t = {} for i = 1, 1e4 do t[i] = ('x'):rep(1e5) end return table.concat(t)");
    script("local t, s = {}, ('x'):rep(1e6) while true do t[#t + 1] = s:gmatch('.') t[#t]() end");
    script("local t, s = {}, ('x'):rep(8e6) while true do t[#t + 1] = ('%s%s'):format(s, s) end");
    script("local t = {} while true do t[#t + 1] = loadstring(('x = 1 '):rep(1e4)) end");
    script("return loadstring('return {' .. ('function() end,'):rep(1e5) .. '1}') ~= nil");
    script("error(('x'):rep(1.2e7))");
    script("return {err = ('x'):rep(1.2e7)}");
    script("redis.log(redis.LOG_DEBUG, ('x'):rep(1e7), ('y'):rep(1e7))");
    script("local t = {} for i = 1, 40 do t = {t, t} end return t");
    script("local s = ('x'):rep(1.2e7) for i = 1, 1e5 do end return #s");
    script("local t = {} while true do t[#t + 1] = redis.call('echo', ('x'):rep(1e6)) end");
    script(
        "local s = ('x'):rep(5e6) redis.call('mset', 'a', s, 'b', s, 'c', s, 'd', s)"
            + " return redis.call('mget', 'a', 'b', 'c', 'd', 'a', 'b', 'c', 'd')");
    script("local n = 0 for i = 1, 1e5 do n = n + 1 end return #ARGV[1]", LARGE);
    CALLS.add(i -> Request.of("EVAL", "return 1 --" + i + LARGE.substring(2_000_000), "0"));
    CALLS.add(i -> Request.of("SCRIPT", "LOAD", "return 2 --" + i + LARGE.substring(3_000_000)));
    CALLS.add(i ->
        Request.of(
            "FUNCTION",
            "LOAD",
            "#!lua name=l%1$d\nlocal t = {} for i = 1, 1e5 do t[i] = {} end".formatted(Math.abs(i))
                + " redis.register_function('f%d', function() return #t end)"
                    .formatted(Math.abs(i))));
    CALLS.add(i -> Request.of("FCALL", "f" + Math.abs(i - 1), "0"));
  }

  @TempDir Path folder;

  @Test
  void allWantAllMemory() throws Exception {
    attack(SECONDS);
  }

  private void attack(int seconds) throws Exception {
    LOG.info("seed {}", SEED);
    try (LarderProcess server = LarderProcess.start(folder);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      long end = Clock.nanos() + TimeUnit.SECONDS.toNanos(seconds);
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(SEED + i);
        clients.add(threads.submit(() -> call(server, random, end)));
      }
      Future<Long> worst = threads.submit(() -> worstMillis(server, end));
      int calls = 0;
      for (Future<Integer> client : clients) {
        calls += client.get();
      }
      LOG.info("{} calls, another client waited {} ms at most", calls, worst.get());
      assertThat(calls).isGreaterThanOrEqualTo(CLIENTS);
      try (Wire wire = new Wire(server.port())) {
        assertThat(wire.ask("EVAL", "return 'sound'", "0").text()).contains("sound");
      }
      assertThat(Files.readString(folder.resolve("log"))).doesNotContain("OutOfMemory", "ERROR");
    }
  }

  /** Calls what it draws; all is replied to. */
  private static int call(LarderProcess server, Random random, long end) throws Exception {
    int calls = 0;
    try (Wire wire = new Wire(server.port(), SCRIPT_MILLIS)) {
      while (Clock.nanos() < end) {
        IntFunction<Request> call = CALLS.get(random.nextInt(CALLS.size()));
        assertThat(wire.ask(call.apply(random.nextInt())).text()).isNotEmpty();
        calls++;
      }
    }
    return calls;
  }

  private static long worstMillis(LarderProcess server, long end) throws Exception {
    long worst = 0;
    try (Wire wire = new Wire(server.port())) {
      while (Clock.nanos() < end) {
        long begin = Clock.nanos();
        assertThat(wire.ask("PING").text()).startsWith("+PONG");
        worst = Math.max(worst, Clock.nanos() - begin);
        Pause.millis(PAUSE_MILLIS);
      }
    }
    return TimeUnit.NANOSECONDS.toMillis(worst);
  }
}
