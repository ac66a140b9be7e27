package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.memory.ChunkStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads whole files in arrays, with their values; finds out whether all memory comes back. */
final class FileReading implements AutoCloseable {
  private final ChunkStore chunks = ChunkStore.reserve(256L << 20);
  private final ValueReader values = new ValueReader(chunks);
  private final RdbInput input = new RdbInput();
  private final TextSlot key = new TextSlot(chunks);

  /** The window's size. */
  int windowBytes = 4096;

  /** How many bytes come at once at most. */
  int mostAtOnce = Integer.MAX_VALUE;

  /** What is in a file, item by item. */
  List<String> items(byte[] file) throws RdbException {
    List<String> items = new ArrayList<>();
    try (RdbFileReader reader =
        new RdbFileReader(new ByteSource(file, mostAtOnce), chunks, windowBytes)) {
      reader.open();
      RdbFileReader.Item item;
      do {
        item = reader.next();
        items.add(item + " " + describe(reader, item));
      } while (item != RdbFileReader.Item.END);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (chunks.allocatedBytes() != 0) {
        throw new AssertionError("memory is still held");
      }
    }
    return items;
  }

  private String describe(RdbFileReader reader, RdbFileReader.Item item)
      throws IOException, RdbException {
    return switch (item) {
      case AUX -> reader.name() + "=" + reader.text();
      case DATABASE -> Long.toString(reader.database());
      case FUNCTION -> Integer.toString(reader.library().length);
      case MODULE_AUX -> reader.name();
      case SIZES, SLOTS, OLD_FUNCTION -> "";
      case ENTRY -> describeEntry(reader);
      case END -> reader.position() + " " + reader.hasChecksum() + " " + reader.hasModuleKeyData();
    };
  }

  private String describeEntry(RdbFileReader reader) throws IOException, RdbException {
    input.point(reader.bytes(), reader.byteCount());
    int type = input.readByte();
    key.read(input);
    String text = new String(NativeBytes.read(key.address(), key.length()));
    key.clear();
    String deadline = reader.deadlineMillis() < 0 ? "" : " until " + reader.deadlineMillis();
    if (type == RdbType.MODULE_2) {
      return text + " of " + reader.moduleName() + deadline;
    }
    if (type == RdbType.STRING) {
      return text + deadline + ": " + describeString(reader);
    }
    RecordingSink sink = new RecordingSink(false);
    long start = input.position();
    if (reader.isComplete()) {
      // First only checked, as values are that come whole.
      readValue(reader, start, null, true);
      readValue(reader, start, sink, false);
    } else {
      readValue(reader, start, sink, true);
    }
    return text + deadline + ": " + sink;
  }

  private void readValue(RdbFileReader reader, long start, ValueSink sink, boolean checks)
      throws IOException, RdbException {
    try (ValueReader open = values) {
      long bytes = reader.byteCount() - start;
      input.point(reader.bytes() + start, bytes, reader.remaining());
      open.begin(reader.type(), reader.version(), input, sink, checks);
      while (!open.step(reader.isComplete() ? Long.MAX_VALUE : input.remaining())) {
        if (input.remaining() == 0 && !reader.isComplete()) {
          reader.more();
          input.point(reader.bytes(), reader.byteCount(), reader.remaining());
        }
      }
      if (input.remaining() != 0 || !reader.isComplete()) {
        throw new AssertionError(input.remaining() + " bytes behind the value");
      }
    }
  }

  private String describeString(RdbFileReader reader) throws IOException, RdbException {
    RecordingSink sink = new RecordingSink(false);
    if (reader.isComplete()) {
      readValue(reader, input.position(), sink, true);
      return sink.toString();
    }
    long length = input.readNumber();
    StringBuilder text = new StringBuilder("string:");
    long bytes = input.remaining();
    text.append(new String(NativeBytes.read(input.take(bytes), bytes), ISO_8859_1));
    while (!reader.isComplete()) {
      reader.more();
      text.append(new String(NativeBytes.read(reader.bytes(), reader.byteCount()), ISO_8859_1));
    }
    if (text.length() - "string:".length() != length) {
      throw new AssertionError("pieces of another length");
    }
    return text.toString();
  }

  /** What comes of a file: its items, or why it is refused. */
  String judge(byte[] file) {
    try {
      return items(file).toString();
    } catch (RdbException e) {
      return "refused: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    chunks.close();
  }
}
