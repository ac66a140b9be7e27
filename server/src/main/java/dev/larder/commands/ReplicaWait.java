package dev.larder.commands;

import dev.larder.command.BlockTimeout;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;

/** WAIT for replicas of which there are none: it waits until the time is over. */
final class ReplicaWait extends ClientWait {
  private ReplicaWait(Session session, long timeoutMillis) {
    super(session, timeoutMillis);
  }

  static void handle(Call call) throws CommandException {
    long replicas = call.argLong(1);
    long millis = BlockTimeout.millis(call, 2);
    ReplicaWait wait = new ReplicaWait(call.session(), millis);
    if (replicas <= 0 || !call.mayBlock()) {
      wait.reply(call.reply());
    } else {
      wait.begin(call);
    }
  }

  @Override
  boolean isReached() {
    return false;
  }

  @Override
  void reply(ReplyWriter out) {
    out.integer(0);
  }
}
