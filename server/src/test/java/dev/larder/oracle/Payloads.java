package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.Bytes;
import dev.larder.storage.rdb.Crc64;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What RESTORE is given: values with a footer, sound ones and others. */
final class Payloads {
  private static final int MAX_BYTES = 1 << 20;
  private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(MAX_BYTES);

  private Payloads() {}

  /** A string as it is. */
  static byte[] string(byte[] value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(0x80);
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
    bytes.writeBytes(value);
    return bytes.toByteArray();
  }

  /** A value of any kind, type byte included. */
  static byte[] ofHex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Adds version and checksum. */
  static synchronized byte[] withFooter(byte[] value, int version) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(value);
    bytes.write(version);
    bytes.write(version >> 8);
    long memory = Bytes.addressOf(MEMORY);
    Bytes.fromArray(bytes.toByteArray(), 0, memory, bytes.size());
    long crc = Crc64.update(0, memory, bytes.size());
    bytes.writeBytes(ByteBuffer.allocate(8).putLong(Long.reverseBytes(crc)).array());
    return bytes.toByteArray();
  }

  /** As a request takes it. */
  static String text(byte[] payload) {
    return new String(payload, ISO_8859_1);
  }
}
