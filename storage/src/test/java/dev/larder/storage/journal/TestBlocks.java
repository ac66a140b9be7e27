package dev.larder.storage.journal;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Blocks that can be told apart from anything else: sequence, length, content that follows from
 * both, checksum.
 */
final class TestBlocks {
  static final int OVERHEAD_BYTES = 16;

  private TestBlocks() {}

  static byte[] block(long sequence, int payloadBytes) {
    ByteBuffer block = ByteBuffer.allocate(OVERHEAD_BYTES + payloadBytes);
    block.putLong(sequence).putInt(payloadBytes);
    for (int i = 0; i < payloadBytes; i++) {
      block.put((byte) (sequence * 31 + i));
    }
    CRC32 checksum = new CRC32();
    checksum.update(block.array(), 0, block.position());
    block.putInt((int) checksum.getValue());
    return block.array();
  }

  /** Opens, fills and publishes a block; its sequence. */
  static long append(Appender appender, int payloadBytes) {
    long sequence = appender.open(0);
    append(appender, block(sequence, payloadBytes));
    appender.publish(0, 0, false);
    return sequence;
  }

  static void append(Appender appender, byte[] bytes) {
    ByteBuffer direct = ByteBuffer.allocateDirect(Math.max(bytes.length, 1)).put(bytes);
    appender.append(Memory.addressOf(direct), bytes.length);
  }

  /** How many of the bytes the blocks behind the one sequence up to the other take. */
  static int bytes(byte[] content, long before, long last) {
    ByteBuffer rest = ByteBuffer.wrap(content);
    for (long i = before; i < last; i++) {
      int payload = rest.getInt(rest.position() + Long.BYTES);
      rest.position(rest.position() + OVERHEAD_BYTES + payload);
    }
    return rest.position();
  }

  /** The last of the blocks that follow each other without a gap behind this one. */
  static long lastWhole(byte[] content, long before) {
    ByteBuffer rest = ByteBuffer.wrap(content);
    long last = before;
    while (rest.remaining() >= OVERHEAD_BYTES) {
      rest.mark();
      long sequence = rest.getLong();
      int bytes = rest.getInt();
      if (sequence != last + 1 || bytes < 0 || bytes > rest.remaining() - 4) {
        return last;
      }
      rest.reset();
      byte[] found = new byte[OVERHEAD_BYTES + bytes];
      rest.get(found);
      if (!Arrays.equals(found, block(sequence, bytes))) {
        return last;
      }
      last = sequence;
    }
    return last;
  }

  static byte[] content(DiskFile file) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(65_536);
    while (file.read(buffer, content.size()) > 0) {
      content.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return content.toByteArray();
  }
}
