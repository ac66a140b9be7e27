package dev.larder.push;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/** Writes the parts of messages, which are the same in both versions of the protocol. */
public final class PushEncoding {
  /** More than {@link #header} takes, or {@link #bulk} besides its content. */
  public static final int MAX_FRAME_BYTES = 16;

  private PushEncoding() {}

  /**
   * A type, and how much follows.
   *
   * @param length not negative
   */
  public static void header(ByteBuf out, char type, int length) {
    out.writeByte(type);
    if (length < 10) {
      out.writeByte('0' + length);
    } else {
      out.writeBytes(Integer.toString(length).getBytes(US_ASCII));
    }
    endLine(out);
  }

  /** A string. */
  public static void bulk(ByteBuf out, byte[] content) {
    header(out, '$', content.length);
    out.writeBytes(content);
    endLine(out);
  }

  private static void endLine(ByteBuf out) {
    out.writeByte('\r').writeByte('\n');
  }
}
