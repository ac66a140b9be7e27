package dev.larder.commands;

import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Arg.unixTime;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.KeyAccess.VARIABLE_FLAGS;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;

/** Strings: what the commands are. How they work is in the classes that the handlers name. */
public final class StringCommands {

  private StringCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    command(c, "GET", "1.0.0", "O(1)")
        .summary("Returns the string value of a key.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO, ACCESS))
        .replies(bulk("The value."), nil("No such key."))
        .handler(ReadCommands::get);
    declareSet(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.STRING)
        .acl(AclCategory.STRING)
        .complexity(complexity);
  }

  private static void declareSet(Declarations c) {
    command(c, "SET", "1.0.0", "O(1)")
        .summary(
            "Sets the string value of a key, ignoring its type. The key is created if it doesn't"
                + " exist.")
        .history("2.6.12", "Added the `EX`, `PX`, `NX` and `XX` options.")
        .history("6.0.0", "Added the `KEEPTTL` option.")
        .history("6.2.0", "Added the `GET`, `EXAT` and `PXAT` option.")
        .history("7.0.0", "Allowed the `NX` and `GET` options to be used together.")
        .history("8.4.0", "Added the `IFEQ` and `IFNE` options.")
        .arity(-3)
        .flags(WRITE, DENYOOM)
        .args(
            key("key")
                .at(1)
                .access(RW, ACCESS, UPDATE, VARIABLE_FLAGS)
                .notes("RW and ACCESS due to the optional `GET` argument"),
            string("value"),
            oneOf(
                    "condition",
                    token("NX"),
                    token("XX"),
                    string("ifeq-value").tokenIs("IFEQ").since("8.4.0"),
                    string("ifne-value").tokenIs("IFNE").since("8.4.0"))
                .since("2.6.12")
                .optional(),
            token("GET").since("6.2.0").optional(),
            oneOf(
                    "expiration",
                    integer("seconds").tokenIs("EX").since("2.6.12"),
                    integer("milliseconds").tokenIs("PX").since("2.6.12"),
                    unixTime("unix-time-seconds").tokenIs("EXAT").since("6.2.0"),
                    unixTime("unix-time-milliseconds").tokenIs("PXAT").since("6.2.0"),
                    token("KEEPTTL").since("6.0.0"))
                .optional())
        .keyFinder(SetCommands::setKeys)
        .replies(
            ok(),
            nil("Without GET: a condition was not met. With GET: the key did not exist."),
            bulk("With GET: the value before."))
        .handler(SetCommands::set);
  }
}
