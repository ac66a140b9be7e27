package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.acl.AccessCheck;
import dev.larder.acl.AclUser;
import dev.larder.acl.AclUsers;
import dev.larder.command.AclCategory;
import dev.larder.command.Arguments;
import dev.larder.command.Ascii;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.config.ConfigException;
import dev.larder.config.FileReplacement;
import dev.larder.metrics.AccessDenials;
import dev.larder.metrics.AccessLog;
import dev.larder.resp.ReplyWriter;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** ACL: administers users and what they may do. */
public final class AclCommands {
  private static final int GENPASS_BITS = 256;
  private static final int MAX_GENPASS_BITS = 4096;
  private static final int BITS_PER_DIGIT = 4;

  private static final ErrorReply BAD_GENPASS =
      ErrorReply.of(
          "ERR ACL GENPASS argument must be the number of bits for the output password, a positive"
              + " number up to 4096");
  private static final ErrorReply NO_FILE =
      ErrorReply.of(
          "ERR This Redis instance is not configured to use an ACL file. You may want to specify"
              + " users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you"
              + " have a Redis configuration file set) in order to store users in the Redis"
              + " configuration.");

  private static final int DEFAULT_LOG_ENTRIES = 10;
  private static final int LOG_FIELDS = 10;
  private static final double MILLIS_PER_SECOND = 1000;
  private static final byte[] RESET = Ascii.keyword("RESET");

  private final AclUsers users;
  private final AccessLog denials;
  private final SecureRandom random = new SecureRandom();

  public AclCommands(AclUsers users) {
    this.users = users;
    this.denials = users.deniedLog();
  }

  /** Declares the group. */
  public void declare(Declarations c) {
    c.command("ACL")
        .summary("A container for commands about users and their permissions.")
        .since("6.0.0")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    declareUsers(c);
    declareLists(c);
    declareChecks(c);
    declareFile(c);
    declareHelp(c);
  }

  private static CommandBuilder administration(Declarations c, String name, String since) {
    return open(c, name, since).flags(ADMIN);
  }

  private static CommandBuilder open(Declarations c, String name, String since) {
    return c.command("ACL|" + name).since(since).group(SERVER).flags(NOSCRIPT, LOADING, STALE);
  }

  private void declareUsers(Declarations c) {
    administration(c, "SETUSER", "6.0.0")
        .summary("Changes the rules of a user, or makes one with them.")
        .complexity("O(N). Where N is the number of rules provided.")
        .history("6.2.0", "Added Pub/Sub channel patterns.")
        .history("7.0.0", "Added selectors and key based permissions.")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(-3)
        .args(string("username"), string("rule").optional().multiple())
        .replies(ok())
        .handler(this::setUser);
    administration(c, "DELUSER", "6.0.0")
        .summary("Deletes users, and ends their connections.")
        .complexity("O(1) amortized time considering the typical user.")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(-3)
        .args(string("username").multiple())
        .replies(integerReply("How many were deleted."))
        .handler(this::deleteUsers);
    administration(c, "GETUSER", "6.0.0")
        .summary("Returns the rules of a user.")
        .complexity(
            "O(N). Where N is the number of password, command and pattern rules that the user has.")
        .history("6.2.0", "Added Pub/Sub channel patterns.")
        .history(
            "7.0.0",
            "Added selectors and changed the format of key and channel patterns from a list to"
                + " their rule representation.")
        .arity(3)
        .args(string("username"))
        .replies(map("The rules by what they are about."), nil("There is no such user."))
        .handler(this::getUser);
  }

  private void declareLists(Declarations c) {
    administration(c, "LIST", "6.0.0")
        .summary("Returns all users with their rules, as lines of a file.")
        .complexity("O(N). Where N is the number of configured users.")
        .arity(2)
        .replies(array("A line a user."))
        .handler(this::list);
    administration(c, "USERS", "6.0.0")
        .summary("Returns the names of all users.")
        .complexity("O(N). Where N is the number of configured users.")
        .arity(2)
        .replies(array("The names, in order."))
        .handler(this::names);
    open(c, "WHOAMI", "6.0.0")
        .summary("Returns the user of the connection.")
        .complexity("O(1)")
        .arity(2)
        .replies(bulk("The name."))
        .handler(call -> reply(call.reply(), call.session().user().name()));
    open(c, "CAT", "6.0.0")
        .summary("Returns the categories of commands, or the commands of one.")
        .complexity("O(1) since the categories and commands are a fixed set.")
        .arity(-2)
        .args(string("category").optional())
        .replies(array("Names of categories, or of commands and subcommands."))
        .handler(AclCommands::categories);
  }

  private void declareChecks(Declarations c) {
    administration(c, "DRYRUN", "7.0.0")
        .summary("Tells whether a user may run a command, without running it.")
        .complexity("O(1).")
        .arity(-4)
        .args(string("username"), string("command"), string("arg").optional().multiple())
        .replies(ok(), bulk("Why the user may not."))
        .handler(this::dryRun);
    open(c, "GENPASS", "6.0.0")
        .summary("Returns a password that cannot be guessed.")
        .complexity("O(1)")
        .arity(-2)
        .args(integer("bits").optional())
        .replies(bulk("Random hexadecimal digits, 64 unless a number of bits is given."))
        .handler(this::generatePassword);
  }

  private void declareFile(Declarations c) {
    administration(c, "LOAD", "6.0.0")
        .summary("Reads the users from the file that is configured for them.")
        .complexity("O(N). Where N is the number of configured users.")
        .arity(2)
        .replies(ok())
        .handler(this::load);
    administration(c, "SAVE", "6.0.0")
        .summary("Writes the users to the file that is configured for them.")
        .complexity("O(N). Where N is the number of configured users.")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(2)
        .replies(ok())
        .handler(this::save);
    administration(c, "LOG", "6.0.0")
        .summary("Returns what was denied to clients, or forgets it.")
        .complexity("O(N) with N being the number of entries shown.")
        .history("7.2.0", "Added entry ID, timestamp created, and timestamp last updated.")
        .arity(-2)
        .args(oneOf("operation", integer("count"), token("RESET")).optional())
        .replies(array("Entries, latest first."), ok())
        .handler(this::log);
  }

  private static void declareHelp(Declarations c) {
    c.help(
        "ACL",
        "6.0.0",
        SERVER,
        new AclCategory[0],
        "CAT [<category>]",
        "    List the commands of <category>, or all categories.",
        "DELUSER <username> [<username> ...]",
        "    Delete users, and end their connections.",
        "DRYRUN <username> <command> [<arg> ...]",
        "    Tell whether the user may run the command, without running it.",
        "GETUSER <username>",
        "    Show a user's rules.",
        "GENPASS [<bits>]",
        "    Make a random password of 256 or <bits> bits.",
        "LOG [<count> | RESET]",
        "    Show what was denied to clients, or forget it.",
        "LIST",
        "    Show all users as lines of a configuration file.",
        "LOAD",
        "    Reload users from the ACL file, if one is configured.",
        "SAVE",
        "    Save users to the ACL file, if one is configured.",
        "SETUSER <username> <attribute> [<attribute> ...]",
        "    Create or change a user.",
        "USERS",
        "    Show the names of all users.",
        "WHOAMI",
        "    Show the user of this connection.");
  }

  private void setUser(Call call) throws CommandException {
    users.set(call.argString(2), strings(call, 3), call.commands());
    call.reply().ok();
  }

  private void deleteUsers(Call call) throws CommandException {
    call.reply().integer(users.delete(strings(call, 2), call.session()));
  }

  private static List<String> strings(Call call, int from) {
    List<String> strings = new ArrayList<>(call.argCount() - from);
    for (int i = from; i < call.argCount(); i++) {
      strings.add(call.argString(i));
    }
    return strings;
  }

  private void getUser(Call call) {
    AclUser user = users.find(call.argString(2));
    ReplyWriter reply = call.reply();
    if (user == null) {
      reply.nil();
      return;
    }
    AclUser.Description description = user.describe();
    List<AclUser.SelectorRules> selectors = description.selectors();
    reply.map(3 + fields(selectors.getFirst()));
    reply.bulkString("flags");
    reply.set(description.flags().size());
    description.flags().forEach(flag -> reply(reply, flag));
    reply.bulkString("passwords");
    reply.array(description.passwords().size());
    description.passwords().forEach(hash -> reply(reply, hash));
    rules(reply, selectors.getFirst());
    reply.bulkString("selectors");
    reply.array(selectors.size() - 1);
    for (AclUser.SelectorRules selector : selectors.subList(1, selectors.size())) {
      reply.map(fields(selector));
      rules(reply, selector);
    }
  }

  private static void rules(ReplyWriter reply, AclUser.SelectorRules rules) {
    reply.bulkString("commands");
    reply(reply, rules.commands());
    reply.bulkString("keys");
    reply(reply, rules.keys());
    reply.bulkString("channels");
    reply(reply, rules.channels());
    if (!rules.databases().isEmpty()) {
      reply.bulkString("databases");
      reply(reply, rules.databases());
    }
  }

  /** How many fields {@link #rules} writes: that of Valkey only where it says something. */
  private static int fields(AclUser.SelectorRules rules) {
    return rules.databases().isEmpty() ? 3 : 4;
  }

  /** A text with one char a byte. */
  private static void reply(ReplyWriter reply, String text) {
    reply.bulk(text.getBytes(ISO_8859_1));
  }

  private void list(Call call) {
    List<AclUser> all = List.copyOf(users.all());
    call.reply().array(all.size());
    all.forEach(user -> reply(call.reply(), user.line()));
  }

  private void names(Call call) {
    List<AclUser> all = List.copyOf(users.all());
    call.reply().array(all.size());
    all.forEach(user -> reply(call.reply(), user.name()));
  }

  private static void categories(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw tooManyArguments(call);
    }
    ReplyWriter reply = call.reply();
    if (call.argCount() == 2) {
      AclCategory[] all = AclCategory.values();
      reply.array(all.length);
      for (AclCategory category : all) {
        reply.bulkString(category.wireName());
      }
      return;
    }
    AclCategory category = AclCategory.byName(call.argString(2));
    if (category == null) {
      throw new CommandException("ERR Unknown category '" + call.argQuoted(2) + "'");
    }
    Collection<CommandSpec> members =
        call.commands().all().stream().filter(spec -> spec.acl().contains(category)).toList();
    reply.array(members.size());
    members.forEach(spec -> reply.bulkString(spec.fullName()));
  }

  private static CommandException tooManyArguments(Call call) {
    return new CommandException(
        "ERR unknown subcommand or wrong number of arguments for '"
            + call.argQuoted(1)
            + "'. Try ACL HELP.");
  }

  private void dryRun(Call call) throws CommandException {
    AclUser user = users.find(call.argString(2));
    if (user == null) {
      throw new CommandException("ERR User '" + call.argQuoted(2) + "' not found");
    }
    Arguments tried = new Arguments(call.batch());
    tried.point(call.batch(), call.firstArg() + 3, call.argCount() - 3);
    CommandSpec spec = call.commands().find(tried);
    if (spec == null) {
      throw new CommandException("ERR Command '" + call.argQuoted(3) + "' not found");
    }
    if (!spec.accepts(tried.argCount())) {
      throw new CommandException(spec.wrongArity());
    }
    String denial =
        new AccessCheck(new AccessDenials()).explain(user, spec, tried, call.session().database());
    if (denial == null) {
      call.reply().ok();
    } else {
      reply(call.reply(), denial);
    }
  }

  private void generatePassword(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw tooManyArguments(call);
    }
    long bits = call.argCount() == 3 ? call.argLong(2) : GENPASS_BITS;
    if (bits <= 0 || bits > MAX_GENPASS_BITS) {
      throw new CommandException(BAD_GENPASS);
    }
    int digits = (int) (bits + BITS_PER_DIGIT - 1) / BITS_PER_DIGIT;
    byte[] bytes = new byte[(digits + 1) / 2];
    random.nextBytes(bytes);
    call.reply().bulkString(HexFormat.of().formatHex(bytes).substring(0, digits));
  }

  private void requireFile() throws CommandException {
    if (!users.hasFile()) {
      throw new CommandException(NO_FILE);
    }
  }

  private void load(Call call) throws CommandException {
    requireFile();
    CommandTable commands = call.commands();
    call.defer(
        FutureWait.forThread(
            "ACL LOAD",
            () -> {
              try {
                users.loadFile(commands);
              } catch (ConfigException e) {
                throw new CommandException(
                    "ERR " + e.getMessage() + ". The users are those that there were.");
              }
            }));
  }

  private void save(Call call) throws CommandException {
    requireFile();
    call.defer(
        FutureWait.forThread(
            "ACL SAVE",
            () -> {
              try {
                users.saveFile();
              } catch (IOException e) {
                throw new CommandException(
                    "ERR There was an error trying to save the ACLs: " + FileReplacement.reason(e));
              }
            }));
  }

  private void log(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw tooManyArguments(call);
    }
    if (call.argCount() == 3 && call.argIs(2, RESET)) {
      denials.clear();
      call.reply().ok();
      return;
    }
    long count = call.argCount() == 3 ? call.argLong(2) : DEFAULT_LOG_ENTRIES;
    List<AccessLog.Entry> entries = denials.latest(count);
    ReplyWriter reply = call.reply();
    reply.array(entries.size());
    for (AccessLog.Entry entry : entries) {
      AccessLog.Denied denied = entry.denied();
      reply.map(LOG_FIELDS);
      reply.bulkString("count");
      reply.integer(entry.count());
      field(reply, "reason", denied.reason());
      field(reply, "context", denied.context());
      field(reply, "object", denied.object());
      field(reply, "username", denied.user());
      reply.bulkString("age-seconds");
      reply.doubleValue((call.nowMillis() - entry.updated()) / MILLIS_PER_SECOND);
      field(reply, "client-info", entry.client());
      reply.bulkString("entry-id");
      reply.integer(entry.id());
      reply.bulkString("timestamp-created");
      reply.integer(entry.created());
      reply.bulkString("timestamp-last-updated");
      reply.integer(entry.updated());
    }
  }

  private static void field(ReplyWriter reply, String name, String value) {
    reply.bulkString(name);
    reply(reply, value);
  }
}
