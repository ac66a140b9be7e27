package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Numbers;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.ListValue;
import dev.larder.storage.SetValue;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.ValueType;

/** Sorts a list, a set or a sorted set, once. */
final class Sort {
  private static final ErrorReply NOT_DOUBLES =
      ErrorReply.of("ERR One or more scores can't be converted into double");

  private final Call call;
  private final SortOptions options;
  private final SortItems items;
  private final ValueType type;

  /** The first element of the result and the one behind its last. */
  private long first;

  private long end;

  private Sort(Call call, SortOptions options, SortItems items, ValueType type) {
    this.call = call;
    this.options = options;
    this.items = items;
    this.type = type;
  }

  static void sort(Call call) throws CommandException {
    sort(call, new SortOptions(call, true));
  }

  static void sortReadOnly(Call call) throws CommandException {
    sort(call, new SortOptions(call, false));
  }

  private static void sort(Call call, SortOptions options) throws CommandException {
    long entry = call.find(1);
    ValueType type = entry == 0 ? ValueType.LIST : Entry.type(entry);
    if (type != ValueType.LIST && type != ValueType.SET && type != ValueType.SORTED_SET) {
      throw new CommandException(ErrorReply.WRONG_TYPE);
    }
    CollectionValue view =
        switch (type) {
          case LIST -> call.views().list();
          case SET -> call.views().set();
          default -> call.views().sortedSet();
        };
    call.point(view, 1, entry);
    try (SortItems items = new SortItems(call.keyspace(), view.count())) {
      Sort sort = new Sort(call, options, items, type);
      sort.bound(view.count());
      sort.collect(view);
      if (items.isExhausted()) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      sort.arrange();
      sort.deliver();
    }
  }

  /** Finds out which elements LIMIT asks for. */
  private void bound(long count) {
    first = Math.max(0, options.limitOffset);
    end = options.limitCount < 0 ? count : Math.min(count, saturated(first, options.limitCount));
    if (first >= count || end < first) {
      first = 0;
      end = 0;
    }
  }

  private static long saturated(long from, long count) {
    return count > Long.MAX_VALUE - from ? Long.MAX_VALUE : from + count;
  }

  /**
   * Whether the elements stay in the order they have. A set has none to keep where it is stored, or
   * a script depends on it.
   */
  private boolean keepsOrder() {
    boolean isNeeded = options.store > 0 || call.isInScript();
    return options.isUnsorted && !(type == ValueType.SET && isNeeded);
  }

  private void collect(CollectionValue view) {
    switch (view) {
      case ListValue list -> collectList(list);
      case SetValue set -> collectSet(set);
      case SortedSetValue set -> collectSorted(set);
      default -> throw new AssertionError(view);
    }
  }

  private boolean isBackwards() {
    return keepsOrder() && options.isDescending;
  }

  private void collectList(ListValue list) {
    boolean backwards = isBackwards();
    boolean more = list.seek(backwards ? list.count() - 1 : 0);
    while (more) {
      long text = items.text(list.length());
      if (text == 0) {
        return;
      }
      list.writeText(text);
      items.add(text, list.length());
      more = backwards ? list.previous() : list.next();
    }
  }

  private void collectSet(SetValue set) {
    for (boolean more = set.seekFirst(); more; more = set.next()) {
      int length = set.member().length();
      long text = items.text(length);
      if (text == 0) {
        return;
      }
      set.member().copy(text);
      items.add(text, length);
    }
  }

  private void collectSorted(SortedSetValue set) {
    boolean backwards = isBackwards();
    boolean more = set.seekRank(backwards ? set.count() - 1 : 0);
    while (more) {
      long text = items.text(set.length());
      if (text == 0) {
        return;
      }
      set.writeText(text);
      items.add(text, set.length());
      more = backwards ? set.previous() : set.next();
    }
  }

  private void arrange() throws CommandException {
    if (keepsOrder()) {
      return;
    }
    boolean isAlpha = options.isAlpha || options.isUnsorted;
    SortPattern by =
        options.by == 0 || options.isUnsorted ? null : new SortPattern(call, items, options.by);
    for (int i = 0; i < items.count(); i++) {
      long weight = items.element(i);
      int length = items.elementLength(i);
      if (by != null) {
        if (!by.find(weight, length)) {
          continue;
        }
        weight = by.address();
        length = by.length();
      }
      if (isAlpha) {
        items.weight(i, weight, length);
      } else {
        double score = score(weight, length);
        if (Double.isNaN(score)) {
          throw new CommandException(NOT_DOUBLES);
        }
        items.score(i, score);
      }
    }
    items.sort(isAlpha, options.isDescending);
  }

  /** Reads a number as C does, and Redis therefore: up to a NUL, and nothing at all is zero. */
  private static double score(long text, int length) {
    int end = 0;
    while (end < length && Bytes.getByte(text + end) != 0) {
      end++;
    }
    return end == 0 ? 0 : Numbers.parseDouble(text, end);
  }

  private void deliver() throws CommandException {
    SortPattern[] gets = new SortPattern[options.gets.length];
    for (int i = 0; i < gets.length; i++) {
      gets[i] = new SortPattern(call, items, options.gets[i]);
    }
    long elements = (end - first) * Math.max(1, gets.length);
    if (options.store > 0) {
      store(gets);
      call.reply().integer(elements);
      return;
    }
    call.reply().array(elements);
    for (int i = (int) first; i < end; i++) {
      if (gets.length == 0) {
        reply(items.element(i), items.elementLength(i));
      }
      for (SortPattern get : gets) {
        if (get.find(items.element(i), items.elementLength(i))) {
          reply(get.address(), get.length());
        } else {
          call.reply().nil();
        }
      }
    }
  }

  private void reply(long address, int length) {
    ReplyWriter out = call.reply();
    Bytes.copy(address, out.beginBulk(length), length);
    out.endBulk();
  }

  private void store(SortPattern[] gets) throws CommandException {
    ListValue list = call.views().list();
    int key = options.store;
    list.pointHidden(
        call.shard(key), call.db(), call.hash(key), call.argAddress(key), call.argLength(key), 0);
    try {
      for (int i = (int) first; i < end; i++) {
        if (gets.length == 0) {
          push(list, items.element(i), items.elementLength(i));
        }
        for (SortPattern get : gets) {
          boolean isThere = get.find(items.element(i), items.elementLength(i));
          push(list, isThere ? get.address() : items.element(i), isThere ? get.length() : 0);
        }
      }
    } catch (CommandException e) {
      list.discard();
      throw e;
    }
    list.install(KeyEvent.SORTSTORE);
  }

  private static void push(ListValue list, long address, int length) throws CommandException {
    if (!list.hasRoom(length)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    list.expect(length, 1);
    list.push(false, address, length);
  }
}
