package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Glob;
import dev.larder.resp.Doubles;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.SortedSetValue;
import org.jspecify.annotations.Nullable;

/**
 * Replies a part of a sorted set: one walk counts what matches and finds the next cursor, the same
 * walk again replies it.
 */
final class SortedSetScan {
  private static final byte[] MATCH = keyword("match");
  private static final byte[] COUNT = keyword("count");
  private static final long DEFAULT_COUNT = 10;

  /** A table may be sparse: so many buckets are looked at for each member that is wanted. */
  private static final long BUCKETS_PER_MEMBER = 10;

  private final ReplyWriter out;
  private final SortedSetValue set;
  private final @Nullable Glob glob;
  private final byte[] digits = new byte[Doubles.MAX_LENGTH];
  private long seen;
  private long matching;
  private boolean isReplying;

  private SortedSetScan(Call call, SortedSetValue set, @Nullable Glob glob) {
    this.out = call.reply();
    this.set = set;
    this.glob = glob;
  }

  static void zscan(Call call) throws CommandException {
    long cursor = ScanCommands.cursor(call, 2);
    SortedSetValue set = SortedSetReads.view(call, 1);
    if (!set.exists()) {
      call.reply().array(2);
      call.reply().bulkString("0");
      call.reply().array(0);
      return;
    }
    Glob glob = null;
    long count = DEFAULT_COUNT;
    for (int i = 3; i < call.argCount(); i += 2) {
      boolean hasValue = i + 1 < call.argCount();
      if (hasValue && call.argIs(i, COUNT)) {
        count = call.argLong(i + 1);
        if (count < 1) {
          throw new CommandException(ErrorReply.SYNTAX);
        }
      } else if (hasValue && call.argIs(i, MATCH)) {
        glob = ScanCommands.glob(call, i + 1);
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    new SortedSetScan(call, set, glob).run(cursor, count);
  }

  private void run(long cursor, long count) {
    long next = walk(cursor, count);
    out.array(2);
    out.bulkString(Long.toUnsignedString(next));
    out.array(2 * matching);
    seen = 0;
    isReplying = true;
    walk(cursor, count);
  }

  private long walk(long cursor, long count) {
    long buckets = count > Long.MAX_VALUE / BUCKETS_PER_MEMBER ? count : count * BUCKETS_PER_MEMBER;
    long position = cursor;
    do {
      position = set.walk(position, this::visit);
      buckets--;
    } while (position != 0 && seen < count && buckets > 0);
    return position;
  }

  private void visit() {
    seen++;
    if (glob != null && !matches(glob)) {
      return;
    }
    matching++;
    if (isReplying) {
      SortedSetReads.member(out, set);
      out.bulk(digits, 0, Doubles.format(set.score(), digits));
    }
  }

  private boolean matches(Glob pattern) {
    return set.isInteger()
        ? pattern.matches(Long.toString(set.integer()).getBytes(ISO_8859_1))
        : pattern.matches(set.address(), set.length());
  }
}
