package dev.larder.command;

/**
 * Ends a command with an error reply, from the depth of argument parsing. Carries no stack trace:
 * it reports a user's mistake, which is an ordinary event. Caught in one place, the dispatcher.
 */
public final class CommandException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient ErrorReply reply;

  public CommandException(ErrorReply reply) {
    super(reply.text(), null, false, false);
    this.reply = reply;
  }

  /** A failure with a text of its own, for example {@code "ERR no such thing 'x'"}. */
  public CommandException(String text) {
    this(ErrorReply.of(text));
  }

  public ErrorReply reply() {
    return reply;
  }
}
