package dev.larder.net;

import io.netty.buffer.ByteBuf;
import javax.net.ssl.SSLException;

/**
 * Where the records of TLS end in a stream of bytes: an engine is given whole ones only, so that it
 * keeps none of the buffers they came in.
 *
 * <pre>
 * type (1) | version (2) | length of the rest (2) | the rest
 * </pre>
 */
final class TlsRecords {
  static final int HEADER_BYTES = 5;

  /** What a record may have inside, as clear text. */
  static final int MAX_PLAIN_BYTES = 16 * 1024;

  /** The longest record; TLSv1.2 lets encryption add 2 KiB. */
  static final int MAX_BYTES = HEADER_BYTES + MAX_PLAIN_BYTES + 2048;

  private static final int FIRST_TYPE = 20;
  private static final int HANDSHAKE = 22;
  private static final int LAST_TYPE = 23;
  private static final int MAJOR_VERSION = 3;

  private TlsRecords() {}

  /** Whether bytes, at least one, may be the beginning of a connection. */
  static boolean canBeHello(ByteBuf in) {
    return in.getUnsignedByte(in.readerIndex()) == HANDSHAKE;
  }

  /**
   * The length of the record that begins at an index, with its header.
   *
   * @return 0 if the header is not there as a whole
   * @throws SSLException if no record begins like this
   */
  static int length(ByteBuf in, int index) throws SSLException {
    if (in.writerIndex() - index < HEADER_BYTES) {
      return 0;
    }
    int type = in.getUnsignedByte(index);
    int length = HEADER_BYTES + in.getUnsignedShort(index + HEADER_BYTES - 2);
    if (type < FIRST_TYPE
        || type > LAST_TYPE
        || in.getByte(index + 1) != MAJOR_VERSION
        || length > MAX_BYTES) {
      throw new SSLException("what came is no record of TLS");
    }
    return length;
  }

  /** Whether the readable bytes begin with a whole record. */
  static boolean startsWithWhole(ByteBuf in) throws SSLException {
    int length = length(in, in.readerIndex());
    return length != 0 && length <= in.readableBytes();
  }
}
