package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.PinnedString;
import dev.larder.storage.Shard;
import org.jspecify.annotations.Nullable;

/**
 * Replies that are strings of the keyspace. A short one is copied into the reply at once; a long
 * one is pinned and streamed in pieces, so that it neither keeps its shard nor the other clients.
 */
final class StringReplies {

  /** The longest string that is copied into a reply at once. */
  static final int MAX_DIRECT_BYTES = 256 * 1024;

  private StringReplies() {}

  /** The entry, if it is a string. */
  static long requireString(long entry) throws CommandException {
    if (!Entry.isString(entry)) {
      throw new CommandException(ErrorReply.WRONG_TYPE);
    }
    return entry;
  }

  /** An index, which counts from the end if it is negative, as one of 0 or more from the start. */
  static long fromStart(long index, long length) {
    return index >= 0 ? index : Math.max(0, length + index);
  }

  /**
   * SET, after the old value was replied.
   *
   * @throws CommandException if memory is exhausted; what the reply pinned is let go of
   */
  static void storeAfterReply(Call call, int keyArg, int valueArg, long deadlineMillis)
      throws CommandException {
    try {
      call.overwrite(keyArg, call.argAddress(valueArg), call.argLength(valueArg), deadlineMillis);
      call.event(KeyEvent.SET, keyArg);
    } catch (CommandException e) {
      cancel(call);
      throw e;
    }
  }

  /** Lets go of a reply that is to be streamed: the command fails after all. */
  static void cancel(Call call) {
    Job streaming = call.takeJob();
    if (streaming != null) {
      streaming.cancel();
    }
  }

  /** Replies a whole string; the rest of the command may then change it. */
  static void whole(Call call, Shard shard, long entry) {
    range(call, shard, entry, 0, shard.stringLength(entry));
  }

  /** Replies part of a string; the rest of the command may then change it. */
  static void range(Call call, Shard shard, long entry, long offset, long length) {
    if (length > MAX_DIRECT_BYTES) {
      call.defer(StreamedReply.of(PinnedString.of(call.keyspace(), entry, offset, length)));
      return;
    }
    bulk(call.reply(), shard, entry, offset, (int) length);
  }

  /**
   * Replies a job's key's string, or nil if there is no entry.
   *
   * @return what streams it if it is long, else null
   */
  static @Nullable Job wholeOf(JobKey key, long entry, ReplyWriter reply) {
    if (entry == 0) {
      reply.nil();
      return null;
    }
    long length = key.shard.stringLength(entry);
    if (length > MAX_DIRECT_BYTES) {
      return StreamedReply.of(PinnedString.of(key.keyspace, entry, 0, length));
    }
    bulk(reply, key.shard, entry, 0, (int) length);
    return null;
  }

  /** Writes part of a string as a bulk string at once. */
  static void bulk(ReplyWriter reply, Shard shard, long entry, long offset, int length) {
    if (Entry.isLarge(entry)) {
      copy(shard, entry, offset, reply.beginBulk(length), length);
    } else {
      // The record's head is decoded before the reply is written to, so that it is loaded once.
      long source = shard.runAddress(entry, offset);
      Bytes.copy(source, reply.beginBulk(length), length);
    }
    reply.endBulk();
  }

  private static void copy(Shard shard, long entry, long offset, long target, long length) {
    long done = 0;
    while (done < length) {
      long run = Math.min(shard.runLength(entry, offset + done), length - done);
      Bytes.copy(shard.runAddress(entry, offset + done), target + done, run);
      done += run;
    }
  }
}
