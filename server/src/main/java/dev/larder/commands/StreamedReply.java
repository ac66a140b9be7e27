package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.PinnedString;
import dev.larder.storage.Shard;
import dev.larder.storage.StagedString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams a reply that is too long for one turn of the event loop: large strings from their pinned
 * chunks, and everything between them from memory in which it was encoded beforehand.
 */
final class StreamedReply implements Job {

  /** The most bytes of one slice. */
  private static final int PIECE_BYTES = 256 * 1024;

  /** More than marker, digits and the ends of both lines take. */
  private static final int MAX_FRAME_BYTES = 28;

  private static final long NIL_RESP2 = word("$-1\r\n");
  private static final int NIL_RESP2_BYTES = 5;
  private static final long NIL_RESP3 = word("_\r\n");
  private static final int NIL_RESP3_BYTES = 3;
  private static final long END_OF_LINE = word("\r\n");

  /** A part of the reply: a pinned string, or bytes from an address on. */
  private record Part(@Nullable PinnedString string, long address, long length) {}

  private final List<Part> parts = new ArrayList<>();
  private @Nullable StagedString encoded;
  private int index;

  /** How much of the current part has been written; -1 before the header of a string. */
  private long offset = -1;

  private StreamedReply() {}

  /** A reply of one bulk string. */
  static StreamedReply of(PinnedString string) {
    StreamedReply reply = new StreamedReply();
    reply.parts.add(new Part(string, 0, string.length()));
    return reply;
  }

  /**
   * A reply of an array: the strings of the keys from argument 1 on, nil where there is none.
   *
   * @throws CommandException if memory is exhausted
   */
  static StreamedReply ofKeys(Call call) throws CommandException {
    StreamedReply reply = new StreamedReply();
    StagedString memory = StagedString.allocate(call.keyspace(), 0, encodedBytes(call));
    if (memory == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    reply.encoded = memory;
    reply.encode(call, memory.address());
    return reply;
  }

  /** No less than the bytes of the reply without large strings. */
  private static long encodedBytes(Call call) {
    long bytes = MAX_FRAME_BYTES;
    for (int i = 1; i < call.argCount(); i++) {
      long entry = call.findUncounted(i);
      bytes += MAX_FRAME_BYTES;
      if (entry != 0 && Entry.isString(entry) && !Entry.isLarge(entry)) {
        bytes += call.shard(i).stringLength(entry);
      }
    }
    return bytes;
  }

  private void encode(Call call, long memory) {
    boolean resp3 = call.reply().protocol() == 3;
    long from = memory;
    long at = header(memory, '*', call.argCount() - 1);
    for (int i = 1; i < call.argCount(); i++) {
      long entry = call.findUncounted(i);
      Shard shard = call.shard(i);
      if (entry == 0 || !Entry.isString(entry)) {
        Bytes.putLong(at, resp3 ? NIL_RESP3 : NIL_RESP2);
        at += resp3 ? NIL_RESP3_BYTES : NIL_RESP2_BYTES;
      } else if (Entry.isLarge(entry)) {
        addEncoded(from, at);
        from = at;
        long length = shard.stringLength(entry);
        parts.add(new Part(PinnedString.of(call.keyspace(), entry, 0, length), 0, length));
      } else {
        long length = shard.stringLength(entry);
        at = header(at, '$', length);
        Bytes.copy(shard.runAddress(entry, 0), at, length);
        Bytes.putLong(at + length, END_OF_LINE);
        at += length + 2;
      }
    }
    addEncoded(from, at);
  }

  private void addEncoded(long from, long to) {
    if (from < to) {
      parts.add(new Part(null, from, to - from));
    }
  }

  /** Writes marker, number and end of line; the address behind them. */
  private static long header(long address, char marker, long number) {
    int digits = StringCounters.digits(number);
    Bytes.putByte(address, (byte) marker);
    StringCounters.format(number, address + 1 + digits);
    Bytes.putLong(address + 1 + digits, END_OF_LINE);
    return address + 1 + digits + 2;
  }

  private static long word(String text) {
    long word = 0;
    for (int i = 0; i < text.length(); i++) {
      word |= (long) text.charAt(i) << (Byte.SIZE * i);
    }
    return word;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    int left = PIECE_BYTES;
    while (index < parts.size() && left > 0) {
      left -= write(out, parts.get(index), left);
    }
    if (index < parts.size()) {
      return false;
    }
    cancel();
    return true;
  }

  /** Writes up to {@code most} bytes of a part; returns how many, at least 1 for progress. */
  private int write(ReplyWriter out, Part part, int most) {
    PinnedString string = part.string();
    if (offset < 0) {
      offset = 0;
      if (string != null) {
        out.bulkHeader(part.length());
      }
    }
    int bytes = (int) Math.min(most, part.length() - offset);
    long target = out.piece(bytes);
    if (string != null) {
      string.copy(offset, target, bytes);
    } else {
      Bytes.copy(part.address() + offset, target, bytes);
    }
    offset += bytes;
    if (offset == part.length()) {
      if (string != null) {
        out.endOfLine();
        string.close();
      }
      offset = -1;
      index++;
    }
    return Math.max(bytes, 1);
  }

  /** Gives back what is still held. */
  @Override
  public void cancel() {
    for (; index < parts.size(); index++) {
      PinnedString string = parts.get(index).string();
      if (string != null) {
        string.close();
      }
    }
    if (encoded != null) {
      encoded.close();
    }
  }
}
