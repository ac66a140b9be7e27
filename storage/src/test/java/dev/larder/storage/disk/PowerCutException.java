package dev.larder.storage.disk;

import java.io.IOException;

/** The simulated disk has no power any more: nothing happens on it after that. */
public final class PowerCutException extends IOException {
  PowerCutException() {
    super("the power is cut");
  }
}
