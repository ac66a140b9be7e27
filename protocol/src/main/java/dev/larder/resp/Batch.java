package dev.larder.resp;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
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

  /**
   * The arguments of a command that has more of them are placed off the heap. As such a command
   * fills every batch, it is the last one there.
   */
  static final int MAX_HEAP_ARGUMENTS = DEFAULT_MAX_ARGUMENTS;

  /** Arrays above this many arguments are dropped when the batch is cleared. */
  private static final int KEPT_ARGUMENTS = 2 * MAX_HEAP_ARGUMENTS;

  private final int maxCommands;
  private final int maxArguments;

  /** Index of the first argument by command; one more entry than commands, the end. */
  private final int[] firsts;

  /*
   * Package-private for the decoder's loop; arguments from `arguments` on are meaningless. While
   * there are places off the heap, these arrays end where those begin: so whether an argument is
   * on the heap is what the JIT compiler asks anyway before it reads an array.
   */
  long[] addresses;
  int[] lengths;
  int arguments;

  /** Where the arguments behind the ends of the arrays lie; null if there are none. */
  private @Nullable ArgumentPlaces places;

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
   * @param maxArguments the number of arguments from which on no command is added, at most 8,192;
   *     the last one may exceed it by any number of arguments
   */
  public Batch(int maxCommands, int maxArguments) {
    if (maxCommands < 1 || maxArguments < 1 || maxArguments > MAX_HEAP_ARGUMENTS) {
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
    int count = firsts[commands];
    int heapCount = Math.clamp(source.addresses.length - firstArg, 0, count);
    addresses = new long[heapCount];
    lengths = new int[heapCount];
    if (heapCount < count) {
      places = new ArgumentPlaces(memory.alloc());
    }
    long place = address;
    for (int i = 0; i < count; i++) {
      int length = source.lengthAt(firstArg + i);
      boolean isSmall = length <= Limits.LARGE_ARGUMENT_BYTES;
      addArgument(isSmall ? place : source.addressAt(firstArg + i), length);
      place += isSmall ? length : 0;
    }
    for (int i = source.largeCount - 1; i >= 0; i--) {
      int arg = source.largeArguments[i];
      if (arg >= firstArg) {
        own(requireNonNull(source.large), arg - firstArg);
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
      int length = lengthAt(i);
      bytes += length <= Limits.LARGE_ARGUMENT_BYTES ? length : 0;
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
    return addressAt(arg);
  }

  /** The length of argument {@code arg} in bytes. */
  public int argLength(int arg) {
    assert arg >= 0 && arg < firsts[commands] : arg;
    return lengthAt(arg);
  }

  /** How many arguments from the first one on have their places on the heap. */
  public int heapArguments() {
    return places == null ? firsts[commands] : addresses.length;
  }

  /** Whether the place of an argument, perhaps of a command being put together, is not there. */
  public boolean isOffHeap(int arg) {
    return places != null && arg >= addresses.length;
  }

  /** The hash noted for an argument behind {@link #heapArguments}, 0 if none was. */
  public long noted(int arg) {
    return requireNonNull(places).hash(arg - addresses.length);
  }

  /** Notes the hash of an argument behind {@link #heapArguments}, until the batch is cleared. */
  public void note(int arg, long hash) {
    requireNonNull(places).hash(arg - addresses.length, hash);
  }

  private long addressAt(int arg) {
    long[] onHeap = addresses;
    return Integer.compareUnsigned(arg, onHeap.length) < 0
        ? onHeap[arg]
        : requireNonNull(places).address(arg - onHeap.length);
  }

  private int lengthAt(int arg) {
    int[] onHeap = lengths;
    return Integer.compareUnsigned(arg, onHeap.length) < 0
        ? onHeap[arg]
        : requireNonNull(places).length(arg - onHeap.length);
  }

  /** Whether an argument of the command that is being decoded has memory of its own. */
  boolean isLargePending(int arg) {
    return lengthAt(arg) > Limits.LARGE_ARGUMENT_BYTES && addressAt(arg) != 0;
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
    return argLength(arg) > Limits.LARGE_ARGUMENT_BYTES && addressAt(arg) != 0;
  }

  /** The number of large arguments that the batch owns now. */
  public int largeCount() {
    return largeCount;
  }

  /** The address of the {@code i}-th large argument that the batch owns now. */
  public long largeAddress(int i) {
    assert i >= 0 && i < largeCount : i;
    return addressAt(largeArguments[i]);
  }

  /** The length in bytes of the {@code i}-th large argument that the batch owns now. */
  public long largeBytes(int i) {
    assert i >= 0 && i < largeCount : i;
    return lengthAt(largeArguments[i]);
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
    if (places != null) {
      places.release();
      places = null;
      addresses = new long[INITIAL_ARGUMENTS];
      lengths = new int[INITIAL_ARGUMENTS];
    } else if (addresses.length > KEPT_ARGUMENTS) {
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
    if (arguments >= addresses.length) {
      if (places != null) {
        places.add(address, length);
        arguments++;
        return;
      }
      grow(arguments + 1);
    }
    addresses[arguments] = address;
    lengths[arguments++] = length;
  }

  /**
   * Says how many arguments the next command has, to be added one by one; need not be said of less
   * than 8,192.
   */
  public void expectArguments(int count, ByteBufAllocator allocator) {
    if (count > MAX_HEAP_ARGUMENTS) {
      adopt(new ArgumentPlaces(allocator));
    }
  }

  /** Takes the arguments of the command that is being decoded over; it has no others here. */
  void adopt(ArgumentPlaces newPlaces) {
    assert arguments == firsts[commands] && places == null;
    places = newPlaces;
    addresses = Arrays.copyOf(addresses, arguments);
    lengths = Arrays.copyOf(lengths, arguments);
    arguments += newPlaces.count();
  }

  /** The number of arguments of the command that is being decoded. */
  int pendingArguments() {
    return arguments - firsts[commands];
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
    LargeArguments owner = requireNonNull(large);
    for (int i = 0; i < largeCount; i++) {
      owner.release(largeAddress(i), largeBytes(i));
    }
    largeCount = 0;
    large = null;
  }
}
