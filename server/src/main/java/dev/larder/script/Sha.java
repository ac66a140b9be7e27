package dev.larder.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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

  /** The digest that is written as hexadecimal digits, in any case; null if it is none. */
  public static @Nullable Sha parse(byte[] digits) {
    if (digits.length != DIGITS) {
      return null;
    }
    for (byte digit : digits) {
      if (!HexFormat.isHexDigit(digit)) {
        return null;
      }
    }
    String text = new String(digits, ISO_8859_1);
    return new Sha(
        Long.parseUnsignedLong(text, 0, 16, 16),
        Long.parseUnsignedLong(text, 16, 32, 16),
        Integer.parseUnsignedInt(text, 32, DIGITS, 16));
  }

  /** Its hexadecimal digits, in lower case. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(middle) + hex.toHexDigits(low);
  }
}
