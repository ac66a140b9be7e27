package dev.larder.session;

import dev.larder.resp.HotPath;

/**
 * What a client has switched on or off for itself. The switches for replies are for the session's
 * own loop; the others may be read by any thread.
 */
@HotPath
public final class ClientModes {
  private volatile boolean isNoEvict;
  private volatile boolean isNoTouch;

  /** Whether any command, this one or the next, may lack its reply: the one thing to ask first. */
  private boolean mayMute;

  private boolean isOff;
  private boolean skipsThis;
  private boolean skipsNext;

  /** Whether the client stays connected when clients are evicted for memory. */
  public boolean isNoEvict() {
    return isNoEvict;
  }

  public void noEvict(boolean on) {
    isNoEvict = on;
  }

  /** Whether the client's reads leave no trace at keys. */
  public boolean isNoTouch() {
    return isNoTouch;
  }

  public void noTouch(boolean on) {
    isNoTouch = on;
  }

  /** Whether {@link #isMuted} and {@link #commandEnds} have to be called at all. */
  public boolean mayMute() {
    return mayMute;
  }

  /** Whether the command being executed gets no reply. */
  public boolean isMuted() {
    return isOff || skipsThis;
  }

  /** All commands get replies from now on, this one included. */
  public void reply() {
    isOff = false;
    skipsThis = false;
  }

  /** No command gets a reply from now on, this one included. */
  public void mute() {
    isOff = true;
    mayMute = true;
  }

  /** Neither this command gets a reply nor the next one. */
  public void skip() {
    skipsThis = true;
    skipsNext = !isOff;
    mayMute = true;
  }

  /** A command is answered. */
  public void commandEnds() {
    skipsThis = skipsNext;
    skipsNext = false;
    mayMute = isOff || skipsThis;
  }

  /** As for a new connection. */
  void reset() {
    isNoEvict = false;
    isNoTouch = false;
    isOff = false;
    skipsThis = false;
    skipsNext = false;
  }
}
