package dev.larder.push;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import org.jspecify.annotations.Nullable;

/**
 * A message, encoded once for each version of the protocol and shared by all who get it. It is
 * reference counted: who makes it releases it. Any thread.
 */
public final class PushMessage extends AbstractReferenceCounted {
  private volatile @Nullable ByteBuf resp2;
  private volatile @Nullable ByteBuf resp3;

  /** Whether both encodings are the same but for their first byte. */
  private final boolean isAlike;

  private PushMessage(@Nullable ByteBuf resp2, @Nullable ByteBuf resp3, boolean isAlike) {
    this.resp2 = resp2;
    this.resp3 = resp3;
    this.isAlike = isAlike;
  }

  /**
   * A message that is an array in RESP2 and a push with the same elements in RESP3.
   *
   * @param encoded one of them, in a direct buffer, which this takes over
   */
  public static PushMessage of(ByteBuf encoded) {
    boolean isPush = encoded.getByte(encoded.readerIndex()) == '>';
    return new PushMessage(isPush ? null : encoded, isPush ? encoded : null, true);
  }

  /**
   * A message that differs by the version of the protocol, in direct buffers, which this takes
   * over.
   *
   * @param resp2 null if clients of this version do not get it
   * @param resp3 null if clients of this version do not get it
   */
  public static PushMessage of(@Nullable ByteBuf resp2, @Nullable ByteBuf resp3) {
    return new PushMessage(resp2, resp3, false);
  }

  /** The bytes for this version of the protocol; null if its clients do not get the message. */
  public @Nullable ByteBuf encoded(int protocol) {
    ByteBuf bytes = protocol == 2 ? resp2 : resp3;
    return bytes == null && isAlike ? convert(protocol) : bytes;
  }

  private synchronized ByteBuf convert(int protocol) {
    ByteBuf bytes = protocol == 2 ? resp2 : resp3;
    if (bytes != null) {
      return bytes;
    }
    ByteBuf other = protocol == 2 ? resp3 : resp2;
    if (other == null) {
      throw new IllegalStateException("the message was released");
    }
    ByteBuf made = other.alloc().directBuffer(other.readableBytes());
    made.writeBytes(other, other.readerIndex(), other.readableBytes());
    if (protocol == 2) {
      made.setByte(0, '*');
      resp2 = made;
    } else {
      made.setByte(0, '>');
      resp3 = made;
    }
    return made;
  }

  /** The length in bytes of one encoding. */
  int bytes() {
    ByteBuf either = resp2;
    if (either == null) {
      either = resp3;
    }
    return either == null ? 0 : either.readableBytes();
  }

  @Override
  protected void deallocate() {
    ByteBuf second = resp2;
    ByteBuf third = resp3;
    resp2 = null;
    resp3 = null;
    if (second != null) {
      second.release();
    }
    if (third != null) {
      third.release();
    }
  }

  @Override
  public ReferenceCounted touch(Object hint) {
    return this;
  }
}
