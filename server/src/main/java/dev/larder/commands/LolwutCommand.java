package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.ReplySchema.verbatim;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.config.Version;
import java.util.random.RandomGenerator;

/** LOLWUT: a shelf of a larder, another one every time, and the version. */
public final class LolwutCommand {
  private static final byte[] VERSION = keyword("version");

  /** The pieces of Redis that take numbers. */
  private static final int FIRST_WITH_NUMBERS = 5;

  private static final int LAST_WITH_NUMBERS = 6;

  private static final int JARS = 9;
  private static final int SHELVES = 3;
  private static final int JAR_HEIGHT = 3;
  private static final String FILLINGS = "~o#.:%*=";

  private LolwutCommand() {}

  /** Declares the command. */
  public static void declare(Declarations c) {
    c.command("LOLWUT")
        .summary("Displays computer art and the Redis version.")
        .since("5.0.0")
        .group(SERVER)
        .arity(-1)
        .flags(READONLY, FAST)
        .args(integer("version").tokenIs("VERSION").optional())
        .replies(verbatim("The art, and the version in its last line."))
        .handler(LolwutCommand::draw);
  }

  private static void draw(Call call) throws CommandException {
    if (call.argCount() > 2 && call.argIs(1, VERSION)) {
      long version = call.argLong(2);
      if (version >= FIRST_WITH_NUMBERS && version <= LAST_WITH_NUMBERS) {
        for (int i = 3; i < call.argCount(); i++) {
          call.argLong(i);
        }
      }
    }
    StringBuilder art = new StringBuilder();
    RandomGenerator random = RandomGenerator.getDefault();
    for (int shelf = 0; shelf < SHELVES; shelf++) {
      shelf(art, random);
    }
    art.append("\nRedis ver. ").append(Version.REDIS).append('\n');
    call.reply().verbatim("txt", art.toString().getBytes(UTF_8));
  }

  /** Jars beside each other, each filled to some height with something. */
  private static void shelf(StringBuilder art, RandomGenerator random) {
    int[] heights = random.ints(JARS, 0, JAR_HEIGHT + 1).toArray();
    int[] fillings = random.ints(JARS, 0, FILLINGS.length()).toArray();
    art.append("  ___  ".repeat(JARS)).append('\n');
    for (int row = JAR_HEIGHT; row > 0; row--) {
      for (int jar = 0; jar < JARS; jar++) {
        String filling = row > heights[jar] ? " " : String.valueOf(FILLINGS.charAt(fillings[jar]));
        art.append(" |").append(filling.repeat(3)).append("| ");
      }
      art.append('\n');
    }
    art.append("=======".repeat(JARS)).append('\n');
  }
}
