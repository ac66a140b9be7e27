package dev.larder.net;

import dev.larder.metrics.AofProgress;
import dev.larder.storage.journal.JournalMark;
import dev.larder.storage.journal.JournalWaiter;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a loop with replies that wait until effects are durable. The loop goes on with
 * other work; it is woken by the journal when the first of them can leave. Used on the loop.
 */
final class HeldOutputs {
  private static final Logger log = LoggerFactory.getLogger(HeldOutputs.class);
  private static final long NOTHING = Long.MAX_VALUE;

  /** How many send in a turn; a write takes some microseconds. */
  private static final int MAX_OUTPUTS = 256;

  private final IoLoop io;
  private final AofProgress aof;
  private final ArrayDeque<ReplyOutput> outputs = new ArrayDeque<>();
  private final Runnable release = this::release;
  private @Nullable JournalWaiter waiter;

  /** The lowest sequence that somebody waits for. */
  private long awaited = NOTHING;

  /** How many are still to be looked at in a round of {@link #release}; 0 outside of one. */
  private int left;

  /** The lowest sequence that those wait for who were looked at, or came, in this round. */
  private long next = NOTHING;

  HeldOutputs(IoLoop io, AofProgress aof) {
    this.io = io;
    this.aof = aof;
  }

  /** Whether effects up to this sequence may be shown. */
  boolean isDurable(long sequence) {
    return aof.durable() >= sequence;
  }

  /** An output, which is in here once at most, has begun to hold replies. */
  void add(ReplyOutput output, long sequence) {
    outputs.add(output);
    if (left > 0) {
      // The end of this round asks for it.
      next = Math.min(next, sequence);
    } else if (sequence < awaited) {
      await(sequence);
    }
  }

  private void await(long sequence) {
    awaited = sequence;
    JournalWaiter asked = waiter;
    if (asked == null) {
      asked = aof.newWaiter(JournalMark.DURABLE, this::wake);
      waiter = asked;
    }
    if (asked.await(sequence)) {
      io.executeNextTurn(release);
    }
  }

  /** On a thread of the journal's. */
  private void wake() {
    try {
      io.execute(release);
    } catch (RejectedExecutionException e) {
      log.debug("The server is closing; replies that wait will not be sent");
    }
  }

  /** Has those send that may, some of them in this turn. */
  private void release() {
    if (left == 0) {
      left = outputs.size();
      awaited = NOTHING;
      next = NOTHING;
    }
    long durable = aof.durable();
    for (int i = 0; i < MAX_OUTPUTS && left > 0; i++) {
      left--;
      ReplyOutput output = outputs.remove();
      output.sendHeld(durable);
      if (output.isHolding()) {
        next = Math.min(next, output.firstHeld());
        outputs.add(output);
      } else {
        output.unlisted();
      }
    }
    if (left > 0) {
      io.executeNextTurn(release);
    } else if (next < awaited) {
      await(next);
    }
  }
}
