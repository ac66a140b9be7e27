package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StagedString;
import dev.larder.storage.StringEdit;
import dev.larder.storage.Unit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Problem. APPEND and SETRANGE of a long argument would keep the shard, and the loop's other
 * clients, for as long as copying it takes: a tenth of a second for half a gigabyte.
 *
 * Idea. The argument is copied in pieces into chunks of the alignment that it will have in the
 * string, while no shard is held; then the chunks become part of the string in one short step. For
 * the other clients the command happens in that step. If the string's end has moved meanwhile so
 * that the alignment is wrong, the copying starts again; after some attempts the bytes are written
 * under the shard, so that a command ends however others interfere.
 */

/** A long APPEND or SETRANGE. The arguments belong to the suspended batch and stay in place. */
final class StagedWrite implements Job {

  private static final int PIECE_BYTES = 256 * 1024;
  private static final int MAX_ATTEMPTS = 4;

  /** The offset of an append: wherever the string ends. */
  private static final long AT_END = -1;

  private final JobKey key;
  private final LongSupplier maxBytes;
  private final long source;
  private final long length;
  private final long fixedOffset;

  private long expectedOffset;
  private int attempts;
  private @Nullable StagedString staged;
  private long copied;

  private StagedWrite(
      Call call, LongSupplier maxBytes, int valueArg, long offset, long expectedOffset) {
    this.key = new JobKey(call, 1);
    this.maxBytes = maxBytes;
    this.source = call.argAddress(valueArg);
    this.length = call.argLength(valueArg);
    this.fixedOffset = offset;
    this.expectedOffset = expectedOffset;
  }

  /** Appends an argument to the string in argument 1's key, which is this long now. */
  static StagedWrite append(Call call, LongSupplier maxBytes, long stringLength, int valueArg) {
    return new StagedWrite(call, maxBytes, valueArg, AT_END, stringLength);
  }

  /** Writes an argument at an offset of the string in argument 1's key. */
  static StagedWrite setRange(Call call, LongSupplier maxBytes, long offset, int valueArg) {
    return new StagedWrite(call, maxBytes, valueArg, offset, offset);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (attempts < MAX_ATTEMPTS) {
      if (staged == null) {
        staged = StagedString.allocate(key.keyspace, expectedOffset, length);
        copied = 0;
      }
      if (staged == null) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      if (copied < length) {
        long piece = Math.min(PIECE_BYTES, length - copied);
        Bytes.copy(source + copied, staged.address() + copied, piece);
        copied += piece;
        return false;
      }
    }
    return key.acquire() && finish(out);
  }

  private boolean finish(ReplyWriter out) throws CommandException {
    long found = key.find();
    if (found != 0 && !Entry.isString(found)) {
      throw new CommandException(ErrorReply.WRONG_TYPE);
    }
    long oldLength = StringEdits.length(key.shard, found);
    long offset = fixedOffset == AT_END ? oldLength : fixedOffset;
    if (offset + length > maxBytes.getAsLong()) {
      throw new CommandException(ErrorReply.STRING_TOO_LONG);
    }
    StagedString ready = staged;
    if (ready != null && !ready.fits(offset)) {
      cancel();
      expectedOffset = offset;
      attempts++;
      return false;
    }
    long entry = found != 0 ? found : key.create();
    if (entry == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    if (!write(entry, offset, ready)) {
      if (found == 0) {
        key.remove();
      }
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    cancel();
    key.event(fixedOffset == AT_END ? KeyEvent.APPEND : KeyEvent.SETRANGE);
    out.integer(Math.max(oldLength, offset + length));
    return true;
  }

  private boolean write(long entry, long offset, @Nullable StagedString ready) {
    Keyspace keyspace = key.keyspace;
    Unit unit = key.unit;
    long changed =
        ready != null
            ? StringEdit.adopt(
                keyspace, unit, key.shard, key.database, key.hash, entry, offset, ready)
            : StringEdit.write(
                keyspace, unit, key.shard, key.database, key.hash, entry, offset, source, length);
    return changed != 0;
  }

  /** Gives back the memory that was not adopted. */
  @Override
  public void cancel() {
    if (staged != null) {
      staged.close();
      staged = null;
    }
  }
}
