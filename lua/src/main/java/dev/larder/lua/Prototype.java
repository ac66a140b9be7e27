package dev.larder.lua;

import dev.larder.lua.compiler.FunctionCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function's code as the machine runs it; closures share it. */
final class Prototype {
  /** What a function's code takes beside instructions and constants, and a constant, about. */
  private static final int BYTES = 256;

  private static final int BYTES_PER_CONSTANT = 48;

  /** That of frames which are no function of a script. */
  static final Prototype NONE =
      new Prototype(
          new FunctionCode(
              "",
              0,
              0,
              false,
              false,
              0,
              new int[0],
              new int[0],
              List.of(),
              List.of(),
              new int[0],
              List.of(),
              List.of()),
          true,
          new Names());

  final int[] code;

  /** The constants as on the stack: references, and numbers where those have the marker. */
  final @Nullable Object[] refs;

  final double[] nums;

  /** Those constants that are strings, others where they are not. */
  final LuaString[] names;

  final Prototype[] functions;

  /** As in {@link FunctionCode#captures}. */
  final int[] captures;

  final int parameters;
  final boolean vararg;
  final boolean argTable;
  final int registers;

  /** Whether its functions are to look like builtins to scripts. */
  final boolean disguised;

  /** Whether a call of it needs no more than the usual. */
  final boolean plain;

  /** For messages. */
  final FunctionCode source;

  Prototype(FunctionCode source, boolean disguised, Names known) {
    this.source = source;
    this.disguised = disguised;
    code = source.code();
    parameters = source.parameters();
    vararg = source.vararg();
    argTable = source.argTable();
    registers = source.registers();
    captures = source.captures();
    plain = !vararg && !disguised;
    List<@Nullable Object> constants = source.constants();
    refs = new @Nullable Object[constants.size()];
    nums = new double[constants.size()];
    names = new LuaString[constants.size()];
    for (int i = 0; i < refs.length; i++) {
      Object constant = constants.get(i);
      if (constant instanceof Double number) {
        refs[i] = Marker.NUMBER;
        nums[i] = number;
      } else {
        refs[i] = constant instanceof String text ? known.of(text) : constant;
      }
      names[i] = refs[i] instanceof LuaString name ? name : LuaString.EMPTY;
    }
    functions = new Prototype[source.functions().size()];
    for (int i = 0; i < functions.length; i++) {
      functions[i] = new Prototype(source.functions().get(i), disguised, known);
    }
  }

  /** What its code takes on the heap, in bytes, about; without functions inside of it. */
  long heapBytes() {
    long words = 2L * code.length + captures.length;
    long bytes = BYTES + Integer.BYTES * words + (long) BYTES_PER_CONSTANT * refs.length;
    for (LuaString name : names) {
      // As text, too.
      bytes += 2L * name.length();
    }
    return bytes + (long) BYTES_PER_CONSTANT * source.locals().size();
  }

  /** The line of an instruction. */
  int lineOf(int pc) {
    return source.lines()[pc];
  }
}
