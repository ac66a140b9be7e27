package dev.larder.lua.compiler;

/** How messages show where a script comes from. */
public final class ChunkNames {
  /** The size of a name in the messages of the compiler, and in those of a script that runs. */
  static final int COMPILER_SIZE = 80;

  public static final int RUN_SIZE = 60;

  /** What is set aside for the frame of a name; measured at Redis. */
  private static final int FILE_FRAME = 8;

  private static final int STRING_FRAME = 17;

  private ChunkNames() {}

  /**
   * The name in messages: what follows {@code =}; the end of what follows {@code @}; otherwise the
   * name is the source, of which the first line is shown.
   *
   * @param size about how many bytes there may be
   */
  public static String shown(String name, int size) {
    if (name.startsWith("=")) {
      return name.substring(1, Math.min(name.length(), size));
    }
    if (name.startsWith("@")) {
      int room = size - FILE_FRAME;
      String file = name.substring(1);
      return file.length() > room ? "..." + file.substring(file.length() - room) : file;
    }
    int room = size - STRING_FRAME;
    int end = 0;
    while (end < name.length() && name.charAt(end) != '\n' && name.charAt(end) != '\r') {
      end++;
    }
    boolean shortened = end < name.length() || end > room;
    String shown = name.substring(0, Math.min(end, room));
    return "[string \"" + shown + (shortened ? "...\"]" : "\"]");
  }
}
