package dev.larder.net;

import dev.larder.metrics.AofProgress;
import dev.larder.storage.journal.JournalMark;
import dev.larder.storage.journal.JournalWaiter;
import java.util.ArrayList;
import java.util.List;
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

  private final IoLoop io;
  private final AofProgress aof;
  private final List<ReplyOutput> outputs = new ArrayList<>();
  private final Runnable release = this::release;
  private @Nullable JournalWaiter waiter;

  /** The lowest sequence that somebody waits for. */
  private long awaited = NOTHING;

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
    if (sequence < awaited) {
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

  private void release() {
    awaited = NOTHING;
    long durable = aof.durable();
    long next = NOTHING;
    int kept = 0;
    // One that is added meanwhile is looked at as well.
    for (int i = 0; i < outputs.size(); i++) {
      ReplyOutput output = outputs.get(i);
      output.sendHeld(durable);
      if (output.isHolding()) {
        next = Math.min(next, output.firstHeld());
        outputs.set(kept++, output);
      } else {
        output.unlisted();
      }
    }
    outputs.subList(kept, outputs.size()).clear();
    if (next != NOTHING) {
      await(next);
    }
  }
}
