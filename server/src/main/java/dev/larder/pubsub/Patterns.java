package dev.larder.pubsub;

import dev.larder.command.Glob;
import dev.larder.resp.ByteString;
import dev.larder.session.Subscription;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Patterns of channels that somebody listens to, found without trying each one.
 *
 * <p>Whatever a pattern matches contains the bytes between its special characters: at the start, at
 * the end, or anywhere. One such piece is its {@link Anchor}, by which it is kept in an {@link
 * AnchorTable}; a channel meets only patterns whose anchor it contains. The anchor is chosen when
 * the pattern comes: the one that fewest others have, so that it does not matter by which of their
 * pieces many patterns differ. A few without any such piece are always tried.
 *
 * <p>One thread at a time changes the patterns, while others look for them.
 */
final class Patterns {

  /** A beginning or an end that so many have is as good as one that nobody has. */
  private static final int FEW = 8;

  /** A pattern, who listens to what matches it, and its neighbours with the same anchor. */
  static final class Pattern {
    private final byte[] name;
    private final Glob glob;
    private final Audience audience = new Audience();
    private final AnchorTable.Bucket bucket;

    /** Stays as it is when this is removed: somebody may be here on his way. */
    volatile @Nullable Pattern next;

    @Nullable Pattern previous;

    Pattern(byte[] name, Glob glob, AnchorTable.Bucket bucket) {
      this.name = name;
      this.glob = glob;
      this.bucket = bucket;
    }

    byte[] name() {
      return name;
    }

    Audience audience() {
      return audience;
    }
  }

  private final AnchorTable table = new AnchorTable();
  private final Map<ByteString, Pattern> byName = new HashMap<>();

  /** How many there are; written with the monitor held. */
  private volatile int count;

  synchronized void add(Subscription member) {
    Pattern known = byName.get(member.name());
    if (known != null) {
      known.audience.add(member);
      return;
    }
    byte[] name = member.name().toArray();
    Glob glob = new Glob(name, false);
    Pattern added = new Pattern(name, glob, table.bucket(bestAnchor(glob)));
    added.audience.add(member);
    byName.put(member.name(), added);
    added.bucket.add(added);
    count = byName.size();
  }

  private Anchor bestAnchor(Glob glob) {
    Anchor best = Anchor.NONE;
    int fewest = Integer.MAX_VALUE;
    for (Anchor candidate : Anchor.candidates(glob)) {
      int others = table.count(candidate);
      if (others < fewest) {
        best = candidate;
        fewest = others;
      }
      if (fewest < FEW && candidate.isAtEdge()) {
        break;
      }
    }
    return best;
  }

  synchronized void remove(Subscription member) {
    Pattern pattern = byName.get(member.name());
    if (pattern != null && pattern.audience.removeLast(member)) {
      byName.remove(member.name());
      table.remove(pattern.bucket, pattern);
      count = byName.size();
    }
  }

  int count() {
    return count;
  }

  /** Shows all patterns that a channel matches, each once. */
  void matching(byte[] channel, Consumer<Pattern> visitor) {
    candidates(
        channel,
        pattern -> {
          if (pattern.glob.matches(channel)) {
            visitor.accept(pattern);
          }
        });
  }

  /** Shows the patterns whose anchors a channel has, each once. */
  void candidates(byte[] channel, Consumer<Pattern> visitor) {
    table.visit(
        channel,
        first -> {
          for (Pattern pattern = first; pattern != null; pattern = pattern.next) {
            visitor.accept(pattern);
          }
        });
  }
}
