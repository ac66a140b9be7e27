package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyPositions;
import dev.larder.metrics.AccessDenials;
import dev.larder.metrics.Clock;
import dev.larder.resp.HotPath;
import dev.larder.session.ClientLine;
import dev.larder.session.Session;
import dev.larder.session.User;
import org.jspecify.annotations.Nullable;

/**
 * Whether a user may run a call: first the command, then its keys, its channels, its databases. One
 * per event loop, for the memory that it finds keys in; a call that is allowed costs no allocation.
 * The number of arguments must have been checked.
 */
@HotPath
public final class AccessCheck {
  private static final String NO_PERMISSION = "NOPERM ";
  private static final String CHANGED =
      "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC"
          + " call. This command is no longer allowed for the following reason: ";

  static final String TOP_LEVEL = "toplevel";
  static final String IN_MULTI = "multi";
  private static final String IN_SCRIPTS = "lua";

  private static final String IN_SCRIPT = "NOPERM The user executing the script can't ";

  /** What is missing: the later, the further a call has come. */
  private enum Denial {
    COMMAND(
        "command",
        "no permission to execute the command or subcommand",
        "run this command or subcommand"),
    KEY(
        "key",
        "no permission to touch the specified keys",
        "access at least one of the keys mentioned in the command arguments"),
    CHANNEL(
        "channel",
        "no permission to access one of the channels used as arguments to the command",
        "publish to the channel mentioned in the command"),
    DATABASE(
        "database",
        "no permission to access the database",
        "access the database that the command uses");

    /** As the log says it. */
    private final String word;

    private final String reason;

    /** What the user can't do. */
    private final String inScript;

    Denial(String word, String reason, String inScript) {
      this.word = word;
      this.reason = reason;
      this.inScript = inScript;
    }
  }

  private final AccessDenials denials;
  private final KeyPositions keys = new KeyPositions();

  /** The argument that was denied last, or the database. */
  private int denied;

  /** The argument, or the database, that the selector lacks which was asked last. */
  private int lacking;

  /**
   * @param denials counts refusals, and logs them
   */
  public AccessCheck(AccessDenials denials) {
    this.denials = denials;
  }

  /**
   * The error to answer instead of running a call, or null. Asked for a command that a client
   * sends, and when one is queued in a transaction.
   */
  public @Nullable ErrorReply refusal(Session session, CommandSpec spec, Arguments call) {
    // A queued SELECT decides on the database of what is queued behind it: EXEC asks for that.
    boolean isQueued = session.isInTransaction();
    int database = isQueued ? Selector.UNKNOWN_DATABASE : session.database();
    Denial denial = checkAndNote(session, spec, call, database, isQueued ? IN_MULTI : TOP_LEVEL);
    return denial == null
        ? null
        : ErrorReply.of(NO_PERMISSION + text(denial, session.user(), spec));
  }

  /**
   * The error to answer instead of running a call that was allowed when it was queued in a
   * transaction, or null: an element of EXEC's reply.
   */
  public @Nullable ErrorReply refusalAtExec(Session session, CommandSpec spec, Arguments call) {
    Denial denial = checkAndNote(session, spec, call, session.database(), IN_MULTI);
    if (denial == null) {
      return null;
    }
    return ErrorReply.of(
        denial == Denial.DATABASE
            ? NO_PERMISSION + text(denial, session.user(), spec)
            : CHANGED + denial.reason);
  }

  /** The error to answer to a script instead of running a call, or null. */
  public @Nullable ErrorReply refusalInScript(Session session, CommandSpec spec, Arguments call) {
    Denial denial = checkAndNote(session, spec, call, session.database(), IN_SCRIPTS);
    return denial == null ? null : ErrorReply.of(IN_SCRIPT + denial.inScript);
  }

  /** As {@link #check}; counts and logs what is denied. */
  private @Nullable Denial checkAndNote(
      Session session, CommandSpec spec, Arguments call, int database, String context) {
    Denial denial = check(session.user(), spec, call, database);
    if (denial == null) {
      return null;
    }
    switch (denial) {
      case COMMAND -> denials.command();
      case KEY -> denials.key();
      case CHANNEL -> denials.channel();
      case DATABASE -> denials.database();
    }
    String object = object(denial, spec, call);
    denials.log().add(denial.word, context, object, session.user().name(), line(session));
    return denial;
  }

  /** What was denied, as the log says it. */
  private String object(Denial denial, CommandSpec spec, Arguments call) {
    return switch (denial) {
      case COMMAND -> spec.fullName();
      case KEY, CHANNEL -> call.argString(denied);
      case DATABASE -> denied == Selector.EVERY_DATABASE ? spec.fullName() : String.valueOf(denied);
    };
  }

  /** A client as the log of what was denied describes it. */
  static String line(Session session) {
    StringBuilder line = new StringBuilder();
    ClientLine.append(line, session, Clock.wallMillis(), 0, 0);
    return line.toString();
  }

  /**
   * Why a user may not run a call, uncounted, which names the key, channel or database, or null if
   * it may.
   *
   * @param database that is selected
   */
  public @Nullable String explain(User user, CommandSpec spec, Arguments call, int database) {
    Denial denial = check(user, spec, call, database);
    if (denial == null) {
      return null;
    }
    return switch (denial) {
      case COMMAND -> text(denial, user, spec);
      case KEY -> explain(user, call, "key");
      case CHANNEL -> explain(user, call, "channel");
      case DATABASE ->
          "User "
              + user.name()
              + " has no permissions to access "
              + (denied == Selector.EVERY_DATABASE ? "all databases" : "database " + denied);
    };
  }

  /** Whether a user may run a command, whatever its keys and channels are. */
  public boolean mayName(User user, CommandSpec spec, Arguments call) {
    return !user.isRestricted() || AclUser.permissions(user).allowCommand(spec, call);
  }

  private String explain(User user, Arguments call, String kind) {
    return "User "
        + user.name()
        + " has no permissions to access the '"
        + call.argString(denied)
        + "' "
        + kind;
  }

  private static String text(Denial denial, User user, CommandSpec spec) {
    return switch (denial) {
      case COMMAND ->
          "User "
              + user.name()
              + " has no permissions to run the '"
              + spec.fullName()
              + "' command";
      case KEY -> "No permissions to access a key";
      case CHANNEL -> "No permissions to access a channel";
      case DATABASE -> "No permissions to access database";
    };
  }

  /** What the selector lacks that goes furthest, of those that all lack something. */
  private @Nullable Denial check(User user, CommandSpec spec, Arguments call, int database) {
    if (!user.isRestricted()) {
      return null;
    }
    Permissions permissions = AclUser.permissions(user);
    Denial furthest = null;
    for (int i = 0; i < permissions.count(); i++) {
      Denial denial = check(permissions.selector(i), spec, call, database);
      if (denial == null) {
        return null;
      }
      int order = furthest == null ? 1 : denial.compareTo(furthest);
      if (order > 0 || (order == 0 && lacking > denied)) {
        furthest = denial;
        denied = lacking;
      }
    }
    return furthest;
  }

  private @Nullable Denial check(
      Selector selector, CommandSpec spec, Arguments call, int database) {
    lacking = 0;
    if (!selector.commands().allow(spec, call)) {
      return Denial.COMMAND;
    }
    lacking = selector.deniedKey(spec, call, keys);
    if (lacking >= 0) {
      return Denial.KEY;
    }
    lacking = selector.deniedChannel(spec, call);
    if (lacking >= 0) {
      return Denial.CHANNEL;
    }
    lacking = selector.deniedDatabase(spec, call, database);
    return lacking != Selector.NOTHING_DENIED ? Denial.DATABASE : null;
  }
}
