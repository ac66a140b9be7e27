package dev.larder.push;

import dev.larder.resp.HotPath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Those of one event loop who get the same messages, in the order in which they came. Changed and
 * walked on that loop; any thread takes a {@link #snapshot}, which says who was there.
 *
 * <p>Members have serials, which grow: a member that came later than a snapshot does not get what
 * was sent by it. One that has left does not get what was on its way.
 */
@HotPath
public final class PushGroup {
  private static final int FIRST_ROOM = 2;
  private static final long COUNT_MASK = 0xffff_ffffL;

  /** In the order of their serials; null where one has left. */
  private @Nullable PushTarget[] members = new PushTarget[FIRST_ROOM];

  private int[] serials = new int[FIRST_ROOM];

  /** How many places of these are in use. */
  private int end;

  /** The next member's serial, and how many there are in the lower half. */
  private volatile long state;

  /** Whether {@link #deliver} walks, so that places must not move. */
  private boolean isWalked;

  /** Adds a member, and returns its serial. */
  public int add(PushTarget member) {
    if (end == members.length) {
      int room = 2 * end;
      members = Arrays.copyOf(members, room);
      serials = Arrays.copyOf(serials, room);
    }
    long before = state;
    int serial = serialEnd(before);
    members[end] = member;
    serials[end++] = serial;
    state = (long) (serial + 1) << Integer.SIZE | count(before) + 1;
    return serial;
  }

  /** Removes the member with a serial, if it is there. */
  public void remove(int serial) {
    int place = placeOf(serial);
    if (place == end || serials[place] != serial || members[place] == null) {
      return;
    }
    members[place] = null;
    long left = state - 1;
    state = left;
    if (!isWalked && count(left) < end / 2) {
      compact();
    }
  }

  private void compact() {
    int kept = 0;
    for (int i = 0; i < end; i++) {
      if (members[i] != null) {
        members[kept] = members[i];
        serials[kept++] = serials[i];
      }
    }
    Arrays.fill(members, kept, end, null);
    end = kept;
    if (members.length > FIRST_ROOM && kept < members.length / 4) {
      int room = Math.max(FIRST_ROOM, members.length / 2);
      members = Arrays.copyOf(members, room);
      serials = Arrays.copyOf(serials, room);
    }
  }

  /** Who is there now: for {@link #count} and {@link Outbox#add}. */
  public long snapshot() {
    return state;
  }

  /** How many were there. */
  public static int count(long snapshot) {
    return (int) (snapshot & COUNT_MASK);
  }

  /** The serial behind the last one that was there. */
  static int serialEnd(long snapshot) {
    return (int) (snapshot >> Integer.SIZE);
  }

  /** The first place whose serial is not before this one; serials may wrap around. */
  private int placeOf(int serial) {
    int low = 0;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (serials[middle] - serial < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The serial of the first member, or of the next one that comes. */
  int firstSerial() {
    return end == 0 ? serialEnd(state) : serials[0];
  }

  /**
   * Gives a message to members.
   *
   * @param from the serial of the first of them
   * @param last the serial behind the last one
   * @param budget how many to give it to at most
   * @return the serial to go on with; the last when all have got it
   */
  int deliver(PushMessage message, long sequence, int from, int last, int budget) {
    int left = budget;
    isWalked = true;
    try {
      for (int place = placeOf(from); place < end; place++) {
        int serial = serials[place];
        if (serial - last >= 0) {
          return last;
        }
        if (left <= 0) {
          return serial;
        }
        PushTarget member = members[place];
        if (member != null) {
          left--;
          member.push(message, sequence);
        }
      }
      return last;
    } finally {
      isWalked = false;
    }
  }
}
