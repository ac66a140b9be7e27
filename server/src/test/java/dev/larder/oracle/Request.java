package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.resp.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One request as both servers get it.
 *
 * @param command full name of the command that it was made from, {@code client|id}; what the
 *     arguments say may be something else, for a request may be broken on purpose
 * @param args name and arguments
 * @param isInline sent as a line rather than as an array of bulk strings
 */
record Request(String command, List<byte[]> args, boolean isInline) {

  private static final int SHOWN_BYTES = 60;

  Request {
    args = List.copyOf(args);
  }

  static Request of(String... args) {
    List<byte[]> bytes = new ArrayList<>();
    for (String arg : args) {
      bytes.add(arg.getBytes(ISO_8859_1));
    }
    return new Request(args[0].toLowerCase(Locale.ROOT), bytes, false);
  }

  byte[] arg(int i) {
    return args.get(i);
  }

  String text(int i) {
    return new String(args.get(i), ISO_8859_1);
  }

  byte[] encoded() {
    return isInline
        ? (String.join(" ", args.stream().map(a -> new String(a, ISO_8859_1)).toList()) + "\r\n")
            .getBytes(ISO_8859_1)
        : Requests.encode(args.toArray(byte[][]::new));
  }

  /** The request as one types it into redis-cli; long arguments cut. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(isInline ? "(inline)" : "");
    for (byte[] arg : args) {
      line.append(line.isEmpty() ? "" : " ").append(quote(arg));
    }
    return line.toString();
  }

  /** Bytes with what is not printable escaped, quoted where needed. */
  static String quote(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    boolean plain = bytes.length > 0;
    for (int i = 0; i < bytes.length && i < SHOWN_BYTES; i++) {
      int b = bytes[i] & 0xff;
      plain &= b > ' ' && b < 127 && b != '"' && b != '\\';
      switch (b) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '"', '\\' -> text.append('\\').append((char) b);
        default -> text.append(b < ' ' || b > 126 ? "\\x%02x".formatted(b) : (char) b + "");
      }
    }
    if (bytes.length > SHOWN_BYTES) {
      text.append("...(").append(bytes.length).append(" bytes)");
    }
    return plain ? text.toString() : "\"" + text + "\"";
  }
}
