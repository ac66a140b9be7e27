package dev.larder.pubsub;

import dev.larder.storage.Bytes;
import io.netty.buffer.ByteBuf;

/** What is published. */
public interface Text {
  int length();

  void writeTo(ByteBuf out);

  /** Bytes on the heap. */
  static Text of(byte[] bytes) {
    return new Text() {
      @Override
      public int length() {
        return bytes.length;
      }

      @Override
      public void writeTo(ByteBuf out) {
        out.writeBytes(bytes);
      }
    };
  }

  /** Bytes outside of the heap, on which long ones have no room, as long as they stay there. */
  static Text at(long address, int length) {
    return new Text() {
      private static final int PIECE_BYTES = 64 * 1024;

      @Override
      public int length() {
        return length;
      }

      @Override
      public void writeTo(ByteBuf out) {
        for (int from = 0; from < length; from += PIECE_BYTES) {
          out.writeBytes(Bytes.toArray(address + from, Math.min(PIECE_BYTES, length - from)));
        }
      }
    };
  }
}
