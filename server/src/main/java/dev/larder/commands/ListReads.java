package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.ListValue;
import dev.larder.storage.ValueType;

/** Commands that read lists. */
final class ListReads {
  private static final byte[] RANK = keyword("rank");
  private static final byte[] COUNT = keyword("count");
  private static final byte[] MAXLEN = keyword("maxlen");

  private static final ErrorReply RANK_ZERO =
      ErrorReply.of(
          "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or"
              + " use negative to start from the end of the list");
  private static final ErrorReply RANK_OUT_OF_RANGE =
      ErrorReply.of(
          "ERR value is out of range, value must between -9223372036854775807 and"
              + " 9223372036854775807");
  private static final ErrorReply COUNT_NEGATIVE = ErrorReply.of("ERR COUNT can't be negative");
  private static final ErrorReply MAXLEN_NEGATIVE = ErrorReply.of("ERR MAXLEN can't be negative");

  private ListReads() {}

  /** The list of a key, which may not exist; counted as a look-up. */
  static ListValue view(Call call, int keyArg) throws CommandException {
    ListValue list = call.views().list();
    call.point(list, keyArg, call.find(keyArg, ValueType.LIST));
    return list;
  }

  /** Replies with the element at the cursor. */
  static void reply(Call call, ListValue list) {
    write(call.reply(), list);
  }

  private static void write(ReplyWriter out, ListValue list) {
    int length = list.length();
    list.writeText(out.beginBulk(length));
    out.endBulk();
  }

  static void llen(Call call) throws CommandException {
    call.reply().integer(view(call, 1).count());
  }

  static void lindex(Call call) throws CommandException {
    ListValue list = view(call, 1);
    if (!list.exists()) {
      call.reply().nil();
      return;
    }
    long index = call.argLong(2);
    if (list.seek(index < 0 ? index + list.count() : index)) {
      reply(call, list);
    } else {
      call.reply().nil();
    }
  }

  static void lrange(Call call) throws CommandException {
    long first = call.argLong(2);
    long last = call.argLong(3);
    ListValue list = view(call, 1);
    long count = list.count();
    first = Math.max(0, first < 0 ? first + count : first);
    last = Math.min(count - 1, last < 0 ? last + count : last);
    if (first > last) {
      call.reply().array(0);
      return;
    }
    call.reply().array(last - first + 1);
    list.seek(first);
    int mark = call.reply().mark();
    for (long index = first; index <= last; index++) {
      if (call.reply().mark() - mark > LeasedReply.TURN_BYTES) {
        call.defer(new Range(call, list, index, last));
        return;
      }
      write(call.reply(), list);
      list.next();
    }
  }

  /** The rest of a long range. */
  private static final class Range extends LeasedReply {
    private final ListValue list;
    private long index;
    private final long last;

    Range(Call call, ListValue list, long index, long last) {
      super(call, 1, list.entry());
      this.list = list;
      this.index = index;
      this.last = last;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(list);
      list.seek(index);
      for (; index <= last && !isEnough(out, mark, endNanos); index++) {
        ListReads.write(out, list);
        list.next();
      }
      return index > last;
    }
  }

  static void lpos(Call call) throws CommandException {
    long rank = 1;
    long wanted = -1;
    long most = 0;
    for (int i = 3; i < call.argCount(); i += 2) {
      if (i + 1 == call.argCount()) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      if (call.argIs(i, RANK)) {
        rank = call.argLong(i + 1, -Long.MAX_VALUE, Long.MAX_VALUE, RANK_OUT_OF_RANGE);
        if (rank == 0) {
          throw new CommandException(RANK_ZERO);
        }
      } else if (call.argIs(i, COUNT)) {
        wanted = call.argLong(i + 1, 0, Long.MAX_VALUE, COUNT_NEGATIVE);
      } else if (call.argIs(i, MAXLEN)) {
        most = call.argLong(i + 1, 0, Long.MAX_VALUE, MAXLEN_NEGATIVE);
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    ListValue list = view(call, 1);
    long compared = most == 0 ? list.count() : Math.min(most, list.count());
    if (wanted < 0) {
      long found = first(call, list, rank, compared);
      if (found < 0) {
        call.reply().nil();
      } else {
        call.reply().integer(found);
      }
    } else {
      int mark = call.reply().mark();
      call.reply().insertArray(mark, matches(call, list, rank, wanted, compared));
    }
  }

  /** The index of the match with a rank, -1 when there is none. */
  private static long first(Call call, ListValue list, long rank, long compared) {
    long skipped = Math.abs(rank) - 1;
    long index = firstMatch(call, list, rank > 0, compared);
    while (index >= 0 && skipped-- > 0) {
      index = nextMatch(call, list, rank > 0, index, compared);
    }
    return index;
  }

  /** Replies with the indexes of matches, at most {@code wanted} unless that is 0. */
  private static long matches(Call call, ListValue list, long rank, long wanted, long compared) {
    long skipped = Math.abs(rank) - 1;
    long found = 0;
    long index = firstMatch(call, list, rank > 0, compared);
    while (index >= 0) {
      if (skipped-- <= 0) {
        call.reply().integer(index);
        if (++found == wanted) {
          break;
        }
      }
      index = nextMatch(call, list, rank > 0, index, compared);
    }
    return found;
  }

  /**
   * Goes to the first element from an end on that is argument 2, among so many; its index, or -1.
   */
  private static long firstMatch(Call call, ListValue list, boolean forward, long compared) {
    long index = forward ? 0 : list.count() - 1;
    return list.seek(index) ? match(call, list, forward, index, compared) : -1;
  }

  /** The same behind the one at the cursor. */
  private static long nextMatch(
      Call call, ListValue list, boolean forward, long index, long compared) {
    return forward
        ? list.next() ? match(call, list, true, index + 1, compared) : -1
        : list.previous() ? match(call, list, false, index - 1, compared) : -1;
  }

  private static long match(Call call, ListValue list, boolean forward, long from, long compared) {
    if (forward) {
      return from < compared
          ? list.findOn(from, compared, call.argAddress(2), call.argLength(2))
          : -1;
    }
    long end = list.count() - compared;
    for (long index = from; index >= end; index--) {
      if (isArgument(call, list, 2)) {
        return index;
      }
      if (!list.previous()) {
        break;
      }
    }
    return -1;
  }

  /** Whether the element at the cursor is an argument. */
  static boolean isArgument(Call call, ListValue list, int arg) {
    return list.isText(call.argAddress(arg), call.argLength(arg));
  }
}
