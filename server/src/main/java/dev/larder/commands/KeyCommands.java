package dev.larder.commands;

import static dev.larder.command.AclCategory.KEYSPACE;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.token;
import static dev.larder.command.CommandGroup.GENERIC;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.DELETE;
import static dev.larder.command.KeyAccess.INSERT;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RM;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;
import static dev.larder.command.ReplySchema.simple;

import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.Declarations;
import dev.larder.command.KeyUse;
import dev.larder.storage.Entry;

/** Keys, whatever they hold: being there, going, becoming another key. */
public final class KeyCommands {

  private KeyCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    declarePresence(c);
    declareRemoval(c);
    declareTransfer(c);
  }

  private static CommandBuilder command(
      Declarations c, String name, String since, String complexity) {
    return c.command(name).since(since).group(GENERIC).acl(KEYSPACE).complexity(complexity);
  }

  private static void declarePresence(Declarations c) {
    command(c, "EXISTS", "1.0.0", "O(N) where N is the number of keys to check.")
        .summary("Determines whether one or more keys exist.")
        .history("3.0.3", "Accepts multiple `key` arguments.")
        .tips("request_policy:multi_shard", "response_policy:agg_sum")
        .arity(-2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO).multiple())
        .replies(integerReply("How many of them exist; a key named twice counts twice."))
        .keyUse(KeyUse.NEVER)
        .handler(KeyCommands::countLive);
    command(c, "TOUCH", "3.2.1", "O(N) where N is the number of keys that will be touched.")
        .summary(
            "Returns the number of existing keys out of those specified after updating the time"
                + " they were last accessed.")
        .tips("request_policy:multi_shard", "response_policy:agg_sum")
        .arity(-2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO).multiple())
        .replies(integerReply("How many of them exist; a key named twice counts twice."))
        .keyUse(KeyUse.ALWAYS)
        .handler(KeyCommands::countLive);
    command(c, "TYPE", "1.0.0", "O(1)")
        .summary("Determines the type of value stored at a key.")
        .arity(2)
        .flags(READONLY, FAST)
        .args(key("key").at(1).access(RO))
        .replies(simple("The type, or `none` if there is no such key."))
        .keyUse(KeyUse.NEVER)
        .handler(KeyCommands::type);
  }

  private static void declareRemoval(Declarations c) {
    command(
            c,
            "DEL",
            "1.0.0",
            "O(N) where N is the number of keys that will be removed. When a key to remove holds a"
                + " value other than a string, the individual complexity for this key is O(M) where"
                + " M is the number of elements in the list, set, sorted set or hash. Removing a"
                + " single key that holds a string value is O(1).")
        .summary("Deletes one or more keys.")
        .tips("request_policy:multi_shard", "response_policy:agg_sum")
        .arity(-2)
        .flags(WRITE)
        .args(key("key").at(1).access(RM, DELETE).multiple())
        .replies(integerReply("How many keys were deleted."))
        .handler(KeyCommands::delete);
    command(
            c,
            "UNLINK",
            "4.0.0",
            "O(1) for each key removed regardless of its size. Then the command does O(N) work in a"
                + " different thread in order to reclaim memory, where N is the number of"
                + " allocations the deleted objects where composed of.")
        .summary("Asynchronously deletes one or more keys.")
        .tips("request_policy:multi_shard", "response_policy:agg_sum")
        .arity(-2)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RM, DELETE).multiple())
        .replies(integerReply("How many keys were deleted."))
        .handler(KeyCommands::delete);
  }

  private static void declareTransfer(Declarations c) {
    command(
            c,
            "COPY",
            "6.2.0",
            "O(N) worst case for collections, where N is the number of nested items. O(1) for"
                + " string values.")
        .summary("Copies the value of a key to a new key.")
        .arity(-3)
        .flags(WRITE, DENYOOM)
        .args(
            key("source").at(1).access(RO, ACCESS),
            key("destination").at(2).access(OW, UPDATE),
            integer("destination-db").tokenIs("DB").optional(),
            token("REPLACE").optional())
        .replies(integerReply("1 if it was copied, 0 if not."))
        .handler(KeyTransfer::copy);
    command(c, "MOVE", "1.0.0", "O(1)")
        .summary("Moves a key to another database.")
        .arity(3)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, ACCESS, UPDATE), integer("db"))
        .replies(integerReply("1 if it was moved, 0 if not."))
        .handler(KeyTransfer::move);
    command(c, "RENAME", "1.0.0", "O(1)")
        .summary("Renames a key and overwrites the destination.")
        .arity(3)
        .flags(WRITE)
        .args(key("key").at(1).access(RW, ACCESS, DELETE), key("newkey").at(2).access(OW, UPDATE))
        .replies(ok())
        .handler(KeyTransfer::rename);
    command(c, "RENAMENX", "1.0.0", "O(1)")
        .summary("Renames a key only when the target key name doesn't exist.")
        .history(
            "3.2.0",
            "The command no longer returns an error when source and destination names are the"
                + " same.")
        .arity(3)
        .flags(WRITE, FAST)
        .args(key("key").at(1).access(RW, ACCESS, DELETE), key("newkey").at(2).access(OW, INSERT))
        .replies(integerReply("1 if it was renamed, 0 if the new name is taken."))
        .handler(KeyTransfer::renameIfFree);
  }

  private static void countLive(Call call) {
    long live = 0;
    for (int i = 1; i < call.argCount(); i++) {
      call.ahead().key(i, 1);
      live += call.find(i) != 0 ? 1 : 0;
    }
    call.reply().integer(live);
  }

  private static void type(Call call) {
    long entry = call.find(1);
    call.reply().simpleString(entry == 0 ? "none" : Entry.type(entry).redisName());
  }

  private static void delete(Call call) {
    long deleted = 0;
    for (int i = 1; i < call.argCount(); i++) {
      call.ahead().key(i, 1);
      deleted += call.delete(i) ? 1 : 0;
    }
    call.reply().integer(deleted);
  }
}
