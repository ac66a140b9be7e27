package dev.larder.session;

import dev.larder.push.Monitors;
import dev.larder.push.PushTarget;
import dev.larder.resp.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * What a client has switched on or off for itself. The switches for replies are for the session's
 * own loop; the others may be read by any thread.
 */
@HotPath
public final class ClientModes {
  /** How the client is told. */
  private record Monitoring(Monitors monitors, PushTarget target) {}

  private volatile boolean isNoEvict;
  private volatile boolean isNoTouch;

  /** Null if the client is not told what all clients do. */
  private volatile @Nullable Monitoring monitoring;

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

  /** Whether the client is told every command. */
  public boolean isMonitor() {
    return monitoring != null;
  }

  /** The client is told every command from now on. */
  public void monitor(Monitors told, Connection connection) {
    // What is on its way when the client leaves does not get to it any more.
    PushTarget target =
        (message, sequence) -> {
          if (isMonitor()) {
            connection.push(message, sequence);
          }
        };
    monitoring = new Monitoring(told, target);
    told.add(connection.eventLoop(), target);
  }

  /** The client is not told every command any more. */
  void leaveMonitors() {
    Monitoring left = monitoring;
    if (left != null) {
      monitoring = null;
      left.monitors.remove(left.target);
    }
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
