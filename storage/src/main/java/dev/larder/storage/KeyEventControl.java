package dev.larder.storage;

import org.jspecify.annotations.Nullable;

/** Which events are wanted, and by whom. Set by any thread; a unit notices before its next one. */
public final class KeyEventControl {

  /** Publishes events. */
  public interface Listener {
    /** Whether anybody at all may be told; any thread, and cheap. */
    boolean isNeeded();

    /**
     * Tells of the events of a unit, which still owns its shards, so that those of a key come in
     * the order in which they happened. On the unit's thread; must not touch the keyspace.
     */
    void publish(Unit unit, KeyEvents events);
  }

  /*
   * Plain fields: they are read for every effect, and an event more or less at the moment of a
   * change does not matter. A listener is set once, before there are classes.
   */
  private int classes;
  private boolean tellsFields;
  private @Nullable Listener listener;

  KeyEventControl() {}

  /** Sets who publishes events from now on. */
  public void listener(Listener newListener) {
    listener = newListener;
  }

  /**
   * Sets what is wanted.
   *
   * @param newClasses a set of {@link EventClass#bit}s
   * @param newTellsFields whether to tell which fields of a hash an event is about
   */
  public void want(int newClasses, boolean newTellsFields) {
    tellsFields = newTellsFields;
    classes = newClasses;
  }

  boolean wantsAny() {
    return classes != 0;
  }

  boolean wants(KeyEvent event) {
    return (classes & event.classBit()) != 0;
  }

  boolean wantsFields(KeyEvent event) {
    return wants(event) && tellsFields;
  }

  /** Who is to be told, null when nobody listens. */
  @Nullable Listener audience() {
    Listener present = listener;
    return present != null && present.isNeeded() ? present : null;
  }
}
