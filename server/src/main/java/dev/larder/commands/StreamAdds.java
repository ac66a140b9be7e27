package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.StreamFields;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamProducers;
import dev.larder.storage.StreamTrim;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;

/** XADD and XTRIM. */
final class StreamAdds {
  private static final byte[] NOMKSTREAM = keyword("nomkstream");
  private static final byte[] IDMP = keyword("idmp");
  private static final byte[] IDMPAUTO = keyword("idmpauto");

  private static final ErrorReply ID_IS_ZERO =
      ErrorReply.of("ERR The ID specified in XADD must be greater than 0-0");
  private static final ErrorReply ID_IS_LOW =
      ErrorReply.of(
          "ERR The ID specified in XADD is equal or smaller than the target stream top item");
  private static final ErrorReply IDS_USED_UP =
      ErrorReply.of("ERR The stream has exhausted the last possible ID, unable to add more items");
  private static final ErrorReply TOO_LARGE =
      ErrorReply.of("ERR Elements are too large to be stored");
  private static final ErrorReply IDMP_TWICE =
      ErrorReply.of("ERR IDMP/IDMPAUTO specified multiple times");
  private static final ErrorReply IDMP_NEEDS_AUTO =
      ErrorReply.of("ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
  private static final ErrorReply NO_STRATEGY =
      ErrorReply.of("ERR syntax error, XTRIM must be called with a trimming strategy");

  private StreamAdds() {}

  static void xtrim(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamTrim trim = stream.trimming();
    trim.reset();
    int i = 2;
    for (int next; i < call.argCount(); i = next) {
      next = StreamTrimOptions.parse(call, i, trim);
      if (next == i) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    StreamTrimOptions.check(trim, call.keyspace().limits());
    if (trim.strategy() == StreamTrim.Strategy.NONE) {
      throw new CommandException(NO_STRATEGY);
    }
    call.point(stream, 1, call.findUncounted(1, ValueType.STREAM));
    if (trim(call, stream, true)) {
      call.reply().integer(trim.removed());
    }
  }

  /**
   * Trims a stream; what a turn has no time for is left to a job.
   *
   * @param isCounted whether that job replies how many entries have gone
   * @return whether all is done
   */
  private static boolean trim(Call call, StreamValue stream, boolean isCounted) {
    stream.trim(LongTrim.TURN_WORK);
    if (stream.trimming().removed() > 0) {
      call.event(KeyEvent.XTRIM, 1);
    }
    if (!stream.trimming().isDone()) {
      call.defer(new LongTrim(call, stream, isCounted));
    }
    return stream.trimming().isDone();
  }

  /** Trims what is left after a turn. */
  private static final class LongTrim extends LeasedChange {
    /** As much as a turn has time for, see {@link StreamValue#trim}. */
    private static final long TURN_WORK = 4096;

    private static final long WORK_AT_ONCE = 256;

    private final StreamValue stream;
    private final StreamTrim trim = new StreamTrim();
    private final boolean isCounted;

    LongTrim(Call call, StreamValue stream, boolean isCounted) {
      super(call, 1, stream.entry());
      this.stream = stream;
      this.isCounted = isCounted;
      trim.set(stream.trimming());
    }

    @Override
    boolean change(long endNanos) {
      point(stream);
      stream.trimming().set(trim);
      do {
        stream.trim(WORK_AT_ONCE);
      } while (!stream.trimming().isDone() && !LeasedReply.isLate(endNanos));
      trim.set(stream.trimming());
      return trim.isDone();
    }

    @Override
    void reply(ReplyWriter out) {
      if (isCounted) {
        out.integer(trim.removed());
      }
    }
  }

  static void xadd(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamTrim trim = stream.trimming();
    trim.reset();
    boolean makesStream = true;
    int producer = 0;
    boolean isContentId = false;
    int i = 2;
    for (; i < call.argCount() && !isAuto(call, i); i++) {
      int next = StreamTrimOptions.parse(call, i, trim);
      boolean hasMore = i + 1 < call.argCount();
      if (next != i) {
        i = next - 1;
      } else if (call.argIs(i, NOMKSTREAM)) {
        makesStream = false;
      } else if (hasMore && (call.argIs(i, IDMPAUTO) || call.argIs(i, IDMP))) {
        isContentId = call.argIs(i, IDMPAUTO);
        producer = producer(call, i, producer, isContentId);
        i = isContentId ? i + 1 : i + 2;
      } else {
        break;
      }
    }
    StreamId id = stream.from();
    int idArg = i;
    boolean isAuto = idArg < call.argCount() && isAuto(call, idArg);
    boolean isPartial = !isAuto && idArg < call.argCount() && StreamIds.isPartial(call, idArg);
    if (!isAuto && idArg < call.argCount()) {
      parseId(call, idArg, isPartial, id);
      if (producer != 0) {
        throw new CommandException(IDMP_NEEDS_AUTO);
      }
    }
    StreamTrimOptions.check(trim, call.keyspace().limits());
    int pairArgs = call.argCount() - idArg - 1;
    if (pairArgs < 2 || pairArgs % 2 == 1) {
      throw new CommandException(call.spec().wrongArity());
    }
    if (!isAuto && !isPartial && id.isMin()) {
      throw new CommandException(ID_IS_ZERO);
    }
    call.point(stream, 1, call.findUncounted(1, ValueType.STREAM));
    if (!stream.exists() && !makesStream) {
      call.reply().nil();
      return;
    }
    fill(call, stream.fields(), idArg + 1);
    if (producer == 0) {
      add(call, stream, isAuto, isPartial);
    } else {
      addOnce(call, stream, producer, isContentId);
    }
    StreamIds.reply(call.reply(), id);
    trim(call, stream, false);
  }

  private static boolean isAuto(Call call, int i) {
    return call.argLength(i) == 1 && Bytes.getByte(call.argAddress(i)) == '*';
  }

  private static void parseId(Call call, int i, boolean isPartial, StreamId out)
      throws CommandException {
    if (isPartial) {
      StreamIds.parsePartial(call, i, out);
    } else {
      StreamIds.parse(call, i, out);
    }
  }

  /** Checks the arguments of IDMP or IDMPAUTO; returns where the producer is. */
  private static int producer(Call call, int i, int before, boolean isContentId)
      throws CommandException {
    if (before != 0) {
      throw new CommandException(IDMP_TWICE);
    }
    String name = isContentId ? "IDMPAUTO" : "IDMP";
    if (call.argLength(i + 1) == 0) {
      throw new CommandException("ERR " + name + " requires a non-empty producer ID");
    }
    if (!isContentId) {
      if (i + 2 == call.argCount()) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      if (call.argLength(i + 2) == 0) {
        throw new CommandException("ERR IDMP requires a non-empty idempotent ID");
      }
    }
    return i + 1;
  }

  private static void fill(Call call, StreamFields fields, int first) {
    fields.clear();
    for (int i = first; i < call.argCount(); i++) {
      fields.add(call.argAddress(i), call.argLength(i));
    }
  }

  /** Adds an entry with the id that is in {@link StreamValue#from}, or that is left to choose. */
  private static void add(Call call, StreamValue stream, boolean isAuto, boolean isPartial)
      throws CommandException {
    StreamId id = stream.from();
    StreamId last = stream.to();
    stream.lastId(last);
    if (last.isMax()) {
      throw new CommandException(IDS_USED_UP);
    }
    if (isAuto) {
      stream.nextId(call.wallMillis(), id);
    } else {
      if (isPartial && id.millis() == last.millis()) {
        // At the highest sequence this leaves the millisecond, and so becomes too low an id.
        id.set(last.millis(), last.sequence() == -1 ? 0 : last.sequence() + 1);
      }
      if (id.compareTo(last) <= 0) {
        throw new CommandException(ID_IS_LOW);
      }
    }
    if (!stream.fits()) {
      throw new CommandException(TOO_LARGE);
    }
    call.requireRoom(stream, 1);
    if (!stream.exists()) {
      stream.create();
    }
    stream.append(id.millis(), id.sequence());
    call.event(KeyEvent.XADD, 1);
  }

  /** Adds an entry unless its producer has added it before; its id is in the same place then. */
  private static void addOnce(Call call, StreamValue stream, int producer, boolean isContentId)
      throws CommandException {
    long idempotentId;
    int length;
    if (isContentId) {
      idempotentId = contentId(stream);
      length = StreamProducers.CONTENT_ID_BYTES;
    } else {
      idempotentId = call.argAddress(producer + 1);
      length = call.argLength(producer + 1);
    }
    long name = call.argAddress(producer);
    int nameLength = call.argLength(producer);
    long now = call.wallMillis();
    if (stream.producers().find(name, nameLength, idempotentId, length, now, stream.from())) {
      stream.producers().countDuplicate();
      return;
    }
    add(call, stream, true, false);
    stream.producers().record(name, nameLength, idempotentId, length, stream.from(), now);
  }

  /**
   * Makes an id of the fields and values, whatever their order; the same in every process, since it
   * is kept across restarts. Returns where it lies, until the next one is made.
   */
  private static long contentId(StreamValue stream) {
    StreamFields fields = stream.fields();
    long high = 0;
    long low = 0;
    for (int i = 0; i < fields.fieldCount(); i++) {
      long field = Xxh3.hash(fields.fieldAddress(i), fields.fieldLength(i));
      long value = Xxh3.hash(fields.valueAddress(i), fields.valueLength(i));
      high += mix(field + Long.rotateLeft(value, 17));
      low += mix(Long.rotateLeft(field, 29) ^ mix(value));
    }
    long address = stream.producers().contentId();
    Bytes.putLong(address, high);
    Bytes.putLong(address + Long.BYTES, low);
    return address;
  }

  /** Spreads every bit over all others. */
  private static long mix(long value) {
    long mixed = (value ^ value >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    return mixed ^ mixed >>> 32;
  }
}
