package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.string;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.ok;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.acl.AclUsers;
import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Glob;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Setting;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** CONFIG: reads and changes the options of the running server. */
public final class ConfigCommands {
  private static final ErrorReply NO_FILE =
      ErrorReply.of("ERR The server is running without a config file");
  private final Config config;
  private final AclUsers users;
  private final Runnable resetStatistics;

  /**
   * The group for one server.
   *
   * @param users whom CONFIG REWRITE writes down
   * @param resetStatistics what CONFIG RESETSTAT does; called on any event loop
   */
  public ConfigCommands(Config config, AclUsers users, Runnable resetStatistics) {
    this.config = config;
    this.users = users;
    this.resetStatistics = resetStatistics;
  }

  /** Declares the group. */
  public void declare(Declarations c) {
    c.command("CONFIG")
        .summary("A container for server configuration commands.")
        .since("2.0.0")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    c.command("CONFIG|GET")
        .summary("Returns the values of configuration parameters.")
        .since("2.0.0")
        .group(SERVER)
        .complexity("O(N) when N is the number of configuration parameters provided")
        .history("7.0.0", "Added the ability to pass multiple pattern parameters in one call")
        .arity(-3)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .args(block("parameter", string("parameter")).multiple())
        .replies(map("Parameters whose names match, and their values."))
        .handler(this::get);
    c.command("CONFIG|SET")
        .summary("Sets configuration parameters, all of them or none.")
        .since("2.0.0")
        .group(SERVER)
        .complexity("O(N) when N is the number of configuration parameters provided")
        .history("7.0.0", "Added the ability to set multiple parameters in one call.")
        .arity(-4)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .args(block("data", string("parameter"), string("value")).multiple())
        .replies(ok())
        .handler(this::set);
    c.command("CONFIG|RESETSTAT")
        .summary("Resets the statistics that INFO shows.")
        .since("2.0.0")
        .group(SERVER)
        .complexity("O(1)")
        .arity(2)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .replies(ok())
        .handler(call -> {
          resetStatistics.run();
          call.reply().ok();
        });
    c.command("CONFIG|REWRITE")
        .summary("Has the configuration file say what is in force.")
        .since("2.8.0")
        .group(SERVER)
        .complexity("O(N) where N is the number of lines of the file")
        .arity(2)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .replies(ok())
        .handler(this::rewrite);
    c.help(
        "CONFIG",
        "5.0.0",
        SERVER,
        new AclCategory[0],
        "GET <pattern>",
        "    Return parameters matching the glob-like <pattern> and their values.",
        "SET <directive> <value>",
        "    Set the configuration <directive> to <value>.",
        "RESETSTAT",
        "    Reset statistics reported by the INFO command.",
        "REWRITE",
        "    Have the configuration file say what is in force.");
  }

  private void get(Call call) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 2; i < call.argCount(); i++) {
      String pattern = call.argText(i);
      if (!Glob.isLiteral(pattern)) {
        Glob glob = new Glob(call.argBytes(i), true);
        for (Map.Entry<String, Setting<?>> entry : config.settings()) {
          if (!entry.getValue().option().isHidden()
              && glob.matches(entry.getKey().getBytes(UTF_8))) {
            names.putIfAbsent(entry.getKey(), entry.getKey());
          }
        }
      } else if (config.find(pattern) != null) {
        // A name is returned as the client wrote it.
        names.putIfAbsent(pattern.toLowerCase(Locale.ROOT), pattern);
      }
    }
    call.reply().map(names.size());
    for (Map.Entry<String, String> name : names.entrySet()) {
      Setting<?> setting = config.find(name.getKey());
      call.reply().bulk(name.getValue().getBytes(UTF_8));
      call.reply().bulk((setting == null ? "" : setting.text()).getBytes(UTF_8));
    }
  }

  private void set(Call call) throws CommandException {
    if (call.argCount() % 2 != 0) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    for (int i = 2; i < call.argCount(); i += 2) {
      if (config.find(call.argText(i)) == null) {
        throw new CommandException(
            "ERR Unknown option or number of arguments for CONFIG SET - '"
                + call.argQuoted(i)
                + "'");
      }
    }
    Map<String, String> changes = new LinkedHashMap<>();
    for (int i = 2; i < call.argCount(); i += 2) {
      Setting<?> setting = config.find(call.argText(i));
      if (setting != null && !setting.option().isMutable()) {
        throw failed(call.argQuoted(i), "can't set immutable config");
      }
      if (changes.putIfAbsent(call.argText(i).toLowerCase(Locale.ROOT), call.argText(i + 1))
          != null) {
        throw failed(call.argQuoted(i), "duplicate parameter");
      }
    }
    Config.Failure failure = config.change(changes);
    if (failure != null) {
      throw failed(failure.name(), failure.reason());
    }
    call.reply().ok();
  }

  private void rewrite(Call call) throws CommandException {
    if (config.file().isEmpty()) {
      throw new CommandException(NO_FILE);
    }
    call.defer(FutureWait.forThread("CONFIG REWRITE", this::rewrite));
  }

  private void rewrite() throws CommandException {
    try {
      config.rewriteFile(users.lines());
    } catch (ConfigException e) {
      throw new CommandException("ERR Rewriting config file: " + e.getMessage());
    }
  }

  private static CommandException failed(String parameter, String reason) {
    return new CommandException(
        "ERR CONFIG SET failed (possibly related to argument '" + parameter + "') - " + reason);
  }
}
