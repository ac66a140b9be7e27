package dev.larder.lua.compiler;

/** The compiler. */
public final class Compiler {
  private Compiler() {}

  /**
   * Compiles a script to a function that takes any number of arguments.
   *
   * @param chunkName where it comes from: see {@link ChunkNames}
   * @param levels how many of the levels that nesting may have are in use already
   * @throws SyntaxException if it is not Lua, or too large
   */
  public static FunctionCode compile(
      byte[] source, String chunkName, Numerals numerals, int levels) {
    return new Parser(new Lexer(source, chunkName, numerals), chunkName, levels).parse();
  }
}
