package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a unit has to tell of keys: raised as it happens, published when the unit ends, or earlier
 * where there is much. While nobody wants an event, raising it is the test of a field.
 *
 * <p>The listener walks them by {@link #next}. Fields of hashes come as Redis writes them for
 * subscribers: each as its length, a colon and its bytes, with commas between.
 *
 * <pre>
 *  +-------+----------+------------+---------------+-----+--------+
 *  | event | database | key length | fields length | key | fields |  ...
 *  +-------+----------+------------+---------------+-----+--------+
 *   4       4          4            4
 * </pre>
 */
@HotPath
public final class KeyEvents {
  private static final int HEAD_BYTES = 16;

  /** So much is published before the unit's end. */
  private static final int LIMIT_BYTES = 64 * 1024;

  private final KeyEventControl control;
  private final Unit unit;
  private byte[] bytes = {};
  private int usedBytes;

  /** The key of a hash that {@link #emptied}, until that is told; null for none. */
  private byte @Nullable [] emptiedKey;

  private int emptiedDatabase;

  /** Those of the event that is raised next. */
  private byte[] fields = {};

  private int fieldBytes;

  /** The event that {@link #next} has come to. */
  private int at;

  private int nextAt;

  KeyEvents(KeyEventControl control, Unit unit) {
    this.control = control;
    this.unit = unit;
  }

  // ---- raising ---------------------------------------------------------------------------------

  /** Whether an event is wanted: for what has to be found out only to raise it. */
  public boolean wants(KeyEvent event) {
    return control.wants(event);
  }

  /** Whether any event is wanted. */
  boolean wantsAny() {
    return control.wantsAny();
  }

  /** An event has happened to a key of a shard that the unit owns. */
  public void raise(KeyEvent event, int database, long key, int keyLength) {
    if (control.wants(event)) {
      add(event, database, key, keyLength);
    }
  }

  /**
   * The event that is raised next is about this field, too. Whoever names fields must raise it, or
   * {@link #forgetFields}.
   */
  public void field(KeyEvent event, long name, int length) {
    if (control.wantsFields(event)) {
      addField(name, length);
    }
  }

  /** What was named has come to nothing. */
  public void forgetFields() {
    fieldBytes = 0;
  }

  /** An event about one field; what was named for another event stays named. */
  void raise(KeyEvent event, int database, long key, int keyLength, long name, int length) {
    if (control.wants(event)
        && control.audience() != null
        && isToldAfterEmptied(event, database, key, keyLength)) {
      boolean tells = control.wantsFields(event);
      int to = open(event, database, key, keyLength, tells ? encodedBytes(length) : 0);
      if (tells) {
        encode(name, length, bytes, to);
      }
    }
  }

  /**
   * A hash is about to go with its last field, which has expired. The event of that waits for what
   * the command that met the field has to tell of the key; and if it gives the key fields again,
   * then to others it has never gone.
   */
  void emptied(int database, long key, int keyLength) {
    tellOfEmptied();
    if (control.wants(KeyEvent.DEL) && control.audience() != null) {
      emptiedKey = Bytes.toArray(key, keyLength);
      emptiedDatabase = database;
    }
  }

  private void tellOfEmptied() {
    byte[] name = emptiedKey;
    if (name != null) {
      emptiedKey = null;
      int to = open(KeyEvent.DEL, emptiedDatabase, name.length, 0);
      System.arraycopy(name, 0, bytes, to, name.length);
    }
  }

  /** Whether an event is to be told, when a hash was emptied before. */
  private boolean isToldAfterEmptied(KeyEvent event, int database, long key, int keyLength) {
    byte[] name = emptiedKey;
    if (name == null) {
      return true;
    }
    if (database != emptiedDatabase || !isAt(key, keyLength, name)) {
      tellOfEmptied();
      return true;
    }
    switch (event) {
      case HDEL, HEXPIRE, HEXPIRED, HPERSIST -> {}
      case NEW, HSET, DEL -> emptiedKey = null;
      default -> tellOfEmptied();
    }
    return event != KeyEvent.NEW;
  }

  private static boolean isAt(long address, int length, byte[] expected) {
    boolean isEqual = length == expected.length;
    for (int i = 0; isEqual && i < length; i++) {
      isEqual = Memory.getByte(address + i) == expected[i];
    }
    return isEqual;
  }

  private void add(KeyEvent event, int database, long key, int keyLength) {
    if (control.audience() != null && isToldAfterEmptied(event, database, key, keyLength)) {
      int to = open(event, database, key, keyLength, fieldBytes);
      System.arraycopy(fields, 0, bytes, to, fieldBytes);
    }
    fieldBytes = 0;
  }

  /** Notes an event but for its fields; returns where these go. */
  private int open(KeyEvent event, int database, long key, int keyLength, int fieldsLength) {
    int to = open(event, database, keyLength, fieldsLength);
    Memory.copyToArray(key, bytes, to, keyLength);
    return to + keyLength;
  }

  /** Notes an event but for key and fields; returns where these go. */
  private int open(KeyEvent event, int database, int keyLength, int fieldsLength) {
    int length = HEAD_BYTES + keyLength + fieldsLength;
    if (usedBytes > 0 && usedBytes + length > LIMIT_BYTES) {
      publishNoted();
    }
    if (usedBytes + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(usedBytes + length, 2 * bytes.length));
    }
    int keyOffset = usedBytes + HEAD_BYTES;
    putInt(usedBytes, event.ordinal());
    putInt(usedBytes + 4, database);
    putInt(usedBytes + 8, keyLength);
    putInt(usedBytes + 12, fieldsLength);
    usedBytes += length;
    return keyOffset;
  }

  private void addField(long name, int length) {
    int end = fieldBytes + 1 + encodedBytes(length);
    if (end > fields.length) {
      fields = Arrays.copyOf(fields, Math.max(end, 2 * fields.length));
    }
    if (fieldBytes > 0) {
      fields[fieldBytes++] = ',';
    }
    encode(name, length, fields, fieldBytes);
    fieldBytes += encodedBytes(length);
  }

  private static int encodedBytes(int length) {
    return Bytes.decimalLength(length) + 1 + length;
  }

  private static void encode(long name, int length, byte[] target, int offset) {
    int colon = offset + Bytes.decimalLength(length);
    int rest = length;
    for (int i = colon - 1; i >= offset; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    target[colon] = ':';
    Memory.copyToArray(name, target, colon + 1, length);
  }

  /** Whether there is something to publish. */
  boolean areThere() {
    return usedBytes > 0 || emptiedKey != null;
  }

  /** Has them published, if there are any, and forgets them. */
  public void publish() {
    if (areThere()) {
      tellOfEmptied();
      publishNoted();
    }
  }

  private void publishNoted() {
    KeyEventControl.Listener listener = control.audience();
    try {
      if (listener != null) {
        nextAt = 0;
        listener.publish(unit, this);
      }
    } finally {
      usedBytes = 0;
      if (bytes.length > LIMIT_BYTES) {
        bytes = new byte[0];
      }
      if (fields.length > LIMIT_BYTES) {
        fields = new byte[0];
      }
    }
  }

  // ---- for the listener ------------------------------------------------------------------------

  /** Goes to the next event, first to the first one; false at the end. */
  public boolean next() {
    if (nextAt >= usedBytes) {
      return false;
    }
    at = nextAt;
    nextAt = at + HEAD_BYTES + keyLength() + fieldsLength();
    return true;
  }

  public KeyEvent event() {
    return KeyEvent.of(getInt(at));
  }

  public int database() {
    return getInt(at + 4);
  }

  /** Where the key and the fields lie, until the listener returns. */
  public byte[] bytes() {
    return bytes;
  }

  public int keyOffset() {
    return at + HEAD_BYTES;
  }

  public int keyLength() {
    return getInt(at + 8);
  }

  public int fieldsOffset() {
    return keyOffset() + keyLength();
  }

  /** 0 where the event is about no field. */
  public int fieldsLength() {
    return getInt(at + 12);
  }

  private int getInt(int offset) {
    return bytes[offset] & 0xff
        | (bytes[offset + 1] & 0xff) << 8
        | (bytes[offset + 2] & 0xff) << 16
        | bytes[offset + 3] << 24;
  }

  private void putInt(int offset, int value) {
    bytes[offset] = (byte) value;
    bytes[offset + 1] = (byte) (value >>> 8);
    bytes[offset + 2] = (byte) (value >>> 16);
    bytes[offset + 3] = (byte) (value >>> 24);
  }
}
