package dev.larder.session;

import dev.larder.storage.Bytes;
import dev.larder.storage.StagedString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lists of field names that a session has prepared, each under a name, outside of the heap:
 * they count as used memory, at least 64 KiB each. For the session's own loop.
 */
public final class Fieldsets {
  /** Most lists of a session. */
  public static final int MAX_COUNT = 1024;

  private final List<Fieldset> all = new ArrayList<>();

  /**
   * One list: its name, then each field's length and bytes.
   *
   * @param count how many fields
   */
  public record Fieldset(StagedString memory, int nameLength, int count) {

    private boolean isNamed(long name, int length) {
      return length == nameLength && Bytes.equals(memory.address(), name, length);
    }

    /** Where the first field lies; see {@link #next}. */
    public long first() {
      return memory.address() + nameLength;
    }

    /** Where the field behind one lies. */
    public static long next(long field) {
      return bytes(field) + length(field);
    }

    public static int length(long field) {
      return Bytes.getInt(field);
    }

    /** Where a field's bytes lie. */
    public static long bytes(long field) {
      return field + Integer.BYTES;
    }
  }

  /** The position of a list by its name, or -1. */
  private int indexOf(long name, int length) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isNamed(name, length)) {
        return i;
      }
    }
    return -1;
  }

  /** The list of this name, or null. */
  public @Nullable Fieldset find(long name, int length) {
    int index = indexOf(name, length);
    return index < 0 ? null : all.get(index);
  }

  public int count() {
    return all.size();
  }

  /** Adds a list, in the place of one with the same name, which is given back. */
  public void put(Fieldset fieldset) {
    remove(fieldset.memory().address(), fieldset.nameLength());
    all.add(fieldset);
  }

  /** Gives a list back; whether there was one of this name. */
  public boolean remove(long name, int length) {
    int index = indexOf(name, length);
    if (index < 0) {
      return false;
    }
    all.remove(index).memory().close();
    return true;
  }

  /** Gives all back; returns how many there were. */
  public int clear() {
    int count = all.size();
    all.forEach(fieldset -> fieldset.memory().close());
    all.clear();
    return count;
  }
}
