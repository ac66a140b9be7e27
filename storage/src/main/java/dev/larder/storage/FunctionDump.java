package dev.larder.storage;

import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.Crc64;
import dev.larder.storage.rdb.DumpFooter;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbFileReader;
import dev.larder.storage.rdb.RdbFileWriter;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.TextSlot;
import dev.larder.storage.rdb.ValueWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The payload of FUNCTION DUMP: libraries as files have them, with the footer of DUMP. */
public final class FunctionDump {
  private FunctionDump() {}

  /**
   * Makes a payload.
   *
   * @return null when memory is exhausted
   */
  public static byte @Nullable [] write(Keyspace keyspace, List<byte[]> libraries) {
    ValueWriter writer = new ValueWriter(keyspace.large());
    GrowableMemory text = new GrowableMemory(keyspace.large());
    try {
      for (byte[] library : libraries) {
        if (!text.ensure(Math.max(1, library.length), 0)) {
          return null;
        }
        Memory.copyFromArray(library, 0, text.address(), library.length);
        RdbFileWriter.function(writer, text.address(), library.length);
      }
      DumpFooter.append(writer);
      if (writer.output().isExhausted()) {
        return null;
      }
      byte[] payload = new byte[(int) writer.output().length()];
      Memory.copyToArray(writer.output().address(), payload, 0, payload.length);
      return payload;
    } finally {
      writer.clear();
      text.shrink();
    }
  }

  /** Whether these bytes have a footer, and its checksum is right. */
  public static boolean isSound(long payload, long bytes) {
    return DumpFooter.isReadable(payload, bytes)
        && DumpFooter.hasChecksum(
            payload, bytes, Crc64.update(0, payload, DumpFooter.summedBytes(bytes)));
  }

  /**
   * The libraries of a payload that {@link #isSound}.
   *
   * @throws LoadException when there is something else in it
   */
  public static List<byte[]> read(Keyspace keyspace, long payload, long bytes)
      throws LoadException {
    RdbInput in = new RdbInput();
    in.point(payload, bytes - DumpFooter.BYTES);
    TextSlot text = new TextSlot(keyspace.large());
    List<byte[]> libraries = new ArrayList<>();
    try {
      while (in.remaining() > 0) {
        if (!RdbFileReader.isLibrary(in.readByte())) {
          throw new LoadException("given type is not a function");
        }
        text.read(in);
        byte[] library = new byte[text.length()];
        Memory.copyToArray(text.address(), library, 0, library.length);
        libraries.add(library);
      }
      return libraries;
    } catch (RdbException e) {
      throw new LoadException("Failed loading library data");
    } finally {
      text.clear();
    }
  }
}
