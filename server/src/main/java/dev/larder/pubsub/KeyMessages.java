package dev.larder.pubsub;

import dev.larder.notify.MessageSink;
import dev.larder.push.Mailboxes;
import dev.larder.push.Outbox;
import dev.larder.storage.Unit;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Publishes what happens to keys. A unit's messages are posted before it gives up its shards, so
 * those about one key arrive in the order of what happened to it.
 */
public final class KeyMessages implements MessageSink {
  private final PubSub pubSub;
  private final Mailboxes mailboxes;
  private final BooleanSupplier waitsForDisk;

  /**
   * @param waitsForDisk whether nobody may see what is not durable
   */
  public KeyMessages(PubSub pubSub, Mailboxes mailboxes, BooleanSupplier waitsForDisk) {
    this.pubSub = pubSub;
    this.mailboxes = mailboxes;
    this.waitsForDisk = waitsForDisk;
  }

  @Override
  public boolean isNeeded() {
    return pubSub.hasSubscribers();
  }

  @Override
  public void publish(Unit unit, byte[] bytes, int channelLength, int messageLength) {
    byte[] channel = Arrays.copyOf(bytes, channelLength);
    byte[] text = Arrays.copyOfRange(bytes, channelLength, channelLength + messageLength);
    Outbox own = mailboxes.outboxOf(unit.index());
    Outbox outbox = own == null ? mailboxes.newOutbox() : own;
    pubSub.publish(outbox, UnpooledByteBufAllocator.DEFAULT, channel, Text.of(text));
    if (own == null) {
      // Of a thread that is no loop: it has nothing to gather them in.
      post(unit, outbox);
    }
  }

  @Override
  public void end(Unit unit) {
    Outbox outbox = mailboxes.outboxOf(unit.index());
    if (outbox != null) {
      post(unit, outbox);
    }
  }

  private void post(Unit unit, Outbox outbox) {
    boolean waits = waitsForDisk.getAsBoolean();
    outbox.post(waits ? Math.max(unit.seen(), unit.seenSoFar()) : 0);
  }
}
