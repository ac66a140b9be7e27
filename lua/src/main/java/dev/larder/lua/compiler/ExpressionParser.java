package dev.larder.lua.compiler;

import dev.larder.lua.compiler.Expression.Kind;
import dev.larder.lua.compiler.OperatorCoder.Binary;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parses expressions; what statements share with them is here as well. */
abstract class ExpressionParser {
  /** How deeply blocks and expressions may be nested; measured at Redis. */
  static final int LEVELS_MAX = 200;

  final Lexer lexer;

  /** As messages show it: the name itself may be the whole source. */
  private final String chunkName;

  private @Nullable FunctionState innermost;
  int levels;

  ExpressionParser(Lexer lexer, String chunkName, int levels) {
    this.levels = levels;
    this.lexer = lexer;
    this.chunkName = ChunkNames.shown(chunkName, ChunkNames.RUN_SIZE);
  }

  /** Parses the statements of a block, to its end. */
  abstract void parseStatements();

  /** The function that is being parsed. */
  final FunctionState function() {
    return Objects.requireNonNull(innermost);
  }

  final FunctionState openFunction(int line) {
    FunctionState opened = new FunctionState(innermost, lexer, line);
    innermost = opened;
    return opened;
  }

  final FunctionCode closeFunction() {
    FunctionState closed = function();
    FunctionCode code = closed.finish(chunkName);
    innermost = closed.around;
    return code;
  }

  final void enterLevel() {
    if (++levels > LEVELS_MAX) {
      throw lexer.errorAtLine("chunk has too many syntax levels");
    }
  }

  final void leaveLevel() {
    levels--;
  }

  // Tokens.

  final boolean accept(int kind) {
    if (lexer.token() != kind) {
      return false;
    }
    lexer.next();
    return true;
  }

  final void check(int kind) {
    if (lexer.token() != kind) {
      throw expected(kind);
    }
  }

  final void expect(int kind) {
    check(kind);
    lexer.next();
  }

  final SyntaxException expected(int kind) {
    return lexer.errorHere("'" + Token.textOf(kind) + "' expected");
  }

  final void expectEnd(int kind, int opening, int line) {
    if (accept(kind)) {
      return;
    }
    if (line == lexer.line()) {
      throw expected(kind);
    }
    throw lexer.errorHere(
        "'%s' expected (to close '%s' at line %d)"
            .formatted(Token.textOf(kind), Token.textOf(opening), line));
  }

  final String expectName() {
    check(Token.NAME);
    String name = lexer.text();
    lexer.next();
    return name;
  }

  private void string(Expression e, String text) {
    e.set(Kind.STRING, function().code.constant(text));
  }

  // Expressions.

  final void expression(Expression e) {
    subexpression(e, 0);
  }

  /** Parses expressions between commas, of which the last is left as it is. */
  final int expressionList(Expression last) {
    int count = 1;
    expression(last);
    while (accept(',')) {
      function().expressions.toNextRegister(last);
      expression(last);
      count++;
    }
    return count;
  }

  /**
   * Parses what binds stronger than a limit.
   *
   * @return the operator that follows
   */
  private @Nullable Binary subexpression(Expression e, int limit) {
    enterLevel();
    switch (lexer.token()) {
      case Token.NOT -> {
        operand(e);
        function().expressions.not(e);
      }
      case '-' -> {
        operand(e);
        function().operators.minus(e);
      }
      case '#' -> {
        operand(e);
        function().operators.length(e);
      }
      default -> simple(e);
    }
    Binary operator = binary(lexer.token());
    while (operator != null && operator.left > limit) {
      lexer.next();
      function().operators.begin(operator, e);
      Expression right = new Expression();
      Binary next = subexpression(right, operator.right);
      function().operators.end(operator, e, right);
      operator = next;
    }
    leaveLevel();
    return operator;
  }

  private void operand(Expression e) {
    lexer.next();
    subexpression(e, OperatorCoder.UNARY_PRIORITY);
  }

  private static @Nullable Binary binary(int token) {
    return switch (token) {
      case '+' -> Binary.ADD;
      case '-' -> Binary.SUB;
      case '*' -> Binary.MUL;
      case '/' -> Binary.DIV;
      case '%' -> Binary.MOD;
      case '^' -> Binary.POW;
      case '<' -> Binary.LT;
      case '>' -> Binary.GT;
      case Token.CONCAT -> Binary.CONCAT;
      case Token.NE -> Binary.NE;
      case Token.EQ -> Binary.EQ;
      case Token.LE -> Binary.LE;
      case Token.GE -> Binary.GE;
      case Token.AND -> Binary.AND;
      case Token.OR -> Binary.OR;
      default -> null;
    };
  }

  private void simple(Expression e) {
    switch (lexer.token()) {
      case Token.NUMBER -> e.setNumber(lexer.number());
      case Token.STRING -> string(e, lexer.text());
      case Token.NIL -> e.set(Kind.NIL, 0);
      case Token.TRUE -> e.set(Kind.TRUE, 0);
      case Token.FALSE -> e.set(Kind.FALSE, 0);
      case Token.DOTS -> {
        if (!function().vararg) {
          throw lexer.errorHere("cannot use '...' outside a vararg function");
        }
        function().argTable = false;
        e.set(Kind.VARARG, function().code.emit(Op.VARARG, 0, 1, 0));
      }
      case '{' -> {
        new TableParser(this).parse(e);
        return;
      }
      case Token.FUNCTION -> {
        lexer.next();
        functionBody(e, false, lexer.line());
        return;
      }
      default -> {
        primary(e);
        return;
      }
    }
    lexer.next();
  }

  /** Parses a variable, a call, or what is in parentheses. */
  final void primary(Expression e) {
    prefix(e);
    while (true) {
      switch (lexer.token()) {
        case '.' -> field(e);
        case '[' -> {
          function().expressions.toAnyRegister(e);
          Expression key = new Expression();
          bracketedKey(key);
          function().expressions.index(e, key);
        }
        case ':' -> {
          lexer.next();
          String name = expectName();
          function().expressions.self(e, function().code.constant(name));
          arguments(e);
        }
        case '(', Token.STRING, '{' -> {
          function().expressions.toNextRegister(e);
          arguments(e);
        }
        default -> {
          return;
        }
      }
    }
  }

  private void prefix(Expression e) {
    switch (lexer.token()) {
      case '(' -> {
        int line = lexer.line();
        lexer.next();
        expression(e);
        expectEnd(')', '(', line);
        function().expressions.load(e);
      }
      case Token.NAME -> function().variable(expectName(), e);
      default -> throw lexer.errorHere("unexpected symbol");
    }
  }

  final void field(Expression e) {
    function().expressions.toAnyRegister(e);
    lexer.next();
    Expression key = new Expression();
    string(key, expectName());
    function().expressions.index(e, key);
  }

  final void bracketedKey(Expression key) {
    lexer.next();
    expression(key);
    function().expressions.toValue(key);
    expect(']');
  }

  /** Parses the arguments of a function that is in the last register. */
  private void arguments(Expression function) {
    FunctionState state = function();
    int line = lexer.line();
    Expression last = new Expression();
    switch (lexer.token()) {
      case '(' -> {
        if (line != lexer.lastLine()) {
          throw lexer.errorHere("ambiguous syntax (function call x new statement)");
        }
        lexer.next();
        if (lexer.token() != ')') {
          expressionList(last);
          state.expressions.setResults(last, -1);
        }
        expectEnd(')', '(', line);
      }
      case '{' -> new TableParser(this).parse(last);
      case Token.STRING -> {
        string(last, lexer.text());
        lexer.next();
      }
      default -> throw lexer.errorHere("function arguments expected");
    }
    int base = function.info;
    int count = -1;
    if (!last.hasManyResults()) {
      if (last.kind != Kind.VOID) {
        state.expressions.toNextRegister(last);
      }
      count = state.code.freeRegister() - (base + 1);
    }
    function.set(Kind.CALL, state.code.emit(Op.CALL, base, count + 1, 2));
    state.code.fixLine(line);
    state.code.freeRegister(base + 1);
  }

  /** Parses a function from its parameters on. */
  final void functionBody(Expression e, boolean method, int line) {
    FunctionState inner = openFunction(line);
    expect('(');
    if (method) {
      inner.declare("self");
      inner.showLocals(1);
    }
    parameters(inner);
    expect(')');
    parseStatements();
    expectEnd(Token.END, Token.FUNCTION, line);
    FunctionCode code = closeFunction();
    FunctionState outer = function();
    if (outer.functions.size() > Op.BX_MAX) {
      throw lexer.errorHere("constant table overflow");
    }
    outer.functions.add(code);
    e.set(Kind.RELOCATABLE, outer.code.emitWide(Op.CLOSURE, 0, outer.functions.size() - 1));
  }

  private void parameters(FunctionState inner) {
    int declared = 0;
    if (lexer.token() != ')') {
      do {
        if (lexer.token() == Token.NAME) {
          inner.declare(expectName());
          declared++;
        } else if (accept(Token.DOTS)) {
          inner.declare("arg");
          declared++;
          inner.vararg = true;
          inner.argTable = true;
        } else {
          throw lexer.errorHere("<name> or '...' expected");
        }
      } while (!inner.vararg && accept(','));
    }
    inner.showLocals(declared);
    inner.parameters = inner.localCount() - (inner.vararg ? 1 : 0);
    inner.code.reserve(inner.localCount());
  }
}
