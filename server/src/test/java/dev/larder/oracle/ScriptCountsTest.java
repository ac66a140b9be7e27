package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** INFO counts the commands that scripts call, and their errors, as redis-server does. */
@Tag("slow")
final class ScriptCountsTest {
  private static final String LIBRARY =
      "#!lua name=l\n"
          + "redis.register_function('f', function(keys)"
          + " redis.call('SET', keys[1], 1) return redis.call('LPUSH', keys[1], 'x') end)\n"
          + "redis.register_function{function_name='g', flags={'no-writes'},"
          + " callback=function(keys) return redis.pcall('SET', keys[1], 1) end}";

  /** What scripts do; {@code a} holds a string. */
  private static final List<String> SCRIPTS =
      List.of(
          "redis.call('SET', 'a', 1) redis.call('GET', 'a') return redis.call('LPUSH', 'a', 'x')",
          "redis.pcall('INCR', 'a', 'b') redis.pcall('LPUSH', 'a', 'x') return 1",
          "return redis.pcall('LPUSH', 'a', 'x')",
          "return redis.call('LPUSH', 'a', 'x')",
          "return redis.error_reply('MYERR foo')",
          "return redis.error_reply('nocode')",
          "return {err='x y'}",
          "return {err='-x y'}",
          "return {err='onlyoneword'}",
          "return {err='" + "c".repeat(30) + " is a code'}",
          "return {err='" + "c".repeat(31) + " is too long'}",
          "return {err=''}",
          "error('abc')",
          "error({err='FOO bar'})",
          "error(redis.error_reply('FOX bar'))",
          "return redis.call('nosuch')",
          "redis.pcall('nosuch') return 1",
          "return redis.pcall('nosuch')",
          "redis.pcall() return 1",
          "return redis.call()",
          "return redis.pcall('GET', {})",
          "redis.pcall('GET', {}) return 1",
          "redis.pcall('GET') return 1",
          "redis.pcall('SUBSCRIBE', 'a') return 1",
          "return redis.call('MULTI')",
          "return redis.call('EVAL', 'return 1', 0)",
          "return pcall(function() return redis.call('LPUSH', 'a', 'x') end)",
          "local _, e = pcall(redis.call, 'LPUSH', 'a', 'x') error(e)",
          "local _, e = pcall(redis.call, 'LPUSH', 'a', 'x') return {err=e}",
          "return {1, {err='IN array'}, {err='IN other'}}",
          "return {1, redis.pcall('LPUSH', 'a', 'x')}",
          "error(redis.pcall('LPUSH', 'a', 'x'))",
          "local e = redis.pcall('LPUSH', 'a', 'x') e.err = 'NEW code' return e",
          "return {err=redis.pcall('LPUSH', 'a', 'x').err}",
          "local (",
          "redis.setresp(5)",
          "redis.log(1)",
          "return redis.acl_check_cmd('nosuch')",
          "return redis.call('XINFO', 'STREAM', 'nokey')",
          "return redis.call('OBJECT', 'ENCODING', 'a')",
          "for i = 1, 100 do redis.call('INCR', 'n') end",
          "redis.call('GET', 'a') redis.call('GET', 'nokey') redis.call('PING')",
          "redis.call('SELECT', 3) redis.call('GET', 'a')");

  private static final Pattern COUNTS =
      Pattern.compile("(cmdstat_\\S+):calls=(\\d+),.*(rejected_calls=\\d+,failed_calls=\\d+)");

  private static final Pattern TOTAL =
      Pattern.compile(
          "errorstat_\\S+|total_error_replies:\\d+|total_commands_processed:\\d+"
              + "|keyspace_(?:hits|misses):\\d+");

  @Test
  void countsAreAlike() throws IOException {
    List<String> differences = new ArrayList<>();
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L));
        Wire first = new Wire(redis.port());
        Wire second = new Wire(larder.port())) {
      for (List<String[]> requests : all()) {
        String expected = counts(first, requests);
        String actual = counts(second, requests);
        if (!expected.equals(actual)) {
          differences.add(
              "%n%s%nredis   %s%nlarder  %s"
                  .formatted(List.of(requests.getFirst()), expected, actual));
        }
      }
      assertThat(larder.stats().bugs()).as("bugs of larder").isZero();
    }
    assertThat(differences).isEmpty();
  }

  private static List<List<String[]>> all() {
    List<List<String[]>> all = new ArrayList<>();
    String[] exec = {"EXEC"};
    for (String script : SCRIPTS) {
      // With its key named, without, without permission to write, and in a transaction.
      all.add(List.<String[]>of(new String[] {"EVAL", script, "1", "a"}));
      all.add(List.<String[]>of(new String[] {"EVAL", script, "0"}));
      all.add(List.<String[]>of(new String[] {"EVAL_RO", script, "1", "a"}));
      all.add(List.of(new String[] {"MULTI"}, new String[] {"EVAL", script, "0"}, exec));
    }
    for (String call : List.of("EVALSHA abc 0", "EVAL x", "EVAL x y", "EVAL x 5", "FCALL f 0")) {
      all.add(List.<String[]>of(call.split(" ")));
    }
    for (String call : List.of("FCALL f 1 a", "FCALL_RO f 1 a", "FCALL g 1 a", "FCALL_RO g 1 a")) {
      String[] load = {"FUNCTION", "LOAD", "REPLACE", LIBRARY};
      all.add(List.of(load, call.split(" "), new String[] {"FUNCTION", "DELETE", "l"}));
    }
    return all;
  }

  /** What INFO tells when these requests have been answered. */
  private static String counts(Wire wire, List<String[]> requests) throws IOException {
    wire.ask("FLUSHALL");
    wire.ask("SET", "a", "1");
    wire.ask("SCRIPT", "FLUSH");
    wire.ask("CONFIG", "RESETSTAT");
    for (String[] request : requests) {
      wire.ask(request);
    }
    TreeSet<String> counts = new TreeSet<>();
    for (String section : List.of("commandstats", "errorstats", "stats")) {
      String info = wire.ask("INFO", section).text();
      COUNTS
          .matcher(info)
          .results()
          .filter(x -> !x.group(1).matches("cmdstat_(?:info|config.*)"))
          .forEach(x -> counts.add(x.group(1) + " " + x.group(2) + " " + x.group(3)));
      Matcher totals = TOTAL.matcher(info);
      while (totals.find()) {
        counts.add(totals.group());
      }
    }
    return counts.toString();
  }
}
