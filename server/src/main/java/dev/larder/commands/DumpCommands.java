package dev.larder.commands;

import static dev.larder.command.AclCategory.DANGEROUS;
import static dev.larder.command.AclCategory.KEYSPACE;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.GENERIC;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.OW;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.Dump;
import dev.larder.storage.DumpStream;
import dev.larder.storage.EntryTransfer;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Overwriting;
import dev.larder.storage.Restore;
import dev.larder.storage.Restore.Finding;
import dev.larder.storage.Shard;
import dev.larder.storage.ToldUse;
import org.jspecify.annotations.Nullable;

/** Values that leave the server in Redis's format, and come from it. */
public final class DumpCommands {
  static final ErrorReply BUSY_KEY = ErrorReply.of("BUSYKEY Target key name already exists.");

  /** Longer payloads are worked on in slices. */
  private static final int MAX_DIRECT_BYTES = 256 * 1024;

  private static final int MAX_FREQUENCY = 255;
  private static final byte[] REPLACE = keyword("replace");
  private static final byte[] ABSTTL = keyword("absttl");
  private static final byte[] IDLETIME = keyword("idletime");
  private static final byte[] FREQ = keyword("freq");

  private static final ErrorReply INVALID_TTL =
      ErrorReply.of("ERR Invalid TTL value, must be >= 0");
  private static final ErrorReply INVALID_IDLE_TIME =
      ErrorReply.of("ERR Invalid IDLETIME value, must be >= 0");
  private static final ErrorReply INVALID_FREQUENCY =
      ErrorReply.of("ERR Invalid FREQ value, must be >= 0 and <= 255");
  private static final ErrorReply BAD_FOOTER =
      ErrorReply.of("ERR DUMP payload version or checksum are wrong");
  private static final ErrorReply MALFORMED = ErrorReply.of("ERR Bad data format");

  /* What RESTORE's options say, as bits. */
  private static final int REPLACES = 1;
  private static final int IS_ABSOLUTE = 2;

  private DumpCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("DUMP")
        .summary("Returns a serialized representation of the value stored at a key.")
        .since("2.6.0")
        .group(GENERIC)
        .complexity(
            "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of"
                + " Redis objects composing the value and M their average size. For small string"
                + " values the time complexity is thus O(1)+O(1*M) where M is small, so simply"
                + " O(1).")
        .tips("nondeterministic_output")
        .arity(2)
        .flags(READONLY)
        .acl(KEYSPACE)
        .args(key("key").at(1).access(RO, ACCESS))
        .replies(bulk("The payload for RESTORE."), nil("No such key."))
        .handler(DumpCommands::dump);
    c.command("RESTORE")
        .summary("Creates a key from the serialized representation of a value.")
        .since("2.6.0")
        .group(GENERIC)
        .complexity(
            "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value,"
                + " where N is the number of Redis objects composing the value and M their average"
                + " size. For small string values the time complexity is thus O(1)+O(1*M) where M"
                + " is small, so simply O(1). However for sorted set values the complexity is"
                + " O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).")
        .history("3.0.0", "Added the `REPLACE` modifier.")
        .history("5.0.0", "Added the `ABSTTL` modifier.")
        .history("5.0.0", "Added the `IDLETIME` and `FREQ` options.")
        .arity(-4)
        .flags(WRITE, DENYOOM)
        .acl(KEYSPACE, DANGEROUS)
        .args(
            key("key").at(1).access(OW, UPDATE),
            integer("ttl"),
            string("serialized-value"),
            token("REPLACE").since("3.0.0").optional(),
            token("ABSTTL").since("5.0.0").optional(),
            integer("seconds").tokenIs("IDLETIME").since("5.0.0").optional(),
            integer("frequency").tokenIs("FREQ").since("5.0.0").optional())
        .replies(ok())
        .handler(DumpCommands::restore);
  }

  private static void dump(Call call) throws CommandException {
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
      return;
    }
    Shard shard = call.shard(1);
    if (Dump.isStreamed(shard, entry)) {
      call.defer(new DumpJob(DumpStream.ofString(call.keyspace(), shard, entry)));
      return;
    }
    if (EntryTransfer.isLong(shard, entry)) {
      call.defer(new CollectionDumpJob(call, entry));
      return;
    }
    Dump dump = call.unit().dump();
    if (!dump.write(shard, entry)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    if (dump.length() > MAX_DIRECT_BYTES) {
      call.defer(new DumpJob(dump.detach()));
      return;
    }
    int length = (int) dump.length();
    Bytes.copy(dump.address(), call.reply().beginBulk(length), length);
    call.reply().endBulk();
    dump.clear();
  }

  private static void restore(Call call) throws CommandException {
    int options = options(call);
    boolean replaces = (options & REPLACES) != 0;
    if (!replaces && call.findUncounted(1) != 0) {
      throw new CommandException(BUSY_KEY);
    }
    long deadline = deadline(call, (options & IS_ABSOLUTE) != 0);
    if (call.argLength(3) > MAX_DIRECT_BYTES) {
      call.defer(new RestoreJob(call, replaces, deadline, use(call)));
      return;
    }
    Restore restore = call.unit().restore();
    restore.begin(call.argAddress(3), call.argLength(3));
    try {
      Finding finding = null;
      while (finding == null) {
        finding = restore.prepare(MAX_DIRECT_BYTES);
      }
      ErrorReply problem = problem(finding);
      if (problem != null) {
        throw new CommandException(problem);
      }
      build(call, restore, deadline);
    } finally {
      restore.close();
    }
    call.reply().ok();
  }

  private static void build(Call call, Restore restore, long deadline) throws CommandException {
    if (isPast(deadline, call.nowMillis())) {
      call.delete(1);
      return;
    }
    long entry =
        restore.build(
            call.unit(),
            call.shard(1),
            call.db(),
            call.hash(1),
            call.argAddress(1),
            call.argLength(1),
            deadline);
    if (entry == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    call.keyspace().eviction().tell(entry, use(call), call.nowMillis());
    Overwriting.tell(call.unit(), call.shard(1), call.db(), entry, KeyEvent.RESTORE);
  }

  /** Whether a deadline, -1 for none, is no time to keep a key until. */
  static boolean isPast(long deadline, long nowMillis) {
    return deadline != -1 && deadline <= nowMillis;
  }

  /** The error that a finding is answered with, null for a sound payload. */
  static @Nullable ErrorReply problem(Finding finding) {
    return switch (finding) {
      case SOUND -> null;
      case BAD_FOOTER -> BAD_FOOTER;
      case MALFORMED -> MALFORMED;
      case MEMORY_EXHAUSTED -> ErrorReply.OUT_OF_MEMORY;
    };
  }

  private static int options(Call call) throws CommandException {
    int options = 0;
    boolean hasIdleTime = false;
    boolean hasFrequency = false;
    for (int i = 4; i < call.argCount(); i++) {
      boolean hasValue = i + 1 < call.argCount();
      if (call.argIs(i, REPLACE)) {
        options |= REPLACES;
      } else if (call.argIs(i, ABSTTL)) {
        options |= IS_ABSOLUTE;
      } else if (call.argIs(i, IDLETIME) && hasValue && !hasFrequency) {
        hasIdleTime = true;
        requireWithin(call.argLong(++i), Long.MAX_VALUE, INVALID_IDLE_TIME);
      } else if (call.argIs(i, FREQ) && hasValue && !hasIdleTime) {
        hasFrequency = true;
        requireWithin(call.argLong(++i), MAX_FREQUENCY, INVALID_FREQUENCY);
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    return options;
  }

  /** What the options, which are sound, tell of the key's use: {@link ToldUse}. */
  private static long use(Call call) throws CommandException {
    for (int i = 4; i < call.argCount(); i++) {
      if (call.argIs(i, IDLETIME)) {
        return ToldUse.idle(call.argLong(i + 1));
      }
      if (call.argIs(i, FREQ)) {
        return ToldUse.frequency((int) call.argLong(i + 1));
      }
    }
    return ToldUse.NONE;
  }

  private static void requireWithin(long value, long max, ErrorReply otherwise)
      throws CommandException {
    if (value < 0 || value > max) {
      throw new CommandException(otherwise);
    }
  }

  /** When the key is to expire, -1 for never; what is too late for the clock has passed. */
  private static long deadline(Call call, boolean isAbsolute) throws CommandException {
    long ttl = call.argLong(2);
    if (ttl < 0) {
      throw new CommandException(INVALID_TTL);
    }
    if (ttl == 0) {
      return -1;
    }
    long deadline = isAbsolute ? ttl : ttl + call.wallMillis();
    return deadline < 0 ? 0 : deadline;
  }
}
