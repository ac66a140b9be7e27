package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.acl.AclUser;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import java.util.Arrays;

/** The options of SORT, as read from its arguments. */
final class SortOptions {
  private static final byte[] ASC = keyword("asc");
  private static final byte[] DESC = keyword("desc");
  private static final byte[] ALPHA = keyword("alpha");
  private static final byte[] LIMIT = keyword("limit");
  private static final byte[] STORE = keyword("store");
  private static final byte[] BY = keyword("by");
  private static final byte[] GET = keyword("get");

  private static final ErrorReply BY_DENIED =
      ErrorReply.of("ERR BY option of SORT denied due to insufficient ACL permissions.");
  private static final ErrorReply GET_DENIED =
      ErrorReply.of("ERR GET option of SORT denied due to insufficient ACL permissions.");

  boolean isDescending;
  boolean isAlpha;

  /** Whether BY names no key, which means: leave the elements as they are. */
  boolean isUnsorted;

  long limitOffset;
  long limitCount = -1;

  /** The argument with the destination's key, 0 for none. */
  int store;

  /** The argument with BY's pattern, 0 for none. */
  int by;

  /** The arguments with GET's patterns. */
  int[] gets = new int[0];

  SortOptions(Call call, boolean mayStore) throws CommandException {
    // Nobody can tell from the arguments which keys BY and GET read.
    boolean readsAllKeys = AclUser.readsAllKeys(call.session(), call.spec(), call);
    int getCount = 0;
    for (int i = 2; i < call.argCount(); i++) {
      int left = call.argCount() - i - 1;
      if (call.argIs(i, ASC)) {
        isDescending = false;
      } else if (call.argIs(i, DESC)) {
        isDescending = true;
      } else if (call.argIs(i, ALPHA)) {
        isAlpha = true;
      } else if (call.argIs(i, LIMIT) && left >= 2) {
        limitOffset = call.argLong(i + 1);
        limitCount = call.argLong(i + 2);
        i += 2;
      } else if (mayStore && call.argIs(i, STORE) && left >= 1) {
        store = ++i;
      } else if (call.argIs(i, BY) && left >= 1) {
        by = ++i;
        isUnsorted = !SortCommands.hasStar(call, by);
        if (!isUnsorted && !readsAllKeys) {
          throw new CommandException(BY_DENIED);
        }
      } else if (call.argIs(i, GET) && left >= 1) {
        if (!readsAllKeys) {
          throw new CommandException(GET_DENIED);
        }
        if (getCount == gets.length) {
          gets = Arrays.copyOf(gets, Math.max(4, 2 * getCount));
        }
        gets[getCount++] = ++i;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    gets = Arrays.copyOf(gets, getCount);
  }
}
