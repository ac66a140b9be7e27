package dev.larder.lua.compiler;

/** An expression whose code is not complete: where its value is, or how to get at it. */
final class Expression {
  /** What is known of the value; {@code info} and {@code aux} are its operands. */
  enum Kind {
    VOID,
    NIL,
    TRUE,
    FALSE,
    /** info: the constant. */
    STRING,
    NUMBER,
    /** info: the register of a local variable. */
    LOCAL,
    UPVALUE,
    /** info: the constant that is its name. */
    GLOBAL,
    /** info, aux: registers of table and key. */
    INDEXED,
    /** aux: the constant that is the key. */
    FIELD,
    /** aux: the key. */
    INDEX,
    /** info: the jump that is taken if the comparison before it holds. */
    JUMP,
    /** info: the instruction that has yet to get its register. */
    RELOCATABLE,
    /** info: the register. */
    REGISTER,
    /** info: the instruction, which may have any number of results. */
    CALL,
    VARARG
  }

  Kind kind = Kind.VOID;
  int info;
  int aux;
  double number;

  /** Lists of jumps that leave the expression when it is known to be true, or false. */
  int trueJumps = Code.NO_JUMP;

  int falseJumps = Code.NO_JUMP;

  Expression set(Kind newKind, int newInfo) {
    kind = newKind;
    info = newInfo;
    trueJumps = Code.NO_JUMP;
    falseJumps = Code.NO_JUMP;
    return this;
  }

  void setNumber(double newNumber) {
    set(Kind.NUMBER, 0);
    number = newNumber;
  }

  void copy(Expression other) {
    kind = other.kind;
    info = other.info;
    aux = other.aux;
    number = other.number;
    trueJumps = other.trueJumps;
    falseJumps = other.falseJumps;
  }

  boolean hasJumps() {
    return trueJumps != falseJumps;
  }

  boolean isNumeral() {
    return kind == Kind.NUMBER && trueJumps == Code.NO_JUMP && falseJumps == Code.NO_JUMP;
  }

  boolean hasManyResults() {
    return kind == Kind.CALL || kind == Kind.VARARG;
  }
}
