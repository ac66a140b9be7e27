package dev.larder.lua;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what scripts have on the heap. What they ask for is taken off an allowance; when that is
 * used up, what can still be reached is measured, and there is a new allowance if that leaves room.
 * So a measurement, which walks all values, is paid by many allocations.
 */
final class MemoryMeter {
  private static final LuaString NOT_ENOUGH = LuaString.of("not enough memory");

  /** Shorter strings are counted each time they are met. */
  private static final int STRING_COUNTED_ONCE = 64;

  /** The least part of the limit that an allowance is: the limit may be exceeded by it. */
  private static final int ALLOWANCE_PART = 8;

  private final LuaState state;
  private final long limitBytes;
  private long allowance;
  private long measured;
  private long granted;

  MemoryMeter(LuaState state, long limitBytes) {
    this.state = state;
    this.limitBytes = limitBytes;
    allowance = limitBytes;
    granted = limitBytes;
  }

  long usedBytes() {
    return measured + granted - allowance;
  }

  void allocate(long bytes) {
    allowance -= bytes;
    if (allowance < 0) {
      renew(bytes);
    }
  }

  private void renew(long bytes) {
    if (bytes > limitBytes) {
      allowance += bytes;
      throw new Stop(NOT_ENOUGH);
    }
    measure();
    if (measured + bytes > limitBytes) {
      throw new Stop(NOT_ENOUGH);
    }
    allowance -= bytes;
  }

  /** Measures what can be reached or is being made, and sets the allowance by it. */
  void measure() {
    measured = new Walk().measure() + state.call.unreachedBytes;
    granted = Math.max(limitBytes - measured, limitBytes / ALLOWANCE_PART);
    allowance = granted;
  }

  /** One walk through all values. */
  private final class Walk {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();
    private long bytes;

    long measure() {
      meet(state.globals());
      meet(state.stringMetatable());
      Machine machine = state.activeMachine();
      if (machine != null) {
        meet(machine.main);
        meet(machine.current);
      }
      while (!waiting.isEmpty()) {
        open(waiting.pop());
      }
      return bytes;
    }

    private void meet(@Nullable Object value) {
      if (value instanceof LuaString string) {
        int length = string.length();
        if (length < STRING_COUNTED_ONCE || seen.add(string.bytes())) {
          bytes += LuaString.BYTES + length;
        }
      } else if (value instanceof LuaTable
          || value instanceof LuaClosure
          || value instanceof Prototype
          || value instanceof Upvalue
          || value instanceof Coroutine
          || value instanceof Control
          || value instanceof Measured) {
        if (seen.add(value)) {
          waiting.push(value);
        }
      }
    }

    private void open(Object value) {
      switch (value) {
        case LuaTable table -> {
          bytes += table.bytes();
          meet(table.metatable());
          for (int at = table.next(0); at > 0; at = table.next(at)) {
            meet(table.keyAt(at));
            meet(table.valueAt(at));
          }
        }
        case LuaClosure closure -> {
          bytes += LuaClosure.BYTES;
          meet(closure.prototype);
          meet(closure.globals);
          for (Upvalue upvalue : closure.upvalues) {
            meet(upvalue);
          }
        }
        case Prototype prototype -> {
          bytes += prototype.heapBytes();
          for (Prototype inner : prototype.functions) {
            meet(inner);
          }
        }
        case Upvalue upvalue -> {
          bytes += Upvalue.BYTES;
          meet(upvalue.open);
          meet(upvalue.ref);
        }
        case Coroutine coroutine -> openCoroutine(coroutine);
        case Measured measured -> {
          bytes += measured.heapBytes();
          meet(measured.held());
        }
        case Control control -> meet(control.coroutine);
        default -> throw new AssertionError(value);
      }
    }

    private void openCoroutine(Coroutine coroutine) {
      bytes +=
          Coroutine.BYTES
              + (long) Coroutine.BYTES_PER_PLACE * coroutine.refs.length
              + (long) Coroutine.BYTES_PER_FRAME * coroutine.frames.length;
      meet(coroutine.resumer);
      for (int i = 0; i <= coroutine.depth; i++) {
        meet(coroutine.frames[i].closure);
      }
      for (Object ref : coroutine.refs) {
        meet(ref);
      }
    }
  }
}
