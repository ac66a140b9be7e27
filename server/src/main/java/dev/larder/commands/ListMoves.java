package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Block;
import dev.larder.command.BlockTimeout;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.ListValue;
import dev.larder.storage.ValueType;

/** Commands that take elements from one of several lists or move them, and may wait for them. */
final class ListMoves {
  private static final byte[] LEFT = keyword("left");
  private static final byte[] RIGHT = keyword("right");
  private static final byte[] COUNT = keyword("count");

  private static final ErrorReply NUMKEYS = ErrorReply.of("ERR numkeys should be greater than 0");
  static final ErrorReply COUNT_POSITIVE = ErrorReply.of("ERR count should be greater than 0");

  private ListMoves() {}

  /** Whether an argument says LEFT; RIGHT is the other choice. */
  static boolean isLeft(Call call, int arg) throws CommandException {
    if (call.argIs(arg, LEFT)) {
      return true;
    }
    if (!call.argIs(arg, RIGHT)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    return false;
  }

  // ---- from one of several keys
  // ----------------------------------------------------------------------

  static void popOrBlock(Call call, boolean atHead) throws CommandException {
    int last = call.argCount() - 2;
    long timeout = BlockTimeout.seconds(call, last + 1);
    for (int key = call.blockFrom(1); key <= call.blockTo(last); key++) {
      ListValue list = ListWrites.view(call, key);
      if (list.exists()) {
        call.reply().array(2);
        call.replyArg(key);
        list.seekEnd(atHead);
        ListReads.reply(call, list);
        list.pop(atHead, 1);
        ListWrites.tellOfPop(call, key, list, atHead);
        return;
      }
    }
    call.block(Block.on(ValueType.LIST, 1, last, timeout));
  }

  static void lmpop(Call call) throws CommandException {
    popFromFirst(call, 1, 0);
  }

  static void blmpop(Call call) throws CommandException {
    popFromFirst(call, 2, 1);
  }

  /**
   * Parses {@code numkeys key ... where [COUNT n]} and pops from the first list that has elements.
   *
   * @param timeoutArg how long to wait for one, 0 for not at all
   */
  private static void popFromFirst(Call call, int numkeysArg, int timeoutArg)
      throws CommandException {
    long keys = call.argLong(numkeysArg, 1, Long.MAX_VALUE, NUMKEYS);
    long whereArg = numkeysArg + 1 + keys;
    if (keys > call.argCount() || whereArg >= call.argCount()) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    int where = (int) whereArg;
    boolean atHead = isLeft(call, where);
    long count = 1;
    boolean hasCount = false;
    for (int i = where + 1; i < call.argCount(); i += 2) {
      if (hasCount || i + 1 == call.argCount() || !call.argIs(i, COUNT)) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      hasCount = true;
      count = call.argLong(i + 1, 1, Long.MAX_VALUE, COUNT_POSITIVE);
    }
    long timeout = timeoutArg == 0 ? 0 : BlockTimeout.seconds(call, timeoutArg);
    int last = where - 1;
    for (int key = call.blockFrom(numkeysArg + 1); key <= call.blockTo(last); key++) {
      ListValue list = ListWrites.view(call, key);
      if (list.exists()) {
        call.reply().array(2);
        call.replyArg(key);
        ListWrites.popMany(call, key, list, atHead, count);
        return;
      }
    }
    if (timeoutArg == 0) {
      call.reply().nilArray();
    } else {
      call.block(Block.on(ValueType.LIST, numkeysArg + 1, last, timeout));
    }
  }

  // ---- from one list to another
  // ----------------------------------------------------------------------

  static void rpoplpush(Call call) throws CommandException {
    if (!move(call, false, true)) {
      call.reply().nil();
    }
  }

  static void brpoplpush(Call call) throws CommandException {
    long timeout = BlockTimeout.seconds(call, 3);
    if (!move(call, false, true)) {
      await(call, timeout);
    }
  }

  static void lmove(Call call) throws CommandException {
    if (!move(call, isLeft(call, 3), isLeft(call, 4))) {
      call.reply().nil();
    }
  }

  static void blmove(Call call) throws CommandException {
    boolean fromHead = isLeft(call, 3);
    boolean toHead = isLeft(call, 4);
    long timeout = BlockTimeout.seconds(call, 5);
    if (!move(call, fromHead, toHead)) {
      await(call, timeout);
    }
  }

  /** Redis tells a list that is empty at the end of a wait from one that must not be waited for. */
  private static void await(Call call, long timeout) {
    if (call.mayBlock()) {
      call.block(Block.on(ValueType.LIST, 1, 1, timeout));
    } else {
      call.reply().nil();
    }
  }

  /** Moves an element and replies with it; false when there is none. */
  private static boolean move(Call call, boolean fromHead, boolean toHead) throws CommandException {
    ListValue source = ListWrites.view(call, 1);
    if (!source.exists()) {
      return false;
    }
    requireRoom(call, source, fromHead);
    moveOne(call, fromHead, toHead);
    return true;
  }

  /**
   * Checks that the destination can take the element before anything changes.
   *
   * @throws CommandException if it is no list, or there is no memory
   */
  private static void requireRoom(Call call, ListValue source, boolean fromHead)
      throws CommandException {
    ListValue target = call.views().otherList();
    call.point(target, 2, call.findUncounted(2, ValueType.LIST));
    // Looking for the destination may have removed it, expired: the source is found anew.
    call.point(source, 1, call.findUncounted(1, ValueType.LIST));
    source.seekEnd(fromHead);
    if (!target.hasRoom(source.length())) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  /**
   * Pops an element of the source, pushes it onto the destination and replies with it. The reply is
   * where it is kept meanwhile, so that source and destination may be one list.
   */
  private static void moveOne(Call call, boolean fromHead, boolean toHead) throws CommandException {
    ListValue source = ListWrites.view(call, 1);
    source.seekEnd(fromHead);
    int length = source.length();
    long element = call.reply().beginBulk(length);
    source.writeText(element);
    if (source.count() == 1 && call.isSameArg(1, 2)) {
      // The list stays, and with it its deadline.
      source.expect(length, 1);
      source.replace(0, element, length);
    } else {
      source.pop(fromHead, 1);
      ListValue target = call.views().otherList();
      call.point(target, 2, call.findUncounted(2, ValueType.LIST));
      target.expect(length, 1);
      target.push(toHead, element, length);
    }
    call.reply().endBulk();
    tellOfMove(call, fromHead, toHead);
  }

  /** Elements of the first key's list have been pushed to the second one's, then popped. */
  static void tellOfMove(Call call, boolean fromHead, boolean toHead) throws CommandException {
    call.event(toHead ? KeyEvent.LPUSH : KeyEvent.RPUSH, 2);
    ListWrites.tellOfPop(call, 1, ListWrites.view(call, 1), fromHead);
  }
}
