package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * The nodes of a long list in order: a counted tree whose entries weigh as much as their nodes have
 * elements, so that positions are indexes of elements.
 *
 * <pre>
 *   0            4            8
 *   +------------+------------+
 *   | node       | elements   |      node: reference of a block with a listpack
 *   +------------+------------+      elements: 31 bits; the highest bit is FILTERED
 * </pre>
 *
 * <p>FILTERED: the node's block ends with a {@link HashFilter} of the texts in the listpack. The
 * bit goes with every change of the node that is told here.
 */
@HotPath
public final class ListNodes extends CountedTree {
  public static final int ENTRY_BYTES = 8;

  private static final int ELEMENTS = 4;
  private static final int FILTERED = 1 << 31;

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

  /** The node of an entry is in another block now, as it was, its filter included. */
  public static void moved(long entry, int node) {
    Memory.putInt(entry, node);
  }

  public static int elements(long entry) {
    return Memory.getInt(entry + ELEMENTS) & ~FILTERED;
  }

  /** Whether the node has a filter: FILTERED. */
  public static boolean isFiltered(long entry) {
    return Memory.getInt(entry + ELEMENTS) < 0;
  }

  @Override
  protected int compare(long entry) {
    throw new IllegalStateException("a list is searched by position only");
  }

  @Override
  protected int weight(long entry) {
    return elements(entry);
  }

  /** Counts elements more or less of the node at the cursor, which has changed. */
  public void addElements(int change) {
    long entry = entry();
    Memory.putInt(entry + ELEMENTS, elements(entry) + change);
    changed(change);
  }

  /** The node at the cursor is another block now, without a filter. */
  public void move(int node) {
    long entry = entry();
    writeEntry(entry, node, elements(entry));
    changed(0);
  }

  /** The block of the node at the cursor ends with its filter now. */
  public void setFiltered() {
    long entry = entry();
    Memory.putInt(entry + ELEMENTS, elements(entry) | FILTERED);
    changed(0);
  }

  /** Where the filter of the node at the cursor is, or would be. */
  public long filter() {
    return filter(node(entry()));
  }

  private long filter(int node) {
    return arena().address(node) + arena().blockBytesOf(node) - HashFilter.BYTES;
  }

  /**
   * Goes to the first node, from the cursor on, of which no filter tells that it has not got a text
   * with this hash, or to the end.
   *
   * @return how many elements were passed
   */
  public long passFiltered(long hash) {
    long passed = 0;
    for (boolean more = entry() != 0; more; more = nextLeaf()) {
      // A loop for each leaf with nothing else in it, so that loads of filters overlap.
      long leaf = path[0];
      int count = leaves.count(leaf);
      int index = slot[0];
      for (; index < count; index++) {
        long entry = leaves.entry(leaf, index);
        if (!isFiltered(entry) || HashFilter.mayHave(filter(node(entry)), hash)) {
          break;
        }
        passed += elements(entry);
      }
      slot[0] = index;
      offset = 0;
      if (index < count) {
        break;
      }
    }
    return passed;
  }
}
