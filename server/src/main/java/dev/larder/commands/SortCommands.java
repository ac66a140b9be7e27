package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.pattern;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.Arguments;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.command.KeySpec;
import dev.larder.storage.Bytes;

/** SORT and SORT_RO: what they are. {@link Sort} does the work. */
public final class SortCommands {
  private static final byte[] STORE = keyword("store");
  private static final byte[] BY = keyword("by");
  private static final byte[] GET = keyword("get");
  private static final byte[] LIMIT = keyword("limit");

  private SortCommands() {}

  /** Declares both commands. */
  public static void declare(Declarations c) {
    command(c, "SORT", "1.0.0")
        .summary(
            "Sorts the elements in a list, a set, or a sorted set, optionally storing the result.")
        .flags(WRITE, DENYOOM)
        .args(
            sorted(),
            by(),
            limit(),
            get(),
            order(),
            alpha(),
            key("destination")
                .spec(
                    KeySpec.unknown()
                        .access(OW, UPDATE)
                        .notes(
                            "For the optional STORE keyword. It is marked 'unknown' because the"
                                + " keyword can appear anywhere in the argument array"))
                .tokenIs("STORE")
                .optional())
        .keyFinder(SortCommands::keys)
        .replies(
            integerReply("With STORE: the number of elements stored."),
            array("Without STORE: the elements, or what GET asks for."))
        .handler(Sort::sort);
    command(c, "SORT_RO", "7.0.0")
        .summary("Returns the sorted elements of a list, a set, or a sorted set.")
        .flags(READONLY)
        .args(sorted(), by(), limit(), get(), order(), alpha())
        .keyFinder(SortCommands::readKeys)
        .replies(array("The elements, or what GET asks for."))
        .handler(Sort::sortReadOnly);
  }

  private static CommandBuilder command(Declarations c, String name, String since) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.GENERIC)
        .complexity(
            "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the"
                + " number of returned elements. When the elements are not sorted, complexity is"
                + " O(N).")
        .arity(-2)
        .acl(AclCategory.SET, AclCategory.SORTEDSET, AclCategory.LIST, AclCategory.DANGEROUS);
  }

  private static Arg sorted() {
    return key("key").at(1).access(RO, ACCESS);
  }

  private static Arg by() {
    return pattern("by-pattern")
        .display("pattern")
        .spec(
            KeySpec.unknown()
                .access(RO, ACCESS)
                .notes(
                    "For the optional BY/GET keyword. It is marked 'unknown' because the key names"
                        + " derive from the content of the key we sort"))
        .tokenIs("BY")
        .optional();
  }

  private static Arg get() {
    return pattern("get-pattern")
        .display("pattern")
        .sharing(1)
        .tokenIs("GET")
        .multipleWithToken()
        .optional();
  }

  private static Arg limit() {
    return block("limit", integer("offset"), integer("count")).tokenIs("LIMIT").optional();
  }

  private static Arg order() {
    return oneOf("order", token("ASC"), token("DESC")).optional();
  }

  private static Arg alpha() {
    return token("sorting", "ALPHA").optional();
  }

  private static boolean keys(Arguments call, KeyPositions out) {
    return find(call, out, true);
  }

  private static boolean readKeys(Arguments call, KeyPositions out) {
    return find(call, out, false);
  }

  /** The last STORE counts, as it does for the command itself. */
  private static boolean find(Arguments call, KeyPositions out, boolean mayStore) {
    out.add(1, RO.bit() | ACCESS.bit());
    int store = 0;
    for (int i = 2; i + 1 < call.argCount(); i++) {
      if (call.argIs(i, LIMIT)) {
        i += 2;
      } else if (call.argIs(i, BY) || call.argIs(i, GET)) {
        i++;
        if (hasStar(call, i)) {
          out.addOthers();
        }
      } else if (mayStore && call.argIs(i, STORE)) {
        store = ++i;
      }
    }
    if (store > 0) {
      out.add(store, KeyAccess.OW.bit() | KeyAccess.UPDATE.bit());
    }
    return true;
  }

  /** Whether a pattern names keys that depend on the elements. */
  static boolean hasStar(Arguments call, int arg) {
    long address = call.argAddress(arg);
    int length = call.argLength(arg);
    for (int i = 0; i < length; i++) {
      if (Bytes.getByte(address + i) == '*') {
        return true;
      }
    }
    return false;
  }
}
