package dev.larder.lua;

/** Functions that the machine knows, and those that need to see it. */
final class CoreFunctions {

  private CoreFunctions() {}

  /** next(table [, key]). */
  static final class Next extends Builtin {
    Next() {
      super("next");
    }

    @Override
    protected void call(Call call) {
      LuaTable table = call.checkTable(1);
      int position = table.positionOf(call.value(2));
      if (position < 0) {
        throw new LuaError("invalid key to 'next'");
      }
      int next = table.next(position);
      if (next < 0) {
        call.addNil();
      } else {
        call.add(table.keyAt(next));
        call.add(table.valueAt(next));
      }
    }
  }

  /** The iterator of ipairs. */
  static final class NextIndex extends Builtin {
    NextIndex() {
      super("ipairs iterator");
    }

    @Override
    protected void call(Call call) {
      int index = call.checkInt(2) + 1;
      Object value = call.checkTable(1).getInt(index);
      if (value == null) {
        call.addNil();
      } else {
        call.add((double) index);
        call.add(value);
      }
    }
  }
}
