package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.Bytes;
import dev.larder.storage.Removal;
import dev.larder.storage.ValueType;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Blocking commands over strings that are lists of elements, each ended by a comma. Enough to show
 * that blocking works, and how it is used.
 */
public final class BlockingSample {
  private BlockingSample() {}

  /** Declares the commands. */
  public static void declare(Declarations c) {
    // PUSH key element ...: adds elements at the end; replies their number.
    command(c, "PUSH", -3, KeySpec.at(1).access(KeyAccess.RW), BlockingSample::push);
    // TAKE key ... milliseconds: the first element of the first key that has any.
    command(
        c, "TAKE", -3, KeySpec.at(1).range(-2, 1, 0).access(KeyAccess.RW), BlockingSample::take);
    // SHIFT source destination milliseconds: BLMOVE.
    command(
        c, "SHIFT", 4, KeySpec.at(1).range(1, 1, 0).access(KeyAccess.RW), BlockingSample::shift);
    // LONGER key milliseconds: waits until the key is longer than it was, or is gone.
    command(c, "LONGER", 3, KeySpec.at(1).access(KeyAccess.RW), BlockingSample::longer);
    // TAKEBUG key milliseconds: waits, and fails by a bug when it is served.
    command(c, "TAKEBUG", 3, KeySpec.at(1).access(KeyAccess.RW), BlockingSample::bug);
    command(c, "PEEK", 2, KeySpec.at(1).access(KeyAccess.RO), BlockingSample::peek);
    command(
        c,
        "DROP",
        2,
        KeySpec.at(1).access(KeyAccess.RW),
        call -> {
          call.reply().integer(call.remove(1, Removal.DELETED) ? 1 : 0);
        });
  }

  private static void command(
      Declarations c, String name, int arity, KeySpec keys, Handler handler) {
    c.command(name)
        .summary("For tests.")
        .since("1.0.0")
        .group(CommandGroup.STRING)
        .arity(arity)
        .freeForm()
        .flags(name.equals("PEEK") || name.equals("LONGER") ? Flag.READONLY : Flag.WRITE)
        .keys(keys)
        .handler(handler);
  }

  private static void push(Call call) throws CommandException {
    StringBuilder list = new StringBuilder(list(call, 1));
    for (int i = 2; i < call.argCount(); i++) {
      list.append(call.argString(i)).append(',');
    }
    store(call, 1, list.toString());
    call.reply().integer(list.chars().filter(c -> c == ',').count());
  }

  private static void take(Call call) throws CommandException {
    int last = call.argCount() - 2;
    for (int key = call.blockFrom(1); key <= call.blockTo(last); key++) {
      String element = pop(call, key);
      if (element != null) {
        call.reply().array(2);
        call.replyArg(key);
        call.reply().bulkString(element);
        return;
      }
    }
    call.block(Block.on(ValueType.STRING, 1, last, call.argLong(last + 1)));
  }

  private static void shift(Call call) throws CommandException {
    String element = pop(call, 1);
    if (element == null) {
      call.block(Block.on(ValueType.STRING, 1, 1, call.argLong(3)).nilString());
      return;
    }
    store(call, 2, list(call, 2) + element + ',');
    call.reply().bulkString(element);
  }

  private static void longer(Call call) throws CommandException {
    String list = list(call, 1);
    if (list.isEmpty()) {
      throw new CommandException("GONE there is no such list");
    }
    Object memo = call.blockMemo();
    int length = memo == null ? list.length() : (int) memo;
    if (list.length() > length) {
      // In two steps, as long replies are written.
      call.reply().array(2);
      call.reply().bulkString(list.substring(0, length));
      call.defer((out, _) -> {
        out.bulkString(list.substring(length));
        return true;
      });
      return;
    }
    call.block(
        Block.on(ValueType.STRING, 1, 1, call.argLong(2)).wokenByRemoval().remembering(length));
  }

  private static void bug(Call call) throws CommandException {
    if (!list(call, 1).isEmpty()) {
      throw new IllegalStateException("a bug, made for a test");
    }
    call.block(Block.on(ValueType.STRING, 1, 1, call.argLong(2)));
  }

  private static void peek(Call call) throws CommandException {
    call.reply().bulkString(list(call, 1));
  }

  private static @Nullable String pop(Call call, int key) throws CommandException {
    String list = list(call, key);
    if (list.isEmpty()) {
      return null;
    }
    int end = list.indexOf(',');
    if (end + 1 == list.length()) {
      call.remove(key, Removal.EMPTIED);
    } else {
      store(call, key, list.substring(end + 1));
    }
    return list.substring(0, end);
  }

  private static String list(Call call, int key) throws CommandException {
    long entry = call.find(key, ValueType.STRING);
    if (entry == 0) {
      return "";
    }
    int length = (int) call.shard(key).stringLength(entry);
    return new String(Bytes.toArray(call.shard(key).runAddress(entry, 0), length), ISO_8859_1);
  }

  private static void store(Call call, int key, String list) throws CommandException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(list.length());
    bytes.put(0, list.getBytes(ISO_8859_1));
    call.store(key, Bytes.addressOf(bytes), list.length(), -1);
    Reference.reachabilityFence(bytes);
  }
}
