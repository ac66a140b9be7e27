package dev.larder.cli.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Reads traces, and passes their requests on as it reads. Keys are bytes, whatever they mean. */
public final class TraceReader {
  /** The longest value that is believed. */
  public static final int MAX_VALUE_BYTES = 512 << 20;

  private static final int MAX_KEY_BYTES = 1 << 16;
  private static final Pattern SPACE = Pattern.compile("[ \t]+");

  private final TraceFormat format;
  private final Request.Value standard;
  private final Consumer<Request> requests;

  /**
   * Makes a reader.
   *
   * @param standard value of keys of which the trace does not tell
   * @param requests takes them
   */
  public TraceReader(TraceFormat format, Request.Value standard, Consumer<Request> requests) {
    this.format = format;
    this.standard = standard;
    this.requests = requests;
  }

  /**
   * Reads all of a trace.
   *
   * @param fileName tells the form, and whether it is packed
   * @throws TraceException if it is none
   */
  public void read(String fileName, InputStream in) throws IOException {
    if (fileName.endsWith(".zst")) {
      throw new TraceException(
          "it is packed by zstd: zstd -dc "
              + fileName
              + " | larder simulate - ... (with --format u32 if it was named .u32)");
    }
    InputStream plain = fileName.endsWith(".gz") ? new GZIPInputStream(in) : in;
    TraceFormat actual = format.of(fileName);
    if (actual == TraceFormat.U32) {
      readNumbers(new BufferedInputStream(plain));
    } else {
      readLines(new BufferedReader(new InputStreamReader(plain, ISO_8859_1)), actual);
    }
  }

  private void readNumbers(InputStream in) throws IOException {
    byte[] word = new byte[Integer.BYTES];
    for (int length = in.readNBytes(word, 0, word.length);
        length > 0;
        length = in.readNBytes(word, 0, word.length)) {
      if (length < word.length) {
        throw new TraceException("the last number is not whole");
      }
      int number = 0;
      for (int i = word.length - 1; i >= 0; i--) {
        number = number << Byte.SIZE | word[i] & 0xFF;
      }
      byte[] key = Integer.toUnsignedString(number).getBytes(US_ASCII);
      requests.accept(Request.read(key, standard));
    }
  }

  private void readLines(BufferedReader in, TraceFormat wanted) throws IOException {
    MonitorReader monitor = new MonitorReader(standard, requests);
    TraceFormat actual = wanted;
    long number = 0;
    TraceException cut = null;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (cut != null) {
        throw cut;
      }
      if (line.isBlank()) {
        continue;
      }
      if (actual == TraceFormat.AUTO) {
        actual = MonitorReader.isFirst(line) ? TraceFormat.MONITOR : TraceFormat.KEYS;
      }
      if (actual == TraceFormat.KEYS) {
        readKey(line.strip(), number);
      } else if (!monitor.read(line)) {
        // Who stops MONITOR cuts the last line short.
        cut = TraceException.inLine(number, "MONITOR prints nothing like this");
      }
    }
  }

  private void readKey(String line, long number) throws TraceException {
    String[] words = SPACE.split(line, 3);
    Request.Value value = standard;
    if (words.length > 1) {
      int bytes = words.length == 2 ? bytes(words[1]) : -1;
      if (bytes < 0) {
        throw TraceException.inLine(number, "expected a key, or a key and a size in bytes");
      }
      value = new Request.Value(bytes, standard.ttlMillis());
    }
    if (words[0].length() > MAX_KEY_BYTES) {
      throw TraceException.inLine(number, "a key has more than " + MAX_KEY_BYTES + " bytes");
    }
    requests.accept(Request.read(words[0].getBytes(ISO_8859_1), value));
  }

  /** A size, or -1. */
  private static int bytes(String text) {
    try {
      int bytes = Integer.parseInt(text);
      return bytes <= MAX_VALUE_BYTES ? bytes : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
