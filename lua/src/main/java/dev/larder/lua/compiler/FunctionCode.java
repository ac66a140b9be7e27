package dev.larder.lua.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled function, before a machine has loaded it.
 *
 * @param chunkName where it comes from, in {@link ChunkNames}' words
 * @param lineDefined the line of its beginning; 0 for a whole script
 * @param parameters how many named parameters it has
 * @param vararg whether it takes more
 * @param argTable whether those are also to be put into a table, as its next register
 * @param registers how many it needs
 * @param code its instructions, as in {@link Op}
 * @param lines the line of each
 * @param constants strings, each of whose characters is a byte; numbers, truth values, nil
 * @param functions those defined inside
 * @param captures where each captured variable is: 2 * register + 1 of the function around, or 2 *
 *     index among that one's captured variables
 * @param captureNames their names
 * @param locals its local variables, for messages
 */
public record FunctionCode(
    String chunkName,
    int lineDefined,
    int parameters,
    boolean vararg,
    boolean argTable,
    int registers,
    int[] code,
    int[] lines,
    List<@Nullable Object> constants,
    List<FunctionCode> functions,
    int[] captures,
    List<String> captureNames,
    List<Local> locals) {
  /**
   * A local variable.
   *
   * @param from the first instruction that knows it
   * @param to the first that no longer does
   */
  public record Local(String name, int from, int to) {}
}
