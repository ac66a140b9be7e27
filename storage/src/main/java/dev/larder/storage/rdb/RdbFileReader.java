package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import java.io.IOException;

/**
 * Reads a file of any version, item by item: {@link #next}, then what the kind of item has. An
 * entry's value is not looked into, only its end is found; it is there as bytes, for a {@link
 * ValueReader}.
 *
 * <p>Used by one thread at a time. After an exception nothing can follow but questions of where and
 * what it was, and {@link #close}.
 */
public final class RdbFileReader implements AutoCloseable {
  /** What stands in a file. */
  public enum Item {
    /** A {@link #name} and a {@link #text} that tell of the file. */
    AUX,
    /** The {@link #database} of the entries that follow. */
    DATABASE,
    /** How many entries the database has. */
    SIZES,
    /** The source of a library of functions: {@link #library}. */
    FUNCTION,
    /** A library of functions as release candidates wrote it; it was passed over. */
    OLD_FUNCTION,
    /** What the module {@link #name} keeps outside of keys; it was passed over. */
    MODULE_AUX,
    /** What a cluster knows of slots; it was passed over. */
    SLOTS,
    /** A key with its value: {@link #bytes}, from the type on; maybe not all of it yet. */
    ENTRY,
    /** Nothing more comes; what follows in the file is not part of it. */
    END
  }

  /** From this version on there is a checksum. */
  private static final int FIRST_WITH_CHECKSUM = 5;

  /** Pieces are so short that the window need not grow for them. */
  private static final int PIECES_PER_WINDOW = 4;

  private static final int MAGIC_BYTES = 5;
  private static final int VALKEY_MAGIC_BYTES = 6;
  private static final long MILLIS_PER_SECOND = 1000;

  /** Longer texts are cut: they are for people. */
  private static final int MAX_TEXT_BYTES = 64 * 1024;

  private final RdbWindow in;
  private final RdbValueScan scan;
  private final RdbInput input = new RdbInput();
  private final TextSlot slot;

  /** How long pieces of entries are, about. */
  private final int pieceBytes;

  private int version;
  private long start;
  private int type = -1;
  private long database;
  private long keyCount;
  private long deadlineMillis = -1;
  private long idleSeconds = -1;
  private int frequency = -1;
  private String name = "";
  private String text = "";
  private String doing = "start";
  private boolean hasChecksum;
  private boolean hasModuleKeyData;

  /** Whether the entry at hand, if there is one, is there to its end. */
  private boolean isComplete = true;

  /** The key of an entry in pieces. */
  private String longKey = "";

  /**
   * Starts at the beginning of a file.
   *
   * @param chunks for the window of 1 MiB, and for entries that are longer
   * @throws RdbException when there is no memory
   */
  public RdbFileReader(RdbSource source, ChunkStore chunks) throws IOException, RdbException {
    this(source, chunks, RdbWindow.BYTES);
  }

  RdbFileReader(RdbSource source, ChunkStore chunks, int windowBytes)
      throws IOException, RdbException {
    in = new RdbWindow(source, chunks, windowBytes);
    pieceBytes = windowBytes / PIECES_PER_WINDOW;
    scan = new RdbValueScan(in);
    slot = new TextSlot(chunks);
  }

  /** Reads the header, which tells the version. */
  public void open() throws IOException, RdbException {
    in.keep();
    in.skip(RdbFileWriter.HEADER_BYTES);
    byte[] header = new byte[RdbFileWriter.HEADER_BYTES];
    Memory.copyToArray(in.kept(), header, 0, header.length);
    in.release();
    String magic = new String(header, ISO_8859_1);
    int digits = magic.startsWith("VALKEY") ? VALKEY_MAGIC_BYTES : MAGIC_BYTES;
    if (digits == MAGIC_BYTES && !magic.startsWith("REDIS")) {
      throw RdbException.malformed("Wrong signature trying to load DB from file");
    }
    version = parseVersion(magic.substring(digits));
    if (version < 1 || !RdbVersion.isReadable(version)) {
      throw RdbException.malformed("Can't handle RDB format version " + magic.substring(digits));
    }
  }

  private static int parseVersion(String digits) {
    return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(digits) : -1;
  }

  /** Reads the next item. */
  public Item next() throws IOException, RdbException {
    while (!isComplete) {
      more();
    }
    in.release();
    if (type >= 0) {
      type = -1;
      deadlineMillis = -1;
      idleSeconds = -1;
      frequency = -1;
      longKey = "";
    }
    start = in.position();
    while (true) {
      doing = "read-type";
      int code = in.readByte();
      switch (code) {
        case RdbOpcode.EXPIRE_SECONDS -> {
          doing = "read-expire";
          deadlineMillis = Math.max(0, in.readInt() * MILLIS_PER_SECOND);
        }
        case RdbOpcode.EXPIRE_MILLIS -> {
          doing = "read-expire";
          deadlineMillis = Math.max(0, in.readLong());
        }
        case RdbOpcode.FREQUENCY -> frequency = in.readByte();
        case RdbOpcode.IDLE -> idleSeconds = in.readNumber();
        case RdbOpcode.KEY_META -> {
          if (version == RdbVersion.VALKEY) {
            return readSlots();
          }
          skipModuleKeyData();
        }
        default -> {
          return code >= RdbOpcode.SLOT_INFO ? readOther(code) : readEntry(code);
        }
      }
    }
  }

  private Item readEntry(int code) throws IOException, RdbException {
    if (!RdbValueScan.isType(code)) {
      throw RdbException.malformed("Invalid object type: " + code);
    }
    type = code;
    in.keepLast();
    doing = "read-key";
    in.skipString();
    doing = "read-object-value";
    scan.begin(code, version);
    isComplete = scan.step(pieceBytes);
    if (!isComplete) {
      longKey = keyText();
    }
    return Item.ENTRY;
  }

  /**
   * Whether the entry ends with these {@link #bytes}. A long one comes in pieces: {@link #more}. A
   * collection is cut between two elements, a stream between nodes, a string that is neither a
   * number nor compressed anywhere.
   */
  public boolean isComplete() {
    return isComplete;
  }

  /** Reads the next piece of an entry that is not complete. */
  public void more() throws IOException, RdbException {
    in.release();
    in.keep();
    isComplete = scan.step(pieceBytes);
  }

  private Item readOther(int code) throws IOException, RdbException {
    return switch (code) {
      case RdbOpcode.AUX -> {
        doing = "read-aux";
        name = readText();
        text = readText();
        yield Item.AUX;
      }
      case RdbOpcode.SELECT_DATABASE -> {
        doing = "read-len";
        database = in.readNumber();
        yield Item.DATABASE;
      }
      case RdbOpcode.RESIZE_DATABASE -> {
        doing = "read-len";
        keyCount = in.readNumber();
        in.readNumber();
        yield Item.SIZES;
      }
      case RdbOpcode.FUNCTION_2 -> {
        doing = "read-functions";
        in.keep();
        in.skipString();
        yield Item.FUNCTION;
      }
      case RdbOpcode.FUNCTION_PRE_GA -> {
        doing = "read-functions";
        skipOldFunction();
        yield Item.OLD_FUNCTION;
      }
      case RdbOpcode.MODULE_AUX -> {
        doing = "read-module-aux";
        name = ModuleId.name(in.readNumber());
        scan.skipModule();
        yield Item.MODULE_AUX;
      }
      case RdbOpcode.SLOT_INFO -> {
        doing = "read-len";
        in.readNumber();
        in.readNumber();
        in.readNumber();
        yield Item.SLOTS;
      }
      default -> readEnd();
    };
  }

  /** Its name, its engine, a description if there is one, and its source. */
  private void skipOldFunction() throws IOException, RdbException {
    in.skipString();
    in.skipString();
    if (in.readNumber() != 0) {
      in.skipString();
    }
    in.skipString();
  }

  /** The source of the library at hand. */
  public byte[] library() throws RdbException {
    input.point(in.kept(), in.keptBytes());
    slot.read(input);
    byte[] source = new byte[slot.length()];
    Memory.copyToArray(slot.address(), source, 0, source.length);
    return source;
  }

  /** Whether a library of functions follows this byte. */
  public static boolean isLibrary(int code) {
    return code == RdbOpcode.FUNCTION_2;
  }

  private Item readSlots() throws IOException, RdbException {
    in.skipString();
    for (long ranges = in.readCount(2); ranges > 0; ranges--) {
      in.readNumber();
      in.readNumber();
    }
    return Item.SLOTS;
  }

  private void skipModuleKeyData() throws IOException, RdbException {
    for (long classes = in.readCount(Integer.BYTES + 1); classes > 0; classes--) {
      in.skip(Integer.BYTES);
      scan.skipModule();
    }
    hasModuleKeyData = true;
  }

  private Item readEnd() throws IOException, RdbException {
    if (mayHaveChecksum()) {
      doing = "check-sum";
      long sum = in.checksum();
      long stored = in.readLong();
      hasChecksum = stored != 0;
      if (hasChecksum && stored != sum) {
        throw RdbException.malformed("RDB CRC error");
      }
    }
    return Item.END;
  }

  private String readText() throws IOException, RdbException {
    in.keep();
    in.skipString();
    input.point(in.kept(), in.keptBytes());
    slot.read(input);
    String read = slotText();
    in.release();
    return read;
  }

  private String slotText() {
    byte[] array = new byte[Math.min(slot.length(), MAX_TEXT_BYTES)];
    Memory.copyToArray(slot.address(), array, 0, array.length);
    return new String(array, ISO_8859_1);
  }

  /** The version of the file. */
  public int version() {
    return version;
  }

  /** The offset in the file up to which it was read. */
  public long position() {
    return in.position();
  }

  /** How many bytes of the file were not read yet. */
  public long remaining() {
    return in.remaining();
  }

  /** The offset in the file where the item begins. */
  public long start() {
    return start;
  }

  /** The name of a field, or of a module. */
  public String name() {
    return name;
  }

  /** The value of a field, a character a byte. */
  public String text() {
    return text;
  }

  /** The number of the database that entries are in now, any 64 bits. */
  public long database() {
    return database;
  }

  /** How many keys the file says are in the database; any 64 bits. */
  public long keyCount() {
    return keyCount;
  }

  /** Where the entry, or its piece at hand, lies, until more is read. */
  public long bytes() throws RdbException {
    return in.kept();
  }

  /** How long that is, in bytes. */
  public long byteCount() {
    return in.keptBytes();
  }

  /** The type of the entry at hand, one of {@link RdbType}; -1 when there is none. */
  public int type() {
    return type;
  }

  /** The name of the module that the value at hand is of, if its type is a module's. */
  public String moduleName() throws RdbException {
    pointAtEntry();
    slot.read(input);
    return ModuleId.name(input.readNumber());
  }

  private void pointAtEntry() throws RdbException {
    input.point(in.kept(), in.keptBytes());
    input.readByte();
  }

  /** When the entry expires, in milliseconds since the epoch; -1 for never. */
  public long deadlineMillis() {
    return deadlineMillis;
  }

  /** How long the entry had not been used, in seconds; negative if that is not told. */
  public long idleSeconds() {
    return idleSeconds;
  }

  /** How often the entry is used, up to 255; -1 if that is not told. */
  public int frequency() {
    return frequency;
  }

  /** Whether the file has a checksum, which was right; after its end. */
  public boolean hasChecksum() {
    return hasChecksum;
  }

  /** Whether files of this version have a checksum, which may be left out. */
  public boolean mayHaveChecksum() {
    return version >= FIRST_WITH_CHECKSUM;
  }

  /** Whether modules kept something beside keys, which was passed over. */
  public boolean hasModuleKeyData() {
    return hasModuleKeyData;
  }

  /** What it was about, in the words of Redis's tool. */
  public String doing() {
    return doing;
  }

  /** The key of the entry at hand, a character a byte, as far as it is there; for people. */
  public String keyText() {
    if (type < 0 || !longKey.isEmpty()) {
      return longKey;
    }
    try {
      pointAtEntry();
      slot.read(input);
      return slotText();
    } catch (RdbException e) {
      return "";
    }
  }

  /** Gives all memory back. */
  @Override
  public void close() {
    in.close();
    slot.clear();
  }
}
