package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Block;
import dev.larder.command.BlockTimeout;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.ListValue;
import dev.larder.storage.StagedString;
import dev.larder.storage.ValueType;

/**
 * LMOVEM and BLMOVEM: several elements from one list to another, or within one. All are taken
 * before the first one is put back, so that both lists may be the same.
 */
final class ListBlockMoves {
  private static final byte[] COUNT = keyword("count");
  private static final byte[] EXACTLY = keyword("exactly");
  private static final byte[] ONE_BY_ONE = keyword("obo");
  private static final byte[] BULK = keyword("bulk");

  private ListBlockMoves() {}

  static void lmovem(Call call) throws CommandException {
    if (!move(call, 5)) {
      if (isExact(call, 5)) {
        call.reply().nilArray();
      } else {
        call.reply().array(0);
      }
    }
  }

  static void blmovem(Call call) throws CommandException {
    ListMoves.isLeft(call, 3);
    ListMoves.isLeft(call, 4);
    long timeout = BlockTimeout.seconds(call, 5);
    if (!move(call, 6)) {
      call.block(Block.on(ValueType.LIST, 1, 1, timeout));
    }
  }

  private static boolean isExact(Call call, int optionArg) {
    return call.argCount() > optionArg && call.argIs(optionArg, EXACTLY);
  }

  /**
   * Parses {@code [COUNT n | EXACTLY n OBO | BULK]} and moves.
   *
   * @return false when there is nothing to move, or not enough
   */
  private static boolean move(Call call, int optionArg) throws CommandException {
    boolean fromHead = ListMoves.isLeft(call, 3);
    boolean toHead = ListMoves.isLeft(call, 4);
    long wanted = 1;
    boolean isBulk = false;
    if (call.argCount() > optionArg) {
      if (call.argCount() != optionArg + 3) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      isBulk = call.argIs(optionArg + 2, BULK);
      if ((!call.argIs(optionArg, EXACTLY) && !call.argIs(optionArg, COUNT))
          || (!isBulk && !call.argIs(optionArg + 2, ONE_BY_ONE))) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      wanted = call.argLong(optionArg + 1, 1, Long.MAX_VALUE, ListMoves.COUNT_POSITIVE);
    }
    long there = ListWrites.view(call, 1).count();
    // Looking for the destination may remove it, expired.
    call.findUncounted(2, ValueType.LIST);
    if (there == 0 || (isExact(call, optionArg) && there < wanted)) {
      return false;
    }
    long count = Math.min(wanted, there);
    // As a block, elements keep their order; put back at the end they came from, the innermost goes
    // first. One by one, the first one taken goes first.
    take(call, fromHead, toHead, count, isBulk && fromHead == toHead);
    ListMoves.tellOfMove(call, fromHead, toHead);
    reply(call, toHead, count);
    return true;
  }

  private static void take(
      Call call, boolean fromHead, boolean toHead, long count, boolean innermostFirst)
      throws CommandException {
    ListValue source = ListWrites.view(call, 1);
    boolean forward = fromHead != innermostFirst;
    long outermost = fromHead ? 0 : source.count() - 1;
    long innermost = fromHead ? count - 1 : source.count() - count;
    long first = innermostFirst ? innermost : outermost;
    long bytes = bytes(source, first, forward, count);
    if (!source.hasRoom(bytes)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    try (StagedString staged = StagedString.allocate(call.keyspace(), 0, bytes)) {
      if (staged == null) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      long at = staged.address();
      source.seek(first);
      for (long i = 0; i < count; i++) {
        Bytes.putInt(at, source.length());
        source.writeText(at + Integer.BYTES);
        at += Integer.BYTES + source.length();
        step(source, forward);
      }
      if (count == source.count() && call.isSameArg(1, 2)) {
        // The list stays, and with it its deadline: the last element goes when all others are back.
        if (count > 1) {
          source.pop(fromHead, count - 1);
        }
        put(call, toHead, count, staged.address());
        ListWrites.view(call, 1).pop(!toHead, 1);
      } else {
        source.pop(fromHead, count);
        put(call, toHead, count, staged.address());
      }
    }
  }

  private static void step(ListValue list, boolean forward) {
    if (forward) {
      list.next();
    } else {
      list.previous();
    }
  }

  private static long bytes(ListValue list, long first, boolean forward, long count) {
    long bytes = 0;
    list.seek(first);
    for (long i = 0; i < count; i++) {
      bytes += Integer.BYTES + list.length();
      step(list, forward);
    }
    return bytes;
  }

  private static void put(Call call, boolean toHead, long count, long elements)
      throws CommandException {
    ListValue target = ListWrites.view(call, 2);
    long at = elements;
    for (long i = 0; i < count; i++) {
      int length = Bytes.getInt(at);
      target.expect(length, 1);
      target.push(toHead, at + Integer.BYTES, length);
      at += Integer.BYTES + length;
    }
  }

  /** Replies with what was moved, as it stands in the destination. */
  private static void reply(Call call, boolean toHead, long count) throws CommandException {
    ListValue target = ListWrites.view(call, 2);
    call.reply().array(count);
    target.seek(toHead ? 0 : target.count() - count);
    for (long i = 0; i < count; i++) {
      ListReads.reply(call, target);
      target.next();
    }
  }
}
