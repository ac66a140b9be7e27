package dev.larder.dispatch;

import dev.larder.command.Flag;
import dev.larder.push.Backlog;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import org.jspecify.annotations.Nullable;

/**
 * What commands that send messages wait for while too many are on their way: receivers' loops are
 * slower than they are. Those that publish wait first, so that they alone never keep others from
 * changing keys. Room is asked for by one loop, and given by those that deliver.
 */
final class MessageRoom {
  private static final long PUBLISHES = Flag.MAY_REPLICATE.bit();
  private static final long SENDS = PUBLISHES | Flag.WRITE.bit();

  private final Keyspace keyspace;
  private final Backlog backlog;
  private @Nullable Lease hold;

  MessageRoom(Keyspace keyspace, Backlog backlog) {
    this.keyspace = keyspace;
    this.backlog = backlog;
  }

  /** Whether a command with these flags has to wait. */
  boolean isFullFor(long flagBits) {
    return (flagBits & SENDS) != 0
        && backlog.isFull()
        && ((flagBits & PUBLISHES) != 0 || backlog.isOverfull());
  }

  /** What ends when there is room, perhaps at once. */
  synchronized Lease hold() {
    Lease current = hold;
    if (current == null) {
      current = Lease.ofNothing(keyspace);
      hold = current;
      backlog.awaitRoom(this::end);
    }
    return current;
  }

  private synchronized void end() {
    Lease current = hold;
    if (current != null) {
      hold = null;
      current.end();
    }
  }
}
