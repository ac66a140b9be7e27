package dev.larder.storage;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.rdb.DiskSource;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbFileReader;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.TextSlot;
import dev.larder.storage.rdb.ValueReader;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Writes what a snapshot holds, which Larder has just written, as the commands that make it anew:
 * the same data at the same moment, for who wants an append-only file that is text. Values of any
 * size take no more than pieces of memory, but for compressed strings and the pending entries of a
 * group. Used once, by one thread.
 */
public final class RdbToCommands {
  private final DiskFolder folder;
  private final ChunkStore chunks;
  private final SnapshotPace pace;
  private final BooleanSupplier isStopped;
  private final RdbInput input = new RdbInput();
  private long database = -1;

  /**
   * @param pace to rest by
   * @param isStopped whether to give up
   */
  public RdbToCommands(
      Keyspace keyspace, DiskFolder folder, SnapshotPace pace, BooleanSupplier isStopped) {
    this.folder = folder;
    this.chunks = keyspace.large();
    this.pace = pace;
    this.isStopped = isStopped;
  }

  /**
   * Writes the file, forced.
   *
   * @return false if it was given up; nothing is left of it then
   */
  public boolean write(String source, String target) throws IOException {
    boolean isDone = false;
    try (DiskFile from = folder.openToRead(source);
        DiskFile to = folder.createUncached(target);
        CommandFile out = new CommandFile(to, chunks, pace);
        RdbFileReader reader = new RdbFileReader(new DiskSource(from), chunks);
        ValueReader values = new ValueReader(chunks)) {
      isDone = write(reader, values, out);
      if (isDone) {
        out.finish();
      }
    } catch (RdbException e) {
      throw new IOException("cannot read " + source + " again: " + e.getMessage(), e);
    } finally {
      if (!isDone) {
        folder.delete(target);
      }
    }
    return isDone;
  }

  private boolean write(RdbFileReader reader, ValueReader values, CommandFile out)
      throws IOException, RdbException {
    StreamValueCommands commands = new StreamValueCommands(out, chunks);
    TextSlot key = new TextSlot(chunks);
    try {
      reader.open();
      pace.begin();
      for (RdbFileReader.Item item = reader.next();
          item != RdbFileReader.Item.END;
          item = reader.next()) {
        if (item == RdbFileReader.Item.ENTRY) {
          if (reader.database() != database) {
            database = reader.database();
            out.command(2, "SELECT").number(database);
          }
          entry(reader, values, commands, key);
        }
        out.check();
        rest();
        if (isStopped.getAsBoolean()) {
          return false;
        }
      }
      return true;
    } finally {
      commands.close();
      key.clear();
    }
  }

  private void rest() {
    if (pace.isOver()) {
      pace.pause();
      pace.begin();
    }
  }

  private void entry(
      RdbFileReader reader, ValueReader values, StreamValueCommands commands, TextSlot key)
      throws IOException, RdbException {
    input.point(reader.bytes(), reader.byteCount());
    int type = input.readByte();
    key.read(input);
    commands.key(key.address(), key.length());
    if (type == RdbType.STRING && !reader.isComplete()) {
      longString(reader, commands);
    } else {
      value(reader, values, commands, type);
    }
    if (reader.deadlineMillis() >= 0) {
      commands.deadline(reader.deadlineMillis());
    }
  }

  private void longString(RdbFileReader reader, StreamValueCommands commands)
      throws IOException, RdbException {
    CommandFile out = commands.keyed(3, "SET");
    out.beginBytes(input.readNumber());
    long length = input.remaining();
    out.part(input.take(length), length);
    while (!reader.isComplete()) {
      reader.more();
      out.part(reader.bytes(), reader.byteCount());
      rest();
    }
    out.endBytes();
  }

  private void value(
      RdbFileReader reader, ValueReader values, StreamValueCommands commands, int type)
      throws IOException, RdbException {
    try (ValueReader open = values) {
      open.begin(type, reader.version(), input, commands);
      long position = input.position();
      input.point(reader.bytes() + position, reader.byteCount() - position, reader.remaining());
      while (!open.step(reader.isComplete() ? Long.MAX_VALUE : input.remaining())) {
        rest();
        if (input.remaining() == 0 && !reader.isComplete()) {
          reader.more();
          input.point(reader.bytes(), reader.byteCount(), reader.remaining());
        }
      }
    }
  }
}
