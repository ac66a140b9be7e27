package dev.larder.lua.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function's instructions, constants and registers. Jumps whose target is not known yet form
 * lists: each has the distance to the list's next jump in the place of its own.
 */
final class Code {
  /** The end of a list of jumps. */
  static final int NO_JUMP = -1;

  /** The register of a test that sets none. */
  static final int NO_REGISTER = 255;

  private static final int REGISTERS_MAX = 250;

  private static final Object NIL = new Object();

  private final Lexer lexer;
  private int[] instructions = new int[32];
  private int[] lines = new int[32];
  private int size;
  private final List<@Nullable Object> constants = new ArrayList<>();
  private final Map<Object, Integer> constantIndices = new HashMap<>();

  /** Jumps that have the next instruction as target. */
  private int jumpsToHere = NO_JUMP;

  /** The last instruction that is known to be a target. */
  private int lastTarget = -1;

  private int freeRegister;
  private int registers = 2;

  Code(Lexer lexer) {
    this.lexer = lexer;
  }

  /** The index of the next instruction. */
  int size() {
    return size;
  }

  int[] instructions() {
    return Arrays.copyOf(instructions, size);
  }

  int[] lines() {
    return Arrays.copyOf(lines, size);
  }

  List<@Nullable Object> constants() {
    return constants;
  }

  /** How many registers the function needs. */
  int registers() {
    return registers;
  }

  int get(int index) {
    return instructions[index];
  }

  void set(int index, int instruction) {
    instructions[index] = instruction;
  }

  /** Adds an instruction, on the line of the token before the current one. */
  int emit(int instruction) {
    patch(jumpsToHere, size, NO_REGISTER, size);
    jumpsToHere = NO_JUMP;
    if (size == instructions.length) {
      instructions = Arrays.copyOf(instructions, 2 * size);
      lines = Arrays.copyOf(lines, 2 * size);
    }
    instructions[size] = instruction;
    lines[size] = lexer.lastLine();
    return size++;
  }

  int emit(int op, int a, int b, int c) {
    return emit(Op.abc(op, a, b, c));
  }

  int emitWide(int op, int a, int bx) {
    return emit(Op.abx(op, a, bx));
  }

  /** Puts the last instruction on another line. */
  void fixLine(int line) {
    lines[size - 1] = line;
  }

  /** Removes the last instruction. */
  void removeLast() {
    size--;
  }

  /** Sets registers to nil. */
  void emitNil(int from, int count) {
    if (size > lastTarget && jumpsToHere == NO_JUMP && size > 0) {
      int previous = instructions[size - 1];
      if (Op.op(previous) == Op.LOADNIL && Op.a(previous) <= from && from <= Op.b(previous) + 1) {
        int last = Math.max(Op.b(previous), from + count - 1);
        instructions[size - 1] = Op.withB(previous, last);
        return;
      }
    }
    emit(Op.LOADNIL, from, from + count - 1, 0);
  }

  // Constants.

  int constant(String text) {
    return constant(text, text);
  }

  /** The two zeros are one constant, as in Lua 5.1. */
  int constant(double number) {
    return constant((Double) (number == 0 ? 0.0 : number), number);
  }

  int constant(boolean truth) {
    return constant(truth, truth);
  }

  int constantNil() {
    return constant(NIL, null);
  }

  private int constant(Object key, @Nullable Object value) {
    Integer known = constantIndices.get(key);
    if (known != null) {
      return known;
    }
    int index = constants.size();
    if (index > Op.BX_MAX) {
      throw lexer.errorHere("constant table overflow");
    }
    constants.add(value);
    constantIndices.put(key, index);
    return index;
  }

  // Registers.

  int freeRegister() {
    return freeRegister;
  }

  void freeRegister(int newFreeRegister) {
    freeRegister = newFreeRegister;
  }

  /** Makes sure that there may be some registers behind those in use. */
  void checkRegisters(int count) {
    int needed = freeRegister + count;
    if (needed > registers) {
      if (needed >= REGISTERS_MAX) {
        throw lexer.errorHere("function or expression too complex");
      }
      registers = needed;
    }
  }

  void reserve(int count) {
    checkRegisters(count);
    freeRegister += count;
  }

  // Jumps.

  /** Adds a jump to a target that is not known yet. */
  int emitJump() {
    int waiting = jumpsToHere;
    jumpsToHere = NO_JUMP;
    int jump = emitWide(Op.JUMP, 0, NO_JUMP);
    return concat(jump, waiting);
  }

  /** Adds a test or comparison, and the jump that it decides about. */
  int emitCondition(int op, int a, int b, int c) {
    emit(op, a, b, c);
    return emitJump();
  }

  /** Makes the next instruction a target. */
  int target() {
    lastTarget = size;
    return size;
  }

  private int nextJump(int jump) {
    int distance = Op.distance(instructions[jump]);
    return distance == NO_JUMP ? NO_JUMP : jump + 1 + distance;
  }

  private void fixJump(int jump, int target) {
    int distance = target - (jump + 1);
    if (Math.abs(distance) > Op.DISTANCE_MAX) {
      throw lexer.errorHere("control structure too long");
    }
    instructions[jump] = Op.withDistance(instructions[jump], distance);
  }

  /** Sets the target of a jump or loop of its own. */
  void fix(int jump, int target) {
    fixJump(jump, target);
  }

  /** One list of the jumps of two. */
  int concat(int first, int second) {
    if (second == NO_JUMP) {
      return first;
    }
    if (first == NO_JUMP) {
      return second;
    }
    int last = first;
    for (int next = nextJump(last); next != NO_JUMP; next = nextJump(last)) {
      last = next;
    }
    fixJump(last, second);
    return first;
  }

  void patchToHere(int list) {
    target();
    jumpsToHere = concat(jumpsToHere, list);
  }

  void patchTo(int list, int target) {
    if (target == size) {
      patchToHere(list);
    } else {
      patch(list, target, NO_REGISTER, target);
    }
  }

  /**
   * Sets targets: of jumps that are decided by a test which can set a register, and of the others.
   */
  void patch(int list, int setTarget, int register, int otherTarget) {
    int jump = list;
    while (jump != NO_JUMP) {
      int next = nextJump(jump);
      fixJump(jump, setRegister(jump, register) ? setTarget : otherTarget);
      jump = next;
    }
  }

  /** The instruction that decides about a jump: the one before it, or itself. */
  private int controlOf(int jump) {
    if (jump > 0) {
      int op = Op.op(instructions[jump - 1]);
      if (op >= Op.EQ && op <= Op.TESTSET) {
        return jump - 1;
      }
    }
    return jump;
  }

  private boolean setRegister(int jump, int register) {
    int control = controlOf(jump);
    int instruction = instructions[control];
    if (Op.op(instruction) != Op.TESTSET) {
      return false;
    }
    instructions[control] =
        register != NO_REGISTER && register != Op.b(instruction)
            ? Op.withA(instruction, register)
            : Op.abc(Op.TEST, 0, Op.b(instruction), Op.c(instruction));
    return true;
  }

  /** Whether a list has a jump whose test does not set a register. */
  boolean needsValue(int list) {
    for (int jump = list; jump != NO_JUMP; jump = nextJump(jump)) {
      if (Op.op(instructions[controlOf(jump)]) != Op.TESTSET) {
        return true;
      }
    }
    return false;
  }

  /** Has all tests of a list set no register. */
  void dropValues(int list) {
    for (int jump = list; jump != NO_JUMP; jump = nextJump(jump)) {
      setRegister(jump, NO_REGISTER);
    }
  }

  /** Turns a comparison around. */
  void invert(int jump) {
    int control = controlOf(jump);
    int instruction = instructions[control];
    instructions[control] = Op.withA(instruction, 1 - Op.a(instruction));
  }
}
