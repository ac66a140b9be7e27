package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import dev.larder.script.ScriptRuns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that would not end, or want all memory there is, on the only event loop. */
@Tag("slow")
@Timeout(120)
final class ScriptKillTest extends WithServer {
  ScriptKillTest() {
    super(loops(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while true do end",
        "for i = 1, 1e300 do end",
        "local function f() return f() end f()",
        "while true do pcall(error) end",
        "while true do pcall(function() while true do end end) end",
        "while true do local x = string.rep('x', 1e7) end",
        "while true do string.rep('ab', 5e6):reverse():upper() end",
        "return (('a'):rep(30)):match(('a?'):rep(30) .. ('a'):rep(30) .. 'b')",
        "return (('a'):rep(1e5)):find(('a*'):rep(20) .. 'b')",
        "return (('a'):rep(1e6)):find('.-.-.-b')",
        "while true do (('a'):rep(1e6)):gsub('a', '%0%0') end",
        "(('a'):rep(10)):gsub('a', function() while true do end end)",
        "table.sort({3, 2, 1}, function(a, b) while true do end end)",
        "while true do local t = {} for i = 1, 2e5 do t[i] = -i end table.sort(t) end",
        "while true do pcall(table.sort, {1, 2, 3, 4, 5}, function() return true end) end",
        "local t = {} for i = 1, 1e5 do t[i] = 'x' end while true do table.concat(t, ',') end",
        "local function f(n) if n > 0 then f(n - 1) end end while true do f(15000) end",
        "local t = {} for i = 1, 1e5 do t[i] = {i} end while true do cjson.encode(t) end",
        "local s = '[' .. ('1,'):rep(3e5) .. '1]' while true do cjson.decode(s) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do"
            + " cmsgpack.unpack(cmsgpack.pack(t)) end",
        "while true do coroutine.wrap(function() coroutine.yield(1) end)() end",
        "coroutine.wrap(function() while true do pcall(coroutine.yield, 1) end end)()"
            + " while true do coroutine.wrap(function() while true do end end)() end",
        "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})"
            + " while true do pcall(function() return t[1] end) end",
        "local t = setmetatable({}, {}) getmetatable(t).__concat = function(a, b)"
            + " return t end while true do local x = t .. 'x' .. t end",
        "while true do pcall(string.format, ('%99.99f'):rep(9), 1, 2, 3, 4, 5, 6, 7, 8, 9) end",
        "local t = {} while true do table.insert(t, 1, 'x') end",
        "while true do pcall(unpack, {}, 1, 7000) end",
        "while true do pcall(loadstring, ('x = 1 '):rep(1e4)) end",
        "while true do redis.sha1hex(('x'):rep(1e6)) end",
        "while true do redis.pcall('get', 'k') end",
        "while true do pcall(redis.call, 'nosuch') end",
        "xpcall(function() error() end, function() while true do end end)",
        "while true do for k in pairs(_G) do end end",
      })
  void areEnded(String script) throws IOException {
    TestClient client = clients.connect(server.port());
    TestClient other = clients.connect(server.port());
    client.send("EVAL", script, "0");
    TestClients.await(() -> other.call("SCRIPT", "KILL").equals("+OK"));
    assertThat(client.readLine()).startsWith("-ERR").contains("Script killed by user");
    assertThat(client.call("EVAL", "return redis.call('SET', KEYS[1], 'v')", "1", "k"))
        .isEqualTo("+OK");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local t = {} while true do t[#t + 1] = 'x' end",
        "local t = {} while true do t = {t} end",
        "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
        "local s = 'x' while true do s = s .. s end",
        "return string.rep('x', 1e9)",
        "local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end",
        "local s = ('x'):rep(1e7) return (s:gsub('x', s))",
        "local t = {} for i = 1, 1e4 do t[i] = ('x'):rep(1e5) end return table.concat(t)",
        "local s = '[' .. ('[],'):rep(2e7) .. '1]' return #cjson.decode(s)",
        "local t, s = {}, ('\\1'):rep(1e6) for i = 1, 1e3 do t[i] = s end return cjson.encode(t)",
        "local t, s = {}, ('x'):rep(1e6) for i = 1, 5e3 do t[i] = s end return cmsgpack.pack(t)",
        "local t = {} while true do t[#t + 1] = cjson.decode('[[[[[]]]]]') end",
        "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
        "local t = {} while true do t[#t + 1] = function() return t end end",
        "local t = {} while true do t[#t + 1] = redis.call('echo', ('x'):rep(1e5)) end",
        "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end",
        "return ('%s'):rep(1e3):format(unpack((function() local t, s = {}, ('x'):rep(2e6)"
            + " for i = 1, 1e3 do t[i] = s end return t end)()))",
      })
  void haveMemoryUpToALimit(String script) throws IOException {
    TestClient client = clients.connect(server.port());
    client.send("EVAL", script, "0");
    assertThat(client.readLine()).startsWith("-ERR").contains("not enough memory");
    assertThat(client.call("EVAL", "return redis.call('SET', KEYS[1], 'v')", "1", "k"))
        .isEqualTo("+OK");
  }

  @Test
  void moreThanMayTakeLongAreNotWaitedForEndlessly() throws IOException {
    TestClient admin = clients.connect(server.port());
    admin.call("CONFIG", "SET", "busy-reply-threshold", "20");
    List<TestClient> busy = new ArrayList<>();
    for (int i = 0; i < ScriptRuns.LONG_MAX; i++) {
      TestClient client = clients.connect(server.port());
      client.send("EVAL", "while true do end", "0");
      busy.add(client);
    }
    TestClient client = clients.connect(server.port());
    String ends = "for i = 1, 2e6 do end";
    TestClients.await(() -> client.call("EVAL", ends, "0").startsWith("-BUSY"));
    String script = "redis.call('SET', KEYS[1], 'v') while true do end";
    assertThat(client.call("EVAL", script, "1", "k")).startsWith("-BUSY");
    assertThat(client.call("EXISTS", "k")).isEqualTo(":0");
    // One that has to begin again since it does not name its key is not among them.
    assertThat(client.call("EVAL", "return redis.call('SET', 'k', 'v')", "0")).isEqualTo("+OK");
    TestClients.await(() -> {
      admin.call("SCRIPT", "KILL");
      return admin.call("SCRIPT", "KILL").startsWith("-NOTBUSY");
    });
    for (TestClient each : busy) {
      assertThat(each.readLine()).contains("Script killed by user");
    }
    assertThat(client.call("SET", "k", "v")).isEqualTo("+OK");
  }
}
