package dev.larder.commands;

import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** SELECT without what else belongs to connections. */
final class SelectSample {
  private SelectSample() {}

  static void declare(Declarations c) {
    c.command("SELECT")
        .summary("For tests.")
        .since("1.0.0")
        .group(CommandGroup.CONNECTION)
        .arity(2)
        .freeForm()
        .handler(call -> {
          call.session().database((int) call.argLong(1));
          call.reply().ok();
        });
  }
}
