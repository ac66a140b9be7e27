package dev.larder.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Encodes requests as clients send them, an array of bulk strings: for tools and tests. */
public final class Requests {
  private Requests() {}

  /** The request of {@code arguments} in UTF-8, the first one being the command's name. */
  public static byte[] encode(String... arguments) {
    byte[][] bytes = new byte[arguments.length][];
    for (int i = 0; i < arguments.length; i++) {
      bytes[i] = arguments[i].getBytes(UTF_8);
    }
    return encode(bytes);
  }

  /** The request of {@code arguments}, the first one being the command's name. */
  public static byte[] encode(byte[]... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    header(out, '*', arguments.length);
    for (byte[] argument : arguments) {
      header(out, '$', argument.length);
      out.writeBytes(argument);
      out.write('\r');
      out.write('\n');
    }
    return out.toByteArray();
  }

  private static void header(ByteArrayOutputStream out, char type, int number) {
    out.writeBytes((type + Integer.toString(number) + "\r\n").getBytes(ISO_8859_1));
  }
}
