package dev.larder.lua.compiler;

import dev.larder.lua.compiler.Expression.Kind;

/** Completes expressions: into registers, into variables, into conditions. */
final class ExpressionCoder {
  private final Code code;

  /** How many registers belong to local variables. */
  private int localRegisters;

  ExpressionCoder(Code code) {
    this.code = code;
  }

  void localRegisters(int count) {
    localRegisters = count;
  }

  int localRegisters() {
    return localRegisters;
  }

  // Registers.

  private void release(int register) {
    if (register >= localRegisters) {
      code.freeRegister(code.freeRegister() - 1);
      assert register == code.freeRegister() : "registers are freed in reverse order";
    }
  }

  /** Frees the register of an expression that has been used. */
  void release(Expression e) {
    if (e.kind == Kind.REGISTER) {
      release(e.info);
    }
  }

  /** Frees the registers of two expressions. */
  void release(Expression first, Expression second) {
    int one = first.kind == Kind.REGISTER ? first.info : -1;
    int other = second.kind == Kind.REGISTER ? second.info : -1;
    if (Math.max(one, other) >= 0) {
      release(Math.max(one, other));
    }
    if (Math.min(one, other) >= 0) {
      release(Math.min(one, other));
    }
  }

  // Values.

  /** Decides how many results a call or {@code ...} has; -1 for all. */
  void setResults(Expression e, int count) {
    if (e.kind == Kind.CALL) {
      code.set(e.info, Op.withC(code.get(e.info), count + 1));
    } else if (e.kind == Kind.VARARG) {
      code.set(e.info, Op.withA(Op.withB(code.get(e.info), count + 1), code.freeRegister()));
      code.reserve(1);
    }
  }

  private void setOneResult(Expression e) {
    if (e.kind == Kind.CALL) {
      e.kind = Kind.REGISTER;
      e.info = Op.a(code.get(e.info));
    } else if (e.kind == Kind.VARARG) {
      code.set(e.info, Op.withB(code.get(e.info), 2));
      e.kind = Kind.RELOCATABLE;
    }
  }

  /** Makes a variable or list its value. */
  void load(Expression e) {
    switch (e.kind) {
      case LOCAL -> e.kind = Kind.REGISTER;
      case UPVALUE -> relocatable(e, code.emit(Op.GETUPVALUE, 0, e.info, 0));
      case GLOBAL -> relocatable(e, code.emitWide(Op.GETGLOBAL, 0, e.info));
      case INDEXED -> {
        release(e.aux);
        release(e.info);
        relocatable(e, code.emit(Op.GETTABLE, 0, e.info, e.aux));
      }
      case FIELD -> {
        release(e.info);
        relocatable(e, code.emit(Op.GETFIELD, 0, e.info, e.aux));
      }
      case INDEX -> {
        release(e.info);
        relocatable(e, code.emit(Op.GETINDEX, 0, e.info, e.aux));
      }
      case CALL, VARARG -> setOneResult(e);
      default -> {}
    }
  }

  private static void relocatable(Expression e, int instruction) {
    e.kind = Kind.RELOCATABLE;
    e.info = instruction;
  }

  /** Puts the value, without what jumps contribute, into a register. */
  private void loadInto(Expression e, int register) {
    load(e);
    switch (e.kind) {
      case NIL -> code.emitNil(register, 1);
      case TRUE, FALSE -> code.emit(Op.LOADBOOL, register, e.kind == Kind.TRUE ? 1 : 0, 0);
      case STRING -> code.emitWide(Op.LOADK, register, e.info);
      case NUMBER -> code.emitWide(Op.LOADK, register, code.constant(e.number));
      case RELOCATABLE -> code.set(e.info, Op.withA(code.get(e.info), register));
      case REGISTER -> {
        if (e.info != register) {
          code.emit(Op.MOVE, register, e.info, 0);
        }
      }
      default -> {
        assert e.kind == Kind.VOID || e.kind == Kind.JUMP;
        return;
      }
    }
    e.kind = Kind.REGISTER;
    e.info = register;
  }

  /** Puts the value into a register. */
  void toRegister(Expression e, int register) {
    loadInto(e, register);
    if (e.kind == Kind.JUMP) {
      e.trueJumps = code.concat(e.trueJumps, e.info);
    }
    if (e.hasJumps()) {
      int loadFalse = Code.NO_JUMP;
      int loadTrue = Code.NO_JUMP;
      if (code.needsValue(e.trueJumps) || code.needsValue(e.falseJumps)) {
        int around = e.kind == Kind.JUMP ? Code.NO_JUMP : code.emitJump();
        code.target();
        loadFalse = code.emit(Op.LOADBOOL, register, 0, 1);
        code.target();
        loadTrue = code.emit(Op.LOADBOOL, register, 1, 0);
        code.patchToHere(around);
      }
      int end = code.target();
      code.patch(e.falseJumps, end, register, loadFalse);
      code.patch(e.trueJumps, end, register, loadTrue);
    }
    e.set(Kind.REGISTER, register);
  }

  /** Puts the value into the next free register. */
  void toNextRegister(Expression e) {
    load(e);
    release(e);
    code.reserve(1);
    toRegister(e, code.freeRegister() - 1);
  }

  /** Puts the value into a register, its own if it has one. */
  int toAnyRegister(Expression e) {
    load(e);
    if (e.kind == Kind.REGISTER) {
      if (!e.hasJumps()) {
        return e.info;
      }
      if (e.info >= localRegisters) {
        toRegister(e, e.info);
        return e.info;
      }
    }
    toNextRegister(e);
    return e.info;
  }

  /** Makes it a value: in a register if jumps contribute to it. */
  void toValue(Expression e) {
    if (e.hasJumps()) {
      toAnyRegister(e);
    } else {
      load(e);
    }
  }

  /** The constant that an expression is, or -1 if it is none, or its index is above a limit. */
  int constantOf(Expression e, int indexMax) {
    if (e.hasJumps()) {
      return -1;
    }
    int index =
        switch (e.kind) {
          case NIL -> code.constantNil();
          case TRUE -> code.constant(true);
          case FALSE -> code.constant(false);
          case NUMBER -> code.constant(e.number);
          case STRING -> e.info;
          default -> -1;
        };
    return index > indexMax ? -1 : index;
  }

  // Variables.

  /** Makes a table, which is in a register, and a key the expression that indexes it. */
  void index(Expression table, Expression key) {
    if (!key.hasJumps() && key.kind == Kind.STRING && key.info <= Op.C_MAX) {
      table.kind = Kind.FIELD;
      table.aux = key.info;
    } else if (key.isNumeral() && isIndex(key.number)) {
      table.kind = Kind.INDEX;
      table.aux = (int) key.number;
    } else {
      table.aux = toAnyRegister(key);
      table.kind = Kind.INDEXED;
    }
  }

  private static boolean isIndex(double number) {
    return number >= 1 && number <= Op.C_MAX && number == (int) number;
  }

  /** Assigns a value to a variable. */
  void store(Expression variable, Expression value) {
    switch (variable.kind) {
      case LOCAL -> {
        release(value);
        toRegister(value, variable.info);
        return;
      }
      case UPVALUE -> code.emit(Op.SETUPVALUE, toAnyRegister(value), variable.info, 0);
      case GLOBAL -> code.emitWide(Op.SETGLOBAL, toAnyRegister(value), variable.info);
      case INDEXED -> code.emit(Op.SETTABLE, variable.info, variable.aux, operand(value));
      case FIELD -> code.emit(Op.SETFIELD, variable.info, variable.aux, operand(value));
      case INDEX -> code.emit(Op.SETINDEX, variable.info, variable.aux, operand(value));
      default -> throw new AssertionError(variable.kind);
    }
    release(value);
  }

  private int operand(Expression value) {
    toValue(value);
    int constant = constantOf(value, Op.CONSTANT_BIT - 1);
    return constant >= 0 ? constant | Op.CONSTANT_BIT : toAnyRegister(value);
  }

  /** Has a method of an object, and the object as its first argument, in two new registers. */
  void self(Expression object, int nameConstant) {
    toAnyRegister(object);
    release(object);
    int function = code.freeRegister();
    code.reserve(2);
    if (nameConstant <= Op.C_MAX) {
      code.emit(Op.SELF, function, object.info, nameConstant);
    } else {
      code.emit(Op.MOVE, function + 1, object.info, 0);
      code.emitWide(Op.LOADK, function, nameConstant);
      code.emit(Op.GETTABLE, function, function + 1, function);
    }
    object.set(Kind.REGISTER, function);
  }

  // Conditions.

  /** Goes on if the expression is true, and jumps by its false jumps otherwise. */
  void goIfTrue(Expression e) {
    load(e);
    int jump =
        switch (e.kind) {
          case STRING, NUMBER, TRUE -> Code.NO_JUMP;
          case JUMP -> {
            code.invert(e.info);
            yield e.info;
          }
          default -> jumpOn(e, false);
        };
    e.falseJumps = code.concat(e.falseJumps, jump);
    code.patchToHere(e.trueJumps);
    e.trueJumps = Code.NO_JUMP;
  }

  /** Goes on if the expression is false, and jumps by its true jumps otherwise. */
  void goIfFalse(Expression e) {
    load(e);
    int jump =
        switch (e.kind) {
          case NIL, FALSE -> Code.NO_JUMP;
          case JUMP -> e.info;
          default -> jumpOn(e, true);
        };
    e.trueJumps = code.concat(e.trueJumps, jump);
    code.patchToHere(e.falseJumps);
    e.falseJumps = Code.NO_JUMP;
  }

  private int jumpOn(Expression e, boolean truth) {
    if (e.kind == Kind.RELOCATABLE) {
      int instruction = code.get(e.info);
      if (Op.op(instruction) == Op.NOT) {
        code.removeLast();
        return code.emitCondition(Op.TEST, 0, Op.b(instruction), truth ? 0 : 1);
      }
    }
    if (e.kind != Kind.REGISTER) {
      code.reserve(1);
      loadInto(e, code.freeRegister() - 1);
    }
    release(e);
    return code.emitCondition(Op.TESTSET, Code.NO_REGISTER, e.info, truth ? 1 : 0);
  }

  /** Turns the truth of an expression around. */
  void not(Expression e) {
    load(e);
    switch (e.kind) {
      case NIL, FALSE -> e.kind = Kind.TRUE;
      case STRING, NUMBER, TRUE -> e.kind = Kind.FALSE;
      case JUMP -> code.invert(e.info);
      default -> {
        if (e.kind != Kind.REGISTER) {
          code.reserve(1);
          loadInto(e, code.freeRegister() - 1);
        }
        release(e);
        relocatable(e, code.emit(Op.NOT, 0, e.info, 0));
      }
    }
    int swapped = e.falseJumps;
    e.falseJumps = e.trueJumps;
    e.trueJumps = swapped;
    code.dropValues(e.falseJumps);
    code.dropValues(e.trueJumps);
  }
}
