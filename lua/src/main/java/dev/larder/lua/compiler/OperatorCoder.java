package dev.larder.lua.compiler;

import dev.larder.lua.compiler.Expression.Kind;

/** Codes operators; those on numerals are computed at once, unless that gives no number. */
final class OperatorCoder {
  /** The binary operators, by rising precedence where it differs. */
  enum Binary {
    OR(1, 1),
    AND(2, 2),
    LT(3, 3),
    GT(3, 3),
    LE(3, 3),
    GE(3, 3),
    NE(3, 3),
    EQ(3, 3),
    CONCAT(5, 4),
    ADD(6, 6),
    SUB(6, 6),
    MUL(7, 7),
    DIV(7, 7),
    MOD(7, 7),
    POW(10, 9);

    /** What is left of the operator binds to it if that binds weaker than this. */
    final int left;

    /** What is right of the operator binds to it down to this. */
    final int right;

    Binary(int left, int right) {
      this.left = left;
      this.right = right;
    }

    boolean isArithmetic() {
      return compareTo(ADD) >= 0;
    }

    /** The operation on two registers; the one on a register and a constant has a distance. */
    int operation() {
      return Op.ADD + ordinal() - ADD.ordinal();
    }
  }

  /** How operators without a left side bind. */
  static final int UNARY_PRIORITY = 8;

  private final Code code;
  private final ExpressionCoder expressions;

  OperatorCoder(Code code, ExpressionCoder expressions) {
    this.code = code;
    this.expressions = expressions;
  }

  void minus(Expression e) {
    if (e.isNumeral() && !Double.isNaN(e.number)) {
      e.number = -e.number;
    } else {
      unary(Op.UNM, e);
    }
  }

  void length(Expression e) {
    unary(Op.LEN, e);
  }

  private void unary(int op, Expression e) {
    int register = expressions.toAnyRegister(e);
    expressions.release(e);
    e.set(Kind.RELOCATABLE, code.emit(op, 0, register, 0));
  }

  /** Codes what has to be done with the left side before the right side is. */
  void begin(Binary operator, Expression left) {
    switch (operator) {
      case AND -> expressions.goIfTrue(left);
      case OR -> expressions.goIfFalse(left);
      case CONCAT -> expressions.toNextRegister(left);
      case EQ, NE -> {
        expressions.toValue(left);
        if (expressions.constantOf(left, Op.C_MAX) < 0) {
          expressions.toAnyRegister(left);
        }
      }
      default -> {
        if (!left.isNumeral()) {
          expressions.toAnyRegister(left);
        }
      }
    }
  }

  /** Codes the operator; the left side becomes the result. */
  void end(Binary operator, Expression left, Expression right) {
    switch (operator) {
      case AND -> {
        expressions.load(right);
        right.falseJumps = code.concat(right.falseJumps, left.falseJumps);
        left.copy(right);
      }
      case OR -> {
        expressions.load(right);
        right.trueJumps = code.concat(right.trueJumps, left.trueJumps);
        left.copy(right);
      }
      case CONCAT -> concat(left, right);
      case EQ, NE -> equality(operator == Binary.EQ, left, right);
      case LT, LE -> order(operator == Binary.LE, left, right);
      case GT -> {
        order(false, right, left);
        left.copy(right);
      }
      case GE -> {
        order(true, right, left);
        left.copy(right);
      }
      default -> arithmetic(operator, left, right);
    }
  }

  /** Extends the concatenation on the right if there is one, so that many are one instruction. */
  private void concat(Expression left, Expression right) {
    expressions.toValue(right);
    if (right.kind == Kind.RELOCATABLE && Op.op(code.get(right.info)) == Op.CONCAT) {
      assert left.info == Op.b(code.get(right.info)) - 1;
      expressions.release(left);
      code.set(right.info, Op.withB(code.get(right.info), left.info));
      left.set(Kind.RELOCATABLE, right.info);
      return;
    }
    expressions.toNextRegister(right);
    int first = left.info;
    int last = right.info;
    expressions.release(left, right);
    left.set(Kind.RELOCATABLE, code.emit(Op.CONCAT, 0, first, last));
  }

  private void equality(boolean equal, Expression left, Expression right) {
    Expression register = left;
    int constant = -1;
    if (left.kind != Kind.REGISTER) {
      register = right;
      constant = expressions.constantOf(left, Op.C_MAX);
      expressions.toAnyRegister(right);
    } else {
      expressions.toValue(right);
      constant = expressions.constantOf(right, Op.C_MAX);
      if (constant < 0) {
        expressions.toAnyRegister(right);
      }
    }
    int jump;
    if (constant >= 0) {
      int operand = register.info;
      expressions.release(register);
      jump = code.emitCondition(Op.EQK, equal ? 1 : 0, operand, constant);
    } else {
      int first = left.info;
      int second = right.info;
      expressions.release(left, right);
      jump = code.emitCondition(Op.EQ, equal ? 1 : 0, first, second);
    }
    left.set(Kind.JUMP, jump);
  }

  /** Compares in the order given; the first may have been evaluated after the second. */
  private void order(boolean orEqual, Expression first, Expression second) {
    int constant = second.isNumeral() ? expressions.constantOf(second, Op.C_MAX) : -1;
    boolean constantFirst = false;
    if (constant >= 0) {
      expressions.toAnyRegister(first);
    } else if (first.isNumeral()) {
      expressions.toAnyRegister(second);
      constant = expressions.constantOf(first, Op.C_MAX);
      constantFirst = constant >= 0;
    }
    int jump;
    if (constant >= 0) {
      Expression register = constantFirst ? second : first;
      int operand = register.info;
      expressions.release(register);
      int op = constantFirst ? Op.GTK : Op.LTK;
      jump = code.emitCondition(op + (orEqual ? 1 : 0), 1, operand, constant);
    } else {
      int one = expressions.toAnyRegister(first);
      int other = expressions.toAnyRegister(second);
      expressions.release(first, second);
      jump = code.emitCondition(orEqual ? Op.LE : Op.LT, 1, one, other);
    }
    first.set(Kind.JUMP, jump);
  }

  private void arithmetic(Binary operator, Expression left, Expression right) {
    if (left.isNumeral() && right.isNumeral() && fold(operator, left, right.number)) {
      return;
    }
    int constant = right.isNumeral() ? expressions.constantOf(right, Op.C_MAX) : -1;
    if (constant >= 0) {
      int operand = expressions.toAnyRegister(left);
      expressions.release(left);
      int op = operator.operation() + Op.ADDK - Op.ADD;
      left.set(Kind.RELOCATABLE, code.emit(op, 0, operand, constant));
      return;
    }
    int second = expressions.toAnyRegister(right);
    int first = expressions.toAnyRegister(left);
    expressions.release(left, right);
    left.set(Kind.RELOCATABLE, code.emit(operator.operation(), 0, first, second));
  }

  private static boolean fold(Binary operator, Expression left, double right) {
    if (right == 0 && (operator == Binary.DIV || operator == Binary.MOD)) {
      return false;
    }
    double result =
        switch (operator) {
          case ADD -> left.number + right;
          case SUB -> left.number - right;
          case MUL -> left.number * right;
          case DIV -> left.number / right;
          case MOD -> left.number - Math.floor(left.number / right) * right;
          case POW -> Math.pow(left.number, right);
          default -> throw new AssertionError(operator);
        };
    if (Double.isNaN(result)) {
      return false;
    }
    left.number = result;
    return true;
  }
}
