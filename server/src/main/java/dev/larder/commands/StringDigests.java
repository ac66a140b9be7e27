package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Keyspace;
import dev.larder.storage.PinnedString;
import dev.larder.storage.Shard;

/** DIGEST, and digests as other commands take them: XXH3 in 16 hexadecimal digits. */
final class StringDigests {

  /** Hashing more than this is left to a job. */
  static final long MAX_DIRECT_BYTES = 512 * 1024;

  /** How much one turn of the event loop hashes. */
  static final int PIECE_BYTES = 1024 * 1024;

  static final int HEX_DIGITS = 16;

  private StringDigests() {}

  static void digest(Call call) throws CommandException {
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
      return;
    }
    Shard shard = call.shard(1);
    long length = shard.stringLength(StringReplies.requireString(entry));
    if (length > MAX_DIRECT_BYTES) {
      call.defer(new DigestReply(PinnedString.of(call.keyspace(), entry, 0, length)));
    } else {
      reply(call.reply(), of(call.keyspace(), shard, entry));
    }
  }

  /** The digest of a string, under its shard. */
  static long of(Keyspace keyspace, Shard shard, long entry) {
    long length = shard.stringLength(entry);
    if (shard.runLength(entry, 0) == length) {
      return Xxh3.hash(shard.runAddress(entry, 0), length);
    }
    assert Entry.isLarge(entry);
    try (PinnedString bytes = PinnedString.of(keyspace, entry, 0, length)) {
      PinnedDigest digest = new PinnedDigest(bytes);
      digest.step(length);
      return digest.result();
    }
  }

  /** Whether the digits at an address, {@link #HEX_DIGITS} in any case, are this digest's. */
  static boolean isHexOf(long digest, long address) {
    for (int i = 0; i < HEX_DIGITS; i++) {
      byte b = Bytes.getByte(address + i);
      if (b < 0 || Character.digit(b, 16) != digit(digest, i)) {
        return false;
      }
    }
    return true;
  }

  /** The i-th hexadecimal digit from the left. */
  private static int digit(long digest, int i) {
    return (int) (digest >>> (HEX_DIGITS - 1 - i) * 4) & 0xF;
  }

  private static void reply(ReplyWriter reply, long digest) {
    long address = reply.beginBulk(HEX_DIGITS);
    for (int i = 0; i < HEX_DIGITS; i++) {
      Bytes.putByte(address + i, (byte) Character.forDigit(digit(digest, i), 16));
    }
    reply.endBulk();
  }

  /** DIGEST of a long string. */
  private static final class DigestReply implements Job {
    private final PinnedString bytes;
    private final PinnedDigest digest;

    DigestReply(PinnedString bytes) {
      this.bytes = bytes;
      this.digest = new PinnedDigest(bytes);
    }

    @Override
    public boolean step(ReplyWriter out, long budgetNanos) {
      if (!digest.step(PIECE_BYTES)) {
        return false;
      }
      bytes.close();
      reply(out, digest.result());
      return true;
    }

    @Override
    public void cancel() {
      bytes.close();
    }
  }
}
