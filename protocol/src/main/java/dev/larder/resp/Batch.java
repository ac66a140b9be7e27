package dev.larder.resp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The complete commands of one read, as addresses of their arguments. A batch belongs to one event
 * loop, which fills it by a {@link RequestDecoder}, executes it, and clears it; its arrays are
 * reused.
 *
 * <p>Arguments of all commands are numbered through: those of command {@code c} are {@code
 * firstArg(c)} (its name) to {@code firstArg(c + 1) - 1}. Every argument is contiguous direct
 * memory: inside the decoded buffer, or, if it is longer than {@link Limits#LARGE_ARGUMENT_BYTES},
 * in memory of {@link LargeArguments} that the batch owns until {@link #takeLarge} or {@link
 * #clear}.
 */
@HotPath
public final class Batch {
  /** The most commands of a batch, unless it is made otherwise. */
  public static final int DEFAULT_MAX_COMMANDS = 1024;

  private static final int DEFAULT_MAX_ARGUMENTS = 8192;
  private static final int INITIAL_ARGUMENTS = 1024;

  /** Arrays above this many arguments are dropped when the batch is cleared. */
  private static final int KEPT_ARGUMENTS = 64 * 1024;

  private final int maxCommands;
  private final int maxArguments;

  /** Index of the first argument by command; one more entry than commands, the end. */
  private final int[] firsts;

  /* Package-private for the decoder's loop; arguments from `arguments` on are meaningless. */
  long[] addresses;
  int[] lengths;
  int arguments;

  private int commands;

  /** Indexes of large arguments that the batch still owns. */
  private int[] largeArguments = new int[4];

  private int largeCount;
  private @Nullable LargeArguments large;

  /** Commands for which memory was exhausted, ascending. */
  private int[] outOfMemory = new int[4];

  private int outOfMemoryCount;

  /** What the small arguments of a detached batch lie in; released with them. */
  private @Nullable ByteBuf memory;

  private final boolean isDetached;

  /** A batch of at most 1,024 commands, full as well when it holds 8,192 arguments. */
  public Batch() {
    this(DEFAULT_MAX_COMMANDS, DEFAULT_MAX_ARGUMENTS);
  }

  /**
   * Sets when the batch counts as full.
   *
   * @param maxCommands the most commands, at least 1
   * @param maxArguments the number of arguments from which on no command is added; the last one may
   *     exceed it by any number of arguments
   */
  public Batch(int maxCommands, int maxArguments) {
    if (maxCommands < 1 || maxArguments < 1) {
      throw new IllegalArgumentException("batch of " + maxCommands + ", " + maxArguments);
    }
    this.maxCommands = maxCommands;
    this.maxArguments = maxArguments;
    isDetached = false;
    firsts = new int[maxCommands + 1];
    addresses = new long[INITIAL_ARGUMENTS];
    lengths = new int[INITIAL_ARGUMENTS];
  }

  /** The commands of another batch from one on, in arrays of their size. */
  private Batch(Batch source, int from, ByteBuf memory, long address) {
    int firstArg = source.firsts[from];
    maxCommands = source.commands - from;
    maxArguments = 1;
    isDetached = true;
    this.memory = memory;
    commands = maxCommands;
    firsts = new int[commands + 1];
    for (int i = 0; i <= commands; i++) {
      firsts[i] = source.firsts[from + i] - firstArg;
    }
    arguments = firsts[commands];
    addresses = Arrays.copyOfRange(source.addresses, firstArg, firstArg + arguments);
    lengths = Arrays.copyOfRange(source.lengths, firstArg, firstArg + arguments);
    long place = address;
    for (int i = 0; i < arguments; i++) {
      if (lengths[i] <= Limits.LARGE_ARGUMENT_BYTES) {
        addresses[i] = place;
        place += lengths[i];
      }
    }
    for (int i = source.largeCount - 1; i >= 0; i--) {
      int arg = source.largeArguments[i];
      if (arg >= firstArg) {
        own(Objects.requireNonNull(source.large), arg - firstArg);
        source.takeLarge(arg);
      }
    }
    for (int i = 0; i < source.outOfMemoryCount; i++) {
      if (source.outOfMemory[i] >= from) {
        addOutOfMemory(source.outOfMemory[i] - from);
      }
    }
  }

  /** The bytes of the small arguments of the commands from one on. */
  public int smallBytes(int from) {
    int bytes = 0;
    for (int i = firsts[from]; i < firsts[commands]; i++) {
      bytes += lengths[i] <= Limits.LARGE_ARGUMENT_BYTES ? lengths[i] : 0;
    }
    return bytes;
  }

  /**
   * Takes the commands from one on over into a batch that needs no more memory than they do, for a
   * client that waits long. Large arguments change hands; the caller copies the bytes of the small
   * ones to where the new batch says that they are. Executed once and cleared, it is of no use.
   *
   * @param memory room for {@link #smallBytes}, which the new batch releases when it is cleared
   * @param address where the room begins
   */
  public Batch detach(int from, ByteBuf memory, long address) {
    return new Batch(this, from, memory, address);
  }

  /** Whether this came from {@link #detach}. */
  public boolean isDetached() {
    return isDetached;
  }

  /** The number of complete commands. */
  public int commandCount() {
    return commands;
  }

  /**
   * The index of the first argument of {@code command}, its name; for {@link #commandCount()} the
   * end of the arguments.
   */
  public int firstArg(int command) {
    assert command >= 0 && command <= commands : command;
    return firsts[command];
  }

  /** The number of arguments of {@code command}, its name included; at least 1. */
  public int argCount(int command) {
    assert command >= 0 && command < commands : command;
    return firsts[command + 1] - firsts[command];
  }

  /**
   * The absolute address of argument {@code arg}; 0 if it is a large one that found no memory (its
   * command then {@link #isOutOfMemory}).
   */
  public long argAddress(int arg) {
    assert arg >= 0 && arg < firsts[commands] : arg;
    return addresses[arg];
  }

  /** The length of argument {@code arg} in bytes. */
  public int argLength(int arg) {
    assert arg >= 0 && arg < firsts[commands] : arg;
    return lengths[arg];
  }

  /** Whether {@code command} had a large argument that found no memory: it cannot be executed. */
  public boolean isOutOfMemory(int command) {
    for (int i = 0; i < outOfMemoryCount; i++) {
      if (outOfMemory[i] == command) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code arg} lies in memory of {@link LargeArguments}, to be had by taking it. */
  public boolean isLarge(int arg) {
    return argLength(arg) > Limits.LARGE_ARGUMENT_BYTES && addresses[arg] != 0;
  }

  /** The number of large arguments that the batch owns now. */
  public int largeCount() {
    return largeCount;
  }

  /** The address of the {@code i}-th large argument that the batch owns now. */
  public long largeAddress(int i) {
    assert i >= 0 && i < largeCount : i;
    return addresses[largeArguments[i]];
  }

  /** The length in bytes of the {@code i}-th large argument that the batch owns now. */
  public long largeBytes(int i) {
    assert i >= 0 && i < largeCount : i;
    return lengths[largeArguments[i]];
  }

  /**
   * Hands the memory of a large argument to the caller, who has to release it from now on. Its
   * address stays readable through the batch.
   *
   * @throws IllegalStateException when {@code arg} is not large or was taken before
   */
  public void takeLarge(int arg) {
    for (int i = 0; i < largeCount; i++) {
      if (largeArguments[i] == arg) {
        largeArguments[i] = largeArguments[--largeCount];
        return;
      }
    }
    throw new IllegalStateException("argument " + arg + " is not a large one of this batch");
  }

  /** Forgets all commands and releases the large arguments that nobody took. */
  public void clear() {
    if (largeCount > 0) {
      releaseLarge();
    }
    if (memory != null) {
      memory.release();
      memory = null;
    }
    commands = 0;
    arguments = 0;
    outOfMemoryCount = 0;
    if (addresses.length > KEPT_ARGUMENTS) {
      addresses = new long[INITIAL_ARGUMENTS];
      lengths = new int[INITIAL_ARGUMENTS];
    }
  }

  /** Whether no further command fits; to be executed and cleared before more is decoded. */
  public boolean isFull() {
    return commands == maxCommands || firsts[commands] >= maxArguments;
  }

  /**
   * Adds an argument to the command that is being put together. Its memory stays the caller's,
   * unless it is large and {@link #own}ed.
   */
  public void addArgument(long address, int length) {
    if (arguments == addresses.length) {
      grow(arguments + 1);
    }
    addresses[arguments] = address;
    lengths[arguments++] = length;
  }

  /** Makes the arguments added since the last command a command; there must be some. */
  public void endCommand() {
    assert arguments > firsts[commands];
    firsts[++commands] = arguments;
  }

  /** Drops the arguments added since the last command. */
  void dropArguments() {
    arguments = firsts[commands];
  }

  /** The index of the first argument of the command that is being decoded. */
  int commandStart() {
    return firsts[commands];
  }

  /** Makes room for {@code count} arguments before those of the command being decoded. */
  void insertArguments(int count) {
    int start = firsts[commands];
    if (arguments + count > addresses.length) {
      grow(arguments + count);
    }
    System.arraycopy(addresses, start, addresses, start + count, arguments - start);
    System.arraycopy(lengths, start, lengths, start + count, arguments - start);
    arguments += count;
  }

  /** Takes ownership of the memory of a large argument, to be released there. */
  public void own(LargeArguments large, int arg) {
    this.large = large;
    if (largeCount == largeArguments.length) {
      largeArguments = Arrays.copyOf(largeArguments, 2 * largeCount);
    }
    largeArguments[largeCount++] = arg;
  }

  /** Marks the command that is being decoded. */
  void markOutOfMemory() {
    addOutOfMemory(commands);
  }

  private void addOutOfMemory(int command) {
    if (outOfMemoryCount == outOfMemory.length) {
      outOfMemory = Arrays.copyOf(outOfMemory, 2 * outOfMemoryCount);
    }
    outOfMemory[outOfMemoryCount++] = command;
  }

  private void grow(int atLeast) {
    int capacity = Math.max(atLeast, addresses.length + (addresses.length >> 1));
    addresses = Arrays.copyOf(addresses, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
  }

  private void releaseLarge() {
    LargeArguments owner = Objects.requireNonNull(large);
    for (int i = 0; i < largeCount; i++) {
      owner.release(largeAddress(i), largeBytes(i));
    }
    largeCount = 0;
    large = null;
  }
}
