package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.HashValue;
import java.util.concurrent.ThreadLocalRandom;

/** HSCAN and HRANDFIELD: some fields of a hash, in the server's order or by chance. */
final class HashScans {
  /** More fields with repetitions are refused: their reply would keep others waiting. */
  private static final long MAX_DRAWN = 1 << 20;

  private static final byte[] WITHVALUES = keyword("withvalues");
  private static final ErrorReply OUT_OF_RANGE = ErrorReply.of("ERR value is out of range");

  private static final ErrorReply NO_COUNT =
      ErrorReply.of(
          "ERR value is out of range, value must between -9223372036854775807 and"
              + " 9223372036854775807");

  private HashScans() {}

  static void hscan(Call call) throws CommandException {
    long position = ElementScan.position(call);
    HashValue hash = HashReads.read(call);
    if (!hash.exists()) {
      ElementScan.replyEmpty(call);
      return;
    }
    ElementScan scan = ElementScan.of(call, position);
    do {
      position = hash.walk(position);
      while (hash.next()) {
        if (scan.element(hash.fieldName()) && !scan.isWithoutValues()) {
          scan.value(hash.fieldValue());
        }
      }
    } while (scan.goesOn(position));
    scan.finish(position);
  }

  static void hrandfield(Call call) throws CommandException {
    if (call.argCount() == 2) {
      one(call);
      return;
    }
    long count = call.argLong(2);
    if (count == Long.MIN_VALUE) {
      throw new CommandException(NO_COUNT);
    }
    boolean withValues = call.argCount() == 4 && call.argIs(3, WITHVALUES);
    if (call.argCount() > 4 || (call.argCount() == 4 && !withValues)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (withValues && Math.abs(count) > Long.MAX_VALUE / 2) {
      throw new CommandException(OUT_OF_RANGE);
    }
    HashValue hash = HashReads.read(call);
    long size = drawable(hash);
    if (size == 0 || count == 0) {
      call.reply().array(0);
    } else if (count < 0) {
      repeated(call, hash, -count, withValues);
    } else if (count < size && hash.canDrawDistinct(count) && count <= size / 2) {
      distinct(call, hash, (int) count, withValues);
    } else {
      selected(call, hash, Math.min(count, size), size, withValues);
    }
  }

  /** How many fields there are to draw from. */
  private static long drawable(HashValue hash) {
    hash.reclaim();
    return hash.liveCount();
  }

  private static void one(Call call) throws CommandException {
    HashValue hash = HashReads.read(call);
    if (drawable(hash) == 0) {
      call.reply().nil();
      return;
    }
    draw(hash);
    HashReads.reply(call.reply(), hash.fieldName());
  }

  private static void draw(HashValue hash) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    while (!hash.draw(random.nextLong())) {
      // An empty slot of the table.
    }
  }

  private static void begin(ReplyWriter reply, long count, boolean withValues) {
    reply.array(withValues && reply.protocol() == 2 ? 2 * count : count);
  }

  private static void field(ReplyWriter reply, HashValue hash, boolean withValues) {
    if (withValues && reply.protocol() == 3) {
      reply.array(2);
    }
    HashReads.reply(reply, hash.fieldName());
    if (withValues) {
      HashReads.reply(reply, hash.fieldValue());
    }
  }

  /** So many fields, of which some may be the same. */
  private static void repeated(Call call, HashValue hash, long count, boolean withValues)
      throws CommandException {
    if (count > MAX_DRAWN) {
      throw new CommandException(OUT_OF_RANGE);
    }
    begin(call.reply(), count, withValues);
    for (long i = 0; i < count; i++) {
      draw(hash);
      field(call.reply(), hash, withValues);
    }
  }

  /** So many different fields, few enough to be remembered. */
  private static void distinct(Call call, HashValue hash, int count, boolean withValues) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    begin(call.reply(), count, withValues);
    hash.beginDistinct(count);
    for (int i = 0; i < count; i++) {
      while (!hash.drawOther(random.nextLong())) {
        // An empty slot, or a field that was drawn before.
      }
      field(call.reply(), hash, withValues);
    }
  }

  /** So many different fields, each of which is taken or left as a walk meets it. */
  private static void selected(
      Call call, HashValue hash, long count, long size, boolean withValues) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    begin(call.reply(), count, withValues);
    long wanted = count;
    long left = size;
    long position = 0;
    do {
      position = hash.walk(position);
      while (wanted > 0 && hash.next()) {
        if (wanted == left || random.nextLong(left) < wanted) {
          wanted--;
          field(call.reply(), hash, withValues);
        }
        left--;
      }
    } while (position != 0 && wanted > 0);
  }
}
