package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;
import static dev.larder.command.ReplySchema.verbatim;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.acl.AclUsers;
import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.ClientLine;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** CLIENT: what the server knows about its connections, and how to end them. */
public final class ClientCommands {
  private static final int END_OF_LINE_BYTES = 2;

  /** So many lines take well below a millisecond; a longer list is written in slices. */
  private static final int LINES_PER_STEP = 200;

  private static final byte[] TYPE = keyword("type");
  private static final byte[] ID = keyword("id");
  private static final byte[] LIB_NAME = keyword("lib-name");
  private static final byte[] LIB_VER = keyword("lib-ver");
  private static final ErrorReply INVALID_ID = ErrorReply.of("ERR Invalid client ID");

  private final Sessions sessions;
  private final AclUsers users;

  public ClientCommands(Sessions sessions, AclUsers users) {
    this.sessions = sessions;
    this.users = users;
  }

  /** Declares the group. */
  public void declare(Declarations c) {
    c.command("CLIENT")
        .summary("A container for client connection commands.")
        .since("2.4.0")
        .group(CommandGroup.CONNECTION)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    connection(c, "ID", "5.0.0")
        .summary("Returns the unique id of the connection.")
        .complexity("O(1)")
        .arity(2)
        .replies(integerReply("The id; later connections have higher ones."))
        .handler(call -> call.reply().integer(call.session().id()));
    connection(c, "GETNAME", "2.6.9")
        .summary("Returns the name of the connection.")
        .complexity("O(1)")
        .arity(2)
        .replies(bulk("The name."), nil("It has none."))
        .handler(ClientCommands::getName);
    connection(c, "SETNAME", "2.6.9")
        .summary("Sets the name of the connection.")
        .complexity("O(1)")
        .arity(3)
        .args(string("connection-name"))
        .replies(ok())
        .handler(ClientCommands::setName);
    connection(c, "SETINFO", "7.2.0")
        .summary("Sets what is known about the library behind the connection.")
        .complexity("O(1)")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(4)
        .args(
            oneOf(
                "attr", string("libname").tokenIs("LIB-NAME"), string("libver").tokenIs("LIB-VER")))
        .replies(ok())
        .handler(ClientCommands::setInfo);
    connection(c, "INFO", "6.2.0")
        .summary("Returns information about the connection.")
        .complexity("O(1)")
        .tips("nondeterministic_output")
        .arity(2)
        .replies(verbatim("One line, as in CLIENT LIST."))
        .handler(ClientCommands::info);
    declareAdministration(c);
    declareHelp(c);
  }

  private static CommandBuilder connection(Declarations c, String name, String since) {
    return c.command("CLIENT|" + name)
        .since(since)
        .group(CommandGroup.CONNECTION)
        .flags(NOSCRIPT, LOADING, STALE)
        .acl(CONNECTION);
  }

  private void declareAdministration(Declarations c) {
    connection(c, "LIST", "2.4.0")
        .summary("Lists open connections.")
        .complexity("O(N) where N is the number of client connections")
        .history("2.8.12", "Added unique client `id` field.")
        .history("5.0.0", "Added optional `TYPE` filter.")
        .history("6.0.0", "Added `user` field.")
        .history(
            "6.2.0",
            "Added `argv-mem`, `tot-mem`, `laddr` and `redir` fields and the optional `ID`"
                + " filter.")
        .history("7.0.0", "Added `resp`, `multi-mem`, `rbs` and `rbp` fields.")
        .history("7.0.3", "Added `ssub` field.")
        .history("7.2.0", "Added `lib-name` and `lib-ver` fields.")
        .history("7.4.0", "Added `watch` field.")
        .history("8.0.0", "Added `io-thread` field.")
        .flags(ADMIN)
        .tips("nondeterministic_output")
        .arity(-2)
        .args(
            oneOf(
                    "client-type",
                    token("NORMAL"),
                    token("MASTER"),
                    token("REPLICA"),
                    token("PUBSUB"))
                .tokenIs("TYPE")
                .since("5.0.0")
                .optional(),
            integer("client-id").tokenIs("ID").since("6.2.0").optional().multiple())
        .replies(verbatim("One line a connection."))
        .handler(this::list);
    connection(c, "KILL", "2.4.0")
        .summary("Closes open connections.")
        .complexity("O(N) where N is the number of client connections")
        .history("2.8.12", "Added new filter format.")
        .history("2.8.12", "`ID` option.")
        .history("3.2.0", "Added `master` type in for `TYPE` option.")
        .history(
            "5.0.0",
            "Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward"
                + " compatibility.")
        .history("6.2.0", "`LADDR` option.")
        .history("7.4.0", "`MAXAGE` option.")
        .flags(ADMIN)
        .arity(-3)
        .args(killArguments())
        .replies(ok(), integerReply("How many were closed, in the form with filters."))
        .handler(call -> ClientKill.kill(call, sessions, users));
    connection(c, "UNBLOCK", "5.0.0")
        .summary("Ends the wait of a client that is blocked.")
        .complexity("O(log N) where N is the number of client connections")
        .flags(ADMIN)
        .arity(-3)
        .args(
            integer("client-id"),
            oneOf("unblock-type", token("TIMEOUT"), token("ERROR")).optional())
        .replies(integerReply("1 if it was blocked, 0 if not."))
        .handler(call -> ClientUnblock.unblock(call, sessions));
  }

  private static Arg killArguments() {
    return oneOf(
        "filter",
        string("old-format").display("ip:port").deprecatedSince("2.8.12"),
        oneOf(
                "new-format",
                integer("client-id").tokenIs("ID").since("2.8.12").optional(),
                oneOf(
                        "client-type",
                        token("NORMAL"),
                        token("MASTER").since("3.2.0"),
                        token("SLAVE"),
                        token("REPLICA").since("5.0.0"),
                        token("PUBSUB"))
                    .tokenIs("TYPE")
                    .since("2.8.12")
                    .optional(),
                string("username").tokenIs("USER").optional(),
                string("addr").display("ip:port").tokenIs("ADDR").optional(),
                string("laddr").display("ip:port").tokenIs("LADDR").since("6.2.0").optional(),
                oneOf("skipme", token("YES"), token("NO")).tokenIs("SKIPME").optional(),
                integer("maxage").tokenIs("MAXAGE").since("7.4.0").optional())
            .multiple());
  }

  private static void declareHelp(Declarations c) {
    c.help(
        "CLIENT",
        "5.0.0",
        CommandGroup.CONNECTION,
        new AclCategory[] {CONNECTION},
        "CACHING (YES|NO)",
        "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
        "GETREDIR",
        "    Return the client ID we are redirecting to when tracking is enabled.",
        "GETNAME",
        "    Return the name of the current connection.",
        "ID",
        "    Return the ID of the current connection.",
        "INFO",
        "    Return information about the current client connection.",
        "KILL <ip:port>",
        "    Kill connection made from <ip:port>.",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Kill connections. Options are:",
        "    * ADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made from the specified address",
        "    * LADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made to specified local address",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Kill connections by type.",
        "    * USER <username>",
        "      Kill connections authenticated by <username>.",
        "    * SKIPME (YES|NO)",
        "      Skip killing current connection (default: yes).",
        "    * ID <client-id>",
        "      Kill connections by client id.",
        "    * MAXAGE <maxage>",
        "      Kill connections older than the specified age.",
        "LIST [options ...]",
        "    Return information about client connections. Options:",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Return clients of specified type.",
        "NO-EVICT (ON|OFF)",
        "    Protect current client connection from eviction.",
        "NO-TOUCH (ON|OFF)",
        "    Will not touch LRU/LFU stats when this mode is on.",
        "PAUSE <timeout> [WRITE|ALL]",
        "    Suspend all, or just write, clients for <timeout> milliseconds.",
        "REPLY (ON|OFF|SKIP)",
        "    Control the replies sent to the current connection.",
        "SETNAME <name>",
        "    Assign the name <name> to the current connection.",
        "SETINFO <option> <value>",
        "    Set client meta attr. Options are:",
        "    * LIB-NAME: the client lib name.",
        "    * LIB-VER: the client lib version.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Control server assisted client side caching.",
        "TRACKINGINFO",
        "    Report tracking status for the current connection.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    Unblock the specified blocked client.",
        "UNPAUSE",
        "    Stop the current client pause, resuming traffic.");
  }

  private static void getName(Call call) {
    String name = call.session().name();
    if (name == null) {
      call.reply().nil();
    } else {
      call.reply().bulkString(name);
    }
  }

  private static void setName(Call call) throws CommandException {
    String name = ClientNames.checked(call.argString(2), "Client names");
    call.session().name(name.isEmpty() ? null : name);
    call.reply().ok();
  }

  private static void setInfo(Call call) throws CommandException {
    boolean isName = call.argIs(2, LIB_NAME);
    if (!isName && !call.argIs(2, LIB_VER)) {
      throw new CommandException("ERR Unrecognized option '" + call.argQuoted(2) + "'");
    }
    String value = ClientNames.checked(call.argString(3), call.argString(2));
    if (isName) {
      call.session().libraryName(value.isEmpty() ? null : value);
    } else {
      call.session().libraryVersion(value.isEmpty() ? null : value);
    }
    call.reply().ok();
  }

  private static void info(Call call) {
    StringBuilder line = new StringBuilder();
    append(line, call.session(), call);
    call.reply().verbatim("txt", line.toString().getBytes(ISO_8859_1));
  }

  private static void append(StringBuilder lines, Session session, Call call) {
    boolean isOwn = session == call.session();
    if (isOwn) {
      session.lastCommand(call.spec().fullName());
    }
    long arguments = isOwn ? argumentBytes(call) : 0;
    long request = isOwn ? requestBytes(call) : 0;
    ClientLine.append(lines, session, call.nowMillis(), arguments, request);
    lines.append('\n');
  }

  private void list(Call call) throws CommandException {
    List<Session> listed;
    if (call.argCount() == 4 && call.argIs(2, TYPE)) {
      ClientType type = ClientType.parse(call.argString(3));
      listed = sessions.remaining().stream().filter(type::includes).toList();
    } else if (call.argCount() > 3 && call.argIs(2, ID)) {
      listed = new ArrayList<>();
      for (int i = 3; i < call.argCount(); i++) {
        Session session = sessions.find(call.argLong(i, INVALID_ID));
        if (session != null && !session.isCloseRequested()) {
          listed.add(session);
        }
      }
    } else if (call.argCount() == 2) {
      listed = sessions.remaining();
    } else {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    StringBuilder lines = new StringBuilder();
    if (listed.size() > LINES_PER_STEP) {
      call.session().lastCommand(call.spec().fullName());
      call.defer(new ListJob(lines, listed.iterator(), call.nowMillis()));
      return;
    }
    for (Session session : listed) {
      append(lines, session, call);
    }
    call.reply().verbatim("txt", lines.toString().getBytes(ISO_8859_1));
  }

  /** Writes a long list a few lines at a time. */
  private record ListJob(StringBuilder lines, Iterator<Session> rest, long nowMillis)
      implements Job {
    @Override
    public boolean step(ReplyWriter out, long budgetNanos) {
      for (int i = 0; i < LINES_PER_STEP && rest.hasNext(); i++) {
        ClientLine.append(lines, rest.next(), nowMillis, 0, 0);
        lines.append('\n');
      }
      if (rest.hasNext()) {
        return false;
      }
      out.verbatim("txt", lines.toString().getBytes(ISO_8859_1));
      return true;
    }
  }

  private static long argumentBytes(Arguments call) {
    long bytes = 0;
    for (int i = 0; i < call.argCount(); i++) {
      bytes += call.argLength(i);
    }
    return bytes;
  }

  /** What a command takes on its way, unless it was sent inline. */
  private static long requestBytes(Arguments call) {
    long bytes = argumentBytes(call) + headerBytes(call.argCount());
    for (int i = 0; i < call.argCount(); i++) {
      bytes += headerBytes(call.argLength(i)) + END_OF_LINE_BYTES;
    }
    return bytes;
  }

  /** A type, a number and the end of the line. */
  private static int headerBytes(int number) {
    return 1 + Integer.toString(number).length() + END_OF_LINE_BYTES;
  }
}
