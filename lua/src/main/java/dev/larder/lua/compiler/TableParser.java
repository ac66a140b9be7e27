package dev.larder.lua.compiler;

import dev.larder.lua.compiler.Expression.Kind;

/** Parses one table constructor. */
final class TableParser {
  /** How many entries a list may have. */
  private static final int ENTRIES_MAX = Integer.MAX_VALUE - 2;

  private final ExpressionParser parser;
  private final Lexer lexer;
  private final FunctionState function;
  private final Expression table = new Expression();

  /** The entry of the list that was read last and is not in a register yet. */
  private final Expression item = new Expression();

  private int listed;
  private int fields;

  /** Entries of the list in registers. */
  private int waiting;

  TableParser(ExpressionParser parser) {
    this.parser = parser;
    lexer = parser.lexer;
    function = parser.function();
  }

  void parse(Expression e) {
    int line = lexer.line();
    int creation = function.code.emit(Op.NEWTABLE, 0, 0, 0);
    table.set(Kind.RELOCATABLE, creation);
    function.expressions.toNextRegister(table);
    parser.expect('{');
    while (lexer.token() != '}') {
      storeItem();
      if (lexer.token() == '[' || lexer.token() == Token.NAME && lexer.lookAhead() == '=') {
        field();
      } else {
        parser.expression(item);
        if (listed >= ENTRIES_MAX) {
          throw function.limitError(ENTRIES_MAX, "items in a constructor");
        }
        listed++;
        waiting++;
      }
      if (!parser.accept(',') && !parser.accept(';')) {
        break;
      }
    }
    parser.expectEnd('}', '{', line);
    storeLast();
    int instruction = function.code.get(creation);
    instruction = Op.withB(instruction, Op.packRoom(listed));
    function.code.set(creation, Op.withC(instruction, Op.packRoom(fields)));
    e.copy(table);
  }

  private void field() {
    int free = function.code.freeRegister();
    Expression key = new Expression();
    if (lexer.token() == Token.NAME) {
      key.set(Kind.STRING, function.code.constant(parser.expectName()));
    } else {
      parser.bracketedKey(key);
    }
    fields++;
    parser.expect('=');
    Expression target = new Expression().set(Kind.REGISTER, table.info);
    function.expressions.index(target, key);
    Expression value = new Expression();
    parser.expression(value);
    function.expressions.store(target, value);
    function.code.freeRegister(free);
  }

  private void storeItem() {
    if (item.kind == Kind.VOID) {
      return;
    }
    function.expressions.toNextRegister(item);
    item.set(Kind.VOID, 0);
    if (waiting == Op.FLUSH) {
      setList(waiting);
      waiting = 0;
    }
  }

  private void storeLast() {
    if (waiting == 0) {
      return;
    }
    if (item.hasManyResults()) {
      function.expressions.setResults(item, -1);
      setList(0);
      listed--;
    } else {
      if (item.kind != Kind.VOID) {
        function.expressions.toNextRegister(item);
      }
      setList(waiting);
    }
  }

  private void setList(int count) {
    int batch = (listed - 1) / Op.FLUSH + 1;
    if (batch <= Op.C_MAX) {
      function.code.emit(Op.SETLIST, table.info, count, batch);
    } else {
      function.code.emit(Op.SETLIST, table.info, count, 0);
      function.code.emit(batch);
    }
    function.code.freeRegister(table.info + 1);
  }
}
