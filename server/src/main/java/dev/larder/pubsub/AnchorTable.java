package dev.larder.pubsub;

import dev.larder.pubsub.Anchor.Place;
import dev.larder.pubsub.Patterns.Pattern;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Patterns by their anchors: a hash table of lists. One thread at a time changes it; others look
 * meanwhile, and see what is there all the time.
 */
final class AnchorTable {
  private static final int FIRST_SLOTS = 16;
  private static final long MIX = 0xD6E8_FEB8_6659_FD93L;

  /** The patterns of one anchor. */
  static final class Bucket {
    private final Anchor anchor;
    private volatile @Nullable Pattern first;
    private int count;

    private Bucket(Anchor anchor) {
      this.anchor = anchor;
    }

    void add(Pattern added) {
      Pattern follower = first;
      added.next = follower;
      if (follower != null) {
        follower.previous = added;
      }
      first = added;
      count++;
    }

    private void remove(Pattern removed) {
      Pattern before = removed.previous;
      Pattern after = removed.next;
      if (before == null) {
        first = after;
      } else {
        before.next = after;
      }
      if (after != null) {
        after.previous = before;
      }
      count--;
    }
  }

  /** A bucket of a slot, and those that were there before it. */
  private record Link(Bucket bucket, @Nullable Link next) {}

  private volatile AtomicReferenceArray<@Nullable Link> slots =
      new AtomicReferenceArray<>(FIRST_SLOTS);

  private final Bucket always = new Bucket(Anchor.NONE);
  private int bucketCount;

  /** How many anchors there are of each length at each place. */
  private final int[][] counts = new int[Place.values().length][Anchor.MAX_EDGE + 1];

  /** A bit for each length that there is an anchor of, the lowest for 1. */
  private volatile long startLengths;

  private volatile long endLengths;
  private volatile long innerLengths;

  // ---- changing --------------------------------------------------------------------------------

  /** How many patterns have an anchor. */
  int count(Anchor anchor) {
    Bucket found = find(anchor.place(), anchor.length(), anchor.hash());
    return found == null ? 0 : found.count;
  }

  /** The bucket of an anchor, a new one if there is none; something has to be added to it. */
  Bucket bucket(Anchor anchor) {
    if (anchor.place() == Place.NOWHERE) {
      return always;
    }
    Bucket found = find(anchor.place(), anchor.length(), anchor.hash());
    if (found != null) {
      return found;
    }
    if (bucketCount >= slots.length()) {
      resize(2 * slots.length());
    }
    Bucket added = new Bucket(anchor);
    insert(slots, added);
    bucketCount++;
    count(anchor, 1);
    return added;
  }

  /** Removes a pattern, and its bucket if there is nothing else in it. */
  void remove(Bucket bucket, Pattern pattern) {
    bucket.remove(pattern);
    if (bucket.count > 0 || bucket == always) {
      return;
    }
    int slot = slot(slots, bucket.anchor.place(), bucket.anchor.length(), bucket.anchor.hash());
    Link kept = null;
    for (Link link = slots.get(slot); link != null; link = link.next) {
      kept = link.bucket == bucket ? kept : new Link(link.bucket, kept);
    }
    slots.set(slot, kept);
    bucketCount--;
    count(bucket.anchor, -1);
    if (slots.length() > FIRST_SLOTS && bucketCount < slots.length() / 4) {
      resize(slots.length() / 2);
    }
  }

  private void resize(int length) {
    AtomicReferenceArray<@Nullable Link> resized = new AtomicReferenceArray<>(length);
    for (int i = 0; i < slots.length(); i++) {
      for (Link link = slots.get(i); link != null; link = link.next) {
        insert(resized, link.bucket);
      }
    }
    slots = resized;
  }

  private static void insert(AtomicReferenceArray<@Nullable Link> to, Bucket bucket) {
    Anchor anchor = bucket.anchor;
    int slot = slot(to, anchor.place(), anchor.length(), anchor.hash());
    to.set(slot, new Link(bucket, to.get(slot)));
  }

  private void count(Anchor anchor, int change) {
    int[] ofPlace = counts[anchor.place().ordinal()];
    ofPlace[anchor.length()] += change;
    long bit = 1L << (anchor.length() - 1);
    boolean isThere = ofPlace[anchor.length()] > 0;
    switch (anchor.place()) {
      case START -> startLengths = isThere ? startLengths | bit : startLengths & ~bit;
      case END -> endLengths = isThere ? endLengths | bit : endLengths & ~bit;
      case ANYWHERE -> innerLengths = isThere ? innerLengths | bit : innerLengths & ~bit;
      case NOWHERE -> throw new IllegalStateException("patterns without an anchor have no length");
    }
  }

  // ---- looking ---------------------------------------------------------------------------------

  private static int slot(
      AtomicReferenceArray<@Nullable Link> table, Place place, int length, long hash) {
    long mixed = (hash + place.ordinal() * Anchor.MAX_EDGE + length) * MIX;
    return (int) ((mixed ^ mixed >>> 32) & table.length() - 1);
  }

  private @Nullable Bucket find(Place place, int length, long hash) {
    AtomicReferenceArray<@Nullable Link> table = slots;
    for (Link link = table.get(slot(table, place, length, hash)); link != null; link = link.next) {
      Anchor anchor = link.bucket.anchor;
      if (anchor.hash() == hash && anchor.length() == length && anchor.place() == place) {
        return link.bucket;
      }
    }
    return null;
  }

  /** Shows the first of each list whose anchor a channel may have, and never a list twice. */
  void visit(byte[] channel, Consumer<Pattern> visitor) {
    show(always, visitor);
    visitEdge(channel, Place.START, startLengths, visitor);
    visitEdge(channel, Place.END, endLengths, visitor);
    for (long lengths = innerLengths; lengths != 0; lengths &= lengths - 1) {
      visitInner(channel, Long.numberOfTrailingZeros(lengths) + 1, visitor);
    }
  }

  private void visitEdge(byte[] channel, Place place, long lengths, Consumer<Pattern> visitor) {
    int longest = Math.min(channel.length, Long.SIZE - Long.numberOfLeadingZeros(lengths));
    long hash = 0;
    for (int i = 0; i < longest; i++) {
      hash = Anchor.extend(hash, channel[place == Place.START ? i : channel.length - 1 - i]);
      if ((lengths >>> i & 1) != 0) {
        show(find(place, i + 1, hash), visitor);
      }
    }
  }

  private void visitInner(byte[] channel, int length, Consumer<Pattern> visitor) {
    long mask = -1L >>> Long.SIZE - length * Byte.SIZE;
    long hash = 0;
    Set<Bucket> shown = Set.of();
    for (int i = 0; i < channel.length; i++) {
      hash = (hash << Byte.SIZE | channel[i] & 0xff) & mask;
      Bucket found = i + 1 < length ? null : find(Place.ANYWHERE, length, hash);
      if (found != null && !shown.contains(found)) {
        shown = shown.isEmpty() ? new HashSet<>() : shown;
        shown.add(found);
        show(found, visitor);
      }
    }
  }

  private static void show(@Nullable Bucket bucket, Consumer<Pattern> visitor) {
    Pattern first = bucket == null ? null : bucket.first;
    if (first != null) {
      visitor.accept(first);
    }
  }
}
