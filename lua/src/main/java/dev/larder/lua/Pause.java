package dev.larder.lua;

/** Leaves a builtin whose call is to be made again, from its start, when the run goes on. */
final class Pause extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The call needs more steps than a slice has. */
  static final Pause LONG = new Pause();

  /** The call waits for the host. */
  static final Pause WAITING = new Pause();

  private Pause() {
    super(null, null, false, false);
  }
}
