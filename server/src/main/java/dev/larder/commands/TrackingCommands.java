package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.Tracking;
import java.util.ArrayList;
import java.util.List;

/** What of CLIENT has to do with client-side caching. */
public final class TrackingCommands {
  private static final byte[] YES = keyword("yes");
  private static final byte[] NO = keyword("no");
  private static final ErrorReply NOT_TRACKING =
      ErrorReply.of(
          "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
              + " OPTOUT mode enabled");
  private static final ErrorReply NOT_OPT_IN =
      ErrorReply.of("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
  private static final ErrorReply NOT_OPT_OUT =
      ErrorReply.of("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");

  private final Sessions sessions;

  private TrackingCommands(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Declares the commands; CLIENT itself is declared elsewhere. */
  public static void declare(Declarations c, Sessions sessions) {
    TrackingCommands group = new TrackingCommands(sessions);
    command(c, "TRACKING", "6.0.0")
        .summary("Controls server-assisted client-side caching for the connection.")
        .complexity("O(1). Some options may introduce additional complexity.")
        .arity(-3)
        .args(
            oneOf("status", token("ON"), token("OFF")),
            integer("client-id").tokenIs("REDIRECT").optional(),
            string("prefix").tokenIs("PREFIX").optional().multipleWithToken(),
            token("BCAST").optional(),
            token("OPTIN").optional(),
            token("OPTOUT").optional(),
            token("NOLOOP").optional())
        .replies(ok())
        .handler(group::track);
    command(c, "CACHING", "6.0.0")
        .summary("Instructs the server whether to track the keys in the next request.")
        .complexity("O(1)")
        .arity(3)
        .args(oneOf("mode", token("YES"), token("NO")))
        .replies(ok())
        .handler(TrackingCommands::caching);
    command(c, "GETREDIR", "6.0.0")
        .summary(
            "Returns the client ID to which the connection's tracking notifications are"
                + " redirected.")
        .complexity("O(1)")
        .arity(2)
        .replies(integerReply("The id; 0 if it is told itself, -1 if it tracks nothing."))
        .handler(call -> call.reply().integer(redirect(call.session())));
    command(c, "TRACKINGINFO", "6.2.0")
        .summary(
            "Returns information about server-assisted client-side caching for the connection.")
        .complexity("O(1)")
        .arity(2)
        .replies(map("Flags, the client that is told instead, and prefixes."))
        .handler(TrackingCommands::info);
  }

  private static CommandBuilder command(Declarations c, String name, String since) {
    return c.command("CLIENT|" + name)
        .since(since)
        .group(CommandGroup.CONNECTION)
        .flags(NOSCRIPT, LOADING, STALE)
        .acl(CONNECTION);
  }

  private static long redirect(Session session) {
    Tracking tracking = session.tracking();
    return tracking == null ? -1 : tracking.redirect();
  }

  private void track(Call call) throws CommandException {
    TrackingOptions options = new TrackingOptions(call, sessions);
    if (options.isOn()) {
      options.check(call.session().tracking());
      call.tracking().on(call.session(), options.bits(), options.redirected(), options.prefixes());
    } else {
      call.tracking().off(call.session());
    }
    call.reply().ok();
  }

  private static void caching(Call call) throws CommandException {
    Tracking tracking = call.session().tracking();
    if (tracking == null || !tracking.isOn()) {
      throw new CommandException(NOT_TRACKING);
    }
    boolean isYes = call.argIs(2, YES);
    if (!isYes && !call.argIs(2, NO)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (!tracking.has(isYes ? Tracking.OPT_IN : Tracking.OPT_OUT)) {
      throw new CommandException(isYes ? NOT_OPT_IN : NOT_OPT_OUT);
    }
    tracking.caching(true);
    call.reply().ok();
  }

  private static void info(Call call) {
    Tracking tracking = call.session().tracking();
    List<String> flags = new ArrayList<>();
    List<byte[]> prefixes = List.of();
    if (tracking == null || !tracking.isOn()) {
      flags.add("off");
    } else {
      addFlags(flags, tracking);
      prefixes = tracking.prefixes();
    }
    ReplyWriter reply = call.reply();
    reply.map(3);
    reply.bulkString("flags");
    reply.set(flags.size());
    flags.forEach(reply::bulkString);
    reply.bulkString("redirect");
    reply.integer(redirect(call.session()));
    reply.bulkString("prefixes");
    reply.array(prefixes.size());
    prefixes.forEach(reply::bulk);
  }

  private static void addFlags(List<String> flags, Tracking tracking) {
    flags.add("on");
    if (tracking.has(Tracking.BROADCAST)) {
      flags.add("bcast");
    }
    if (tracking.has(Tracking.OPT_IN)) {
      flags.add("optin");
      if (tracking.isCaching()) {
        flags.add("caching-yes");
      }
    }
    if (tracking.has(Tracking.OPT_OUT)) {
      flags.add("optout");
      if (tracking.isCaching()) {
        flags.add("caching-no");
      }
    }
    if (tracking.has(Tracking.NO_LOOP)) {
      flags.add("noloop");
    }
    if (tracking.isBroken()) {
      flags.add("broken_redirect");
    }
  }
}
