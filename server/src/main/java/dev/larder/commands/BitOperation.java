package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;

/**
 * What BITOP does with its sources, window by window: a source at a time is brought into the target
 * window, which is all zeros at first. A source is zeros behind its end.
 */
enum BitOperation {
  AND(1),
  OR(1),
  XOR(1),
  /** The inverse of the one source. */
  NOT(1),
  /** Set in the first source, but in no other. */
  DIFF(2),
  /** Set in another source, but not in the first. */
  DIFF1(2),
  /** Set in the first source and in another. */
  ANDOR(2),
  /** Set in exactly one source. */
  ONE(1);

  private static final BitOperation[] ALL = values();

  private static final ErrorReply NOT_TAKES_ONE =
      ErrorReply.of("ERR BITOP NOT must be called with a single source key.");

  private final byte[] name = keyword(name());
  private final int minSources;
  private final ErrorReply tooFew =
      ErrorReply.of("ERR BITOP " + name() + " must be called with at least two source keys.");

  BitOperation(int minSources) {
    this.minSources = minSources;
  }

  /** The operation that an argument names. */
  static BitOperation argument(Call call, int i) throws CommandException {
    for (BitOperation operation : ALL) {
      if (call.argIs(i, operation.name)) {
        return operation;
      }
    }
    throw new CommandException(ErrorReply.SYNTAX);
  }

  /** Refuses a number of sources that the operation cannot do with; it is 1 or more. */
  void checkSources(int count) throws CommandException {
    if (this == NOT && count != 1) {
      throw new CommandException(NOT_TAKES_ONE);
    }
    if (count < minSources) {
      throw new CommandException(tooFew);
    }
  }

  /** Whether {@link #end} needs to know which bits were set more than once. */
  boolean needsAgain() {
    return this == ONE;
  }

  /** The source that comes n-th: where the first is treated unlike the others, it comes last. */
  int order(int n, int count) {
    return this == DIFF1 || this == ANDOR ? (n + 1) % count : n;
  }

  /**
   * Brings the source that comes n-th into a window.
   *
   * @param again a second window if {@link #needsAgain}
   * @param there how many bytes of the window the source has
   */
  void add(int n, int count, long target, long again, long source, long there, long window) {
    if (n == 0) {
      Bytes.copy(source, target, there);
      if (needsAgain()) {
        Bytes.fill(again, window, (byte) 0);
      }
      return;
    }
    boolean isLast = n == count - 1;
    switch (this) {
      case AND -> and(target, source, there, window);
      case OR -> Bits.or(target, source, there);
      case XOR -> Bits.xor(target, source, there);
      case DIFF -> Bits.andNot(target, source, there);
      case DIFF1 -> {
        if (isLast) {
          Bits.andNot(target, source, there);
        } else {
          Bits.or(target, source, there);
        }
      }
      case ANDOR -> {
        if (isLast) {
          and(target, source, there, window);
        } else {
          Bits.or(target, source, there);
        }
      }
      case ONE -> Bits.addOnce(target, again, source, there);
      case NOT -> throw new IllegalStateException("NOT has one source");
    }
  }

  /** Ends a window into which all sources were brought. */
  void end(long target, long again, long window) {
    if (this == NOT) {
      Bits.not(target, window);
    } else if (this == ONE) {
      Bits.andNot(target, again, window);
    }
  }

  private static void and(long target, long source, long there, long window) {
    Bits.and(target, source, there);
    Bytes.fill(target + there, window - there, (byte) 0);
  }
}
