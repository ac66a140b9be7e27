package dev.larder.resp;

import java.io.IOException;

/** The bytes read are not RESP; what follows them cannot be read either. */
public final class RespFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what was expected and what was found. */
  public RespFormatException(String message) {
    super(message);
  }
}
