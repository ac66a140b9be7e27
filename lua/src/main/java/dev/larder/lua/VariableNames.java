package dev.larder.lua;

import dev.larder.lua.compiler.FunctionCode;
import dev.larder.lua.compiler.Op;
import org.jspecify.annotations.Nullable;

/**
 * What messages call a value: the variable that the instruction which put it into its register has
 * read. Costs a walk through the function's code, so it is for errors only.
 */
final class VariableNames {
  /**
   * A variable.
   *
   * @param kind local, global, field, method or upvalue
   */
  record Variable(String kind, String name) {}

  private VariableNames() {}

  /** The variable whose value a register has before an instruction, or null. */
  static @Nullable Variable of(Prototype prototype, int pc, int register) {
    String local = localName(prototype, register, pc);
    if (local != null) {
      return new Variable("local", local);
    }
    int setter = setterOf(prototype, pc, register);
    if (setter < 0) {
      return null;
    }
    int instruction = prototype.code[setter];
    return switch (Op.op(instruction)) {
      case Op.MOVE ->
          Op.b(instruction) < Op.a(instruction) ? of(prototype, setter, Op.b(instruction)) : null;
      case Op.GETGLOBAL -> new Variable("global", constant(prototype, Op.bx(instruction)));
      case Op.GETUPVALUE ->
          new Variable("upvalue", prototype.source.captureNames().get(Op.b(instruction)));
      case Op.GETFIELD -> new Variable("field", constant(prototype, Op.c(instruction)));
      case Op.GETTABLE, Op.GETINDEX -> new Variable("field", "?");
      case Op.SELF -> new Variable("method", constant(prototype, Op.c(instruction)));
      default -> null;
    };
  }

  private static String constant(Prototype prototype, int index) {
    String text = String.valueOf(prototype.refs[index]);
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }

  private static @Nullable String localName(Prototype prototype, int register, int pc) {
    int before = register;
    for (FunctionCode.Local local : prototype.source.locals()) {
      if (local.from() > pc) {
        break;
      }
      if (pc < local.to() && before-- == 0) {
        return local.name();
      }
    }
    return null;
  }

  /** The last instruction that has set a register; what was jumped over does not count. */
  private static int setterOf(Prototype prototype, int end, int register) {
    int setter = -1;
    int pc = 0;
    while (pc < end) {
      int instruction = prototype.code[pc];
      if (sets(instruction, register)) {
        setter = pc;
      }
      int op = Op.op(instruction);
      if (op == Op.JUMP || op == Op.FORPREPARE) {
        int target = pc + 1 + Op.distance(instruction);
        if (target > pc && target <= end) {
          pc = target - 1;
        }
      } else if (op == Op.SETLIST && Op.c(instruction) == 0) {
        pc++;
      }
      pc++;
    }
    return setter;
  }

  private static boolean sets(int instruction, int register) {
    int a = Op.a(instruction);
    int op = Op.op(instruction);
    return switch (op) {
      case Op.LOADNIL -> a <= register && register <= Op.b(instruction);
      case Op.SELF -> register == a || register == a + 1;
      case Op.CALL, Op.TAILCALL, Op.VARARG -> register >= a;
      case Op.FORCALL -> register >= a + 3;
      case Op.FOREACH -> register == a + 2;
      case Op.SETUPVALUE, Op.SETGLOBAL, Op.SETTABLE, Op.SETFIELD, Op.SETINDEX, Op.SETLIST -> false;
      // Lua 5.1 forgets the name of what it has tested.
      case Op.TEST -> register == Op.b(instruction);
      case Op.JUMP, Op.CLOSE, Op.RETURN, Op.RETURN_NONE, Op.RETURN_ONE -> false;
      default -> (op < Op.EQ || op > Op.GEK) && register == a;
    };
  }
}
