package dev.larder.lua.compiler;

/** A script that is not Lua, or is beyond a limit of the compiler. */
public final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SyntaxException(String message) {
    super(message, null, false, false);
  }

  /** The message for the script's author; each character is a byte. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
