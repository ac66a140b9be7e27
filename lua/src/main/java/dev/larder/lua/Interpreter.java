package dev.larder.lua;

import dev.larder.lua.compiler.Op;
import org.jspecify.annotations.Nullable;

/*
 * The loop. Each instruction is done here if that is short, and by SlowPaths otherwise, after which
 * the frame on top may be another one: so the loop loads what it keeps in local variables anew.
 * What a slow path needs of these is in the frame before: the next instruction's index.
 *
 * The method has to stay below 8,000 bytes of JVM code, beyond which HotSpot does not compile it: a
 * test measures it. A reference is written to a register only if it is not the number marker where
 * one is already, which saves the collector's barrier.
 */

/** Executes bytecode. */
final class Interpreter {
  private static final Object NUMBER = Marker.NUMBER;

  private Interpreter() {}

  /** Executes from the frame on top, until the run is done or has to pause. */
  static void execute(Machine m) {
    reload:
    while (!m.done) {
      Coroutine co = m.current;
      CallFrame frame = co.frames[co.depth];
      LuaClosure closure = frame.closure;
      Prototype prototype = closure.prototype;
      int[] code = prototype.code;
      @Nullable Object[] k = prototype.refs;
      double[] kn = prototype.nums;
      LuaString[] names = prototype.names;
      @Nullable Object[] r = co.refs;
      double[] n = co.nums;
      int base = frame.base;
      int pc = frame.pc;
      while (true) {
        int i = code[pc++];
        int a = base + (i >>> 6 & 0xFF);
        int b = base + (i >>> 14 & 0x1FF);
        int c = i >>> 23;
        switch (i & 0x3F) {
          case Op.MOVE -> {
            r[a] = r[b];
            n[a] = n[b];
            continue;
          }
          case Op.LOADK -> {
            r[a] = k[i >>> 14];
            n[a] = kn[i >>> 14];
            continue;
          }
          case Op.LOADBOOL -> {
            r[a] = b != base;
            pc += c;
            continue;
          }
          case Op.LOADNIL -> {
            for (int j = a; j <= b; j++) {
              r[j] = null;
            }
            continue;
          }
          case Op.GETUPVALUE -> {
            Upvalue upvalue = closure.upvalues[b - base];
            Coroutine open = upvalue.open;
            if (open == null) {
              r[a] = upvalue.ref;
              n[a] = upvalue.num;
            } else {
              r[a] = open.refs[upvalue.index];
              n[a] = open.nums[upvalue.index];
            }
            continue;
          }
          case Op.SETUPVALUE -> {
            Upvalue upvalue = closure.upvalues[b - base];
            Coroutine open = upvalue.open;
            if (open == null) {
              upvalue.ref = r[a];
              upvalue.num = n[a];
            } else {
              open.refs[upvalue.index] = r[a];
              open.nums[upvalue.index] = n[a];
            }
            continue;
          }
          case Op.GETGLOBAL -> {
            Object value = closure.globals.get(names[i >>> 14]);
            if (value instanceof Double number) {
              r[a] = NUMBER;
              n[a] = number;
              continue;
            } else if (value != null) {
              r[a] = value;
              continue;
            }
          }
          case Op.GETTABLE -> {
            if (r[b] instanceof LuaTable table) {
              c += base;
              Object value;
              if (r[c] == NUMBER) {
                value = table.get(n[c]);
              } else if (r[c] instanceof LuaString string) {
                value = table.get(string);
              } else {
                break;
              }
              if (value instanceof Double number) {
                r[a] = NUMBER;
                n[a] = number;
                continue;
              } else if (value != null || table.metatable() == null) {
                r[a] = value;
                continue;
              }
            }
          }
          case Op.GETFIELD -> {
            if (r[b] instanceof LuaTable table) {
              Object value = table.get(names[c]);
              if (value instanceof Double number) {
                r[a] = NUMBER;
                n[a] = number;
                continue;
              } else if (value != null || table.metatable() == null) {
                r[a] = value;
                continue;
              }
            }
          }
          case Op.GETINDEX -> {
            if (r[b] instanceof LuaTable table) {
              Object value = table.getInt(c);
              if (value instanceof Double number) {
                r[a] = NUMBER;
                n[a] = number;
                continue;
              } else if (value != null || table.metatable() == null) {
                r[a] = value;
                continue;
              }
            }
          }
          case Op.SELF -> {
            Object object = r[b];
            LuaTable table =
                object instanceof LuaTable own
                    ? own
                    : object instanceof LuaString ? m.state.stringMethods() : null;
            Object method = table == null ? null : table.get(names[c]);
            if (method instanceof LuaFunction) {
              r[a + 1] = object;
              r[a] = method;
              continue;
            }
          }
          case Op.SETTABLE -> {
            if (r[b] == NUMBER && r[a] instanceof LuaTable table && table.takes(n[b])) {
              Object ref = c < Op.CONSTANT_BIT ? r[base + c] : k[c - Op.CONSTANT_BIT];
              if (ref == NUMBER) {
                double number = c < Op.CONSTANT_BIT ? n[base + c] : kn[c - Op.CONSTANT_BIT];
                ref = Numbers.box(number);
              }
              table.array[(int) n[b] - 1] = ref;
              continue;
            }
          }
          case Op.SETFIELD -> {
            if (r[a] instanceof LuaTable table && table.isPlain()) {
              Object ref = c < Op.CONSTANT_BIT ? r[base + c] : k[c - Op.CONSTANT_BIT];
              if (ref == NUMBER) {
                double number = c < Op.CONSTANT_BIT ? n[base + c] : kn[c - Op.CONSTANT_BIT];
                ref = Numbers.box(number);
              }
              if (table.replace(names[b - base], ref)) {
                continue;
              }
            }
          }
          case Op.ADD -> {
            c += base;
            if (r[b] == NUMBER && r[c] == NUMBER) {
              n[a] = n[b] + n[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.SUB -> {
            c += base;
            if (r[b] == NUMBER && r[c] == NUMBER) {
              n[a] = n[b] - n[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.MUL -> {
            c += base;
            if (r[b] == NUMBER && r[c] == NUMBER) {
              n[a] = n[b] * n[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.DIV -> {
            c += base;
            if (r[b] == NUMBER && r[c] == NUMBER) {
              n[a] = n[b] / n[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.MOD -> {
            c += base;
            if (r[b] == NUMBER && r[c] == NUMBER) {
              n[a] = SlowPaths.modulo(n[b], n[c]);
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.ADDK -> {
            if (r[b] == NUMBER) {
              n[a] = n[b] + kn[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.SUBK -> {
            if (r[b] == NUMBER) {
              n[a] = n[b] - kn[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.MULK -> {
            if (r[b] == NUMBER) {
              n[a] = n[b] * kn[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.DIVK -> {
            if (r[b] == NUMBER) {
              n[a] = n[b] / kn[c];
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.MODK -> {
            if (r[b] == NUMBER) {
              n[a] = SlowPaths.modulo(n[b], kn[c]);
              if (r[a] != NUMBER) {
                r[a] = NUMBER;
              }
              continue;
            }
          }
          case Op.UNM -> {
            if (r[b] == NUMBER) {
              n[a] = -n[b];
              r[a] = NUMBER;
              continue;
            }
          }
          case Op.NOT -> {
            r[a] = r[b] == null || r[b] == Boolean.FALSE;
            continue;
          }
          case Op.LEN -> {
            if (r[b] instanceof LuaTable table) {
              n[a] = table.length();
              r[a] = NUMBER;
              continue;
            } else if (r[b] instanceof LuaString string) {
              n[a] = string.length();
              r[a] = NUMBER;
              continue;
            }
          }
          case Op.JUMP -> {
            if (i < 0 && --m.budget < 0 && m.mustPause()) {
              frame.pc = pc - 1;
              return;
            }
            pc += i >> 14;
            continue;
          }
          case Op.EQ -> {
            c += base;
            Object ref = r[b];
            boolean equal;
            if (ref == NUMBER) {
              equal = r[c] == NUMBER && n[b] == n[c];
            } else if (ref == r[c]) {
              equal = true;
            } else if (ref instanceof LuaTable && r[c] instanceof LuaTable) {
              break;
            } else {
              equal = ref instanceof LuaString string && string.equals(r[c]);
            }
            pc = branch(code, pc, equal == (a != base));
            continue;
          }
          case Op.EQK -> {
            Object ref = r[b];
            boolean equal =
                ref == NUMBER
                    ? k[c] == NUMBER && n[b] == kn[c]
                    : ref == k[c] || ref instanceof LuaString string && string.equals(k[c]);
            pc = branch(code, pc, equal == (a != base));
            continue;
          }
          case Op.LT -> {
            c += base;
            if (r[b] == NUMBER && r[c] == NUMBER) {
              pc = branch(code, pc, n[b] < n[c] == (a != base));
              continue;
            }
          }
          case Op.LE -> {
            c += base;
            if (r[b] == NUMBER && r[c] == NUMBER) {
              pc = branch(code, pc, n[b] <= n[c] == (a != base));
              continue;
            }
          }
          case Op.LTK -> {
            if (r[b] == NUMBER) {
              pc = branch(code, pc, n[b] < kn[c] == (a != base));
              continue;
            }
          }
          case Op.LEK -> {
            if (r[b] == NUMBER) {
              pc = branch(code, pc, n[b] <= kn[c] == (a != base));
              continue;
            }
          }
          case Op.GTK -> {
            if (r[b] == NUMBER) {
              pc = branch(code, pc, n[b] > kn[c] == (a != base));
              continue;
            }
          }
          case Op.GEK -> {
            if (r[b] == NUMBER) {
              pc = branch(code, pc, n[b] >= kn[c] == (a != base));
              continue;
            }
          }
          case Op.TEST -> {
            pc = branch(code, pc, (r[b] != null && r[b] != Boolean.FALSE) == (c != 0));
            continue;
          }
          case Op.TESTSET -> {
            if ((r[b] != null && r[b] != Boolean.FALSE) == (c != 0)) {
              r[a] = r[b];
              n[a] = n[b];
            } else {
              pc++;
            }
            continue;
          }
          case Op.CALL -> {
            if (--m.budget < 0 && m.mustPause()) {
              frame.pc = pc - 1;
              return;
            }
            frame.pc = pc;
            int count = b == base ? co.top - a - 1 : b - base - 1;
            if (r[a] instanceof LuaClosure called) {
              m.enter(co, called, a, count, c - 1, CallFrame.TO_CALLER, 0);
              continue reload;
            } else if (r[a] instanceof Builtin builtin && !(builtin instanceof Control)) {
              m.callBuiltin(builtin, a, count, c - 1, CallFrame.TO_CALLER, 0);
              if (co.refs == r && co.frames[co.depth] == frame) {
                continue;
              }
              continue reload;
            }
          }
          case Op.TAILCALL -> {
            if (--m.budget < 0 && m.mustPause()) {
              frame.pc = pc - 1;
              return;
            }
          }
          case Op.RETURN_ONE -> {
            if (frame.then == CallFrame.TO_CALLER
                && co.openUpvalues == null
                && co.frames[co.depth - 1].kind == CallFrame.LUA) {
              int to = frame.function;
              r[to] = r[a];
              n[to] = n[a];
              co.depth--;
              if (frame.wanted != 1) {
                Machine.adjust(co, to, 1, frame.wanted);
              }
              continue reload;
            }
          }
          case Op.RETURN_NONE -> {
            if (frame.then == CallFrame.TO_CALLER
                && co.openUpvalues == null
                && co.frames[co.depth - 1].kind == CallFrame.LUA) {
              co.depth--;
              Machine.adjust(co, frame.function, 0, frame.wanted);
              continue reload;
            }
          }
          case Op.FORLOOP -> {
            double step = n[a + 2];
            double index = n[a] + step;
            if (step > 0 ? index <= n[a + 1] : n[a + 1] <= index) {
              if (--m.budget < 0 && m.mustPause()) {
                frame.pc = pc - 1;
                return;
              }
              n[a] = index;
              n[a + 3] = index;
              if (r[a + 3] != NUMBER) {
                r[a + 3] = NUMBER;
              }
              pc += i >> 14;
            }
            continue;
          }
          case Op.FORCALL -> {
            if (r[a + 1] instanceof LuaTable table && m.state.iterate(r[a], table, r, n, a, c)) {
              continue;
            }
          }
          case Op.FOREACH -> {
            if (r[a + 3] != null) {
              if (--m.budget < 0 && m.mustPause()) {
                frame.pc = pc - 1;
                return;
              }
              r[a + 2] = r[a + 3];
              n[a + 2] = n[a + 3];
              pc += i >> 14;
            }
            continue;
          }
          default -> {}
        }
        frame.pc = pc;
        SlowPaths.execute(m, co, frame, i);
        continue reload;
      }
    }
  }

  /**
   * Takes the jump that is the next instruction, or passes it. A jump backwards is left to itself,
   * since it counts a step.
   */
  private static int branch(int[] code, int pc, boolean taken) {
    if (!taken) {
      return pc + 1;
    }
    int jump = code[pc];
    return jump < 0 ? pc : pc + 1 + (jump >> 14);
  }
}
