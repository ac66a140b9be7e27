package dev.larder.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.storage.Bytes;
import dev.larder.storage.Dump;
import dev.larder.storage.Entry;
import dev.larder.storage.EntryTransfer;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the keys held that a script has changed so far, so that it can begin again. The effects of
 * the script and of undoing it are one block of the journal, which leaves things as they were.
 */
final class ScriptUndo {
  /** Longer values are not kept. */
  private static final int VALUE_BYTES_MAX = 16 * 1024;

  private static final int KEYS_MAX = 64;
  private static final int READ_ONLY = KeyAccess.RO.bit();

  /** A key, and what it held: a payload, or null for nothing. */
  private record Before(int database, byte[] key, byte @Nullable [] payload, long deadline) {}

  private final Unit unit;
  private final CommandSpec restore;
  private final CommandSpec delete;
  private final KeyPositions keys = new KeyPositions();
  private final List<Before> before = new ArrayList<>();

  ScriptUndo(Unit unit, CommandTable commands) {
    this.unit = unit;
    this.restore = requireNonNull(commands.find("restore"));
    this.delete = requireNonNull(commands.find("del"));
  }

  /** Forgets all. */
  void clear() {
    before.clear();
  }

  /** Whether nothing would be undone. */
  boolean isEmpty() {
    return before.isEmpty();
  }

  /**
   * Keeps what the keys of a command hold that it may change.
   *
   * @return false if that is too much
   */
  boolean keep(CommandSpec spec, Call call) {
    if (!spec.findKeys(call, keys)) {
      return true;
    }
    for (int i = 0; i < keys.count(); i++) {
      if ((keys.flags(i) & READ_ONLY) == 0 && !keep(call, keys.position(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean keep(Call call, int arg) {
    byte[] key = call.argBytes(arg);
    int database = call.db();
    for (Before known : before) {
      if (known.database == database && Arrays.equals(known.key, key)) {
        return true;
      }
    }
    if (before.size() == KEYS_MAX) {
      return false;
    }
    Shard shard = call.shard(arg);
    long entry = call.findUncounted(arg);
    if (entry == 0) {
      before.add(new Before(database, key, null, -1));
      return true;
    }
    if (Dump.isStreamed(shard, entry) || EntryTransfer.isLong(shard, entry)) {
      return false;
    }
    Dump dump = unit.dump();
    if (!dump.write(shard, entry)) {
      return false;
    }
    boolean isShort = dump.length() <= VALUE_BYTES_MAX;
    if (isShort) {
      byte[] payload = Bytes.toArray(dump.address(), (int) dump.length());
      before.add(new Before(database, key, payload, Entry.expireAt(entry)));
    }
    dump.clear();
    return isShort;
  }

  /** What executes a command that is in the arguments. */
  interface Execution {
    void execute(CommandSpec spec, int database);
  }

  /** Has all keys hold again what they did. */
  void undo(ScriptArguments arguments, Execution execution) {
    for (int i = before.size() - 1; i >= 0; i--) {
      Before was = before.get(i);
      arguments.begin();
      byte[] payload = was.payload;
      if (payload == null) {
        add(arguments, "DEL");
        arguments.add(was.key, was.key.length);
      } else {
        add(arguments, "RESTORE");
        arguments.add(was.key, was.key.length);
        add(arguments, Long.toString(Math.max(0, was.deadline)));
        arguments.add(payload, payload.length);
        add(arguments, "REPLACE");
        add(arguments, "ABSTTL");
      }
      arguments.end();
      execution.execute(payload == null ? delete : restore, was.database);
    }
    before.clear();
  }

  private static void add(ScriptArguments arguments, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    arguments.add(bytes, bytes.length);
  }
}
