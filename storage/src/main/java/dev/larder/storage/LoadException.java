package dev.larder.storage;

/** Why a file cannot be loaded; the message says what is wrong and where. */
public final class LoadException extends Exception {
  private static final long serialVersionUID = 1L;

  public LoadException(String message) {
    super(message, null, false, false);
  }
}
