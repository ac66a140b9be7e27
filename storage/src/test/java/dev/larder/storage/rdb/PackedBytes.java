package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes the packed encodings of old versions, and what is around them. */
final class PackedBytes {
  private PackedBytes() {}

  /** A ziplist of strings, and of numbers in their shortest form. */
  static byte[] ziplist(Object... entries) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int before = 0;
    int last = 0;
    for (Object entry : entries) {
      last = body.size();
      backLength(body, before);
      if (entry instanceof Number number) {
        number(body, number.longValue());
      } else {
        text(body, entry.toString().getBytes(ISO_8859_1));
      }
      before = body.size() - last;
    }
    ByteBuffer frame = little(10 + body.size() + 1);
    frame.putInt(frame.capacity()).putInt(10 + last).putShort((short) entries.length);
    frame.put(body.toByteArray()).put((byte) 0xFF);
    return frame.array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void backLength(ByteArrayOutputStream out, int length) {
    if (length < 254) {
      out.write(length);
    } else {
      out.write(254);
      out.writeBytes(little(4).putInt(length).array());
    }
  }

  private static void text(ByteArrayOutputStream out, byte[] text) {
    if (text.length < 64) {
      out.write(text.length);
    } else if (text.length < 16_384) {
      out.write(0x40 | text.length >> 8);
      out.write(text.length);
    } else {
      out.write(0x80);
      out.writeBytes(ByteBuffer.allocate(4).putInt(text.length).array());
    }
    out.writeBytes(text);
  }

  private static void number(ByteArrayOutputStream out, long number) {
    if (number >= 0 && number <= 12) {
      out.write(0xF1 + (int) number);
    } else if (number == (byte) number) {
      out.write(0xFE);
      out.write((int) number);
    } else if (number == (short) number) {
      out.write(0xC0);
      out.writeBytes(little(2).putShort((short) number).array());
    } else if (number >= -(1 << 23) && number < 1 << 23) {
      out.write(0xF0);
      out.write(little(4).putInt((int) number).array(), 0, 3);
    } else if (number == (int) number) {
      out.write(0xD0);
      out.writeBytes(little(4).putInt((int) number).array());
    } else {
      out.write(0xE0);
      out.writeBytes(little(8).putLong(number).array());
    }
  }

  /** Bytes as a string of RDB, as they are. */
  static byte[] string(byte[] bytes) {
    return concat(ByteBuffer.allocate(5).put((byte) 0x80).putInt(bytes.length).array(), bytes);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A type byte, and bytes as a string. */
  static byte[] value(int type, byte[] packed) {
    return concat(new byte[] {(byte) type}, string(packed));
  }
}
