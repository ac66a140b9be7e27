package dev.larder.storage;

/** The shortest slices, with something done in each pause. */
record PausingPace(Runnable action) implements SnapshotPace {
  @Override
  public void begin() {}

  @Override
  public boolean isOver() {
    return true;
  }

  @Override
  public void pause() {
    action.run();
  }

  @Override
  public void await() {
    Thread.onSpinWait();
  }
}
