package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.HashValue;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;
import dev.larder.storage.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of SORT: {@code #} is the element itself; else the first {@code *} stands for the
 * element in a key's name, and what follows {@code ->} is the field of a hash.
 */
final class SortPattern {
  private final Call call;
  private final SortItems items;
  private final byte[] head;
  private final byte[] tail;
  private final byte @Nullable [] field;
  private final boolean isElement;
  private final boolean hasStar;
  private long fieldAddress;

  /** What was found last: 0 for nothing. */
  private long address;

  private int length;

  SortPattern(Call call, SortItems items, int arg) {
    this.call = call;
    this.items = items;
    String pattern = call.argString(arg);
    isElement = pattern.equals("#");
    int star = pattern.indexOf('*');
    hasStar = star >= 0;
    int arrow = star < 0 ? -1 : pattern.indexOf("->", star + 1);
    boolean hasField = arrow >= 0 && arrow + 2 < pattern.length();
    head = star < 0 ? new byte[0] : bytes(pattern.substring(0, star));
    tail =
        star < 0 ? head : bytes(pattern.substring(star + 1, hasField ? arrow : pattern.length()));
    field = hasField ? bytes(pattern.substring(arrow + 2)) : null;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  long address() {
    return address;
  }

  int length() {
    return length;
  }

  /**
   * Finds what the pattern names for an element; the unit owns every shard.
   *
   * @return whether there is something
   * @throws CommandException if memory is exhausted
   */
  boolean find(long element, int elementLength) throws CommandException {
    address = 0;
    if (isElement) {
      address = element;
      length = elementLength;
      return true;
    }
    if (!hasStar) {
      return false;
    }
    int keyLength = head.length + elementLength + tail.length;
    long key = room(keyLength);
    Bytes.fromArray(head, 0, key, head.length);
    Bytes.copy(element, key + head.length, elementLength);
    Bytes.fromArray(tail, 0, key + head.length + elementLength, tail.length);
    long hash = call.keyspace().hash(key, keyLength);
    Shard shard = call.keyspace().shardOf(hash);
    long entry = shard.find(call.unit(), call.db(), hash, key, keyLength);
    if (entry == 0) {
      call.unit().events().raise(KeyEvent.KEYMISS, call.db(), key, keyLength);
      return false;
    }
    byte[] name = field;
    if (name != null) {
      return Entry.type(entry) == ValueType.HASH
          && findField(shard, hash, key, keyLength, entry, name);
    }
    if (Entry.isString(entry)) {
      keepString(shard, entry);
    }
    return address != 0;
  }

  private boolean findField(
      Shard shard, long hash, long key, int keyLength, long entry, byte[] name)
      throws CommandException {
    if (fieldAddress == 0) {
      fieldAddress = room(name.length);
      Bytes.fromArray(name, 0, fieldAddress, name.length);
    }
    HashValue view = call.views().hash();
    view.point(shard, call.db(), hash, key, keyLength, entry);
    if (!view.find(fieldAddress, name.length)) {
      return false;
    }
    length = view.fieldValue().length();
    address = room(length);
    view.fieldValue().copy(address);
    return true;
  }

  private void keepString(Shard shard, long entry) throws CommandException {
    length = Math.toIntExact(shard.stringLength(entry));
    address = room(length);
    for (long at = 0; at < length; ) {
      long run = shard.runLength(entry, at);
      Bytes.copy(shard.runAddress(entry, at), address + at, run);
      at += run;
    }
  }

  private long room(int bytes) throws CommandException {
    long room = items.text(bytes);
    if (room == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    return room;
  }
}
