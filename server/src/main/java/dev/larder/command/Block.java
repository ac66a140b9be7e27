package dev.larder.command;

import dev.larder.resp.ReplyWriter;
import dev.larder.storage.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * What a command waits for that found nothing: one of its keys to hold something. Immutable.
 *
 * @param type what the keys have to hold for the command to be run again
 * @param firstKey the first argument that is a key to wait for
 * @param lastKey the last one; all between them are keys as well
 * @param timeoutMillis how long to wait, in milliseconds, 0 for ever
 * @param nilArray whether the reply of a timeout is a null array, not a null string
 * @param isWokenByRemoval whether the command is run again as well when a key goes or comes to hold
 *     another type
 * @param memo what the command wants to remember until it is run again
 */
public record Block(
    ValueType type,
    int firstKey,
    int lastKey,
    long timeoutMillis,
    boolean nilArray,
    boolean isWokenByRemoval,
    @Nullable Object memo) {

  /** Waits for one of the keys in these arguments; a timeout replies a null array. */
  public static Block on(ValueType type, int firstKey, int lastKey, long timeoutMillis) {
    return new Block(type, firstKey, lastKey, timeoutMillis, true, false, null);
  }

  /** The same with a null string for a timeout. */
  public Block nilString() {
    return new Block(type, firstKey, lastKey, timeoutMillis, false, isWokenByRemoval, memo);
  }

  /** The same, woken by removal. */
  public Block wokenByRemoval() {
    return new Block(type, firstKey, lastKey, timeoutMillis, nilArray, true, memo);
  }

  /** The same with something to remember: what {@code $} meant, for example. */
  public Block remembering(Object newMemo) {
    return new Block(type, firstKey, lastKey, timeoutMillis, nilArray, isWokenByRemoval, newMemo);
  }

  /** Replies that the time is over. */
  public void replyTimeout(ReplyWriter out) {
    if (nilArray) {
      out.nilArray();
    } else {
      out.nil();
    }
  }
}
