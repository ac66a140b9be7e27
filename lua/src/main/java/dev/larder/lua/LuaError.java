package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/**
 * An error of a script, with the value that {@code pcall} returns for it. Without a stack trace.
 */
public final class LuaError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object value;

  /** An error with any value. */
  public LuaError(@Nullable Object value) {
    super(null, null, false, false);
    this.value = value;
  }

  /** An error with a message, each of whose characters is one byte. */
  public LuaError(String message) {
    this(LuaString.of(message));
  }

  /** What {@code pcall} returns as its second result. */
  public @Nullable Object value() {
    return value;
  }

  @Override
  public String getMessage() {
    return String.valueOf(value);
  }
}
