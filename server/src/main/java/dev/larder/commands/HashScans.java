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
  /** More fields with repetitions are refused: their reply has no bound but this. */
  private static final long MAX_REPEATED = 1 << 20;

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
    } else if (count < -MAX_REPEATED) {
      throw new CommandException(OUT_OF_RANGE);
    } else if (count < 0) {
      run(call, hash, new Repeated(-count), withValues);
    } else if (count <= size / 2 && hash.canDrawDistinct(count)) {
      distinct(call, hash, (int) count, withValues);
    } else {
      run(call, hash, new Selected(Math.min(count, size), size), withValues);
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

  /** Replies fields until they are many enough; what is left then is done under a lease. */
  private static void run(Call call, HashValue hash, Drawing drawing, boolean withValues) {
    ReplyWriter reply = call.reply();
    begin(reply, drawing.wanted, withValues);
    int mark = reply.mark();
    while (drawing.wanted > 0) {
      if (reply.mark() - mark > LeasedReply.TURN_BYTES) {
        call.defer(new Rest(call, hash, drawing, withValues));
        return;
      }
      drawing.part(reply, hash, withValues);
    }
  }

  /** Which fields a long reply has. */
  private abstract static class Drawing {
    /** How many fields are still to be replied. */
    long wanted;

    Drawing(long count) {
      wanted = count;
    }

    /** Replies some of them. */
    abstract void part(ReplyWriter reply, HashValue hash, boolean withValues);
  }

  /** Any fields, of which some may be the same. */
  private static final class Repeated extends Drawing {
    private static final int FIELDS_AT_ONCE = 64;

    Repeated(long count) {
      super(count);
    }

    @Override
    void part(ReplyWriter reply, HashValue hash, boolean withValues) {
      for (int i = 0; i < FIELDS_AT_ONCE && wanted > 0; i++) {
        draw(hash);
        field(reply, hash, withValues);
        wanted--;
      }
    }
  }

  /** Different fields, each of which is taken or left as a walk meets it. */
  private static final class Selected extends Drawing {
    private long left;
    private long position;

    /**
     * @param size of how many fields these are
     */
    Selected(long count, long size) {
      super(count);
      left = size;
    }

    @Override
    void part(ReplyWriter reply, HashValue hash, boolean withValues) {
      position = hash.walk(position);
      while (wanted > 0 && hash.next()) {
        if (wanted == left || ThreadLocalRandom.current().nextLong(left) < wanted) {
          wanted--;
          field(reply, hash, withValues);
        }
        left--;
      }
    }
  }

  /** The rest of a long reply. */
  private static final class Rest extends LeasedReply {
    private final HashValue hash;
    private final Drawing drawing;
    private final boolean withValues;
    private final long nowMillis;

    Rest(Call call, HashValue hash, Drawing drawing, boolean withValues) {
      super(call, 1, hash.entry());
      this.hash = hash;
      this.drawing = drawing;
      this.withValues = withValues;
      this.nowMillis = call.nowMillis();
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(hash);
      hash.asOf(nowMillis);
      do {
        drawing.part(out, hash, withValues);
      } while (drawing.wanted > 0 && !isEnough(out, mark, endNanos));
      return drawing.wanted == 0;
    }
  }
}
