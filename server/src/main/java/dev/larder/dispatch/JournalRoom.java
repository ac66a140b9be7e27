package dev.larder.dispatch;

import dev.larder.metrics.AofProgress;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.journal.JournalMark;
import dev.larder.storage.journal.JournalWaiter;
import org.jspecify.annotations.Nullable;

/**
 * What commands that write wait for while too much waits to be written to the append-only file: the
 * disk is slower than they are. Room is asked for by one loop, and given by the journal.
 */
final class JournalRoom {
  private final Keyspace keyspace;
  private final AofProgress aof;
  private @Nullable JournalWaiter waiter;
  private volatile @Nullable Lease hold;

  JournalRoom(Keyspace keyspace, AofProgress aof) {
    this.keyspace = keyspace;
    this.aof = aof;
  }

  /** What ends when there is room, perhaps at once. */
  synchronized Lease hold() {
    Lease current = hold;
    if (current == null) {
      current = Lease.ofNothing(keyspace);
      hold = current;
    }
    JournalWaiter asked = waiter;
    if (asked == null) {
      asked = aof.newWaiter(JournalMark.ROOM, this::end);
      waiter = asked;
    }
    if (asked.await(0)) {
      end();
    }
    return current;
  }

  /**
   * Lets those who wait look again, now and then: to be refused when there will be no room, or to
   * go on when there is some, since the journal tells only of ample room, and a disk that gets
   * stuck just before that would have them wait for as long as it is.
   */
  void look() {
    if (hold != null && (!aof.isFull() || aof.isStuck())) {
      end();
    }
  }

  private synchronized void end() {
    Lease current = hold;
    if (current != null) {
      hold = null;
      current.end();
    }
  }
}
