package dev.larder.lua.compiler;

import dev.larder.lua.compiler.Expression.Kind;
import java.util.ArrayList;
import java.util.List;

/** Parses a script: statements here, expressions in the class above. */
final class Parser extends ExpressionParser {
  Parser(Lexer lexer, String chunkName, int levels) {
    super(lexer, chunkName, levels);
  }

  FunctionCode parse() {
    FunctionState main = openFunction(0);
    main.vararg = true;
    lexer.next();
    parseStatements();
    check(Token.END_OF_SOURCE);
    return closeFunction();
  }

  @Override
  void parseStatements() {
    enterLevel();
    boolean last = false;
    while (!last && !atBlockEnd()) {
      last = statement();
      accept(';');
      FunctionState function = function();
      function.code.freeRegister(function.localCount());
    }
    leaveLevel();
  }

  private boolean atBlockEnd() {
    return switch (lexer.token()) {
      case Token.ELSE, Token.ELSEIF, Token.END, Token.UNTIL, Token.END_OF_SOURCE -> true;
      default -> false;
    };
  }

  /** Parses a statement; tells whether it has to be the last of its block. */
  private boolean statement() {
    int line = lexer.line();
    switch (lexer.token()) {
      case Token.IF -> ifStatement(line);
      case Token.WHILE -> whileStatement(line);
      case Token.DO -> {
        lexer.next();
        block();
        expectEnd(Token.END, Token.DO, line);
      }
      case Token.FOR -> forStatement(line);
      case Token.REPEAT -> repeatStatement(line);
      case Token.FUNCTION -> functionStatement(line);
      case Token.LOCAL -> {
        lexer.next();
        if (accept(Token.FUNCTION)) {
          localFunction();
        } else {
          localStatement();
        }
      }
      case Token.RETURN -> {
        returnStatement();
        return true;
      }
      case Token.BREAK -> {
        lexer.next();
        function().breakLoop();
        return true;
      }
      default -> callOrAssignment();
    }
    return false;
  }

  private void block() {
    function().enterBlock(false);
    parseStatements();
    function().leaveBlock();
  }

  /** Parses a condition; the result is the list of jumps that are taken if it is false. */
  private int condition() {
    Expression e = new Expression();
    expression(e);
    if (e.kind == Kind.NIL) {
      e.kind = Kind.FALSE;
    }
    function().expressions.goIfTrue(e);
    return e.falseJumps;
  }

  private void ifStatement(int line) {
    Code code = function().code;
    int ends = Code.NO_JUMP;
    int otherwise = ifBranch();
    while (lexer.token() == Token.ELSEIF) {
      ends = code.concat(ends, code.emitJump());
      code.patchToHere(otherwise);
      otherwise = ifBranch();
    }
    if (lexer.token() == Token.ELSE) {
      ends = code.concat(ends, code.emitJump());
      code.patchToHere(otherwise);
      lexer.next();
      block();
    } else {
      ends = code.concat(ends, otherwise);
    }
    code.patchToHere(ends);
    expectEnd(Token.END, Token.IF, line);
  }

  private int ifBranch() {
    lexer.next();
    int otherwise = condition();
    expect(Token.THEN);
    block();
    return otherwise;
  }

  private void whileStatement(int line) {
    lexer.next();
    FunctionState function = function();
    int start = function.code.target();
    int exit = condition();
    function.enterBlock(true);
    expect(Token.DO);
    block();
    function.code.patchTo(function.code.emitJump(), start);
    expectEnd(Token.END, Token.WHILE, line);
    function.leaveBlock();
    function.code.patchToHere(exit);
  }

  private void repeatStatement(int line) {
    FunctionState function = function();
    int start = function.code.target();
    function.enterBlock(true);
    function.enterBlock(false);
    lexer.next();
    parseStatements();
    expectEnd(Token.UNTIL, Token.REPEAT, line);
    int again = condition();
    if (!function.isBlockCaptured()) {
      function.leaveBlock();
      function.code.patchTo(again, start);
    } else {
      function.breakLoop();
      function.code.patchToHere(again);
      function.leaveBlock();
      function.code.patchTo(function.code.emitJump(), start);
    }
    function.leaveBlock();
  }

  private void forStatement(int line) {
    function().enterBlock(true);
    lexer.next();
    String name = expectName();
    switch (lexer.token()) {
      case '=' -> forNumbers(name, line);
      case ',', Token.IN -> forEach(name);
      default -> throw lexer.errorHere("'=' or 'in' expected");
    }
    expectEnd(Token.END, Token.FOR, line);
    function().leaveBlock();
  }

  private void forNumbers(String name, int line) {
    FunctionState function = function();
    int base = function.code.freeRegister();
    function.declare("(for index)");
    function.declare("(for limit)");
    function.declare("(for step)");
    function.declare(name);
    expect('=');
    toNextRegister();
    expect(',');
    toNextRegister();
    if (accept(',')) {
      toNextRegister();
    } else {
      function.code.emitWide(Op.LOADK, base + 2, function.code.constant(1.0));
      function.code.reserve(1);
    }
    forBody(base, line, 1, true);
  }

  private void toNextRegister() {
    Expression e = new Expression();
    expression(e);
    function().expressions.toNextRegister(e);
  }

  private void forEach(String first) {
    FunctionState function = function();
    int base = function.code.freeRegister();
    function.declare("(for generator)");
    function.declare("(for state)");
    function.declare("(for control)");
    function.declare(first);
    int names = 1;
    while (accept(',')) {
      function.declare(expectName());
      names++;
    }
    expect(Token.IN);
    int line = lexer.line();
    Expression last = new Expression();
    adjust(3, expressionList(last), last);
    function.code.checkRegisters(3);
    forBody(base, line, names, false);
  }

  private void forBody(int base, int line, int names, boolean numbers) {
    FunctionState function = function();
    Code code = function.code;
    function.showLocals(3);
    expect(Token.DO);
    int begin =
        numbers
            ? code.emit(Op.withDistance(Op.abx(Op.FORPREPARE, base, 0), Code.NO_JUMP))
            : code.emitJump();
    function.enterBlock(false);
    function.showLocals(names);
    code.reserve(names);
    block();
    function.leaveBlock();
    code.patchToHere(begin);
    if (!numbers) {
      code.emit(Op.FORCALL, base, 0, names);
      code.fixLine(line);
    }
    int end = code.emitWide(numbers ? Op.FORLOOP : Op.FOREACH, base, 0);
    code.fixLine(line);
    code.fix(end, begin + 1);
  }

  private void functionStatement(int line) {
    lexer.next();
    FunctionState function = function();
    Expression variable = new Expression();
    function.variable(expectName(), variable);
    boolean method = false;
    while (lexer.token() == '.') {
      field(variable);
    }
    if (lexer.token() == ':') {
      method = true;
      field(variable);
    }
    Expression body = new Expression();
    functionBody(body, method, line);
    function.expressions.store(variable, body);
    function.code.fixLine(line);
  }

  private void localFunction() {
    FunctionState function = function();
    function.declare(expectName());
    Expression variable = new Expression().set(Kind.LOCAL, function.code.freeRegister());
    function.code.reserve(1);
    function.showLocals(1);
    Expression body = new Expression();
    functionBody(body, false, lexer.line());
    function.expressions.store(variable, body);
    function.restartLastLocal();
  }

  private void localStatement() {
    FunctionState function = function();
    int names = 0;
    do {
      function.declare(expectName());
      names++;
    } while (accept(','));
    Expression last = new Expression();
    int values = accept('=') ? expressionList(last) : 0;
    adjust(names, values, last);
    function.showLocals(names);
  }

  /** Makes the number of values in registers that of the variables they are for. */
  private void adjust(int variables, int values, Expression last) {
    FunctionState function = function();
    int missing = variables - values;
    if (last.hasManyResults()) {
      int wanted = Math.max(missing + 1, 0);
      function.expressions.setResults(last, wanted);
      if (wanted > 1) {
        function.code.reserve(wanted - 1);
      }
      return;
    }
    if (last.kind != Kind.VOID) {
      function.expressions.toNextRegister(last);
    }
    if (missing > 0) {
      int register = function.code.freeRegister();
      function.code.reserve(missing);
      function.code.emitNil(register, missing);
    }
  }

  private void returnStatement() {
    lexer.next();
    FunctionState function = function();
    Code code = function.code;
    if (atBlockEnd() || lexer.token() == ';') {
      code.emit(Op.RETURN_NONE, 0, 1, 0);
      return;
    }
    Expression last = new Expression();
    int count = expressionList(last);
    if (last.hasManyResults()) {
      function.expressions.setResults(last, -1);
      if (last.kind == Kind.CALL && count == 1) {
        int call = code.get(last.info);
        code.set(last.info, Op.abc(Op.TAILCALL, Op.a(call), Op.b(call), Op.c(call)));
      }
      code.emit(Op.RETURN, function.localCount(), 0, 0);
    } else if (count == 1) {
      code.emit(Op.RETURN_ONE, function.expressions.toAnyRegister(last), 2, 0);
    } else {
      function.expressions.toNextRegister(last);
      code.emit(Op.RETURN, function.localCount(), count + 1, 0);
    }
  }

  private void callOrAssignment() {
    Expression e = new Expression();
    primary(e);
    if (e.kind == Kind.CALL) {
      Code code = function().code;
      code.set(e.info, Op.withC(code.get(e.info), 1));
    } else {
      assignment(e);
    }
  }

  private void assignment(Expression first) {
    FunctionState function = function();
    List<Expression> targets = new ArrayList<>();
    addTarget(targets, first);
    while (accept(',')) {
      Expression target = new Expression();
      primary(target);
      if (target.kind == Kind.LOCAL) {
        keepOldValue(targets, target.info);
      }
      int limit = LEVELS_MAX - levels;
      if (targets.size() > limit) {
        throw function.limitError(limit, "variables in assignment");
      }
      addTarget(targets, target);
    }
    expect('=');
    Expression last = new Expression();
    int values = expressionList(last);
    int next = targets.size() - 1;
    if (values == targets.size()) {
      function.expressions.load(last);
      function.expressions.store(targets.get(next--), last);
    } else {
      adjust(targets.size(), values, last);
      if (values > targets.size()) {
        int extra = values - targets.size();
        function.code.freeRegister(function.code.freeRegister() - extra);
      }
    }
    for (; next >= 0; next--) {
      last.set(Kind.REGISTER, function.code.freeRegister() - 1);
      function.expressions.store(targets.get(next), last);
    }
  }

  private void addTarget(List<Expression> targets, Expression target) {
    switch (target.kind) {
      case LOCAL, UPVALUE, GLOBAL, INDEXED, FIELD, INDEX -> targets.add(target);
      default -> throw lexer.errorHere("syntax error");
    }
  }

  /**
   * Copies a local variable that is to be assigned, if an earlier target uses it as table or key:
   * that is to see its old value.
   */
  private void keepOldValue(List<Expression> targets, int register) {
    Code code = function().code;
    int copy = code.freeRegister();
    boolean used = false;
    for (Expression target : targets) {
      boolean indexed = target.kind == Kind.INDEXED;
      if ((indexed || target.kind == Kind.FIELD || target.kind == Kind.INDEX)
          && target.info == register) {
        target.info = copy;
        used = true;
      }
      if (indexed && target.aux == register) {
        target.aux = copy;
        used = true;
      }
    }
    if (used) {
      code.emit(Op.MOVE, copy, register, 0);
      code.reserve(1);
    }
  }
}
