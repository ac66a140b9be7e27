package dev.larder.storage.rdb;

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

  private String describe(RdbFileReader reader, RdbFileReader.Item item) throws RdbException {
    return switch (item) {
      case AUX -> reader.name() + "=" + reader.text();
      case DATABASE -> Long.toString(reader.database());
      case FUNCTION -> Long.toString(reader.byteCount());
      case MODULE_AUX -> reader.name();
      case SIZES, SLOTS -> "";
      case ENTRY -> describeEntry(reader);
      case END -> reader.position() + " " + reader.hasChecksum() + " " + reader.hasModuleKeyData();
    };
  }

  private String describeEntry(RdbFileReader reader) throws RdbException {
    input.point(reader.bytes(), reader.byteCount());
    int type = input.readByte();
    key.read(input);
    String text = new String(NativeBytes.read(key.address(), key.length()));
    String deadline = reader.deadlineMillis() < 0 ? "" : " until " + reader.deadlineMillis();
    if (type == RdbType.MODULE_2) {
      return text + " of " + reader.moduleName() + deadline;
    }
    RecordingSink sink = new RecordingSink(false);
    try (ValueReader open = values) {
      long value = input.position();
      open.begin(type, reader.version(), input, null);
      while (!open.step(Long.MAX_VALUE)) {
        // All at once.
      }
      if (input.remaining() != 0) {
        throw new AssertionError(input.remaining() + " bytes behind the value");
      }
      input.point(reader.bytes(), reader.byteCount());
      input.take(value);
      open.begin(type, reader.version(), input, sink);
      while (!open.step(Long.MAX_VALUE)) {
        // All at once.
      }
    } finally {
      key.clear();
    }
    return text + deadline + ": " + sink;
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
