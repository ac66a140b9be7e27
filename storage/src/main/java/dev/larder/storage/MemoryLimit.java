package dev.larder.storage;

/** Whether there is too much; asked on any thread, for each key that goes. */
public interface MemoryLimit {
  /** Whether there is more in use than there may be. */
  boolean isExceeded();
}
