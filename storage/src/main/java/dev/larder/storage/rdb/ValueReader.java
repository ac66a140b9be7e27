package dev.larder.storage.rdb;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.rdb.PackedReader.Form;
import dev.larder.storage.type.Decimal;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of every type that RDB has had, in slices: either to hand them to a sink, or only to
 * check them.
 *
 * <p>Reading always checks what memory safety and the order of packed values need: lengths,
 * structure, scores. Checking looks at everything else as well: that members and fields are
 * distinct, that a stream's counts, entries and consumers agree. Bytes that passed the check are
 * read without a complaint; so who must not store a part of a bad value checks first. Used by one
 * thread at a time; {@link #close} ends each use.
 */
public final class ValueReader implements AutoCloseable {
  /** What {@link #kindOf} says of a type that cannot be read. */
  public static final int UNREADABLE = -1;

  /* Kinds of values, whatever their encoding. */
  public static final int STRING = 0;
  public static final int LIST = 1;
  public static final int SET = 2;
  public static final int SORTED_SET = 3;
  public static final int HASH = 4;
  public static final int STREAM = 5;

  /** No field's deadline is later, in milliseconds. */
  private static final long MAX_FIELD_DEADLINE = (1L << 48) - 1;

  private final RdbString string = new RdbString();
  private final PackedReader packed = new PackedReader();
  private final TextSlot first;
  private final TextSlot second;
  private final TextSlot third;
  private final TextSlot blob;
  private final MemberSet members;
  private final StreamReader stream;

  private RdbInput in = new RdbInput();
  private int type;
  private int version;
  private @Nullable ValueSink sink;
  private boolean isChecking;
  private boolean isOpen;

  /** Whether {@link #packed} stands at all that the value is. */
  private boolean isUnpacked;

  /** Elements, or nodes of packed elements, that are still to be read. */
  private long left;

  /** Elements as the value tells their number, if it does. */
  private long announced;

  /** Of a hash with deadlines: what they are relative to. */
  private long earliestMillis;

  /** Bytes of all elements so far. */
  private long elementBytes;

  public ValueReader(ChunkStore chunks) {
    first = new TextSlot(chunks);
    second = new TextSlot(chunks);
    third = new TextSlot(chunks);
    blob = new TextSlot(chunks);
    members = new MemberSet(chunks);
    stream = new StreamReader(chunks);
  }

  /**
   * What kind of value a type is; {@link #UNREADABLE} for modules', unknown and impossible ones.
   */
  public static int kindOf(int type) {
    return switch (type) {
      case RdbType.STRING -> STRING;
      case RdbType.LIST, RdbType.LIST_ZIPLIST, RdbType.LIST_QUICKLIST, RdbType.LIST_QUICKLIST_2 ->
          LIST;
      case RdbType.SET, RdbType.SET_INTSET, RdbType.SET_LISTPACK -> SET;
      case RdbType.ZSET, RdbType.ZSET_2, RdbType.ZSET_ZIPLIST, RdbType.ZSET_LISTPACK -> SORTED_SET;
      case RdbType.HASH,
          RdbType.HASH_ZIPMAP,
          RdbType.HASH_ZIPLIST,
          RdbType.HASH_LISTPACK,
          RdbType.HASH_METADATA_PRE_GA,
          RdbType.HASH_LISTPACK_EX_PRE_GA,
          RdbType.HASH_METADATA,
          RdbType.HASH_LISTPACK_EX,
          RdbType.HASH_TEMPLATE_ARRAY ->
          HASH;
      case RdbType.STREAM_LISTPACKS,
          RdbType.STREAM_LISTPACKS_2,
          RdbType.STREAM_LISTPACKS_3,
          RdbType.STREAM_LISTPACKS_4,
          RdbType.STREAM_LISTPACKS_5 ->
          STREAM;
      default -> UNREADABLE;
    };
  }

  /**
   * Starts with a value.
   *
   * @param valueVersion the version of the file or payload
   * @param input stands behind the type byte
   * @param receiver where the value goes, or null to check it
   */
  public void begin(int valueType, int valueVersion, RdbInput input, @Nullable ValueSink receiver) {
    begin(valueType, valueVersion, input, receiver, receiver == null);
  }

  /**
   * The same; but the input may be pointed at the next piece of the value between two steps, pieces
   * being cut where {@link RdbFileReader} cuts them: when it has been read to its end. A step then
   * has the bytes of its piece, and no limit for the last one.
   *
   * @param checks whether everything is checked, although there is a receiver
   */
  public void begin(
      int valueType,
      int valueVersion,
      RdbInput input,
      @Nullable ValueSink receiver,
      boolean checks) {
    close();
    isUnpacked = false;
    start(valueType, valueVersion, input, receiver, checks);
  }

  /**
   * Starts again with the value that was just checked to its end, and whose bytes are where they
   * were, for a receiver. One that is packed is not read a second time.
   *
   * @param input stands behind the type byte; of a packed value nothing is read
   */
  public void again(RdbInput input, ValueSink receiver) {
    assert isChecking;
    if (isUnpacked) {
      start(type, version, input, receiver, false);
    } else {
      begin(type, version, input, receiver);
    }
  }

  private void start(
      int valueType,
      int valueVersion,
      RdbInput input,
      @Nullable ValueSink receiver,
      boolean checks) {
    isChecking = checks;
    type = valueType;
    version = valueVersion;
    in = input;
    sink = receiver;
    isOpen = false;
    elementBytes = 0;
  }

  /**
   * Goes on.
   *
   * @param bytes how many bytes of input to read, about; an element is read whole. What checking
   *     has remembered is given back in slices as well
   * @return whether the value is complete; the input then stands behind it
   * @throws RdbException when it is none, or memory is exhausted; nothing can follow but {@link
   *     #close}
   */
  public boolean step(long bytes) throws RdbException {
    long pause = in.remaining() - bytes;
    if (!isOpen) {
      open();
      isOpen = true;
    }
    if (kindOf(type) == STREAM) {
      return stream.step(pause);
    }
    while (left > 0) {
      readNext();
      left--;
      if (left > 0 && in.remaining() <= pause) {
        return false;
      }
    }
    if (kindOf(type) == LIST && elementBytes == 0) {
      throw RdbException.empty();
    }
    boolean isOver = members.clearSome();
    if (isOver && sink != null && type != RdbType.STRING) {
      sink.end();
    }
    return isOver;
  }

  /** How many elements the value says that it has, of encodings that have them one by one. */
  public long announcedCount() {
    return announced;
  }

  /** Bytes of all elements read so far, and {@link #BYTES_PER_ELEMENT} for each. */
  public long elementBytes() {
    return kindOf(type) == STREAM ? stream.elementBytes() : elementBytes;
  }

  /** Gives all memory back but a few KiB; a second call does nothing. */
  @Override
  public void close() {
    first.clear();
    second.clear();
    third.clear();
    blob.clear();
    members.clear();
    stream.clear();
    sink = null;
  }

  private void open() throws RdbException {
    int kind = kindOf(type);
    switch (type) {
      case RdbType.STRING,
          RdbType.LIST_ZIPLIST,
          RdbType.SET_INTSET,
          RdbType.SET_LISTPACK,
          RdbType.ZSET_ZIPLIST,
          RdbType.ZSET_LISTPACK,
          RdbType.HASH_ZIPMAP,
          RdbType.HASH_ZIPLIST,
          RdbType.HASH_LISTPACK,
          RdbType.HASH_LISTPACK_EX_PRE_GA,
          RdbType.HASH_LISTPACK_EX ->
          left = 1;
      case RdbType.LIST_QUICKLIST, RdbType.LIST_QUICKLIST_2 -> left = in.readCount(1);
      default -> {
        switch (kind) {
          case UNREADABLE -> throw in.malformed(RdbType.describeUnreadable(type));
          case STREAM -> stream.open(type, in, sink, isChecking);
          default -> openElements(kind);
        }
      }
    }
    if (kind == LIST && type != RdbType.LIST && sink != null) {
      sink.beginList(ValueSink.UNKNOWN);
    }
  }

  /** Opens an encoding that tells how many elements follow, one by one. */
  private void openElements(int kind) throws RdbException {
    if (type == RdbType.HASH_METADATA) {
      earliestMillis = in.readLong();
    }
    left = in.readCount(kind == HASH || kind == SORTED_SET ? 2 : 1);
    announced = left;
    if (left == 0) {
      throw RdbException.empty();
    }
    members.expect(left);
    if (sink != null) {
      begin(sink, kind, left);
    }
  }

  private static void begin(ValueSink sink, int kind, long count) throws RdbException {
    switch (kind) {
      case LIST -> sink.beginList(count);
      case SET -> sink.beginSet(count);
      case SORTED_SET -> sink.beginSortedSet(count);
      default -> sink.beginHash(count);
    }
  }

  private void readNext() throws RdbException {
    switch (type) {
      case RdbType.STRING -> readString();
      case RdbType.LIST -> {
        first.read(in);
        element(first);
      }
      case RdbType.SET -> {
        first.read(in);
        member(first);
      }
      case RdbType.ZSET -> {
        first.read(in);
        scored(first, ScoreText.read(in));
      }
      case RdbType.ZSET_2 -> {
        first.read(in);
        scored(first, in.readDouble());
      }
      case RdbType.HASH, RdbType.HASH_TEMPLATE_ARRAY -> {
        first.read(in);
        second.read(in);
        field(-1);
      }
      case RdbType.HASH_METADATA_PRE_GA -> readFieldBeforeRelease();
      case RdbType.HASH_METADATA -> {
        long distance = in.readNumber();
        first.read(in);
        second.read(in);
        field(distance == 0 ? -1 : deadline(earliestMillis + distance - 1));
      }
      case RdbType.LIST_QUICKLIST_2 -> readNode();
      default -> readPacked();
    }
  }

  private void readString() throws RdbException {
    string.read(in);
    elementBytes += string.length();
    if (sink != null) {
      sink.string(string);
    } else {
      string.copyTo(0);
    }
  }

  /** Valkey's field, or the one of Redis's release candidates. */
  private void readFieldBeforeRelease() throws RdbException {
    long deadline = version == RdbVersion.VALKEY ? 0 : in.readNumber();
    first.read(in);
    second.read(in);
    if (version == RdbVersion.VALKEY) {
      deadline = Math.max(in.readLong(), 0);
    }
    field(deadline == 0 ? -1 : deadline(deadline));
  }

  private long deadline(long millis) throws RdbException {
    if (millis < 0 || millis > MAX_FIELD_DEADLINE) {
      throw in.malformed("a field that expires at " + Long.toUnsignedString(millis));
    }
    return millis;
  }

  // ---- packed encodings

  private void readNode() throws RdbException {
    long container = in.readNumber();
    if (container == RdbType.NODE_PLAIN) {
      first.read(in);
      if (first.length() == 0) {
        // No list has one, and redis-server refuses it.
        throw in.malformed("an empty element in a node of its own");
      }
      element(first);
    } else if (container == RdbType.NODE_PACKED) {
      readPacked();
    } else {
      throw in.malformed("a node of kind " + Long.toUnsignedString(container));
    }
  }

  /** Reads one string that has many elements in it. */
  private void readPacked() throws RdbException {
    boolean isAgain = isUnpacked;
    if (isAgain) {
      packed.rewind();
    } else {
      if (type == RdbType.HASH_LISTPACK_EX) {
        in.readLong(); // the earliest deadline, which the listpack tells as well
      }
      blob.read(in);
      packed.open(Form.of(type), blob.address(), blob.length());
      // The nodes of a list come one after the other.
      isUnpacked = kindOf(type) != LIST && Form.of(type) != Form.ZIPMAP;
    }
    boolean hasDeadlines =
        type == RdbType.HASH_LISTPACK_EX || type == RdbType.HASH_LISTPACK_EX_PRE_GA;
    int kind = kindOf(type);
    int perElement = hasDeadlines ? 3 : kind == HASH || kind == SORTED_SET ? 2 : 1;
    long count = packed.count();
    if (count == 0 && kind != LIST) {
      throw RdbException.empty();
    }
    if (count % perElement != 0) {
      throw in.malformed("a packed value of " + count + " entries");
    }
    if (kind != LIST) {
      members.expect(count / perElement);
      if (sink != null) {
        begin(sink, kind, count / perElement);
      }
    }
    switch (kind) {
      case LIST -> {
        if (!isTaken(count)) {
          while (packed.next(first)) {
            element(first);
          }
        }
      }
      case SET -> {
        if (!isTaken(count)) {
          boolean isIntset = Form.of(type) == Form.INTSET; // which has none twice
          while (packed.next(first)) {
            if (isIntset) {
              element(first);
            } else {
              member(first);
            }
          }
        }
      }
      case SORTED_SET -> readPackedScores(count, isAgain);
      default -> readPackedFields(hasDeadlines, count);
    }
  }

  /** Offers packed elements to the sink as they are. */
  private boolean isTaken(long count) throws RdbException {
    if (sink == null || count == 0) {
      return false;
    }
    boolean isTaken =
        switch (Form.of(type)) {
          case LISTPACK -> sink.listpack(blob.address(), blob.length(), count);
          case INTSET -> sink.intset(blob.address(), blob.length());
          case ZIPLIST, ZIPMAP -> false;
        };
    if (isTaken) {
      elementBytes += blob.length();
    }
    return isTaken;
  }

  private void readPackedFields(boolean hasDeadlines, long count) throws RdbException {
    if (!hasDeadlines && isTaken(count)) {
      return;
    }
    while (packed.nextPair(first, second)) {
      long deadline = 0;
      if (hasDeadlines) {
        packed.next(third);
        deadline = Decimal.parse(third.address(), third.length());
      }
      field(deadline == 0 ? -1 : deadline(deadline));
    }
  }

  private void readPackedScores(long count, boolean isInOrder) throws RdbException {
    boolean isListpack = Form.of(type) == Form.LISTPACK;
    if (!isInOrder) {
      packed.requireOrder(first, second, third);
    }
    if (isListpack && isTaken(count)) {
      return;
    }
    packed.rewind();
    while (packed.next(first)) {
      scored(first, packed.nextScore(third));
    }
  }

  // ---- elements

  /** What an element costs at least, wherever it is kept. */
  public static final int BYTES_PER_ELEMENT = 16;

  private void element(TextSlot text) throws RdbException {
    elementBytes += BYTES_PER_ELEMENT + text.length();
    if (sink != null) {
      sink.element(text.address(), text.length());
    }
  }

  private void member(TextSlot text) throws RdbException {
    requireNew(text);
    element(text);
  }

  private void requireNew(TextSlot text) throws RdbException {
    if (isChecking && !members.add(text.address(), text.length())) {
      throw in.malformed("the same member twice");
    }
  }

  private void scored(TextSlot member, double score) throws RdbException {
    if (Double.isNaN(score)) {
      throw in.malformed("a score that is no number");
    }
    requireNew(member);
    elementBytes += BYTES_PER_ELEMENT + member.length();
    if (sink != null) {
      sink.scored(member.address(), member.length(), score);
    }
  }

  private void field(long deadlineMillis) throws RdbException {
    requireNew(first);
    elementBytes += 2L * BYTES_PER_ELEMENT + first.length() + second.length();
    if (sink != null) {
      sink.field(
          first.address(), first.length(), second.address(), second.length(), deadlineMillis);
    }
  }
}
