package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Glob;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.ElementText;
import org.jspecify.annotations.Nullable;

/**
 * One call of HSCAN, SSCAN or ZSCAN: its arguments, and the reply as it grows. A cursor is a
 * position in the hash space of the collection's table, see {@link KeyWalk}; what is packed is
 * scanned whole, whatever the cursor.
 */
final class ElementScan {
  /** A cursor is the upper part of a position, as of SCAN. */
  private static final int CURSOR_SHIFT = 16;

  /** Empty buckets cost little: a sparse table should not need many calls. */
  private static final long MAX_BUCKETS_PER_ELEMENT = 10;

  private static final long DEFAULT_COUNT = 10;
  private static final byte[] MATCH = keyword("match");
  private static final byte[] COUNT = keyword("count");
  private static final byte[] NOVALUES = keyword("novalues");

  private final ReplyWriter reply;
  private final int mark;
  private final long first;
  private @Nullable Glob pattern;
  private boolean isWithoutValues;
  private long count = DEFAULT_COUNT;
  private long elements;
  private long replied;
  private long buckets;

  private ElementScan(ReplyWriter reply, long first) {
    this.reply = reply;
    this.mark = reply.mark();
    this.first = first;
  }

  /** The position of a cursor that is argument 2, checked before the key is looked for. */
  static long position(Call call) throws CommandException {
    return ScanCommands.cursor(call, 2) << CURSOR_SHIFT;
  }

  /** Replies that there is nothing to scan. */
  static void replyEmpty(Call call) {
    ReplyWriter reply = call.reply();
    reply.array(2);
    bulk(reply, 0);
    reply.array(0);
  }

  /** A scan from a position, with the options of the call. */
  static ElementScan of(Call call, long position) throws CommandException {
    ElementScan scan = new ElementScan(call.reply(), position);
    for (int i = 3; i < call.argCount(); i++) {
      boolean hasValue = i + 1 < call.argCount();
      if (hasValue && call.argIs(i, COUNT)) {
        scan.count = call.argLong(++i);
        if (scan.count < 1) {
          throw new CommandException(ErrorReply.SYNTAX);
        }
      } else if (hasValue && call.argIs(i, MATCH)) {
        scan.pattern = ScanCommands.glob(call, ++i);
      } else if (call.spec().fullName().equals("hscan") && call.argIs(i, NOVALUES)) {
        scan.isWithoutValues = true;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    return scan;
  }

  /** Where the walk begins. */
  long first() {
    return first;
  }

  boolean isWithoutValues() {
    return isWithoutValues;
  }

  /** Replies an element if it matches; what belongs to it follows by {@link #value}. */
  boolean element(ElementText text) {
    elements++;
    int before = reply.mark();
    int length = text.length();
    long address = reply.beginBulk(length);
    text.copy(address);
    if (pattern != null && !pattern.matches(address, length)) {
      reply.rollback(before);
      return false;
    }
    reply.endBulk();
    replied++;
    return true;
  }

  /** Replies what belongs to an element. */
  void value(ElementText text) {
    HashReads.reply(reply, text);
    replied++;
  }

  /**
   * A bucket was visited.
   *
   * @param position where the walk goes on, 0 at the end
   * @return whether it is to go on now
   */
  boolean goesOn(long position) {
    buckets++;
    return position != 0 && elements < count && buckets / MAX_BUCKETS_PER_ELEMENT < count;
  }

  /** Completes the reply; the walk goes on at a position, or has ended at 0. */
  void finish(long position) {
    int middle = reply.mark();
    reply.array(2);
    bulk(reply, position >>> CURSOR_SHIFT);
    reply.array(replied);
    reply.bringForward(mark, middle);
  }

  private static void bulk(ReplyWriter reply, long number) {
    int digits = StringCounters.digits(number);
    long address = reply.beginBulk(digits);
    StringCounters.format(number, address + digits);
    reply.endBulk();
  }
}
