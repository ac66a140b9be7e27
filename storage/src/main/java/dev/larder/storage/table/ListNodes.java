package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/**
 * The nodes of a long list in order: a counted tree whose entries weigh as much as their nodes have
 * elements, so that positions are indexes of elements.
 *
 * <pre>
 *   0            4            8
 *   +------------+------------+
 *   | node       | elements   |      node: reference of a block with a listpack
 *   +------------+------------+
 * </pre>
 */
public final class ListNodes extends CountedTree {
  public static final int ENTRY_BYTES = 8;

  private static final int ELEMENTS = 4;

  public ListNodes() {
    super(ENTRY_BYTES, true);
  }

  /** Writes an entry. */
  public static void writeEntry(long entry, int node, int elements) {
    Memory.putInt(entry, node);
    Memory.putInt(entry + ELEMENTS, elements);
  }

  public static int node(long entry) {
    return Memory.getInt(entry);
  }

  public static void node(long entry, int node) {
    Memory.putInt(entry, node);
  }

  public static int elements(long entry) {
    return Memory.getInt(entry + ELEMENTS);
  }

  @Override
  protected int compare(long entry) {
    throw new IllegalStateException("a list is searched by position only");
  }

  @Override
  protected int weight(long entry) {
    return Memory.getInt(entry + ELEMENTS);
  }

  /** Counts an element more or less of the node at the cursor. */
  public void addElements(int change) {
    long entry = entry();
    Memory.putInt(entry + ELEMENTS, elements(entry) + change);
    changed(change);
  }
}
