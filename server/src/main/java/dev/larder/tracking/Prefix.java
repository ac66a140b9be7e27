package dev.larder.tracking;

import dev.larder.session.Tracking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those who want to be told of all keys that begin in one way, and what they are to be told. */
final class Prefix {
  final byte[] name;

  /** Never changed, but replaced. */
  private volatile List<Tracking> clients = List.of();

  /** What has changed, by the loop that changed it; for that loop. */
  private final @Nullable List<Change>[] changes;

  /** A key, and who changed it, null for nobody. */
  record Change(byte[] key, @Nullable Tracking author) {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  Prefix(byte[] name, int loops) {
    this.name = name;
    this.changes = new List[loops];
  }

  List<Tracking> clients() {
    return clients;
  }

  /** Guarded by the {@link Prefixes}, as is {@link #remove}. */
  void add(Tracking client) {
    List<Tracking> next = new ArrayList<>(clients);
    next.add(client);
    clients = next;
  }

  /** Whether nobody is left. */
  boolean remove(Tracking client) {
    List<Tracking> next = new ArrayList<>(clients);
    next.remove(client);
    clients = next;
    return next.isEmpty();
  }

  /** Notes a change; whether it is the first one. */
  boolean note(int loop, Change change) {
    List<Change> noted = changes[loop];
    boolean isFirst = noted == null;
    if (noted == null) {
      noted = new ArrayList<>();
      changes[loop] = noted;
    }
    noted.add(change);
    return isFirst;
  }

  /** Takes what a loop has noted: each key once, with its last author, in their order as bytes. */
  List<Change> take(int loop) {
    List<Change> noted = changes[loop];
    changes[loop] = null;
    if (noted == null || noted.size() < 2) {
      return noted == null ? List.of() : noted;
    }
    noted.sort((first, second) -> Arrays.compareUnsigned(first.key, second.key));
    List<Change> distinct = new ArrayList<>();
    for (Change change : noted) {
      int last = distinct.size() - 1;
      if (last >= 0 && Arrays.equals(distinct.get(last).key, change.key)) {
        distinct.set(last, change);
      } else {
        distinct.add(change);
      }
    }
    return distinct;
  }
}
