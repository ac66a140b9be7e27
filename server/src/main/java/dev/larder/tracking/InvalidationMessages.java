package dev.larder.tracking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.push.PushEncoding;
import dev.larder.push.PushMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** What clients are told, in both versions of the protocol. */
final class InvalidationMessages {
  private static final byte[] PUSH = bytes(">2\r\n$10\r\ninvalidate\r\n");
  private static final byte[] MESSAGE =
      bytes("*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n");
  private static final byte[] NULL = bytes("_\r\n");
  private static final byte[] OLD_NULL = bytes("$-1\r\n");
  private static final String BROKEN = ">2\r\n$21\r\ntracking-redir-broken\r\n:";

  private InvalidationMessages() {}

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** These keys have changed. */
  static PushMessage keys(List<byte[]> keys) {
    long bytes = MESSAGE.length + PushEncoding.MAX_FRAME_BYTES;
    for (byte[] key : keys) {
      bytes += key.length + PushEncoding.MAX_FRAME_BYTES;
    }
    return PushMessage.of(keys(MESSAGE, keys, bytes), keys(PUSH, keys, bytes));
  }

  private static ByteBuf keys(byte[] head, List<byte[]> keys, long bytes) {
    ByteBuf out = buffer((int) Math.min(bytes, Integer.MAX_VALUE / 2));
    out.writeBytes(head);
    PushEncoding.header(out, '*', keys.size());
    for (byte[] key : keys) {
      PushEncoding.bulk(out, key);
    }
    return out;
  }

  /** All keys have changed. */
  static PushMessage all() {
    return PushMessage.of(
        buffer(MESSAGE.length + OLD_NULL.length).writeBytes(MESSAGE).writeBytes(OLD_NULL),
        buffer(PUSH.length + NULL.length).writeBytes(PUSH).writeBytes(NULL));
  }

  /** The client with this id, who was told instead, has gone. */
  static PushMessage broken(long id) {
    byte[] text = bytes(BROKEN + id + "\r\n");
    return PushMessage.of(null, buffer(text.length).writeBytes(text));
  }

  private static ByteBuf buffer(int bytes) {
    return Unpooled.directBuffer(bytes);
  }
}
