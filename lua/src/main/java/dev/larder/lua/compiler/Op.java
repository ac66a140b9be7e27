package dev.larder.lua.compiler;

/*
 * An instruction is 32 bits:
 *
 *   | C or        9 | B          9 | A     8 | operation 6 |
 *   | Bx, signed as a distance  18 |         |             |
 *
 * R is a register, K a constant, U a captured variable; "top" is the end of a list of values whose
 * length only the machine knows. A distance counts from the next instruction.
 */

/** The operations of the machine, and how their operands are packed. */
public final class Op {
  /** R[A] = R[B]. */
  public static final int MOVE = 0;

  /** R[A] = K[Bx]. */
  public static final int LOADK = 1;

  /** R[A] = B != 0; skips the next if C is not 0. */
  public static final int LOADBOOL = 2;

  /** R[A] to R[B] = nil. */
  public static final int LOADNIL = 3;

  /** R[A] = U[B]. */
  public static final int GETUPVALUE = 4;

  /** U[B] = R[A]. */
  public static final int SETUPVALUE = 5;

  /** R[A] = globals[K[Bx]]. */
  public static final int GETGLOBAL = 6;

  /** globals[K[Bx]] = R[A]. */
  public static final int SETGLOBAL = 7;

  /** R[A] = R[B][R[C]]. */
  public static final int GETTABLE = 8;

  /** R[A] = R[B][K[C]], a string. */
  public static final int GETFIELD = 9;

  /** R[A] = R[B][C]. */
  public static final int GETINDEX = 10;

  /** R[A][R[B]] = C as {@link #CONSTANT_BIT} says. */
  public static final int SETTABLE = 11;

  /** R[A][K[B]] = C as {@link #CONSTANT_BIT} says; the key is a string. */
  public static final int SETFIELD = 12;

  /** R[A] = a table with {@link #room} for B entries of an array, and C others. */
  public static final int NEWTABLE = 13;

  /** R[A + 1] = R[B]; R[A] = R[B][K[C]]. */
  public static final int SELF = 14;

  /** R[A] = R[B] + R[C], and so on. */
  public static final int ADD = 15;

  public static final int SUB = 16;
  public static final int MUL = 17;
  public static final int DIV = 18;
  public static final int MOD = 19;
  public static final int POW = 20;

  /** R[A] = R[B] + K[C], and so on; the constants are numbers. */
  public static final int ADDK = 21;

  public static final int SUBK = 22;
  public static final int MULK = 23;
  public static final int DIVK = 24;
  public static final int MODK = 25;
  public static final int POWK = 26;

  /** R[A] = -R[B]. */
  public static final int UNM = 27;

  /** R[A] = not R[B]. */
  public static final int NOT = 28;

  /** R[A] = #R[B]. */
  public static final int LEN = 29;

  /** R[A] = R[B] .. to .. R[C]. */
  public static final int CONCAT = 30;

  /** Goes on at a distance of Bx. */
  public static final int JUMP = 31;

  /** Skips the jump that follows unless (R[B] == R[C]) == A, and so on. */
  public static final int EQ = 32;

  /** As EQ, with K[C]. */
  public static final int EQK = 33;

  public static final int LT = 34;
  public static final int LE = 35;

  /** R[B] < K[C], <=, >, >=; the constants are numbers. */
  public static final int LTK = 36;

  public static final int LEK = 37;
  public static final int GTK = 38;
  public static final int GEK = 39;

  /** Skips the jump that follows unless the truth of R[B] is C. */
  public static final int TEST = 40;

  /** As TEST; R[A] = R[B] where it does not skip. */
  public static final int TESTSET = 41;

  /** R[A] .. R[A + C - 2] = R[A](R[A + 1] .. R[A + B - 1]); 0 means top. */
  public static final int CALL = 42;

  /** return R[A](R[A + 1] .. R[A + B - 1]); 0 means top. */
  public static final int TAILCALL = 43;

  /** return R[A] .. R[A + B - 2]; 0 means top. */
  public static final int RETURN = 44;

  /** return. */
  public static final int RETURN_NONE = 45;

  /** return R[A]. */
  public static final int RETURN_ONE = 46;

  /** R[A] += R[A + 2]; if R[A + 1] is not passed: R[A + 3] = R[A], and goes on at Bx. */
  public static final int FORLOOP = 47;

  /** Checks R[A] to R[A + 2]; R[A] -= R[A + 2]; goes on at Bx. */
  public static final int FORPREPARE = 48;

  /** R[A + 3] .. R[A + 2 + C] = R[A](R[A + 1], R[A + 2]). */
  public static final int FORCALL = 49;

  /** If R[A + 3] is not nil: R[A + 2] = R[A + 3], and goes on at Bx. */
  public static final int FOREACH = 50;

  /** R[A][(C - 1) * FLUSH + i] = R[A + i] for i to B; B = 0 means top, C = 0 that C comes next. */
  public static final int SETLIST = 51;

  /** Ends the sharing of all variables from R[A] on. */
  public static final int CLOSE = 52;

  /** R[A] = a closure of function Bx. */
  public static final int CLOSURE = 53;

  /** R[A] .. R[A + B - 2] = the arguments that have no name; 0 means all, up to top. */
  public static final int VARARG = 54;

  /** R[A][B] = C as {@link #CONSTANT_BIT} says. */
  public static final int SETINDEX = 55;

  /** How many entries of a list are set at a time. */
  public static final int FLUSH = 50;

  /** Operands with this bit name a constant by the others, those without it a register. */
  public static final int CONSTANT_BIT = 256;

  static final int C_MAX = 511;
  static final int BX_MAX = (1 << 18) - 1;
  static final int DISTANCE_MAX = (1 << 17) - 1;

  private Op() {}

  /**
   * A count in nine bits, rounded up: three of mantissa, the others of exponent. Lua 5.1 rounds
   * alike, and scripts see by {@code #} how large the array of a table with holes was made.
   */
  static int packRoom(int count) {
    int mantissa = count;
    int exponent = 0;
    while (mantissa >= 16) {
      mantissa = (mantissa + 1) >> 1;
      exponent++;
    }
    return mantissa < 8 ? mantissa : (exponent + 1) << 3 | mantissa - 8;
  }

  /** The count in an operand of {@link #NEWTABLE}. */
  public static int room(int operand) {
    int exponent = operand >> 3;
    return exponent == 0 ? operand : ((operand & 7) + 8) << exponent - 1;
  }

  static int abc(int op, int a, int b, int c) {
    assert a >= 0 && a < 256 && b >= 0 && b <= C_MAX && c >= 0 && c <= C_MAX;
    return op | a << 6 | b << 14 | c << 23;
  }

  static int abx(int op, int a, int bx) {
    assert a >= 0 && a < 256;
    return op | a << 6 | bx << 14;
  }

  /** The operation of an instruction. */
  public static int op(int instruction) {
    return instruction & 0x3F;
  }

  public static int a(int instruction) {
    return instruction >>> 6 & 0xFF;
  }

  public static int b(int instruction) {
    return instruction >>> 14 & 0x1FF;
  }

  public static int c(int instruction) {
    return instruction >>> 23;
  }

  public static int bx(int instruction) {
    return instruction >>> 14;
  }

  /** Bx as a distance. */
  public static int distance(int instruction) {
    return instruction >> 14;
  }

  static int withA(int instruction, int a) {
    return instruction & ~(0xFF << 6) | a << 6;
  }

  static int withB(int instruction, int b) {
    return instruction & ~(0x1FF << 14) | b << 14;
  }

  static int withC(int instruction, int c) {
    return instruction & ~(0x1FF << 23) | c << 23;
  }

  static int withDistance(int instruction, int distance) {
    return instruction & 0x3FFF | distance << 14;
  }
}
