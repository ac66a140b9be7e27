package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Glob;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Entry;
import dev.larder.storage.Shard;
import dev.larder.storage.Spool;
import org.jspecify.annotations.Nullable;

/**
 * Replies the names of keys: the work of KEYS and SCAN. Names that match are gathered, as they go
 * on the wire, outside of the shards, since their number comes first in the reply and records move
 * between the steps; then they are sent in pieces.
 */
final class KeyCollection implements Job {
  /** No limit on the keys that are looked at. */
  static final long ALL = Long.MAX_VALUE;

  private static final int PIECE_BYTES = 256 * 1024;

  /** Empty buckets cost little: a sparse table should not need many calls. */
  private static final long MIN_BUCKETS = 8192;

  private static final long MAX_BUCKETS_PER_KEY = 10;
  private static final byte[] END_OF_LINE = {'\r', '\n'};

  private final KeyWalk walk;
  private final Spool names;
  private final byte[] header = new byte[16];
  private final @Nullable Glob pattern;
  private final @Nullable String type;
  private final boolean withCursor;
  private final long mostKeys;
  private final long mostBuckets;
  private long matches;
  private boolean isOutOfMemory;
  private boolean isGathered;

  /**
   * @param pattern what names have to match, null for any
   * @param type the type of keys in lower case, null for any
   * @param withCursor whether the reply is that of SCAN
   * @param mostKeys about how many keys to look at, matching or not
   */
  KeyCollection(
      Call call,
      long cursor,
      @Nullable Glob pattern,
      @Nullable String type,
      boolean withCursor,
      long mostKeys) {
    this.walk = new KeyWalk(call.keyspace(), call.unit(), call.db(), cursor, this::visit);
    this.names = new Spool(call.keyspace());
    this.pattern = pattern;
    this.type = type;
    this.withCursor = withCursor;
    this.mostKeys = mostKeys;
    this.mostBuckets =
        mostKeys == ALL
            ? ALL
            : Math.max(
                MIN_BUCKETS, Math.min(mostKeys, ALL / MAX_BUCKETS_PER_KEY) * MAX_BUCKETS_PER_KEY);
  }

  private boolean visit(Shard shard, long entry) {
    long name = Entry.keyAddress(entry);
    int length = Entry.keyLength(entry);
    if ((pattern == null || pattern.matches(name, length))
        && (type == null || Entry.type(entry).redisName().equals(type))) {
      matches++;
      isOutOfMemory = !gather(name, length);
    }
    return !isOutOfMemory;
  }

  private boolean gather(long name, int length) {
    return names.append(header, writeHeader(length))
        && names.append(name, length)
        && names.append(END_OF_LINE, END_OF_LINE.length);
  }

  /** Writes what precedes a bulk string; returns its length. */
  private int writeHeader(int length) {
    int digits = 1;
    for (int rest = length; rest >= 10; rest /= 10) {
      digits++;
    }
    header[0] = '$';
    int rest = length;
    for (int i = digits; i > 0; i--) {
      header[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    header[digits + 1] = '\r';
    header[digits + 2] = '\n';
    return digits + 3;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (!isGathered) {
      boolean isFree = walk.step(mostKeys, mostBuckets, Clock.nanos() + budgetNanos);
      if (isOutOfMemory) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      if (!isEnough(isFree)) {
        return false;
      }
      isGathered = true;
      begin(out);
    }
    int bytes = (int) Math.min(names.remaining(), PIECE_BYTES);
    if (bytes > 0) {
      names.read(out.piece(bytes), bytes);
    }
    if (names.remaining() > 0) {
      return false;
    }
    names.close();
    return true;
  }

  /** Whether the walk may end here; SCAN rather replies less than it waits for a shard. */
  private boolean isEnough(boolean isFree) {
    return walk.isAtEnd()
        || walk.keys() >= mostKeys
        || walk.buckets() >= mostBuckets
        || (withCursor && !isFree && walk.buckets() > 0);
  }

  private void begin(ReplyWriter out) {
    if (withCursor) {
      out.array(2);
      out.bulk(Long.toString(walk.cursor()).getBytes(ISO_8859_1));
    }
    out.array(matches);
  }

  @Override
  public void cancel() {
    names.close();
  }
}
