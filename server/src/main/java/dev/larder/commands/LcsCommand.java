package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Entry;
import dev.larder.storage.StagedString;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** LCS: its arguments. The work is done by {@link LongestCommonSubsequence}. */
final class LcsCommand {
  private static final ErrorReply NO_STRINGS =
      ErrorReply.of("ERR The specified keys must contain string values");
  private static final ErrorReply LENGTH_AND_RANGES =
      ErrorReply.of("ERR If you want both the length and indexes, please just use IDX.");
  private static final ErrorReply TOO_LONG =
      ErrorReply.of("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  private static final ErrorReply NO_MEMORY =
      ErrorReply.of("ERR Insufficient memory, failed allocating transient memory for LCS");

  private static final byte[] LEN = keyword("len");
  private static final byte[] IDX = keyword("idx");
  private static final byte[] MINMATCHLEN = keyword("minmatchlen");
  private static final byte[] WITHMATCHLEN = keyword("withmatchlen");
  private static final byte[] NOTHING = new byte[0];

  /** What Redis's table takes for each pair of positions: its limit is ours. */
  private static final int CELL_BYTES = Integer.BYTES;

  /** A table of no more cells is computed at once, in some ten microseconds. */
  private static final long MAX_DIRECT_CELLS = 1024 * 1024;

  private LcsCommand() {}

  static void lcs(Call call, LongSupplier maxBytes) throws CommandException {
    long first = call.find(1);
    long second = call.find(2);
    if ((first != 0 && !Entry.isString(first)) || (second != 0 && !Entry.isString(second))) {
      throw new CommandException(NO_STRINGS);
    }
    LongestCommonSubsequence.Question question = question(call);
    // Looking for the second may have removed it, expired, and moved the first.
    first = call.findUncounted(1);
    long firstLength = StringEdits.length(call.shard(1), first);
    long secondLength = StringEdits.length(call.shard(2), second);
    if ((firstLength + 1) * (secondLength + 1) > maxBytes.getAsLong() / CELL_BYTES) {
      throw new CommandException(TOO_LONG);
    }
    if (firstLength == 0 || secondLength == 0) {
      replyNothing(call, question);
      return;
    }
    long memoryBytes = LongestCommonSubsequence.memoryBytes(question, firstLength, secondLength);
    @Nullable StagedString memory = StagedString.allocate(call.keyspace(), 0, memoryBytes);
    if (memory == null) {
      throw new CommandException(NO_MEMORY);
    }
    LongestCommonSubsequence job =
        new LongestCommonSubsequence(
            question,
            new StringText(call.keyspace(), call.shard(1), first),
            new StringText(call.keyspace(), call.shard(2), second),
            memory);
    boolean isDirect = firstLength * secondLength <= MAX_DIRECT_CELLS;
    if (!isDirect || !job.step(call.reply(), Long.MAX_VALUE / 2)) {
      call.defer(job);
    }
  }

  private static LongestCommonSubsequence.Question question(Call call) throws CommandException {
    boolean onlyLength = false;
    boolean ranges = false;
    long minRange = 0;
    boolean withLengths = false;
    for (int i = 3; i < call.argCount(); i++) {
      if (call.argIs(i, LEN)) {
        onlyLength = true;
      } else if (call.argIs(i, IDX)) {
        ranges = true;
      } else if (call.argIs(i, WITHMATCHLEN)) {
        withLengths = true;
      } else if (call.argIs(i, MINMATCHLEN) && i + 1 < call.argCount()) {
        minRange = call.argLong(++i);
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    if (onlyLength && ranges) {
      throw new CommandException(LENGTH_AND_RANGES);
    }
    return new LongestCommonSubsequence.Question(onlyLength, ranges, minRange, withLengths);
  }

  private static void replyNothing(Call call, LongestCommonSubsequence.Question question) {
    if (question.ranges()) {
      LongestCommonSubsequence.replyNoRanges(call.reply());
    } else if (question.onlyLength()) {
      call.reply().integer(0);
    } else {
      call.reply().bulk(NOTHING);
    }
  }
}
