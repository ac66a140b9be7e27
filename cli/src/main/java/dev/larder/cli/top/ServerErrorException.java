package dev.larder.cli.top;

/** A server has replied with an error, whose text is the message. */
final class ServerErrorException extends Exception {
  private static final long serialVersionUID = 1;

  ServerErrorException(String text) {
    super(text);
  }
}
