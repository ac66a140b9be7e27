package dev.larder.storage;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.rdb.DiskSource;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbFileReader;
import dev.larder.storage.rdb.RdbFileReader.Item;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.TextSlot;
import dev.larder.storage.rdb.ValueReader;
import java.io.IOException;

/**
 * Looks at everything in an RDB file, without keeping it, and reports in the form of
 * redis-check-rdb. Used once, by one thread.
 */
public final class RdbCheck {
  /** Where the report goes. */
  public interface Report {
    /** The next line. */
    void line(String text);

    /** So many bytes of all were checked. */
    void progress(long bytes, long ofBytes);
  }

  private static final long CHUNK_RESERVE_BYTES = 1L << 40;
  private static final long PROGRESS_BYTES = 1 << 20;

  /** As Redis's tool names them; those without a name are not described. */
  private static final String[] TYPE_NAMES = {
    "string",
    "list-linked",
    "set-hashtable",
    "zset-v1",
    "hash-hashtable",
    "zset-v2",
    "module-pre-release",
    "module-value",
    "",
    "hash-zipmap",
    "list-ziplist",
    "set-intset",
    "zset-ziplist",
    "hash-ziplist",
    "quicklist",
    "stream",
    "hash-listpack",
    "zset-listpack",
    "quicklist-v2",
    "stream-v2",
    "set-listpack",
    "stream-v3",
    "hash-hashtable-md-pre-release",
    "hash-listpack-md-pre-release",
    "hash-hashtable-md",
    "hash-listpack-md",
  };

  private final DiskFile file;
  private final long nowMillis;
  private final Report report;
  private final RdbInput input = new RdbInput();
  private long told;
  private long end;
  private long keys;
  private long expires;
  private long expired;

  /** The type to report with an error: of the entry at hand, or of none yet. */
  private int type = RdbType.STRING;

  /**
   * Prepares to check a file.
   *
   * @param nowMillis the time by which keys have expired, in milliseconds since the epoch
   */
  public RdbCheck(DiskFile file, long nowMillis, Report report) {
    this.file = file;
    this.nowMillis = nowMillis;
    this.report = report;
  }

  /**
   * Checks the file.
   *
   * @return whether it is sound
   */
  public boolean run() throws IOException {
    report.line("[offset 0] Checking RDB file " + file.name());
    try (ChunkStore chunks = ChunkStore.reserve(CHUNK_RESERVE_BYTES)) {
      return run(new DiskSource(file), chunks);
    } catch (RdbException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Where the data end in a file that is sound; something else may follow. */
  public long end() {
    return end;
  }

  private boolean run(DiskSource source, ChunkStore chunks) throws IOException, RdbException {
    try (RdbFileReader reader = new RdbFileReader(source, chunks);
        ValueReader values = new ValueReader(chunks)) {
      TextSlot key = new TextSlot(chunks);
      try {
        reader.open();
        Item item;
        do {
          item = reader.next();
          check(reader, item, values, key);
          tellProgress(reader);
        } while (item != Item.END);
        end = reader.position();
        offset(reader, "\\o/ RDB looks OK! \\o/");
        tellCounts();
        return true;
      } catch (RdbException e) {
        tellError(reader, e);
        return false;
      } finally {
        key.clear();
      }
    }
  }

  private void offset(RdbFileReader reader, String text) {
    report.line("[offset " + reader.position() + "] " + text);
  }

  private void check(RdbFileReader reader, Item item, ValueReader values, TextSlot key)
      throws IOException, RdbException {
    switch (item) {
      case AUX -> offset(reader, "AUX FIELD " + reader.name() + " = '" + reader.text() + "'");
      case DATABASE ->
          offset(reader, "Selecting DB ID " + Long.toUnsignedString(reader.database()));
      case MODULE_AUX -> offset(reader, "MODULE AUX for: " + reader.name());
      case ENTRY -> checkEntry(reader, values, key);
      case END -> {
        type = -1;
        if (reader.hasChecksum()) {
          offset(reader, "Checksum OK");
        } else if (reader.mayHaveChecksum()) {
          offset(reader, "RDB file was saved with checksum disabled: no check performed.");
        }
      }
      case SIZES, FUNCTION, OLD_FUNCTION, SLOTS -> {}
    }
  }

  private void checkEntry(RdbFileReader reader, ValueReader values, TextSlot key)
      throws IOException, RdbException {
    type = reader.type();
    // Nothing can be wrong with a string of which pieces can be read, or is known of modules.
    boolean isChecked = type != RdbType.MODULE_2 && (type != RdbType.STRING || reader.isComplete());
    if (isChecked) {
      input.point(reader.bytes(), reader.byteCount(), reader.remaining());
      input.readByte();
      key.read(input);
      try (ValueReader open = values) {
        open.begin(type, reader.version(), input, null);
        while (!open.step(reader.isComplete() ? Long.MAX_VALUE : input.remaining())) {
          if (input.remaining() == 0 && !reader.isComplete()) {
            nextPiece(reader);
          }
        }
      }
    }
    while (!reader.isComplete()) {
      nextPiece(reader);
    }
    type = -1;
    keys++;
    if (reader.deadlineMillis() >= 0) {
      expires++;
      expired += reader.deadlineMillis() < nowMillis ? 1 : 0;
    }
  }

  private void nextPiece(RdbFileReader reader) throws IOException, RdbException {
    reader.more();
    input.point(reader.bytes(), reader.byteCount(), reader.remaining());
    tellProgress(reader);
  }

  private void tellProgress(RdbFileReader reader) {
    if (reader.position() - told >= PROGRESS_BYTES) {
      told = reader.position();
      report.progress(told, told + reader.remaining());
    }
  }

  private void tellError(RdbFileReader reader, RdbException error) {
    report.line("--- RDB ERROR DETECTED ---");
    String what = error.isTruncated() ? "Unexpected EOF reading RDB file" : error.getMessage();
    offset(reader, String.valueOf(what));
    report.line("[additional info] While doing: " + reader.doing());
    if (reader.type() >= 0) {
      // The key was read, its value was not.
      type = reader.type();
      if (!reader.doing().equals("read-key")) {
        keys++;
        report.line("[additional info] Reading key '" + reader.keyText() + "'");
      }
    }
    if (type >= 0) {
      boolean isNamed = type < TYPE_NAMES.length && !TYPE_NAMES[type].isEmpty();
      String name = isNamed ? TYPE_NAMES[type] : "unknown";
      report.line("[additional info] Reading type " + type + " (" + name + ")");
    }
    tellCounts();
  }

  private void tellCounts() {
    report.line("[info] " + keys + " keys read");
    report.line("[info] " + expires + " expires");
    report.line("[info] " + expired + " already expired");
  }
}
