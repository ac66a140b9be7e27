package dev.larder.acl;

/** A rule that cannot be followed; the message says why, in the words of Redis. */
final class RuleException extends Exception {

  private static final long serialVersionUID = 1L;

  RuleException(String message) {
    super(message, null, false, false);
  }
}
