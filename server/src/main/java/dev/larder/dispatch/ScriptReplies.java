package dev.larder.dispatch;

import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.LoopStats;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.ScriptReply;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the scripts of one loop return or raise. Errors in it are counted, but for those of
 * commands that the script has called: they were when the command failed.
 */
final class ScriptReplies implements ScriptReply.Errors {
  private final LoopStats stats;
  private final ServerStats serverStats;
  private boolean hasFailed;

  ScriptReplies(LoopContext loop) {
    this.stats = loop.stats();
    this.serverStats = loop.serverStats();
  }

  /**
   * Writes what a script has returned.
   *
   * @param spec what has called it
   * @param protocol the one that the script has chosen
   * @throws CommandException if it is too long
   */
  void returned(CommandSpec spec, @Nullable Object value, int protocol, ReplyWriter out)
      throws CommandException {
    hasFailed = false;
    ScriptReply.write(value, protocol, out, this);
    if (hasFailed) {
      stats.failed(spec.index());
    }
  }

  /**
   * Writes the error that a script has raised.
   *
   * @param isCounted whether it was counted when a command failed
   */
  void raised(CommandSpec spec, ErrorReply error, boolean isCounted, ReplyWriter out) {
    out.raw(error.encoded());
    replied(error.text(), isCounted);
    stats.failed(spec.index());
  }

  @Override
  public void replied(String text, boolean isCounted) {
    hasFailed = true;
    if (!isCounted) {
      serverStats.errorReply(ErrorReply.of(text).code());
    }
  }
}
