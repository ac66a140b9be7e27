package dev.larder.script;

import dev.larder.storage.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The SHA-1 digest of a script, by which it is named. */
public record Sha(long high, long middle, int low) {
  /** Its length in hexadecimal digits. */
  public static final int DIGITS = 40;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** The digest of a text. */
  public static Sha of(byte[] text) {
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-1").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
    return new Sha(
        (long) LONG.get(digest, 0), (long) LONG.get(digest, 8), (int) INT.get(digest, 16));
  }

  /**
   * The digest that is written as hexadecimal digits, in any case.
   *
   * @param address of the text, which is to be read
   * @return null if it is none
   */
  public static @Nullable Sha parse(long address, int length) {
    if (length != DIGITS) {
      return null;
    }
    long first = 0;
    long second = 0;
    long third = 0;
    int invalid = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = digit(Bytes.getByte(address + i));
      invalid |= digit;
      if (i < 16) {
        first = first << 4 | digit;
      } else if (i < 32) {
        second = second << 4 | digit;
      } else {
        third = third << 4 | digit;
      }
    }
    return invalid < 0 ? null : new Sha(first, second, (int) third);
  }

  /** What a digit means; negative for what is none. */
  private static int digit(byte digit) {
    if (digit >= '0' && digit <= '9') {
      return digit - '0';
    }
    int letter = digit | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /** Its hexadecimal digits, in lower case. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(middle) + hex.toHexDigits(low);
  }
}
