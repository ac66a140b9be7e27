package dev.larder.tracking;

import dev.larder.session.Tracking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prefixes of all clients in broadcast mode. Any thread. */
final class Prefixes {
  private final int loops;
  private volatile PrefixNode root = PrefixNode.EMPTY;
  private volatile int count;

  Prefixes(int loops) {
    this.loops = loops;
  }

  PrefixNode root() {
    return root;
  }

  /** How many different ones there are. */
  int count() {
    return count;
  }

  /** Adds prefixes, which a client does not have yet, to its own. */
  synchronized void add(Tracking client, List<byte[]> added) {
    List<byte[]> all = new ArrayList<>(client.prefixes());
    for (byte[] name : added) {
      if (all.stream().noneMatch(known -> Arrays.equals(known, name))) {
        all.add(name);
        add(client, name);
      }
    }
    all.sort(Arrays::compareUnsigned);
    client.prefixes(List.copyOf(all));
  }

  private void add(Tracking client, byte[] name) {
    Prefix prefix = root.find(name);
    if (prefix == null) {
      prefix = new Prefix(name, loops);
      prefix.add(client);
      root = root.with(name, prefix);
      count++;
    } else {
      prefix.add(client);
    }
  }

  /** Removes a client from all its prefixes. */
  synchronized void remove(Tracking client) {
    for (byte[] name : client.prefixes()) {
      @Nullable Prefix prefix = root.find(name);
      if (prefix != null && prefix.remove(client)) {
        root = root.with(name, null);
        count--;
      }
    }
    client.prefixes(List.of());
  }
}
