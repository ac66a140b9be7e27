package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Shard;

/** PFDEBUG: what a HyperLogLog consists of, for tests and the curious. */
final class HyperLogLogDebug {
  private static final int KEY = 2;

  private static final byte[] GETREG = keyword("getreg");
  private static final byte[] DECODE = keyword("decode");
  private static final byte[] ENCODING = keyword("encoding");
  private static final byte[] TODENSE = keyword("todense");

  private static final ErrorReply NO_KEY = ErrorReply.of("ERR The specified key does not exist");
  private static final ErrorReply NOT_SPARSE = ErrorReply.of("ERR HLL encoding is not sparse");

  private HyperLogLogDebug() {}

  static void pfdebug(Call call) throws CommandException {
    long entry = call.findUncounted(KEY);
    if (entry == 0) {
      throw new CommandException(NO_KEY);
    }
    Shard shard = call.shard(KEY);
    long address = HyperLogLog.require(shard, entry);
    shard.edited(entry); // even if it stays as it is, as in Redis
    boolean isDense = HyperLogLog.isDense(address);
    if (call.argIs(1, GETREG)) {
      replyRegisters(call, isDense ? entry : makeDense(call, entry));
    } else if (call.argIs(1, DECODE)) {
      if (isDense) {
        throw new CommandException(NOT_SPARSE);
      }
      String text = SparseRegisters.text(address, (int) shard.stringLength(entry));
      call.reply().bulk(text.getBytes(ISO_8859_1));
    } else if (call.argIs(1, ENCODING)) {
      call.reply().simpleString(isDense ? "dense" : "sparse");
    } else if (call.argIs(1, TODENSE)) {
      if (!isDense) {
        makeDense(call, entry);
      }
      call.reply().integer(isDense ? 0 : 1);
    } else {
      throw new CommandException("ERR Unknown PFDEBUG subcommand '" + call.argQuoted(1) + "'");
    }
  }

  private static long makeDense(Call call, long entry) throws CommandException {
    long dense = HyperLogLogWrites.makeDense(call, KEY, entry);
    call.shard(KEY).written(call.unit(), call.db(), dense, 0, HyperLogLog.DENSE_BYTES);
    return dense;
  }

  private static void replyRegisters(Call call, long entry) {
    long registers = call.shard(KEY).runAddress(entry, 0) + HyperLogLog.HEADER_BYTES;
    call.reply().array(HyperLogLog.REGISTERS);
    for (int i = 0; i < HyperLogLog.REGISTERS; i++) {
      call.reply().integer(DenseRegisters.get(registers, i));
    }
  }
}
