package dev.larder.commands;

import static dev.larder.command.AclCategory.TRANSACTION;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** MULTI and EXEC of a file in which every transaction is known to be whole. */
final class TransactionMarks {
  private TransactionMarks() {}

  static void declare(Declarations c) {
    for (String name : new String[] {"MULTI", "EXEC"}) {
      c.command(name)
          .summary("Surrounds the commands of a transaction.")
          .since("1.2.0")
          .group(CommandGroup.TRANSACTIONS)
          .complexity("O(1)")
          .arity(1)
          .flags(NOSCRIPT)
          .acl(TRANSACTION)
          .replies(ok())
          .handler(call -> call.reply().ok());
    }
  }
}
