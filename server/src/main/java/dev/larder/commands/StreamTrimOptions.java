package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Arguments;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.CollectionLimits;
import dev.larder.storage.StreamTrim;
import org.jspecify.annotations.Nullable;

/** The options of XADD and XTRIM that say what is to be removed. */
final class StreamTrimOptions {
  private static final byte[] MAXLEN = keyword("maxlen");
  private static final byte[] MINID = keyword("minid");
  private static final byte[] LIMIT = keyword("limit");
  private static final byte[] KEEPREF = keyword("keepref");
  private static final byte[] DELREF = keyword("delref");
  private static final byte[] ACKED = keyword("acked");

  private static final ErrorReply BOTH_STRATEGIES =
      ErrorReply.of(
          "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
  private static final ErrorReply NEGATIVE_LENGTH =
      ErrorReply.of("ERR The MAXLEN argument must be >= 0.");
  private static final ErrorReply NEGATIVE_LIMIT =
      ErrorReply.of("ERR The LIMIT argument must be >= 0.");
  private static final ErrorReply LIMIT_WITHOUT_STRATEGY =
      ErrorReply.of(
          "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
  private static final ErrorReply EXACT_LIMIT =
      ErrorReply.of("ERR syntax error, LIMIT cannot be used without the special ~ option");

  /** Without LIMIT, about as many entries may go as this many full nodes have. */
  private static final long DEFAULT_LIMIT_NODES = 100;

  private static final long UNBOUNDED_NODES_LIMIT = 10_000;
  private static final long MAX_DEFAULT_LIMIT = 1_000_000;

  private StreamTrimOptions() {}

  /**
   * Parses the option at an argument, if it is one of these.
   *
   * @return the argument behind it; {@code i} itself if it is another option
   */
  static int parse(Arguments call, int i, StreamTrim trim) throws CommandException {
    int more = call.argCount() - i - 1;
    StreamTrim.References references = references(call, i);
    if (references != null) {
      if (trim.references() != null) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      trim.references(references);
      return i + 1;
    }
    if (more == 0) {
      return i;
    }
    if (call.argIs(i, LIMIT)) {
      long limit = call.argLong(i + 1);
      if (limit < 0) {
        throw new CommandException(NEGATIVE_LIMIT);
      }
      trim.limit(limit);
      return i + 2;
    }
    boolean byLength = call.argIs(i, MAXLEN);
    if (!byLength && !call.argIs(i, MINID)) {
      return i;
    }
    if (trim.strategy() != StreamTrim.Strategy.NONE) {
      throw new CommandException(BOTH_STRATEGIES);
    }
    return parseStrategy(call, i + 1, byLength, trim);
  }

  private static int parseStrategy(Arguments call, int i, boolean byLength, StreamTrim trim)
      throws CommandException {
    int threshold = i;
    if (i + 1 < call.argCount() && call.argLength(i) == 1) {
      byte operator = Bytes.getByte(call.argAddress(i));
      if (operator == '~' || operator == '=') {
        trim.approximate(operator == '~');
        threshold++;
      }
    }
    if (byLength) {
      long length = call.argLong(threshold);
      if (length < 0) {
        throw new CommandException(NEGATIVE_LENGTH);
      }
      trim.maxLength(length);
      trim.strategy(StreamTrim.Strategy.MAXLEN);
    } else {
      StreamIds.parse(call, threshold, trim.minId());
      trim.strategy(StreamTrim.Strategy.MINID);
    }
    return threshold + 1;
  }

  /** What an argument says of references to entries that go; null if it is no such option. */
  static StreamTrim.@Nullable References references(Arguments call, int i) {
    return call.argIs(i, KEEPREF)
        ? StreamTrim.References.KEEP
        : call.argIs(i, DELREF)
            ? StreamTrim.References.DELETE
            : call.argIs(i, ACKED) ? StreamTrim.References.ACKNOWLEDGED : null;
  }

  /** Checks that the options go together, and sets the limit that they leave out. */
  static void check(StreamTrim trim, CollectionLimits limits) throws CommandException {
    boolean hasLimit = trim.limit() != StreamTrim.NO_LIMIT_GIVEN;
    if (hasLimit && trim.limit() != 0 && trim.strategy() == StreamTrim.Strategy.NONE) {
      throw new CommandException(LIMIT_WITHOUT_STRATEGY);
    }
    if (hasLimit && !trim.approximate()) {
      throw new CommandException(EXACT_LIMIT);
    }
    if (!hasLimit) {
      trim.limit(trim.approximate() ? defaultLimit(limits.streamNodeMaxEntries()) : 0);
    }
  }

  private static long defaultLimit(long nodeEntries) {
    return nodeEntries <= 0
        ? UNBOUNDED_NODES_LIMIT
        : Math.min(DEFAULT_LIMIT_NODES * nodeEntries, MAX_DEFAULT_LIMIT);
  }
}
