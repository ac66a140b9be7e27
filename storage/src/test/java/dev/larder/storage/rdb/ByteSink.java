package dev.larder.storage.rdb;

import java.io.ByteArrayOutputStream;

/** A file in an array. */
final class ByteSink implements RdbSink {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private byte[] head = {};

  @Override
  public void append(long address, long length) {
    bytes.writeBytes(NativeBytes.read(address, length));
  }

  @Override
  public void replaceHead(long address, int length) {
    head = NativeBytes.read(address, length);
  }

  byte[] toArray() {
    byte[] all = bytes.toByteArray();
    System.arraycopy(head, 0, all, 0, head.length);
    return all;
  }
}
