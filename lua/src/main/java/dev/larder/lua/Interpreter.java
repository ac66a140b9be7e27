package dev.larder.lua;

import dev.larder.lua.compiler.Op;
import org.jspecify.annotations.Nullable;

/*
 * The loop. Each instruction is done here if that is short, and by SlowPaths otherwise, after which
 * the frame on top may be another one: so the loop loads what it keeps in local variables anew.
 * What a slow path needs of these is in the frame before: the next instruction's index.
 *
 * Few variables live across instructions, since HotSpot moves those for which it has no register at
 * each of them. What most cases compute it computes before the switch, so steps are counted in two
 * places only: there the instruction is done, and the frame tells what is next.
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
  @SuppressWarnings("LabelledBreakTarget") // two ends of an instruction: one counts a step
  static void execute(Machine m) {
    reload:
    while (!m.done) {
      if (m.budget < 0 && m.mustPause()) {
        return;
      }
      Coroutine co = m.current;
      CallFrame frame = co.frames[co.depth];
      Prototype p = frame.closure.prototype;
      @Nullable Object[] r = co.refs;
      double[] n = co.nums;
      int base = frame.base;
      int pc = frame.pc;
      while (true) {
        int i = p.code[pc++];
        int a = base + (i >>> 6 & 0xFF);
        int b = base + (i >>> 14 & 0x1FF);
        int c = i >>> 23;
        step:
        {
          switch (i & 0x3F) {
            case Op.MOVE -> {
              r[a] = r[b];
              n[a] = n[b];
              continue;
            }
            case Op.LOADK -> {
              r[a] = p.refs[i >>> 14];
              n[a] = p.nums[i >>> 14];
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
              Upvalue upvalue = frame.closure.upvalues[b - base];
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
              Upvalue upvalue = frame.closure.upvalues[b - base];
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
              Object value = frame.closure.globals.get(p.names[i >>> 14]);
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
                Object value = table.get(p.names[c]);
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
              Object method = table == null ? null : table.get(p.names[c]);
              if (method instanceof LuaFunction) {
                r[a + 1] = object;
                r[a] = method;
                continue;
              }
            }
            case Op.SETTABLE -> {
              if (r[b] == NUMBER && r[a] instanceof LuaTable table && table.takes(n[b])) {
                Object ref = c < Op.CONSTANT_BIT ? r[base + c] : p.refs[c - Op.CONSTANT_BIT];
                if (ref == NUMBER) {
                  double number = c < Op.CONSTANT_BIT ? n[base + c] : p.nums[c - Op.CONSTANT_BIT];
                  ref = Numbers.box(number);
                }
                table.array[(int) n[b] - 1] = ref;
                continue;
              }
            }
            case Op.SETFIELD -> {
              if (r[a] instanceof LuaTable table && table.isPlain()) {
                Object ref = c < Op.CONSTANT_BIT ? r[base + c] : p.refs[c - Op.CONSTANT_BIT];
                if (ref == NUMBER) {
                  double number = c < Op.CONSTANT_BIT ? n[base + c] : p.nums[c - Op.CONSTANT_BIT];
                  ref = Numbers.box(number);
                }
                if (table.replace(p.names[b - base], ref)) {
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
                n[a] = n[b] + p.nums[c];
                if (r[a] != NUMBER) {
                  r[a] = NUMBER;
                }
                continue;
              }
            }
            case Op.SUBK -> {
              if (r[b] == NUMBER) {
                n[a] = n[b] - p.nums[c];
                if (r[a] != NUMBER) {
                  r[a] = NUMBER;
                }
                continue;
              }
            }
            case Op.MULK -> {
              if (r[b] == NUMBER) {
                n[a] = n[b] * p.nums[c];
                if (r[a] != NUMBER) {
                  r[a] = NUMBER;
                }
                continue;
              }
            }
            case Op.DIVK -> {
              if (r[b] == NUMBER) {
                n[a] = n[b] / p.nums[c];
                if (r[a] != NUMBER) {
                  r[a] = NUMBER;
                }
                continue;
              }
            }
            case Op.MODK -> {
              if (r[b] == NUMBER) {
                n[a] = SlowPaths.modulo(n[b], p.nums[c]);
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
              pc += i >> 14;
              if (i < 0) {
                break step;
              }
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
              pc = branch(p.code, pc, equal == (a != base));
              continue;
            }
            case Op.EQK -> {
              Object ref = r[b];
              boolean equal =
                  ref == NUMBER
                      ? p.refs[c] == NUMBER && n[b] == p.nums[c]
                      : ref == p.refs[c]
                          || ref instanceof LuaString string && string.equals(p.refs[c]);
              pc = branch(p.code, pc, equal == (a != base));
              continue;
            }
            case Op.LT -> {
              c += base;
              if (r[b] == NUMBER && r[c] == NUMBER) {
                pc = branch(p.code, pc, n[b] < n[c] == (a != base));
                continue;
              }
            }
            case Op.LE -> {
              c += base;
              if (r[b] == NUMBER && r[c] == NUMBER) {
                pc = branch(p.code, pc, n[b] <= n[c] == (a != base));
                continue;
              }
            }
            case Op.LTK -> {
              if (r[b] == NUMBER) {
                pc = branch(p.code, pc, n[b] < p.nums[c] == (a != base));
                continue;
              }
            }
            case Op.LEK -> {
              if (r[b] == NUMBER) {
                pc = branch(p.code, pc, n[b] <= p.nums[c] == (a != base));
                continue;
              }
            }
            case Op.GTK -> {
              if (r[b] == NUMBER) {
                pc = branch(p.code, pc, n[b] > p.nums[c] == (a != base));
                continue;
              }
            }
            case Op.GEK -> {
              if (r[b] == NUMBER) {
                pc = branch(p.code, pc, n[b] >= p.nums[c] == (a != base));
                continue;
              }
            }
            case Op.TEST -> {
              pc = branch(p.code, pc, (r[b] != null && r[b] != Boolean.FALSE) == (c != 0));
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
              int count = b == base ? m.current.top - a - 1 : b - base - 1;
              if (r[a] instanceof LuaClosure called) {
                frame.pc = pc;
                Coroutine calling = m.current;
                frame = m.enter(calling, called, a, count, c - 1, CallFrame.TO_CALLER, 0);
                p = called.prototype;
                r = calling.refs;
                n = calling.nums;
                base = frame.base;
                pc = 0;
                break step;
              } else if (r[a] instanceof NumberBuiltin f
                  && count == 1
                  && c == 2
                  && r[a + 1] == NUMBER) {
                n[a] = f.apply(n[a + 1]);
                r[a] = NUMBER;
                break step;
              } else if (r[a] instanceof Builtin builtin && !(builtin instanceof Control)) {
                frame.pc = pc;
                m.callBuiltin(builtin, a, count, c - 1, CallFrame.TO_CALLER, 0);
                m.budget--;
                continue reload;
              }
              m.budget--;
            }
            case Op.RETURN_ONE -> {
              Coroutine returning = m.current;
              if (frame.then == CallFrame.TO_CALLER
                  && returning.openUpvalues == null
                  && returning.frames[returning.depth - 1].kind == CallFrame.LUA) {
                int to = frame.function;
                r[to] = r[a];
                n[to] = n[a];
                if (frame.wanted != 1) {
                  Machine.adjust(returning, to, 1, frame.wanted);
                }
                frame = returning.frames[--returning.depth];
                p = frame.closure.prototype;
                base = frame.base;
                pc = frame.pc;
                continue;
              }
            }
            case Op.FORLOOP -> {
              double by = n[a + 2];
              double index = n[a] + by;
              if (by > 0 ? index <= n[a + 1] : n[a + 1] <= index) {
                n[a] = index;
                n[a + 3] = index;
                if (r[a + 3] != NUMBER) {
                  r[a + 3] = NUMBER;
                }
                pc += i >> 14;
                break step;
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
                r[a + 2] = r[a + 3];
                n[a + 2] = n[a + 3];
                pc += i >> 14;
                break step;
              }
              continue;
            }
            default -> {}
          }
          frame.pc = pc;
          SlowPaths.execute(m, m.current, frame, i);
          continue reload;
        }
        if (--m.budget < 0 && m.mustPause()) {
          frame.pc = pc;
          return;
        }
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
