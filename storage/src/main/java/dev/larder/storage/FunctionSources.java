package dev.larder.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The texts of all libraries of functions, in the order in which they came. Nobody looks into them
 * here; they go into every file that is written, and changes of them into the journal.
 *
 * <p>Any thread may read them. Who changes them owns every shard.
 */
public final class FunctionSources {
  private static final byte LINE_END = '\n';

  private final Supplier<Journal> journal;
  private volatile List<byte[]> all = List.of();

  /**
   * No libraries so far.
   *
   * @param journal the one that hears of changes now
   */
  public FunctionSources(Supplier<Journal> journal) {
    this.journal = journal;
  }

  /** Each of them; the arrays must not be changed. It is another list after each change. */
  public List<byte[]> all() {
    return all;
  }

  /**
   * Adds a library.
   *
   * @param former in whose place it comes: one of {@link #all}, or null
   */
  public void put(Unit unit, byte @Nullable [] former, byte[] source) {
    List<byte[]> changed = without(former);
    changed.add(source);
    all = List.copyOf(changed);
    journal.get().libraryStored(unit.sequenceOfMany(), unit, source);
  }

  /**
   * Removes a library.
   *
   * @param source one of {@link #all}
   * @param name by which it is removed where the change is repeated
   */
  public void remove(Unit unit, byte[] source, byte[] name) {
    all = List.copyOf(without(source));
    journal.get().libraryRemoved(unit.sequenceOfMany(), unit, name);
  }

  /** Removes all. */
  public void clear(Unit unit) {
    all = List.of();
    journal.get().librariesFlushed(unit.sequenceOfMany(), unit);
  }

  /** Takes these in place of any others, without an effect: they were loaded, or are to be. */
  public void replace(List<byte[]> libraries) {
    all = List.copyOf(libraries);
  }

  /** Adds these, without an effect; one with the first line of another takes its place. */
  void merge(List<byte[]> libraries) {
    List<byte[]> merged = new ArrayList<>(all);
    for (byte[] added : libraries) {
      merged.removeIf(known -> Arrays.equals(firstLine(known), firstLine(added)));
      merged.add(added);
    }
    all = List.copyOf(merged);
  }

  private static byte[] firstLine(byte[] source) {
    int end = 0;
    while (end < source.length && source[end] != LINE_END) {
      end++;
    }
    return Arrays.copyOf(source, end);
  }

  private List<byte[]> without(byte @Nullable [] former) {
    List<byte[]> rest = new ArrayList<>(all);
    rest.removeIf(known -> known == former);
    return rest;
  }
}
