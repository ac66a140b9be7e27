package dev.larder.commands;

import static dev.larder.storage.ValueType.SET;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.SetValue;

/** Commands that read one set. */
final class SetReads {

  private SetReads() {}

  /** The set of a key that is read, which need not exist. */
  static SetValue read(Call call) throws CommandException {
    SetValue set = call.views().set();
    call.point(set, 1, call.find(1, SET));
    return set;
  }

  /** Replies the current member. */
  static void member(ReplyWriter out, SetValue set) {
    HashReads.reply(out, set.member());
  }

  static void scard(Call call) throws CommandException {
    call.reply().integer(read(call).count());
  }

  static void sismember(Call call) throws CommandException {
    SetValue set = read(call);
    call.reply().integer(set.contains(call.argAddress(2), call.argLength(2)) ? 1 : 0);
  }

  static void smismember(Call call) throws CommandException {
    SetValue set = read(call);
    int count = call.argCount();
    call.reply().array(count - 2);
    for (int i = 2; i < count; i++) {
      call.ahead().member(set, 2, i, 1);
      call.reply().integer(set.contains(call.argAddress(i), call.argLength(i)) ? 1 : 0);
    }
  }

  static void smembers(Call call) throws CommandException {
    SetValue set = read(call);
    ReplyWriter out = call.reply();
    out.set(set.count());
    int mark = out.mark();
    long position = 0;
    do {
      position = set.part(position);
      while (set.next()) {
        member(out, set);
      }
      if (position != 0 && out.mark() - mark > LeasedReply.TURN_BYTES) {
        call.defer(new Members(call, set, position));
        return;
      }
    } while (position != 0);
  }

  /** The rest of a long SMEMBERS. */
  private static final class Members extends LeasedReply {
    private final SetValue set;
    private long position;

    Members(Call call, SetValue set, long position) {
      super(call, 1, set.entry());
      this.set = set;
      this.position = position;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(set);
      do {
        position = set.part(position);
        while (set.next()) {
          member(out, set);
        }
      } while (position != 0 && !isEnough(out, mark, endNanos));
      return position == 0;
    }
  }

  static void sscan(Call call) throws CommandException {
    long position = ElementScan.position(call);
    SetValue set = read(call);
    if (!set.exists()) {
      ElementScan.replyEmpty(call);
      return;
    }
    ElementScan scan = ElementScan.of(call, position);
    do {
      position = set.walk(position);
      while (set.next()) {
        scan.element(set.member());
      }
    } while (scan.goesOn(position));
    scan.finish(position);
  }
}
