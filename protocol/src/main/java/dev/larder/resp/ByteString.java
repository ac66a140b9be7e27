package dev.larder.resp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An immutable sequence of bytes, equal to another by content. */
public final class ByteString {
  private final byte[] bytes;

  private ByteString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The UTF-8 bytes of {@code text}. */
  public static ByteString of(String text) {
    return new ByteString(text.getBytes(UTF_8));
  }

  /** A copy of {@code bytes}. */
  public static ByteString of(byte[] bytes) {
    return new ByteString(bytes.clone());
  }

  /** Takes over {@code bytes}, which nobody may change any more. */
  static ByteString wrap(byte[] bytes) {
    return new ByteString(bytes);
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** The byte at {@code index}, from 0. */
  public byte at(int index) {
    return bytes[index];
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text, read as UTF-8; what is not UTF-8 shows as U+FFFD. */
  @Override
  public String toString() {
    return new String(bytes, UTF_8);
  }
}
