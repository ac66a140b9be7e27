package dev.larder.resp;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the requests of one connection in place: arrays of bulk strings, and inline commands.
 * Used by the connection's event loop only.
 *
 * <h2>The buffer</h2>
 *
 * <p>The caller owns the buffer and keeps its readable bytes from call to call; new input is
 * appended at the writer index. The decoder moves the reader index past complete commands only. The
 * bytes of an incomplete one stay readable, and may be moved to another place or buffer between
 * calls, as long as they remain the first readable bytes. Two things are written: an inline command
 * is unquoted in place, and bytes that went into a large argument are taken off the end of the
 * buffer by setting the writer index back, so that a command never occupies more than its small
 * arguments and one read. Input that arrives in the middle of a large argument may also bypass the
 * buffer by {@link #stream}.
 *
 * <p>Addresses in the batch point into the buffer, thus they are valid until the buffer is written
 * to, moved or released: execute the batch first.
 *
 * <h2>Large arguments</h2>
 *
 * <p>Those over {@link Limits#LARGE_ARGUMENT_BYTES} go to {@link LargeArguments} as they arrive.
 * The decoder owns their memory until the command is complete, then the batch does.
 */
/* How nothing is parsed twice
 *
 * A command that lies in the input as a whole, has at most nine arguments and no large one, is
 * decoded by decodeWhole, which looks at eight bytes at a time and keeps its state in local
 * variables. Anything else goes through resume, a state machine over the fields below, which can
 * stop at any byte. Its position is relative to the start of the command, hence to the reader
 * index; arguments found so far are moved out of the batch when the input ends and back into it
 * when the command is complete, so each is copied a constant number of times however many reads
 * the command takes.
 */
@HotPath
public final class RequestDecoder {
  private static final int EXPECT_HEADER = -1;

  /** How a connection begins whose client speaks TLS. */
  private static final byte TLS_HANDSHAKE = 22;

  private static final byte TLS_VERSION = 3;

  private final Limits limits;
  private final LargeArguments large;
  private boolean authenticated = true;
  private @Nullable String error;

  /** Arguments to come of the pending array; 0 between commands. */
  private int remaining;

  /** Where parsing goes on, in bytes from the reader index, which is the start of the command. */
  private int position;

  /** Bytes from the position on that were there when the last input ended. */
  private int available;

  /** Bytes at the position which are known to hold no end of the line. */
  private int scanned;

  /** The length of the argument at the position, or {@link #EXPECT_HEADER}. */
  private int bulkLength = EXPECT_HEADER;

  /** Bytes of the large argument at the position that have been consumed. */
  private int largeReceived;

  /** Memory of that argument, 0 for none. */
  private long largeAddress;

  /** Whether the pending command has large arguments with memory, the current one not counted. */
  private boolean hasLarge;

  /** Memory of the pending command's large arguments, in bytes. */
  private long largeBytes;

  private boolean outOfMemory;

  /** Those of the arguments found so far that came with earlier input. */
  private final PendingArguments pending = new PendingArguments();

  /** A decoder for an authenticated client. */
  public RequestDecoder(Limits limits, LargeArguments large) {
    this.limits = limits;
    this.large = large;
  }

  /**
   * Sets whether the client has authenticated or need not. Until then its arguments are limited in
   * number and length, and batches hold one command, so that a pipelined AUTH acts on what follows.
   */
  public void setAuthenticated(boolean authenticated) {
    this.authenticated = authenticated;
  }

  /** The message of the protocol error that was met, without "-ERR "; null if none was. */
  public @Nullable String protocolError() {
    return error;
  }

  /**
   * Adds the complete commands among the readable bytes of {@code in} to {@code batch}.
   *
   * @param inAddress the absolute address of index 0 of {@code in}
   */
  public Status decode(ByteBuf in, long inAddress, Batch batch) {
    if (error != null) {
      return Status.PROTOCOL_ERROR;
    }
    while (!batch.isFull()) {
      if (position == 0 && scanned == 0 && authenticated) {
        decodeWhole(in, inAddress, batch);
        if (batch.isFull()) {
          return Status.BATCH_FULL;
        }
      }
      boolean complete = resume(in, inAddress, batch);
      if (error != null) {
        save(in, inAddress, batch);
        release();
        return Status.PROTOCOL_ERROR;
      }
      if (!complete) {
        save(in, inAddress, batch);
        available = in.readableBytes() - position;
        return Status.NEED_INPUT;
      }
      boolean added = finish(in, inAddress, batch);
      if (added && !authenticated) {
        return Status.BATCH_FULL;
      }
    }
    return Status.BATCH_FULL;
  }

  /**
   * Consumes bytes of {@code source} that belong to the large argument which is arriving, if one
   * is; they need not pass through the buffer. What is left of {@code source} is to be appended to
   * the buffer and decoded.
   */
  public void stream(ByteBuf source) {
    if (bulkLength > Limits.LARGE_ARGUMENT_BYTES) {
      int length = Math.min(source.readableBytes(), bulkLength - largeReceived);
      append(source, source.readerIndex(), length);
      source.skipBytes(length);
    }
  }

  /** The bytes of the large argument which is arriving that are yet to come; 0 if none is. */
  public int largeBytesNeeded() {
    return bulkLength > Limits.LARGE_ARGUMENT_BYTES ? bulkLength - largeReceived : 0;
  }

  /**
   * After {@link Status#NEED_INPUT}: the least number of bytes, as far as known, that complete the
   * pending command; at least 1, and at most 2 more than {@link Limits#LARGE_ARGUMENT_BYTES}, for
   * what is longer is streamed. For sizing the buffer.
   */
  public int bytesNeeded() {
    if (bulkLength == EXPECT_HEADER) {
      return 1;
    }
    int data = bulkLength > Limits.LARGE_ARGUMENT_BYTES ? bulkLength - largeReceived : bulkLength;
    return Math.max(1, Math.min(data, Limits.LARGE_ARGUMENT_BYTES) + 2 - available);
  }

  /** The memory for the places of a pending command's arguments, in bytes; any thread, racy. */
  public int placesBytes() {
    return pending.bytes();
  }

  /** The memory of a pending command's large arguments, in bytes; any thread, racy. */
  public long largeBytes() {
    return largeBytes;
  }

  /**
   * Gives back what the pending command holds: for a connection that closes. Batches keep what they
   * own.
   */
  public void release() {
    pending.releaseLarge(large);
    if (largeAddress != 0) {
      large.release(largeAddress, bulkLength);
    }
    reset();
  }

  /** Decodes commands that are whole, short and well formed; stops before any other. */
  private static void decodeWhole(ByteBuf in, long inAddress, Batch batch) {
    int end = in.writerIndex();
    int position = in.readerIndex();
    while (end - position >= 8 && !batch.isFull()) {
      long word = in.getLong(position);
      int count = (int) (word >>> 48) & 0xFF;
      if ((word & 0xFF00_FFFF_0000_0000L) != 0x2A00_0D0A_0000_0000L || count < '1' || count > '9') {
        break;
      }
      int next = position + 4;
      for (int i = count - '0'; i > 0; i--) {
        next = wholeArgument(in, next, end, inAddress, batch);
        if (next < 0) {
          batch.dropArguments();
          in.readerIndex(position);
          return;
        }
      }
      batch.endCommand();
      position = next;
    }
    in.readerIndex(position);
  }

  /** Adds the argument whose header is at {@code index}; returns the index after it, or -1. */
  private static int wholeArgument(ByteBuf in, int index, int end, long inAddress, Batch batch) {
    long word;
    if (end - index >= 8) {
      word = in.getLong(index);
    } else if (end - index >= 4) {
      word = (long) in.getInt(index) << 32;
    } else {
      return -1;
    }
    long header = Headers.parseWord(word);
    int length = (int) header;
    int data = index + (int) (header >>> 32);
    // An unknown header has length -1.
    if (length < 0 || length > Limits.LARGE_ARGUMENT_BYTES || end - data < length + 2) {
      return -1;
    }
    batch.addArgument(inAddress + data, length);
    return data + length + 2;
  }

  /** Goes on with the pending command; true when it is complete, see also {@link #error}. */
  private boolean resume(ByteBuf in, long inAddress, Batch batch) {
    int start = in.readerIndex();
    int end = in.writerIndex();
    if (remaining == 0) {
      if (start == end) {
        return false;
      }
      if (in.getByte(start) != '*') {
        return inline(in, inAddress, batch);
      }
      if (!arrayHeader(in)) {
        return false;
      }
    }
    while (remaining > 0) {
      if (batch.pendingArguments() == Batch.MAX_HEAP_ARGUMENTS) {
        save(in, inAddress, batch);
      }
      if (bulkLength == EXPECT_HEADER && !bulkHeader(in)) {
        return false;
      }
      int data = start + position;
      if (bulkLength > Limits.LARGE_ARGUMENT_BYTES) {
        if (!largeArgument(in, batch)) {
          return false;
        }
      } else if (end - data < bulkLength + 2) {
        return false;
      } else {
        batch.addArgument(inAddress + data, bulkLength);
        position += bulkLength + 2;
      }
      bulkLength = EXPECT_HEADER;
      remaining--;
    }
    return true;
  }

  private boolean inline(ByteBuf in, long inAddress, Batch batch) {
    int start = in.readerIndex();
    if (isTls(in)) {
      // It would wait for the end of a line, and its client for an answer.
      return fail("TLS on a port without it");
    }
    int newline = lineEnd(in, '\n', "too big inline request");
    if (newline < 0) {
      return false;
    }
    boolean carriageReturn = newline > start && in.getByte(newline - 1) == '\r';
    int lineEnd = carriageReturn ? newline - 1 : newline;
    if (!InlineParser.parse(in, start, lineEnd, inAddress, batch)) {
      return fail("unbalanced quotes in request");
    }
    position = newline + 1 - start;
    return true;
  }

  /** Whether what came begins as a handshake of TLS does. */
  private static boolean isTls(ByteBuf in) {
    int start = in.readerIndex();
    return in.getByte(start) == TLS_HANDSHAKE
        && in.readableBytes() > 1
        && in.getByte(start + 1) == TLS_VERSION;
  }

  /** Reads {@code *count\r\n}; false when it is incomplete or wrong. */
  private boolean arrayHeader(ByteBuf in) {
    int lineStart = in.readerIndex() + position;
    int lineEnd = lineEnd(in, '\r', "too big mbulk count string");
    if (lineEnd < 0) {
      return false;
    }
    long count = Headers.parseNumber(in, lineStart + 1, lineEnd);
    if (count == Headers.NOT_A_NUMBER || count > Limits.MAX_ARGUMENTS) {
      return fail("invalid multibulk length");
    }
    if (count > Limits.UNAUTHENTICATED_MAX_ARGUMENTS && !authenticated) {
      return fail("unauthenticated multibulk length");
    }
    endLine(in, lineEnd);
    remaining = (int) Math.max(count, 0);
    return true;
  }

  /** Reads {@code $length\r\n}; false when it is incomplete or wrong. */
  private boolean bulkHeader(ByteBuf in) {
    int lineStart = in.readerIndex() + position;
    if (in.writerIndex() - lineStart >= 8) {
      long header = Headers.parseWord(in.getLong(lineStart));
      if (header != Headers.UNKNOWN) {
        position += (int) (header >>> 32);
        return bulkLength((int) header);
      }
    }
    int lineEnd = lineEnd(in, '\r', "too big bulk count string");
    if (lineEnd < 0) {
      return false;
    }
    byte type = in.getByte(lineStart);
    if (type != '$') {
      char shown = type == '\r' || type == '\n' ? ' ' : (char) (type & 0xFF);
      return fail("expected '$', got '" + shown + "'");
    }
    long length = Headers.parseNumber(in, lineStart + 1, lineEnd);
    endLine(in, lineEnd);
    return bulkLength(length);
  }

  private boolean bulkLength(long length) {
    if (length < 0 || (length > Limits.MIN_MAX_BULK_BYTES && length > limits.maxBulkBytes())) {
      return fail("invalid bulk length");
    }
    if (length > Limits.UNAUTHENTICATED_MAX_BULK_BYTES && !authenticated) {
      return fail("unauthenticated bulk length");
    }
    bulkLength = (int) length;
    scanned = 0;
    if (length > Limits.LARGE_ARGUMENT_BYTES) {
      largeReceived = 0;
      largeAddress = large.allocate(length);
      outOfMemory |= largeAddress == 0;
      largeBytes += largeAddress == 0 ? 0 : length;
    }
    return true;
  }

  /** Goes on with a large argument; true when it is complete. */
  private boolean largeArgument(ByteBuf in, Batch batch) {
    int data = in.readerIndex() + position;
    int length = Math.min(in.writerIndex() - data, bulkLength - largeReceived);
    append(in, data, length);
    if (largeReceived < bulkLength) {
      in.writerIndex(data);
      return false;
    }
    // The last part stays until the command is complete: what follows it is not worth moving.
    position += length;
    if (in.writerIndex() - data - length < 2) {
      return false;
    }
    position += 2;
    batch.addArgument(largeAddress, bulkLength);
    hasLarge |= largeAddress != 0;
    largeAddress = 0;
    return true;
  }

  private void append(ByteBuf source, int index, int length) {
    if (length > 0 && largeAddress != 0) {
      large.append(largeAddress + largeReceived, source, index, length);
    }
    largeReceived += length;
  }

  /**
   * The index of the {@code terminator} of the line at the position; for a carriage return only if
   * another byte follows it. Negative if the line is incomplete or too long.
   */
  private int lineEnd(ByteBuf in, char terminator, String tooLong) {
    int lineStart = in.readerIndex() + position;
    int length = in.writerIndex() - lineStart;
    int from = lineStart + scanned;
    int to = lineStart + Math.min(length, Limits.MAX_LINE_BYTES + 1);
    while (from < to && in.getByte(from) != terminator) {
      from++;
    }
    scanned = from - lineStart;
    if (from == to) {
      if (length > Limits.MAX_LINE_BYTES) {
        fail(tooLong);
      }
      return -1;
    }
    return terminator == '\r' && scanned + 1 == length ? -1 : from;
  }

  private void endLine(ByteBuf in, int lineEnd) {
    position = lineEnd + 2 - in.readerIndex();
    scanned = 0;
  }

  private boolean fail(String message) {
    error = "Protocol error: " + message;
    return false;
  }

  /** Moves the arguments of the incomplete command from the batch into the decoder. */
  private void save(ByteBuf in, long inAddress, Batch batch) {
    if (batch.pendingArguments() > 0) {
      pending.take(batch, inAddress + in.readerIndex(), in.alloc());
    }
  }

  /** Completes the command in the batch; false if it was empty. */
  private boolean finish(ByteBuf in, long inAddress, Batch batch) {
    if (pending.count() > 0) {
      pending.give(batch, inAddress + in.readerIndex(), in.alloc());
    }
    int first = batch.commandStart();
    boolean added = batch.arguments > first;
    if (added) {
      if (hasLarge) {
        handOver(first, batch);
      }
      if (outOfMemory) {
        batch.markOutOfMemory();
      }
      batch.endCommand();
    }
    in.readerIndex(in.readerIndex() + position);
    reset();
    return added;
  }

  private void handOver(int first, Batch batch) {
    for (int i = first; i < batch.arguments; i++) {
      if (batch.isLargePending(i)) {
        batch.own(large, i);
      }
    }
  }

  private void reset() {
    remaining = 0;
    position = 0;
    scanned = 0;
    bulkLength = EXPECT_HEADER;
    largeReceived = 0;
    largeAddress = 0;
    hasLarge = false;
    largeBytes = 0;
    outOfMemory = false;
    pending.clear();
  }
}
