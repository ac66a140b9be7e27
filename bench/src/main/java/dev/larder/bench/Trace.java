package dev.larder.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The requests of a cache that was in use: numbers of objects, dense from 0, in the order of the
 * requests.
 *
 * <p>A file holds 32-bit little-endian numbers, plain ({@code .u32}), packed by gzip or by zstd,
 * which has to be installed then.
 */
record Trace(String name, int[] ids) {
  /** Of the sample, see {@code traces.md} beside it: one of the longer caches' sizes. */
  static final String SAMPLE = "web12";

  private static final String SUFFIX = ".u32";

  /** How many different objects there are. */
  int distinct() {
    int highest = -1;
    for (int id : ids) {
      highest = Math.max(highest, id);
    }
    return highest + 1;
  }

  /** The trace that comes with the benchmark. */
  static Trace sample() {
    try (InputStream packed = Trace.class.getResourceAsStream(SAMPLE + ".u32.gz")) {
      if (packed == null) {
        throw new BenchException("the sample trace is not in the benchmark's jar");
      }
      return new Trace(SAMPLE, read(new GZIPInputStream(packed)));
    } catch (IOException e) {
      throw new BenchException("cannot read the sample trace", e);
    }
  }

  /** All traces of a directory, by name. */
  static List<Trace> allIn(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Trace> traces = new ArrayList<>();
      for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
        String name = String.valueOf(file.getFileName());
        int suffix = name.indexOf(SUFFIX);
        if (suffix > 0) {
          traces.add(new Trace(name.substring(0, suffix), load(file)));
        }
      }
      return traces;
    } catch (IOException e) {
      throw new BenchException("cannot read traces of " + directory + ": " + e.getMessage(), e);
    }
  }

  private static int[] load(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".zst")) {
      return unpack(file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(name.endsWith(".gz") ? new GZIPInputStream(in) : in);
    }
  }

  private static int[] unpack(Path file) throws IOException {
    if (!Machine.canRun("zstd")) {
      throw new BenchException("to read " + file + ", zstd is needed: please install it");
    }
    Process process =
        new ProcessBuilder("zstd", "-dcq", file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream in = process.getInputStream()) {
      return read(in);
    } finally {
      process.destroy();
    }
  }

  private static int[] read(InputStream in) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    int[] ids = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(ids);
    return ids;
  }
}
