package dev.larder.command;

import dev.larder.resp.HotPath;
import dev.larder.storage.CollectionValue;

/**
 * What a command under way is about to read, where that is very many keys or members: some at a
 * time are loaded before the handler comes to them, so that their cache misses overlap.
 */
@HotPath
public final class LoadAhead {
  /**
   * The first so many keys of a command are loaded before it runs; more of them would be lost from
   * the caches again before it came to them.
   */
  public static final int NEAR_KEYS = 512;

  private static final int AT_ONCE = 64;

  /** Fewer members are not worth it. */
  private static final int FEW_MEMBERS = 4;

  private final Call call;
  private final long[] hashes = new long[AT_ONCE];

  LoadAhead(Call call) {
    this.call = call;
  }

  /**
   * The handler comes to a key.
   *
   * @param step from key to key, of which the first is argument 1
   */
  public void key(int keyArg, int step) {
    int index = keyArg / step;
    if (index < NEAR_KEYS || index % AT_ONCE != 0) {
      return;
    }
    int count = 0;
    for (int arg = keyArg; arg < call.argCount() && count < AT_ONCE; arg += step) {
      hashes[count++] = call.hash(arg);
    }
    call.unit().touch(call.db(), hashes, count);
  }

  /**
   * The handler comes to a member of the collection that a view points at.
   *
   * @param firstArg the first member
   * @param step from member to member
   */
  public void member(CollectionValue view, int firstArg, int memberArg, int step) {
    int left = call.argCount() - firstArg;
    if (left < FEW_MEMBERS * step || (memberArg - firstArg) / step % AT_ONCE != 0) {
      return;
    }
    int count = 0;
    for (int arg = memberArg; arg < call.argCount() && count < AT_ONCE; arg += step) {
      hashes[count++] = call.keyspace().hash(call.argAddress(arg), call.argLength(arg));
    }
    call.unit().touchMembers(view, hashes, count);
  }
}
