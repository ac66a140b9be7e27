package dev.larder.push;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import org.jspecify.annotations.Nullable;

/**
 * A message, encoded once for each version of the protocol and shared by all who get it. It is
 * reference counted: who makes it releases it. Any thread.
 */
public final class PushMessage extends AbstractReferenceCounted {
  private static final int[] FIRST_BYTE = {0};

  private volatile @Nullable ByteBuf resp2;
  private volatile @Nullable ByteBuf resp3;

  /** Where both encodings differ, by the type of an array and a push; null if they do otherwise. */
  private final int @Nullable [] types;

  private PushMessage(@Nullable ByteBuf resp2, @Nullable ByteBuf resp3, int @Nullable [] types) {
    this.resp2 = resp2;
    this.resp3 = resp3;
    this.types = types;
  }

  /**
   * A message that is an array in RESP2 and a push with the same elements in RESP3.
   *
   * @param encoded one of them, in a direct buffer, which this takes over
   */
  public static PushMessage of(ByteBuf encoded) {
    boolean isPush = encoded.getByte(encoded.readerIndex()) == '>';
    return new PushMessage(isPush ? null : encoded, isPush ? encoded : null, FIRST_BYTE);
  }

  /**
   * A message that differs by the version of the protocol, in direct buffers, which this takes
   * over.
   *
   * @param resp2 null if clients of this version do not get it
   * @param resp3 null if clients of this version do not get it
   */
  public static PushMessage of(@Nullable ByteBuf resp2, @Nullable ByteBuf resp3) {
    return new PushMessage(resp2, resp3, null);
  }

  /** Some messages, each of which {@link #isAlike}, as one; the caller goes on to own them. */
  static PushMessage join(@Nullable PushMessage[] messages, int from, int to, int bytes) {
    int[] types = new int[to - from];
    ByteBuf joined = null;
    for (int i = from; i < to; i++) {
      PushMessage message = requireNonNull(messages[i]);
      ByteBuf part = message.either();
      if (joined == null) {
        joined = part.alloc().directBuffer(bytes);
      }
      types[i - from] = joined.writerIndex();
      joined.writeBytes(part, part.readerIndex(), part.readableBytes());
      joined.setByte(types[i - from], '>');
    }
    return new PushMessage(null, requireNonNull(joined), types);
  }

  /** Whether it is an array in RESP2 and a push with the same elements in RESP3, and only one. */
  boolean isAlike() {
    return types == FIRST_BYTE;
  }

  private ByteBuf either() {
    ByteBuf bytes = resp3;
    if (bytes == null) {
      bytes = resp2;
    }
    if (bytes == null) {
      throw new IllegalStateException("the message was released");
    }
    return bytes;
  }

  /** The bytes for this version of the protocol; null if its clients do not get the message. */
  public @Nullable ByteBuf encoded(int protocol) {
    ByteBuf bytes = protocol == 2 ? resp2 : resp3;
    return bytes == null && types != null ? convert(protocol, types) : bytes;
  }

  private synchronized ByteBuf convert(int protocol, int[] at) {
    ByteBuf bytes = protocol == 2 ? resp2 : resp3;
    if (bytes != null) {
      return bytes;
    }
    ByteBuf other = either();
    ByteBuf made = other.alloc().directBuffer(other.readableBytes());
    made.writeBytes(other, other.readerIndex(), other.readableBytes());
    for (int type : at) {
      made.setByte(type, protocol == 2 ? '*' : '>');
    }
    if (protocol == 2) {
      resp2 = made;
    } else {
      resp3 = made;
    }
    return made;
  }

  /** The length in bytes of one encoding. */
  int bytes() {
    return either().readableBytes();
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
