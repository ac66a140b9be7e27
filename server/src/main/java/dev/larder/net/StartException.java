package dev.larder.net;

/**
 * The server cannot start for a reason that its user can mend. The message is one line that says
 * what to do.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }
}
