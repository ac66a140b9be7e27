package dev.larder.lua.compiler;

import dev.larder.lua.compiler.Expression.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A function that is being compiled: its names, blocks and code. */
final class FunctionState {
  private static final int LOCALS_MAX = 200;
  private static final int UPVALUES_MAX = 60;

  /** A block of statements, or a loop. */
  private static final class Block {
    final @Nullable Block around;
    final boolean loop;
    final int outerLocals;
    boolean captured;
    int breaks = Code.NO_JUMP;

    Block(@Nullable Block around, boolean loop, int outerLocals) {
      this.around = around;
      this.loop = loop;
      this.outerLocals = outerLocals;
    }
  }

  final @Nullable FunctionState around;
  final Code code;
  final ExpressionCoder expressions;
  final OperatorCoder operators;
  final int lineDefined;
  final List<FunctionCode> functions = new ArrayList<>();
  boolean vararg;
  boolean argTable;
  int parameters;

  private final Lexer lexer;
  private @Nullable Block block;

  /** All local variables so far, and which of them are visible, by register. */
  private final List<FunctionCode.Local> locals = new ArrayList<>();

  private final int[] visible = new int[LOCALS_MAX];
  private int visibleCount;
  private int declaredCount;

  private final List<String> captureNames = new ArrayList<>();
  private int[] captures = new int[4];

  FunctionState(@Nullable FunctionState around, Lexer lexer, int lineDefined) {
    this.around = around;
    this.lexer = lexer;
    this.lineDefined = lineDefined;
    code = new Code(lexer);
    expressions = new ExpressionCoder(code);
    operators = new OperatorCoder(code, expressions);
  }

  /**
   * The finished function.
   *
   * @param chunkName as messages show it
   */
  FunctionCode finish(String chunkName) {
    endLocals(0);
    code.emit(Op.RETURN_NONE, 0, 1, 0);
    return new FunctionCode(
        chunkName,
        lineDefined,
        parameters,
        vararg,
        argTable,
        code.registers(),
        code.instructions(),
        code.lines(),
        code.constants(),
        functions,
        Arrays.copyOf(captures, captureNames.size()),
        captureNames,
        locals);
  }

  SyntaxException limitError(int limit, String what) {
    String where = lineDefined == 0 ? "main function" : "function at line " + lineDefined;
    return lexer.errorAtLine(where + " has more than " + limit + " " + what);
  }

  // Local variables.

  /** Declares a local variable, which {@link #showLocals} makes visible. */
  void declare(String name) {
    if (visibleCount + declaredCount >= LOCALS_MAX) {
      throw limitError(LOCALS_MAX, "local variables");
    }
    visible[visibleCount + declaredCount++] = locals.size();
    locals.add(new FunctionCode.Local(name, 0, 0));
  }

  /** Makes some of the declared variables visible from the next instruction on. */
  void showLocals(int count) {
    for (int i = 0; i < count; i++) {
      int index = visible[visibleCount++];
      locals.set(index, new FunctionCode.Local(locals.get(index).name(), code.size(), 0));
    }
    declaredCount -= count;
    expressions.localRegisters(visibleCount);
  }

  /** Has the last visible variable begin at the next instruction. */
  void restartLastLocal() {
    visibleCount--;
    declaredCount++;
    showLocals(1);
  }

  int localCount() {
    return visibleCount;
  }

  private void endLocals(int count) {
    while (visibleCount > count) {
      int index = visible[--visibleCount];
      FunctionCode.Local local = locals.get(index);
      locals.set(index, new FunctionCode.Local(local.name(), local.from(), code.size()));
    }
    expressions.localRegisters(visibleCount);
  }

  private int findLocal(String name) {
    for (int register = visibleCount - 1; register >= 0; register--) {
      if (locals.get(visible[register]).name().equals(name)) {
        return register;
      }
    }
    return -1;
  }

  /** Resolves a name. */
  void variable(String name, Expression e) {
    if (!resolve(name, e, true)) {
      e.set(Kind.GLOBAL, code.constant(name));
    }
  }

  private boolean resolve(String name, Expression e, boolean own) {
    int register = findLocal(name);
    if (register >= 0) {
      e.set(Kind.LOCAL, register);
      if (!own) {
        markCaptured(register);
      }
      return true;
    }
    if (around == null || !around.resolve(name, e, false)) {
      return false;
    }
    e.set(Kind.UPVALUE, capture(name, 2 * e.info + (e.kind == Kind.LOCAL ? 1 : 0)));
    return true;
  }

  private void markCaptured(int register) {
    Block holder = block;
    while (holder != null && holder.outerLocals > register) {
      holder = holder.around;
    }
    if (holder != null) {
      holder.captured = true;
    }
  }

  private int capture(String name, int origin) {
    int count = captureNames.size();
    for (int i = 0; i < count; i++) {
      if (captures[i] == origin) {
        return i;
      }
    }
    if (count >= UPVALUES_MAX) {
      throw limitError(UPVALUES_MAX, "upvalues");
    }
    if (count == captures.length) {
      captures = Arrays.copyOf(captures, 2 * count);
    }
    captures[count] = origin;
    captureNames.add(name);
    return count;
  }

  // Blocks.

  void enterBlock(boolean loop) {
    block = new Block(block, loop, visibleCount);
    assert code.freeRegister() == visibleCount : "no temporary value lives across statements";
  }

  void leaveBlock() {
    Block left = Objects.requireNonNull(block);
    block = left.around;
    endLocals(left.outerLocals);
    if (left.captured) {
      code.emit(Op.CLOSE, left.outerLocals, 0, 0);
    }
    code.freeRegister(visibleCount);
    code.patchToHere(left.breaks);
  }

  /** Whether a closure shares variables of the innermost block. */
  boolean isBlockCaptured() {
    return block != null && block.captured;
  }

  /** Leaves the innermost loop. */
  void breakLoop() {
    Block loop = block;
    boolean captured = false;
    while (loop != null && !loop.loop) {
      captured |= loop.captured;
      loop = loop.around;
    }
    if (loop == null) {
      throw lexer.errorHere("no loop to break");
    }
    if (captured) {
      code.emit(Op.CLOSE, loop.outerLocals, 0, 0);
    }
    loop.breaks = code.concat(loop.breaks, code.emitJump());
  }
}
