package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyPositions;
import dev.larder.metrics.AccessDenials;
import dev.larder.resp.HotPath;
import dev.larder.session.User;
import org.jspecify.annotations.Nullable;

/**
 * Whether a user may run a call: first the command, then its keys, then its channels. One per event
 * loop, for the memory that it finds keys in; a call that is allowed costs no allocation. The
 * number of arguments must have been checked.
 */
@HotPath
public final class AccessCheck {
  private static final String NO_PERMISSION = "NOPERM ";
  private static final String CHANGED =
      "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC"
          + " call. This command is no longer allowed for the following reason: ";

  private static final String IN_SCRIPT = "NOPERM The user executing the script can't ";

  /** What is missing. */
  private enum Denial {
    COMMAND("no permission to execute the command or subcommand", "run this command or subcommand"),
    KEY(
        "no permission to touch the specified keys",
        "access at least one of the keys mentioned in the command arguments"),
    CHANNEL(
        "no permission to access one of the channels used as arguments to the command",
        "publish to the channel mentioned in the command");

    private final String reason;

    /** What the user can't do. */
    private final String inScript;

    Denial(String reason, String inScript) {
      this.reason = reason;
      this.inScript = inScript;
    }
  }

  private final AccessDenials denials;
  private final KeyPositions keys = new KeyPositions();

  /** The argument that was denied last. */
  private int denied;

  /**
   * @param denials counts refusals
   */
  public AccessCheck(AccessDenials denials) {
    this.denials = denials;
  }

  /**
   * The error to answer instead of running a call, or null. Asked for a command that a client
   * sends, and when one is queued in a transaction.
   */
  public @Nullable ErrorReply refusal(User user, CommandSpec spec, Arguments call) {
    Denial denial = user.isRestricted() ? count(check(user, spec, call)) : null;
    return denial == null ? null : ErrorReply.of(NO_PERMISSION + text(denial, user, spec));
  }

  /**
   * The error to answer instead of running a call that was allowed when it was queued in a
   * transaction, or null: an element of EXEC's reply.
   */
  public @Nullable ErrorReply refusalAtExec(User user, CommandSpec spec, Arguments call) {
    Denial denial = user.isRestricted() ? count(check(user, spec, call)) : null;
    return denial == null ? null : ErrorReply.of(CHANGED + denial.reason);
  }

  /** The error to answer to a script instead of running a call, or null. */
  public @Nullable ErrorReply refusalInScript(User user, CommandSpec spec, Arguments call) {
    Denial denial = user.isRestricted() ? count(check(user, spec, call)) : null;
    return denial == null ? null : ErrorReply.of(IN_SCRIPT + denial.inScript);
  }

  private @Nullable Denial count(@Nullable Denial denial) {
    switch (denial) {
      case null -> {}
      case COMMAND -> denials.command();
      case KEY -> denials.key();
      case CHANNEL -> denials.channel();
    }
    return denial;
  }

  /**
   * Why a user may not run a call, uncounted, which names the key or channel, or null if it may.
   */
  public @Nullable String explain(User user, CommandSpec spec, Arguments call) {
    Denial denial = user.isRestricted() ? check(user, spec, call) : null;
    if (denial == null) {
      return null;
    }
    return switch (denial) {
      case COMMAND -> text(denial, user, spec);
      case KEY -> explain(user, call, "key");
      case CHANNEL -> explain(user, call, "channel");
    };
  }

  /** Whether a user may run a command, whatever its keys and channels are. */
  public boolean mayName(User user, CommandSpec spec, Arguments call) {
    return !user.isRestricted() || AclUser.permissions(user).commands().allow(spec, call);
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
    };
  }

  private @Nullable Denial check(User user, CommandSpec spec, Arguments call) {
    Permissions permissions = AclUser.permissions(user);
    if (!permissions.commands().allow(spec, call)) {
      return Denial.COMMAND;
    }
    denied = permissions.deniedKey(spec, call, keys);
    if (denied >= 0) {
      return Denial.KEY;
    }
    denied = permissions.deniedChannel(spec, call);
    return denied >= 0 ? Denial.CHANNEL : null;
  }
}
