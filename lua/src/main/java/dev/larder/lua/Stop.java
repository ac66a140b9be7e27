package dev.larder.lua;

/** Ends a run, whatever the script has to say about it. */
final class Stop extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient LuaString reason;

  Stop(LuaString reason) {
    super(null, null, false, false);
    this.reason = reason;
  }

  LuaString reason() {
    return reason;
  }
}
