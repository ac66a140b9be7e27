package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.ALLOW_BUSY;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.NO_AUTH;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.ok;
import static dev.larder.command.ReplySchema.simple;

import dev.larder.acl.AclUsers;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.Numbers;
import dev.larder.config.Version;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;
import dev.larder.session.User;
import org.jspecify.annotations.Nullable;

/** The commands of a connection about itself, and how it proves who it is. */
public final class ConnectionCommands {

  private static final byte[] AUTH = keyword("auth");
  private static final byte[] SETNAME = keyword("setname");
  private static final Flag[] HANDSHAKE = {NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY};

  private static final ErrorReply PROTOCOL_VERSION =
      ErrorReply.of("ERR Protocol version is not an integer or out of range");
  private static final ErrorReply NO_PROTOCOL =
      ErrorReply.of("NOPROTO unsupported protocol version");
  private static final ErrorReply HELLO_FIRST =
      ErrorReply.of(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
              + " <proto> AUTH <user> <pass> option can be used to authenticate the client and"
              + " select the RESP protocol version at the same time");
  private static final ErrorReply NO_PASSWORD =
      ErrorReply.of(
          "ERR AUTH <password> called without any password configured for the default user. Are"
              + " you sure your configuration is correct?");
  private static final ErrorReply NOT_AN_INT =
      ErrorReply.of("ERR value is out of range, value must between -2147483648 and 2147483647");

  private final AclUsers users;

  /** The group for one server. */
  public ConnectionCommands(AclUsers users) {
    this.users = users;
  }

  /** Declares the group. */
  public void declare(Declarations c) {
    c.command("PING")
        .summary("Tells that the server is alive.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .complexity("O(1)")
        .arity(-1)
        .flags(FAST)
        .acl(CONNECTION)
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .args(string("message").optional())
        .replies(simple("`PONG`, without a message."), bulk("The message."))
        .handler(ConnectionCommands::ping);
    c.command("ECHO")
        .summary("Returns the given string.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .complexity("O(1)")
        .arity(2)
        .flags(LOADING, STALE, FAST)
        .acl(CONNECTION)
        .args(string("message"))
        .replies(bulk("The message."))
        .handler(call -> call.replyArg(1));
    c.command("SELECT")
        .summary("Changes the selected database.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .complexity("O(1)")
        .arity(2)
        .flags(LOADING, STALE, FAST)
        .acl(CONNECTION)
        .args(integer("index"))
        .replies(ok())
        .handler(ConnectionCommands::select);
    c.command("QUIT")
        .summary("Closes the connection.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .complexity("O(1)")
        .deprecated("7.2.0", "just closing the connection")
        .arity(-1)
        .flags(HANDSHAKE)
        .acl(CONNECTION)
        .freeForm()
        .neverQueued()
        .replies(ok())
        .handler(ConnectionCommands::quit);
    declareHandshake(c);
  }

  private void declareHandshake(Declarations c) {
    c.command("RESET")
        .summary("Resets the connection to the state of a new one.")
        .since("6.2.0")
        .group(CommandGroup.CONNECTION)
        .complexity("O(1)")
        .arity(1)
        .flags(HANDSHAKE)
        .acl(CONNECTION)
        .neverQueued()
        .replies(simple("`RESET`."))
        .handler(ConnectionCommands::reset);
    c.command("AUTH")
        .summary("Authenticates the connection.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .complexity("O(N) where N is the number of passwords defined for the user")
        .history("6.0.0", "Added ACL style (username and password).")
        .arity(-2)
        .flags(HANDSHAKE)
        .acl(CONNECTION)
        .args(string("username").since("6.0.0").optional(), string("password"))
        .replies(ok())
        .handler(this::auth);
    c.command("HELLO")
        .summary("Chooses the protocol version and tells about the server.")
        .since("6.0.0")
        .group(CommandGroup.CONNECTION)
        .complexity("O(1)")
        .history(
            "6.2.0",
            "`protover` made optional; when called without arguments the command reports the"
                + " current connection's context.")
        .arity(-1)
        .flags(HANDSHAKE)
        .acl(CONNECTION)
        .args(
            block(
                    "arguments",
                    integer("protover"),
                    block("auth", string("username"), string("password"))
                        .tokenIs("AUTH")
                        .optional(),
                    string("clientname").tokenIs("SETNAME").optional())
                .optional())
        .replies(map("Facts about the server and the connection."))
        .handler(this::hello);
  }

  private static void ping(Call call) throws CommandException {
    if (call.argCount() > 2) {
      throw new CommandException(call.spec().wrongArity());
    }
    boolean isMessage = call.session().isSubscribed() && call.session().protocol() == 2;
    if (isMessage) {
      call.reply().array(2);
      call.reply().bulkString("pong");
    }
    if (call.argCount() == 2) {
      call.replyArg(1);
    } else if (isMessage) {
      call.reply().bulkString("");
    } else {
      call.reply().simpleString("PONG");
    }
  }

  private static void select(Call call) throws CommandException {
    long index = call.argLong(1);
    if (index != (int) index) {
      throw new CommandException(NOT_AN_INT);
    }
    if (index < 0 || index >= call.keyspace().databases()) {
      throw new CommandException(ErrorReply.DB_INDEX_OUT_OF_RANGE);
    }
    call.session().database((int) index);
    call.reply().ok();
  }

  private static void quit(Call call) {
    call.session().closeAfterReply();
    call.reply().ok();
  }

  private static void reset(Call call) {
    call.session().reset();
    call.reply().protocol(call.session().protocol());
    call.reply().simpleString("RESET");
  }

  private void auth(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (call.argCount() == 2) {
      if (!users.isPasswordNeeded()) {
        throw new CommandException(NO_PASSWORD);
      }
      authenticate(call, User.DEFAULT_NAME, 1);
    } else {
      authenticate(call, call.argString(1), 2);
    }
    call.reply().ok();
  }

  private void authenticate(Call call, String user, int passwordArg) throws CommandException {
    if (!users.authenticate(call.session(), user, call.argBytes(passwordArg), call.argString(0))) {
      throw new CommandException(ErrorReply.WRONG_PASSWORD);
    }
  }

  private void hello(Call call) throws CommandException {
    int version = call.argCount() > 1 ? protocolVersion(call) : call.session().protocol();
    int user = 0;
    String name = null;
    for (int i = 2; i < call.argCount(); i++) {
      if (call.argIs(i, AUTH) && i + 2 < call.argCount()) {
        user = i + 1;
        i += 2;
      } else if (call.argIs(i, SETNAME) && i + 1 < call.argCount()) {
        name = ClientNames.checked(call.argString(i + 1), "Client names");
        i++;
      } else {
        throw new CommandException("ERR Syntax error in HELLO option '" + call.argQuoted(i) + "'");
      }
    }
    if (user > 0) {
      authenticate(call, call.argString(user), user + 1);
    }
    if (!call.session().isAuthenticated()) {
      throw new CommandException(HELLO_FIRST);
    }
    greet(call, version, name);
  }

  private static int protocolVersion(Call call) throws CommandException {
    long version = Numbers.parseLong(call.argAddress(1), call.argLength(1));
    if (version == Numbers.NOT_A_LONG) {
      throw new CommandException(PROTOCOL_VERSION);
    }
    if (version < 2 || version > 3) {
      throw new CommandException(NO_PROTOCOL);
    }
    return (int) version;
  }

  private static void greet(Call call, int version, @Nullable String name) {
    Session session = call.session();
    if (name != null) {
      session.name(name.isEmpty() ? null : name);
    }
    session.protocol(version);
    ReplyWriter reply = call.reply();
    reply.protocol(version);
    reply.map(7);
    reply.bulkString("server");
    reply.bulkString("redis");
    reply.bulkString("version");
    reply.bulkString(Version.REDIS);
    reply.bulkString("proto");
    reply.integer(version);
    reply.bulkString("id");
    reply.integer(session.id());
    reply.bulkString("mode");
    reply.bulkString("standalone");
    reply.bulkString("role");
    reply.bulkString("master");
    reply.bulkString("modules");
    reply.array(0);
  }
}
