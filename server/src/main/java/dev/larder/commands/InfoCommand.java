package dev.larder.commands;

import static dev.larder.command.AclCategory.DANGEROUS;
import static dev.larder.command.Arg.string;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.verbatim;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.command.Call;
import dev.larder.command.Declarations;
import java.util.ArrayList;
import java.util.List;

/** INFO: the server's report on itself. */
public final class InfoCommand {
  private final ServerHandle server;

  private InfoCommand(ServerHandle server) {
    this.server = server;
  }

  /** Declares the command. */
  public static void declare(Declarations c, ServerHandle server) {
    c.command("INFO")
        .summary("Returns information and statistics about the server.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(1)")
        .history("7.0.0", "Added support for taking multiple section arguments.")
        .arity(-1)
        .flags(LOADING, STALE)
        .acl(DANGEROUS)
        .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
        .args(string("section").optional().multiple())
        .replies(verbatim("Lines of `name:value` in sections headed by `# Section`."))
        .handler(new InfoCommand(server)::info);
  }

  private void info(Call call) {
    List<String> sections = new ArrayList<>();
    for (int i = 1; i < call.argCount(); i++) {
      sections.add(call.argString(i));
    }
    call.reply().verbatim("txt", server.info(sections, call.commands()).getBytes(UTF_8));
  }
}
