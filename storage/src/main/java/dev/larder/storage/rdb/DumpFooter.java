package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/**
 * What stands behind a value that travels alone: two bytes of version, and eight of checksum over
 * everything before them, the lowest byte first.
 */
public final class DumpFooter {
  public static final int BYTES = Short.BYTES + Long.BYTES;

  /** Stands for "not computed". */
  private static final long NO_CHECKSUM = 0;

  private DumpFooter() {}

  /** Writes the version of all that was written so far, and the checksum. */
  public static void append(ValueWriter writer) {
    RdbOutput output = writer.output();
    output.putShort(writer.version());
    if (!output.isExhausted()) {
      output.putLong(Crc64.update(0, output.address(), output.length()));
    }
  }

  /**
   * Puts the footer of a value that has gone elsewhere in the place of what a writer has written.
   *
   * @param crc the checksum of the value
   */
  public static void replace(ValueWriter writer, long crc) {
    int version = writer.version();
    RdbOutput output = writer.output();
    writer.clear();
    output.putShort(version);
    output.putLong(Crc64.update(crc, output.address(), output.length()));
  }

  /** Whether a payload can be one, and is of a version that can be read. */
  public static boolean isReadable(long payload, long bytes) {
    return bytes >= BYTES && RdbVersion.isReadable(version(payload, bytes));
  }

  /** The version of a payload that has a footer. */
  public static int version(long payload, long bytes) {
    return Memory.getShort(payload + bytes - BYTES) & 0xFFFF;
  }

  /** The bytes of a payload that its checksum is over. */
  public static long summedBytes(long bytes) {
    return bytes - Long.BYTES;
  }

  /** Whether the checksum of a payload is this, or was left out, as Redis 8 does among its own. */
  public static boolean hasChecksum(long payload, long bytes, long crc) {
    long stored = Memory.getLong(payload + bytes - Long.BYTES);
    return stored == crc || stored == NO_CHECKSUM;
  }
}
