package dev.larder.commands;

import static dev.larder.command.AclCategory.DANGEROUS;
import static dev.larder.command.AclCategory.KEYSPACE;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.pattern;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.GENERIC;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.nil;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Glob;
import dev.larder.storage.Bytes;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Commands that look at the keys of a database without being told their names. */
public final class ScanCommands {

  /** A longer pattern is refused: matching takes time in proportion to it, for every key. */
  private static final int MAX_PATTERN_BYTES = 128 * 1024;

  private static final long DEFAULT_COUNT = 10;
  private static final byte[] MATCH = keyword("match");
  private static final byte[] COUNT = keyword("count");
  private static final byte[] TYPE = keyword("type");
  private static final ErrorReply INVALID_CURSOR = ErrorReply.of("ERR invalid cursor");
  private static final ErrorReply PATTERN_TOO_LONG =
      ErrorReply.of("ERR pattern is longer than " + MAX_PATTERN_BYTES + " bytes");

  private ScanCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("KEYS")
        .summary("Returns all key names that match a pattern.")
        .since("1.0.0")
        .group(GENERIC)
        .complexity(
            "O(N) with N being the number of keys in the database, under the assumption that the"
                + " key names in the database and the given pattern have limited length.")
        .tips("request_policy:all_shards", "nondeterministic_output_order")
        .arity(2)
        .flags(READONLY)
        .acl(KEYSPACE, DANGEROUS)
        .args(pattern("pattern"))
        .looksEverywhere()
        .replies(array("The names of the matching keys."))
        .handler(ScanCommands::keys);
    c.command("SCAN")
        .summary("Iterates over the key names in the database.")
        .since("2.8.0")
        .group(GENERIC)
        .complexity(
            "O(1) for every call. O(N) for a complete iteration, including enough command calls for"
                + " the cursor to return back to 0. N is the number of elements inside the"
                + " collection.")
        .history("6.0.0", "Added the `TYPE` subcommand.")
        .tips("nondeterministic_output", "request_policy:special", "response_policy:special")
        .arity(-2)
        .flags(READONLY)
        .acl(KEYSPACE)
        .looksEverywhere()
        .args(
            integer("cursor"),
            pattern("pattern").tokenIs("MATCH").optional(),
            integer("count").tokenIs("COUNT").optional(),
            string("type").tokenIs("TYPE").since("6.0.0").optional())
        .replies(array("The cursor to go on with, `0` at the end, and an array of names."))
        .handler(ScanCommands::scan);
    c.command("RANDOMKEY")
        .summary("Returns a random key name from the database.")
        .since("1.0.0")
        .group(GENERIC)
        .complexity("O(1)")
        .tips("request_policy:all_shards", "response_policy:special", "nondeterministic_output")
        .arity(1)
        .flags(READONLY)
        .acl(KEYSPACE)
        .looksEverywhere()
        .replies(bulk("The name of a key."), nil("The database is empty."))
        .handler(call -> call.defer(new RandomKey(call)));
  }

  private static void keys(Call call) throws CommandException {
    call.defer(new KeyCollection(call, 0, glob(call, 1), null, false, KeyCollection.ALL));
  }

  /** The pattern of an argument, null if everything matches it. */
  static @Nullable Glob glob(Arguments call, int i) throws CommandException {
    if (call.argLength(i) > MAX_PATTERN_BYTES) {
      throw new CommandException(PATTERN_TOO_LONG);
    }
    Glob glob = new Glob(call.argBytes(i), false);
    return glob.matchesAll() ? null : glob;
  }

  private static void scan(Call call) throws CommandException {
    long cursor = cursor(call, 1);
    Glob glob = null;
    String type = null;
    long count = DEFAULT_COUNT;
    for (int i = 2; i < call.argCount(); i += 2) {
      boolean hasValue = i + 1 < call.argCount();
      if (hasValue && call.argIs(i, COUNT)) {
        count = call.argLong(i + 1);
        if (count < 1) {
          throw new CommandException(ErrorReply.SYNTAX);
        }
      } else if (hasValue && call.argIs(i, MATCH)) {
        glob = glob(call, i + 1);
      } else if (hasValue && call.argIs(i, TYPE)) {
        type = typeName(call, i + 1);
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    call.defer(new KeyCollection(call, cursor, glob, type, true, count));
  }

  /** A type's name in lower case; one that is too long for any type becomes empty. */
  private static String typeName(Arguments call, int i) {
    return call.argLength(i) > 64 ? "" : call.argString(i).toLowerCase(Locale.ROOT);
  }

  /**
   * An unsigned 64-bit number as strtoul reads it, which takes a sign and the empty string too, and
   * ends at a NUL.
   */
  static long cursor(Arguments call, int i) throws CommandException {
    long address = call.argAddress(i);
    int length = call.argLength(i);
    int at = 0;
    boolean negative = length > 0 && Bytes.getByte(address) == '-';
    if (negative || (length > 0 && Bytes.getByte(address) == '+')) {
      at = 1;
    }
    if (at == 1 && length == 1) {
      throw new CommandException(INVALID_CURSOR);
    }
    long value = 0;
    for (; at < length; at++) {
      int digit = Bytes.getByte(address + at) - '0';
      if (digit == -'0') {
        break;
      }
      if (digit < 0
          || digit > 9
          || Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, 10)) > 0) {
        throw new CommandException(INVALID_CURSOR);
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }
}
