package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.resp.Batch;
import dev.larder.storage.Bytes;

/**
 * The arguments of one command in a batch, 0 being its name. A flyweight: it may be pointed at the
 * next command at any time, and an address is valid only until then.
 */
public class Arguments {

  /** How much of an argument an error quotes; Redis has no limit. */
  private static final int QUOTED_BYTES = 1024;

  private Batch batch;
  private int first;
  private int count;

  public Arguments(Batch batch) {
    this.batch = batch;
  }

  /** Points at a run of arguments: a whole command, or the part of one that is a command itself. */
  public final void point(Batch newBatch, int firstArg, int argCount) {
    batch = newBatch;
    first = firstArg;
    count = argCount;
  }

  public final Batch batch() {
    return batch;
  }

  /** Index in the batch of argument 0. */
  public final int firstArg() {
    return first;
  }

  public final int argCount() {
    return count;
  }

  public final long argAddress(int i) {
    assert i >= 0 && i < count : i;
    return batch.argAddress(first + i);
  }

  /** Length in bytes. */
  public final int argLength(int i) {
    assert i >= 0 && i < count : i;
    return batch.argLength(first + i);
  }

  /** Whether an argument is this keyword, in any case. */
  public final boolean argIs(int i, byte[] lowerCaseKeyword) {
    return Ascii.equalsIgnoreCase(argAddress(i), argLength(i), lowerCaseKeyword);
  }

  /** Whether an argument has exactly these bytes. */
  public final boolean argEquals(int i, byte[] bytes) {
    return Ascii.equals(argAddress(i), argLength(i), bytes);
  }

  /** Whether two arguments have the same bytes. */
  public final boolean isSameArg(int i, int other) {
    return argLength(i) == argLength(other)
        && Bytes.equals(argAddress(i), argAddress(other), argLength(i));
  }

  public final byte[] argBytes(int i) {
    return Bytes.toArray(argAddress(i), argLength(i));
  }

  /** An argument with one char per byte: lossless. */
  public final String argString(int i) {
    return new String(argBytes(i), ISO_8859_1);
  }

  /** The part of an argument that error texts quote: up to a NUL, and not too long. */
  public final String argQuoted(int i) {
    return argQuoted(i, QUOTED_BYTES);
  }

  /** As {@link #argQuoted(int)}, of no more than so many bytes. */
  final String argQuoted(int i, int limit) {
    byte[] start = Bytes.toArray(argAddress(i), Math.min(argLength(i), limit));
    String text = new String(start, ISO_8859_1);
    int nul = text.indexOf('\0');
    return nul < 0 ? text : text.substring(0, nul);
  }

  /** The first bytes of an argument, one char each. */
  public final String argStart(int i, int bytes) {
    return new String(Bytes.toArray(argAddress(i), Math.min(argLength(i), bytes)), ISO_8859_1);
  }

  /** An argument that is text for people or the file system. */
  public final String argText(int i) {
    return new String(argBytes(i), UTF_8);
  }

  /** An integer as Redis accepts it: no sign but {@code -}, no leading zeros, no spaces. */
  public final long argLong(int i) throws CommandException {
    return argLong(i, ErrorReply.NOT_AN_INTEGER);
  }

  public final long argLong(int i, ErrorReply otherwise) throws CommandException {
    long address = argAddress(i);
    int length = argLength(i);
    long value = Numbers.parseLong(address, length);
    if (value == Numbers.NOT_A_LONG && !Numbers.isLong(address, length)) {
      throw new CommandException(otherwise);
    }
    return value;
  }

  /**
   * An integer within bounds, both included.
   *
   * @param otherwise the error for one that is outside, or is none
   */
  public final long argLong(int i, long min, long max, ErrorReply otherwise)
      throws CommandException {
    long value = argLong(i, otherwise);
    if (value < min || value > max) {
      throw new CommandException(otherwise);
    }
    return value;
  }

  /** A double as C's strtod reads it, infinities included, NaN refused. */
  public final double argDouble(int i) throws CommandException {
    return argDouble(i, ErrorReply.NOT_A_FLOAT);
  }

  public final double argDouble(int i, ErrorReply otherwise) throws CommandException {
    double value = Numbers.parseDouble(argAddress(i), argLength(i));
    if (Double.isNaN(value)) {
      throw new CommandException(otherwise);
    }
    return value;
  }
}
