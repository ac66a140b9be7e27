package dev.larder.command;

/** Whether a command's keys count as used, which decides what is evicted first. */
public enum KeyUse {
  /** Unless the client has said {@code CLIENT NO-TOUCH on}. */
  BY_CLIENT,
  /** Never: it looks at keys from outside. */
  NEVER,
  /** Whatever the client has said. */
  ALWAYS
}
