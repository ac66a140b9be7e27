package dev.larder.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * The scripts of clients of {@link CrashTest}, and their libraries. All of them change four keys,
 * mostly of different shards, as {@link #commands} says; some take several turns of their loop, so
 * that a kill comes in between.
 */
final class CrashScripts {
  private static final String CHANGE =
      "redis.call('SET', keys[1], args[1]) for i = 1, args[2] do end"
          + " redis.call('RPUSH', keys[2], args[1], args[1]) for i = 1, args[2] do end"
          + " redis.call('DEL', keys[3]) redis.call('SET', keys[4], args[1]) return 1";
  private static final String NAMED = "local keys, args = KEYS, ARGV " + CHANGE;
  private static final String UNNAMED =
      "local args = ARGV local keys = {unpack(ARGV, 3)} " + CHANGE;
  private static final String KEYS = "4";

  private CrashScripts() {}

  /** A script that names its keys. */
  static Request named(String key, String value, int turns) {
    return Request.of(
        "EVAL", NAMED, KEYS, left(key), list(key), string(key), right(key), value, turns + "");
  }

  /** A script that does not name its keys. */
  static Request unnamed(String key, String value, int turns) {
    return Request.of(
        "EVAL", UNNAMED, "0", value, turns + "", left(key), list(key), string(key), right(key));
  }

  /** A function of a client's library. */
  static Request function(int client, String key, String value, int turns) {
    return Request.of(
        "FCALL",
        "change" + client,
        KEYS,
        left(key),
        list(key),
        string(key),
        right(key),
        value,
        turns + "");
  }

  /** Loads a client's library, of which there are versions. */
  static Request library(int client, String version) {
    String code =
        "#!lua name=lib%d%nlocal version = %s%nredis.register_function('change%d', "
                .formatted(client, version, client)
            + "function(keys, args) "
            + CHANGE
            + " end)";
    return Request.of("FUNCTION", "LOAD", "REPLACE", code);
  }

  /** What takes the place of a key for a client's library. */
  static String libraryKey(String client) {
    return "library:" + client + ":0";
  }

  /** The version in a library's text. */
  static String version(String code) {
    return code.lines().skip(1).findFirst().orElseThrow().substring("local version = ".length());
  }

  /** What a request of a script does, as plain commands. */
  static List<Request> commands(Request request) {
    boolean isUnnamed = request.command().equals("eval") && request.text(2).equals("0");
    int keys = isUnnamed ? 5 : 3;
    String value = request.text(isUnnamed ? 3 : 7);
    List<Request> commands = new ArrayList<>();
    commands.add(Request.of("SET", request.text(keys), value));
    commands.add(Request.of("RPUSH", request.text(keys + 1), value, value));
    commands.add(Request.of("DEL", request.text(keys + 2)));
    commands.add(Request.of("SET", request.text(keys + 3), value));
    return commands;
  }

  private static String left(String key) {
    return "left:" + key;
  }

  private static String list(String key) {
    return "list:" + key;
  }

  private static String string(String key) {
    return "string:" + key;
  }

  private static String right(String key) {
    return "right:" + key;
  }
}
