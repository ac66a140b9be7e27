package dev.larder.dispatch;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.command.KeyPositions;
import dev.larder.metrics.HotKeys;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Keyspace;

/**
 * Tells {@link HotKeys} what some commands of a loop take, chosen by chance. All that a command
 * costs that is not chosen is a count, which {@link CommandClock} keeps.
 */
@HotPath
final class HotKeySampler {
  /** Of a command of more keys, only the first ones. */
  private static final int MAX_KEYS = 64;

  private final HotKeys hotKeys;
  private final HotKeys.Loop sampled;
  private final Keyspace keyspace;
  private final ReplyWriter reply;
  private final KeyPositions keys = new KeyPositions();
  private long random;
  private int ratio;
  private int replyStart;

  HotKeySampler(HotKeys hotKeys, Keyspace keyspace, ReplyWriter reply, int loop) {
    this.hotKeys = hotKeys;
    this.sampled = hotKeys.addLoop();
    this.keyspace = keyspace;
    this.reply = reply;
    this.random = 0x9E3779B97F4A7C15L * (loop + 1);
  }

  /** How many commands later the next one is chosen: by chance, so that no pattern goes unseen. */
  int gap() {
    ratio = hotKeys.ratio();
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return ratio == 1 ? 1 : 1 + (int) ((random >>> 33) % (2 * ratio - 1));
  }

  /** Whether {@link #gap} would tell something else now: others may be chosen. */
  boolean isChanged() {
    return hotKeys.ratio() != ratio;
  }

  /** A chosen command begins. */
  void begin() {
    replyStart = reply.buffer().writerIndex();
  }

  /** A chosen command has ended; its arguments are still there. */
  void end(CommandSpec spec, Arguments call, int database, long nanos, long nowNanos) {
    if (!spec.findKeys(call, keys) || keys.count() == 0) {
      return;
    }
    long bytes = Math.max(0, reply.buffer().writerIndex() - replyStart);
    for (int i = 0; i < call.argCount(); i++) {
      bytes += call.argLength(i);
    }
    int count = keys.count();
    for (int i = 0; i < Math.min(count, MAX_KEYS); i++) {
      int arg = keys.position(i);
      // The command may have handed a large argument on, to who has released it since.
      if (!call.batch().isLarge(call.firstArg() + arg)) {
        long key = call.argAddress(arg);
        int length = call.argLength(arg);
        long hash = keyspace.hash(key, length);
        sampled.add(hash, database, key, length, nanos / count, bytes / count, nowNanos);
      }
    }
  }
}
