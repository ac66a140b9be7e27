package dev.larder.lua;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * Problem. Tables are arrays, records and maps at once, and scripts see in which order `pairs`
 * meets their keys and what `#` says of an array with holes. Both should be as in Lua 5.1.
 *
 * Idea, as described in "The Implementation of Lua 5.0" (Ierusalimschy, de Figueiredo, Celes):
 * values of keys 1 to n are in an array, n being the largest power of two such that more than half
 * of the slots are in use when the table is laid out anew. The others are in a hash table of nodes
 * chained by index, with Brent's variation: a key is not in its main position only if the key there
 * is in its own. A layout is made when no free node is left for a new key.
 *
 *   array  [ v1 | v2 | ... | vn ]                  positions 1 .. n
 *   nodes  [ key, value | key, value | ... ]       positions n+1 .. n+nodes
 *   next   [ index of the chain's next node, or -1 ]
 *
 * A key whose value has become nil keeps its node until then, so assigning nil while walking is
 * safe. Numbers are boxed here.
 *
 * Concurrency: one thread at a time, as its state. Cost: a lookup of a string that is the same
 * object is one probe as a rule.
 */

/** A table. */
public final class LuaTable {
  private static final @Nullable Object[] NO_VALUES = {};
  private static final @Nullable Object[] NO_NODES = {null, null};
  private static final int[] NO_CHAINS = {-1};

  /** The error of who changes a table that is read-only. */
  static final String READ_ONLY = "Attempt to modify a readonly table";

  /** The largest array part, and number of nodes. */
  static final int CAPACITY_MAX = 1 << 26;

  /** What a table takes at least, and what each place for a value adds, as an estimate. */
  static final int BYTES = 80;

  static final int BYTES_PER_VALUE = 24;

  private static final int BYTES_PER_NODE = 28;

  @Nullable Object[] array = NO_VALUES;
  private @Nullable Object[] nodes = NO_NODES;
  private int[] next = NO_CHAINS;

  /** All nodes from here on are in use. */
  private int lastFree;

  private @Nullable LuaTable metatable;
  private boolean readOnly;

  /** Whether scripts can change it and it has no metatable. */
  private boolean plain = true;

  /** A bit for each event of which this table, as a metatable, is known to have no handler. */
  private int absentEvents;

  /** Makes an empty table. */
  public LuaTable() {}

  /** Makes an empty table with room for keys from 1 on, and for others. */
  public LuaTable(int arrayCapacity, int hashCapacity) {
    if (arrayCapacity > 0) {
      array = new @Nullable Object[Math.min(arrayCapacity, CAPACITY_MAX)];
    }
    newNodes(hashCapacity);
  }

  private void newNodes(int count) {
    if (count == 0) {
      nodes = NO_NODES;
      next = NO_CHAINS;
      lastFree = 0;
      return;
    }
    if (count > CAPACITY_MAX) {
      throw new LuaError("table overflow");
    }
    int size = count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    nodes = new @Nullable Object[2 * size];
    next = new int[size];
    Arrays.fill(next, -1);
    lastFree = size;
  }

  /** The value of a key, without metamethods; null is nil. */
  public @Nullable Object get(@Nullable Object key) {
    if (key instanceof LuaString string) {
      return get(string);
    }
    if (key instanceof Double number) {
      return get(number.doubleValue());
    }
    int node = key == null ? -1 : findNode(key);
    return node < 0 ? null : nodes[2 * node + 1];
  }

  /**
   * The value of a string key. The table takes on the key that it is asked for, so that the next
   * time it is found to be the same object.
   */
  public @Nullable Object get(LuaString key) {
    int[] chains = next;
    @Nullable Object[] all = nodes;
    int node = key.hashCode() & (chains.length - 1);
    do {
      Object found = all[2 * node];
      if (found == key) {
        return all[2 * node + 1];
      }
      if (found instanceof LuaString string && string.sameBytes(key)) {
        all[2 * node] = key;
        return all[2 * node + 1];
      }
      node = chains[node];
    } while (node >= 0);
    return null;
  }

  /** The value of a number as key. */
  public @Nullable Object get(double key) {
    int index = (int) key;
    if (index == key) {
      @Nullable Object[] values = array;
      if (index > 0 && index <= values.length) {
        return values[index - 1];
      }
    }
    int node = findNumber(key);
    return node < 0 ? null : nodes[2 * node + 1];
  }

  /** The value of a whole number as key. */
  public @Nullable Object getInt(int key) {
    @Nullable Object[] values = array;
    return key > 0 && key <= values.length ? values[key - 1] : get((double) key);
  }

  private int findString(LuaString key) {
    int node = key.hashCode() & (next.length - 1);
    do {
      Object found = nodes[2 * node];
      if (found == key || found instanceof LuaString string && string.sameBytes(key)) {
        return node;
      }
      node = next[node];
    } while (node >= 0);
    return -1;
  }

  private int findNumber(double key) {
    int node = mainPosition(key);
    do {
      if (nodes[2 * node] instanceof Double found && found == key) {
        return node;
      }
      node = next[node];
    } while (node >= 0);
    return -1;
  }

  private int findNode(Object key) {
    if (key instanceof LuaString string) {
      return findString(string);
    }
    if (key instanceof Double number) {
      return findNumber(number);
    }
    int node = mainPosition(key);
    do {
      if (nodes[2 * node] == key) {
        return node;
      }
      node = next[node];
    } while (node >= 0);
    return -1;
  }

  private int mainPosition(Object key) {
    if (key instanceof LuaString string) {
      return string.hashCode() & (next.length - 1);
    }
    if (key instanceof Double number) {
      return mainPosition(number.doubleValue());
    }
    if (key instanceof Boolean truth) {
      return (truth ? 1 : 0) & (next.length - 1);
    }
    return Integer.remainderUnsigned(System.identityHashCode(key), (next.length - 1) | 1);
  }

  private int mainPosition(double key) {
    if (key == 0) {
      return 0;
    }
    long bits = Double.doubleToRawLongBits(key);
    return Integer.remainderUnsigned((int) bits + (int) (bits >>> 32), (next.length - 1) | 1);
  }

  /**
   * Sets the value of a key, without metamethods and whether or not the table is read-only.
   *
   * @throws LuaError if the key is not a number
   */
  public void put(Object key, @Nullable Object value) {
    put(key, value, null);
  }

  /** As {@link #put(Object, Object)}; a state is asked for the memory that takes. */
  void put(Object key, @Nullable Object value, @Nullable LuaState payer) {
    if (key instanceof Double number) {
      double exact = number;
      int index = (int) exact;
      if (index == exact && index > 0 && index <= array.length) {
        array[index - 1] = value;
        return;
      }
      if (Double.isNaN(exact)) {
        throw new LuaError("table index is NaN");
      }
    }
    int node = findNode(key);
    if (node >= 0) {
      if (nodes[2 * node + 1] == null) {
        absentEvents = 0;
      }
      nodes[2 * node + 1] = value;
    } else {
      // Also for nil, as in Lua: the node shows in the order of later keys.
      absentEvents = 0;
      insert(key, value, payer);
    }
  }

  /** Sets the value of a whole number as key. */
  public void putInt(int key, @Nullable Object value) {
    if (key > 0 && key <= array.length) {
      array[key - 1] = value;
    } else {
      put((double) key, value);
    }
  }

  /** Whether an assignment is no more than setting a value, if its key has a place. */
  boolean isPlain() {
    return plain;
  }

  /** Whether assigning to a number as key is no more than setting a value of the array. */
  boolean takes(double key) {
    int index = (int) key;
    return plain && index == key && index > 0 && index <= array.length;
  }

  /**
   * Gives a string key that has a value another one.
   *
   * @return whether the key had a value; if not, nothing has happened
   */
  boolean replace(LuaString key, @Nullable Object value) {
    int node = findString(key);
    if (node < 0 || nodes[2 * node + 1] == null) {
      return false;
    }
    nodes[2 * node + 1] = value;
    return true;
  }

  private void insert(Object key, @Nullable Object value, @Nullable LuaState payer) {
    int main = mainPosition(key);
    if (nodes == NO_NODES || nodes[2 * main + 1] != null) {
      int free = nodes == NO_NODES ? -1 : takeFree();
      if (free < 0) {
        layOut(key, payer);
        put(key, value);
        return;
      }
      Object occupant = Objects.requireNonNull(nodes[2 * main]);
      int other = mainPosition(occupant);
      if (other == main) {
        next[free] = next[main];
        next[main] = free;
        main = free;
      } else {
        while (next[other] != main) {
          other = next[other];
        }
        next[other] = free;
        nodes[2 * free] = occupant;
        nodes[2 * free + 1] = nodes[2 * main + 1];
        next[free] = next[main];
        next[main] = -1;
      }
    }
    nodes[2 * main] = key;
    nodes[2 * main + 1] = value;
  }

  private int takeFree() {
    while (lastFree > 0) {
      lastFree--;
      if (nodes[2 * lastFree] == null) {
        return lastFree;
      }
    }
    return -1;
  }

  /** Lays the table out for what is in it and one more key. */
  private void layOut(Object extra, @Nullable LuaState payer) {
    TableLayout layout = new TableLayout();
    for (int i = 0; i < array.length; i++) {
      if (array[i] != null) {
        layout.countIndex(i + 1);
      }
    }
    for (int i = 0; i < next.length; i++) {
      if (nodes[2 * i + 1] != null) {
        layout.count(nodes[2 * i]);
      }
    }
    layout.count(extra);
    layout.decide();
    if (payer != null) {
      payer.allocate(
          (long) BYTES_PER_VALUE * layout.arraySize()
              + (long) BYTES_PER_NODE * 2 * layout.nodeCount());
    }
    resize(layout.arraySize(), layout.nodeCount());
  }

  private void resize(int arraySize, int nodeCount) {
    @Nullable Object[] oldArray = array;
    @Nullable Object[] oldNodes = nodes;
    array = arraySize == 0 ? NO_VALUES : Arrays.copyOf(oldArray, arraySize);
    newNodes(nodeCount);
    for (int i = arraySize; i < oldArray.length; i++) {
      if (oldArray[i] != null) {
        put((double) (i + 1), oldArray[i]);
      }
    }
    for (int i = oldNodes.length - 2; i >= 0; i -= 2) {
      Object key = oldNodes[i];
      if (key != null && oldNodes[i + 1] != null) {
        put(key, oldNodes[i + 1]);
      }
    }
  }

  /**
   * A border, as {@code #} says: a key from 0 on that has a value, or is 0, while the next has
   * none.
   */
  public int length() {
    int high = array.length;
    if (high > 0 && array[high - 1] == null) {
      int low = 0;
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (array[middle - 1] == null) {
          high = middle;
        } else {
          low = middle;
        }
      }
      return low;
    }
    return nodes == NO_NODES ? high : TableLayout.border(this, high);
  }

  /**
   * The position of the first entry behind a position; positions count from 1, 0 is before all.
   * Setting keys that exist, also to nil, leaves positions as they are.
   *
   * @return -1 if there is none
   */
  public int next(int position) {
    for (int i = position; i < array.length; i++) {
      if (array[i] != null) {
        return i + 1;
      }
    }
    for (int i = Math.max(position - array.length, 0); i < next.length; i++) {
      if (nodes[2 * i + 1] != null) {
        return array.length + i + 1;
      }
    }
    return -1;
  }

  /** Whether a position is that of a key on the stack, which {@link #keyAt} gave. */
  boolean isAt(int position, @Nullable Object ref, double num) {
    if (position <= array.length) {
      return position > 0 && ref == Marker.NUMBER && num == position;
    }
    int node = position - array.length - 1;
    if (node >= next.length) {
      return false;
    }
    Object key = nodes[2 * node];
    return ref == Marker.NUMBER ? key instanceof Double number && number == num : key == ref;
  }

  /** Makes room for keys from 1 on. */
  void ensureArray(int size, @Nullable LuaState payer) {
    if (size > array.length) {
      if (payer != null) {
        payer.allocate((long) BYTES_PER_VALUE * size);
      }
      int nodeCount = 0;
      for (int i = 0; i < next.length; i++) {
        nodeCount += nodes[2 * i] == null ? 0 : 1;
      }
      resize(size, nodes == NO_NODES ? 0 : Math.max(nodeCount, next.length));
    }
  }

  /** The key at a position that {@link #next} gave. */
  public Object keyAt(int position) {
    if (position <= array.length) {
      return (double) position;
    }
    return Objects.requireNonNull(nodes[2 * (position - array.length - 1)]);
  }

  /** The value at a position that {@link #next} gave. */
  public @Nullable Object valueAt(int position) {
    return position <= array.length
        ? array[position - 1]
        : nodes[2 * (position - array.length - 1) + 1];
  }

  /** The position of a key, 0 for nil; -1 if the table does not know it. */
  public int positionOf(@Nullable Object key) {
    if (key == null) {
      return 0;
    }
    if (key instanceof Double number) {
      int index = number.intValue();
      if (index == number && index >= 1 && index <= array.length) {
        return index;
      }
    }
    int node = findNode(key);
    return node < 0 ? -1 : array.length + node + 1;
  }

  /** The table whose fields are this one's metamethods. */
  public @Nullable LuaTable metatable() {
    return metatable;
  }

  /** Sets the metatable, whether or not the table is read-only. */
  public void metatable(@Nullable LuaTable newMetatable) {
    metatable = newMetatable;
    plain = !readOnly && metatable == null;
  }

  /** Whether scripts may not change it. */
  public boolean readOnly() {
    return readOnly;
  }

  /** Makes it read-only for scripts, or no longer. */
  public void readOnly(boolean newReadOnly) {
    readOnly = newReadOnly;
    plain = !readOnly && metatable == null;
  }

  /** The handler that this table, as a metatable, has for an event of {@link Event}. */
  @Nullable Object handler(int event) {
    if ((absentEvents & 1 << event) != 0) {
      return null;
    }
    Object handler = get(Event.NAMES[event]);
    if (handler == null) {
      absentEvents |= 1 << event;
    }
    return handler;
  }

  /** What it takes, as an estimate. */
  long bytes() {
    return BYTES + (long) BYTES_PER_VALUE * array.length + (long) BYTES_PER_NODE * next.length;
  }
}
