package dev.larder.storage.journal;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The list of files whose contents, one after the other, are the data: Redis 7's format.
 *
 * <pre>
 *   file appendonly.aof.2.base.rdb seq 2 type b
 *   file appendonly.aof.3.incr.aof seq 3 type i
 *   file appendonly.aof.1.base.rdb seq 1 type h
 * </pre>
 *
 * <p>A line is pairs of a key and a value; keys not known are passed over, lines that begin with a
 * number sign, too. Names with unusual bytes are quoted.
 *
 * @param base null as long as there is none
 * @param incrementals in their order
 * @param history what is to be deleted
 */
public record AofManifest(
    @Nullable AofPart base, List<AofPart> incrementals, List<AofPart> history) {
  public static final AofManifest EMPTY = new AofManifest(null, List.of(), List.of());

  /** Beyond this a file is something else. */
  private static final int MAX_BYTES = 1 << 20;

  public AofManifest {
    incrementals = List.copyOf(incrementals);
    history = List.copyOf(history);
  }

  /** Base and increments, in the order in which they are loaded. */
  public List<AofPart> toLoad() {
    List<AofPart> parts = new ArrayList<>();
    if (base != null) {
      parts.add(base);
    }
    parts.addAll(incrementals);
    return parts;
  }

  /** The sequence of the newest increment, 0 if there is none. */
  long lastIncremental() {
    return incrementals.isEmpty() ? 0 : incrementals.getLast().sequence();
  }

  AofManifest withIncremental(AofPart part) {
    List<AofPart> more = new ArrayList<>(incrementals);
    more.add(part);
    return new AofManifest(base, more, history);
  }

  /** With a new base, which stands for all before the increment of this sequence. */
  AofManifest withBase(AofPart newBase, long firstIncremental) {
    List<AofPart> old = new ArrayList<>(history);
    if (base != null) {
      old.add(base.asHistory());
    }
    List<AofPart> kept = new ArrayList<>();
    for (AofPart part : incrementals) {
      if (part.sequence() < firstIncremental) {
        old.add(part.asHistory());
      } else {
        kept.add(part);
      }
    }
    return new AofManifest(newBase, kept, old);
  }

  AofManifest withoutHistory() {
    return new AofManifest(base, incrementals, List.of());
  }

  /**
   * Reads a manifest.
   *
   * @throws AofManifestException if what it says cannot be followed
   */
  public static AofManifest read(DiskFolder folder, String name) throws IOException {
    try (DiskFile file = folder.openToRead(name)) {
      if (file.length() > MAX_BYTES) {
        throw new AofManifestException("the manifest is too long");
      }
      ByteBuffer content = ByteBuffer.allocate((int) file.length());
      return parse(Arrays.copyOf(content.array(), file.readFully(content, 0)));
    }
  }

  /** The text of the manifest. */
  String format() {
    if (equals(EMPTY)) {
      return "# Nothing is listed yet.\n";
    }
    StringBuilder text = new StringBuilder();
    if (base != null) {
      append(text, base);
    }
    history.forEach(part -> append(text, part));
    incrementals.forEach(part -> append(text, part));
    return text.toString();
  }

  private static void append(StringBuilder text, AofPart part) {
    text.append("file ").append(ManifestLine.quoted(part.name()));
    text.append(" seq ").append(part.sequence());
    text.append(" type ").append(part.kind().letter()).append('\n');
  }

  /** Reads a manifest's bytes. */
  public static AofManifest parse(byte[] bytes) throws AofManifestException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (text.isEmpty()) {
      throw new AofManifestException("the manifest is empty");
    }
    AofManifest manifest = EMPTY;
    int number = 0;
    int from = 0;
    while (from < text.length()) {
      number++;
      int end = text.indexOf('\n', from);
      if (end < 0) {
        throw new AofManifestException(number, text.substring(from), "it is cut off");
      }
      String line = text.substring(from, end).strip();
      from = end + 1;
      if (!line.startsWith("#")) {
        manifest = manifest.with(number, line, parsePart(number, line));
      }
    }
    return manifest;
  }

  private AofManifest with(int number, String line, AofPart part) throws AofManifestException {
    return switch (part.kind()) {
      case BASE -> {
        if (base != null) {
          throw new AofManifestException(number, line, "a second base");
        }
        yield new AofManifest(part, incrementals, history);
      }
      case HISTORY -> {
        List<AofPart> more = new ArrayList<>(history);
        more.add(part);
        yield new AofManifest(base, incrementals, more);
      }
      case INCREMENTAL -> {
        if (part.sequence() <= lastIncremental()) {
          throw new AofManifestException(number, line, "increments are not in ascending order");
        }
        yield withIncremental(part);
      }
    };
  }

  private static AofPart parsePart(int number, String line) throws AofManifestException {
    List<String> words = ManifestLine.split(line);
    if (words == null || words.size() < 6 || words.size() % 2 != 0) {
      throw new AofManifestException(number, line, "not pairs of keys and values");
    }
    String name = null;
    long sequence = 0;
    AofPart.Kind kind = null;
    for (int i = 0; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i).toLowerCase(Locale.ROOT)) {
        case "file" -> name = value;
        case "seq" -> sequence = parseSequence(number, line, value);
        case "type" -> kind = parseKind(number, line, value);
        default -> {
          // Newer versions tell more than we need.
        }
      }
    }
    if (name == null || sequence == 0 || kind == null) {
      throw new AofManifestException(number, line, "file, seq or type is missing");
    }
    if (!isPlain(name)) {
      throw new AofManifestException(number, line, "not the plain name of a file");
    }
    return new AofPart(name, sequence, kind);
  }

  static boolean isPlain(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\\') < 0
        && name.indexOf('\0') < 0;
  }

  private static long parseSequence(int number, String line, String value)
      throws AofManifestException {
    try {
      long sequence = Long.parseLong(value);
      if (sequence > 0) {
        return sequence;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new AofManifestException(number, line, "seq is no positive number");
  }

  private static AofPart.Kind parseKind(int number, String line, String value)
      throws AofManifestException {
    for (AofPart.Kind kind : AofPart.Kind.values()) {
      if (value.length() == 1 && value.charAt(0) == kind.letter()) {
        return kind;
      }
    }
    throw new AofManifestException(number, line, "type is none of b, h and i");
  }
}
