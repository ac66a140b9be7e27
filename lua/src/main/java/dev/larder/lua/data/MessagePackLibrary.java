package dev.larder.lua.data;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The library {@code cmsgpack}. */
final class MessagePackLibrary {
  private final MessagePacker packer = new MessagePacker();
  private final MessageUnpacker unpacker = new MessageUnpacker();

  private MessagePackLibrary() {}

  static LuaTable create() {
    MessagePackLibrary instance = new MessagePackLibrary();
    LuaTable library = new LuaTable();
    Builtin.add(library, "pack", instance::pack);
    Builtin.add(library, "unpack", instance::unpack);
    Builtin.add(library, "unpack_one", instance::unpackOne);
    Builtin.add(library, "unpack_limit", instance::unpackLimit);
    set(library, "_NAME", "cmsgpack");
    set(library, "_VERSION", "lua-cmsgpack 0.4.0");
    set(library, "_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo");
    set(library, "_DESCRIPTION", "MessagePack C implementation for Lua");
    return library;
  }

  private static void set(LuaTable library, String name, String value) {
    library.put(LuaString.of(name), LuaString.of(value));
  }

  private void pack(Call call) {
    if (call.count() == 0) {
      throw call.argumentError(0, "MessagePack pack needs input.");
    } else if (2 * call.count() > CStack.SLOTS_MAX) {
      throw call.argumentError(0, "Too many arguments for MessagePack pack.");
    }
    call.add(packer.pack(call));
  }

  private void unpack(Call call) {
    unpack(call, call.checkString(1), 0, 0, call.count());
  }

  private void unpackOne(Call call) {
    long offset = call.isNil(2) ? 0 : call.checkLong(2);
    unpack(call, call.checkString(1), 1, offset, 1);
  }

  private void unpackLimit(Call call) {
    long limit = call.checkLong(2);
    long offset = call.isNil(3) ? 0 : call.checkLong(3);
    unpack(call, call.checkString(1), limit, offset, 1);
  }

  /**
   * Returns the values from an offset on, and in front of them where to go on, or -1 at the end. No
   * limit and no offset is all values, without that.
   */
  private void unpack(Call call, LuaString data, long limit, long offset, int slots) {
    if (limit < 0 || offset < 0) {
      // C's %d shows the lower half.
      throw call.error(
          "Invalid request to unpack with offset of "
              + (int) offset
              + " and limit of "
              + data.length()
              + ".");
    } else if (offset > data.length()) {
      throw call.error(
          "Start offset " + (int) offset + " greater than input length " + data.length() + ".");
    }
    unpacker.begin(data, (int) offset, slots);
    try {
      unpack(call, limit == 0 && offset == 0 ? Long.MAX_VALUE : limit);
    } finally {
      unpacker.end();
    }
  }

  private void unpack(Call call, long limit) {
    @Nullable Object[] values = new @Nullable Object[4];
    int count = 0;
    while (count < limit && unpacker.left() > 0) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = unpacker.read(call);
    }
    if (limit != Long.MAX_VALUE) {
      unpacker.checkSlots(call, 1, "in function mp_unpack_full");
      call.add(unpacker.left() == 0 ? -1.0 : (double) unpacker.at());
    }
    for (int i = 0; i < count; i++) {
      call.add(values[i]);
    }
  }
}
