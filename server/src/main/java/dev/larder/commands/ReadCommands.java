package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;

/** Commands that return strings. */
final class ReadCommands {

  private ReadCommands() {}

  static void get(Call call) throws CommandException {
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
    } else {
      StringReplies.whole(call, call.shard(1), StringReplies.requireString(entry));
    }
  }
}
