package dev.larder.script;

import static dev.larder.script.ReplyFields.ERR;
import static dev.larder.script.ReplyFields.OK;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The functions and constants that scripts find in {@code redis}. */
final class RedisLibrary {
  private static final Logger log = LoggerFactory.getLogger("dev.larder.script");

  private static final int LOG_WARNING = 3;

  /** More is cut from the text of a message. */
  private static final int LOG_LENGTH = 1024;

  /** The parts of replication; scripts may name any of them, and all is always replicated. */
  private static final int REPL_ALL = 3;

  private final ScriptHost host;

  private RedisLibrary(ScriptHost host) {
    this.host = host;
  }

  /**
   * Sets the global variable.
   *
   * @param version which release of Redis this is
   */
  static LuaTable install(LuaState state, ScriptHost host, String version) {
    LuaTable redis = new LuaTable();
    new RedisLibrary(host).addAll(redis);
    addLog(redis);
    addVersion(redis, version);
    constant(redis, "REPL_NONE", 0);
    constant(redis, "REPL_AOF", 1);
    constant(redis, "REPL_SLAVE", 2);
    constant(redis, "REPL_REPLICA", 2);
    constant(redis, "REPL_ALL", REPL_ALL);
    state.globals().put(LuaString.of("redis"), redis);
    return redis;
  }

  static void addLog(LuaTable redis) {
    Builtin.add(redis, "log", RedisLibrary::log);
    constant(redis, "LOG_DEBUG", 0);
    constant(redis, "LOG_VERBOSE", 1);
    constant(redis, "LOG_NOTICE", 2);
    constant(redis, "LOG_WARNING", LOG_WARNING);
  }

  static void addVersion(LuaTable redis, String version) {
    redis.put(LuaString.of("REDIS_VERSION"), LuaString.of(version));
    constant(redis, "REDIS_VERSION_NUM", number(version));
  }

  private static void constant(LuaTable table, String name, double value) {
    table.put(LuaString.of(name), value);
  }

  /** A version as one number, a byte for each of its parts. */
  private static int number(String version) {
    int number = 0;
    for (String part : version.split("\\.")) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }

  private void addAll(LuaTable redis) {
    Builtin.add(redis, "call", this::call);
    Builtin.add(redis, "pcall", this::protectedCall);
    Builtin.add(redis, "error_reply", RedisLibrary::errorReply);
    Builtin.add(redis, "status_reply", call -> reply(call, OK));
    Builtin.add(redis, "sha1hex", RedisLibrary::sha1hex);
    Builtin.add(redis, "setresp", this::setResp);
    Builtin.add(redis, "set_repl", RedisLibrary::setRepl);
    Builtin.add(redis, "replicate_commands", call -> call.add(true));
    Builtin.add(redis, "breakpoint", call -> call.add(false));
    Builtin.add(redis, "debug", call -> {});
    Builtin.add(redis, "acl_check_cmd", this::aclCheck);
  }

  private void call(Call call) {
    LuaTable error = host.execute(call);
    if (error != null) {
      throw new LuaError(error);
    }
  }

  private void protectedCall(Call call) {
    LuaTable error = host.execute(call);
    if (error != null) {
      call.add(error);
    }
  }

  /** What ends a script, unless it catches it, with this reply. */
  static LuaError error(String text) {
    return new LuaError(LuaReply.error(LuaString.of(text)));
  }

  private static void errorReply(Call call) {
    if (call.count() == 1 && call.value(1) instanceof LuaString text) {
      String message = text.toString();
      if (message.startsWith("-")) {
        message = message.substring(1);
      }
      if (message.indexOf(' ') < 0) {
        // It has no code.
        message = "ERR " + message;
      }
      call.add(single(ERR, LuaString.of(message)));
    } else {
      reply(call, ERR);
    }
  }

  private static void reply(Call call, LuaString field) {
    if (call.count() == 1 && call.value(1) instanceof LuaString text) {
      call.add(single(field, text));
    } else {
      call.add(single(ERR, LuaString.of("ERR wrong number or type of arguments")));
    }
  }

  private static LuaTable single(LuaString field, LuaString text) {
    LuaTable table = new LuaTable(0, 1);
    table.put(field, text);
    return table;
  }

  /** Whether an argument is a number, or a text that is one. */
  private static boolean isNumeric(Call call, int i) {
    return call.isNumber(i) || call.value(i) instanceof LuaString text && LuaNumbers.parses(text);
  }

  private static void sha1hex(Call call) {
    if (call.count() != 1) {
      throw error("ERR wrong number of arguments");
    }
    boolean isText = call.isNumber(1) || call.value(1) instanceof LuaString;
    LuaString text = isText ? call.checkString(1) : LuaString.of("");
    call.add(LuaString.of(Sha.of(text.bytes()).toString()));
  }

  private static void log(Call call) {
    if (call.count() < 2) {
      throw error("ERR redis.log() requires two arguments or more.");
    }
    if (!isNumeric(call, 1)) {
      throw error("ERR First argument must be a number (log level).");
    }
    int level = call.checkInt(1);
    if (level < 0 || level > LOG_WARNING) {
      throw error("ERR Invalid debug level.");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 2; i <= call.count() && text.length() < LOG_LENGTH; i++) {
      Object part = call.value(i);
      if (part instanceof LuaString || part instanceof Double) {
        LuaString shown = call.checkString(i);
        int length = Math.min(shown.length(), LOG_LENGTH - text.length());
        text.append(i == 2 ? "" : " ").append(LuaString.copyOf(shown.bytes(), 0, length));
      }
    }
    switch (level) {
      case 0 -> log.trace("{}", text);
      case 1 -> log.debug("{}", text);
      case 2 -> log.info("{}", text);
      default -> log.warn("{}", text);
    }
  }

  private void setResp(Call call) {
    if (call.count() != 1) {
      throw error("ERR redis.setresp() requires one argument.");
    }
    int version = isNumeric(call, 1) ? call.checkInt(1) : 0;
    if (version != 2 && version != 3) {
      throw error("ERR RESP version must be 2 or 3.");
    }
    host.protocol(version);
  }

  private static void setRepl(Call call) {
    if (call.count() != 1) {
      throw error("ERR redis.set_repl() requires two arguments.");
    }
    int flags = isNumeric(call, 1) ? call.checkInt(1) : 0;
    if ((flags & ~REPL_ALL) != 0) {
      throw error(
          "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
    }
    if (flags != REPL_ALL) {
      throw error("ERR redis.set_repl() with other flags than REPL_ALL is not supported");
    }
  }

  private void aclCheck(Call call) {
    if (call.count() == 0) {
      throw error("ERR Please specify at least one argument for this redis lib call");
    }
    for (int i = 1; i <= call.count(); i++) {
      if (!call.isNumber(i) && !(call.value(i) instanceof LuaString)) {
        throw error("ERR Lua redis lib command arguments must be strings or integers");
      }
    }
    Boolean mayRun = host.mayRun(call);
    if (mayRun == null) {
      throw error("ERR Invalid command passed to redis.acl_check_cmd()");
    }
    call.add(mayRun.booleanValue());
  }
}
