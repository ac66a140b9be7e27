package dev.larder.net;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/**
 * The server cannot start for a reason that its user can mend. The message is one line that says
 * what to do.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  /** For a file that could not be had, of which the system's own message is only the name. */
  public static StartException of(Exception e) {
    if (e instanceof FileSystemException failed) {
      String reason = failed.getReason();
      String denied = e instanceof AccessDeniedException ? "permission denied" : "not possible";
      return new StartException(
          "cannot open "
              + failed.getFile()
              + ": "
              + (reason == null ? denied : reason)
              + "; use a dir in which this user may write");
    }
    return new StartException(String.valueOf(e.getMessage()));
  }
}
