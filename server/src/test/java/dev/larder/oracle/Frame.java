package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.resp.RespReader;
import dev.larder.resp.RespValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** One whole reply as its bytes, and read as a value where a rule needs to look inside. */
final class Frame {

  private final byte[] raw;

  Frame(byte[] raw) {
    this.raw = raw;
  }

  static Frame of(String raw) {
    return new Frame(raw.getBytes(ISO_8859_1));
  }

  boolean sameBytes(Frame other) {
    return Arrays.equals(raw, other.raw);
  }

  boolean isError() {
    return raw[0] == '-' || raw[0] == '!';
  }

  /** The bytes, one char each. */
  String text() {
    return new String(raw, ISO_8859_1);
  }

  RespValue value() {
    try {
      return new RespReader(new ByteArrayInputStream(raw)).read();
    } catch (IOException e) {
      throw new UncheckedIOException("a frame that was read before: " + this, e);
    }
  }

  @Override
  public String toString() {
    return Request.quote(raw);
  }
}
