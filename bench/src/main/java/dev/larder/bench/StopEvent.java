package dev.larder.bench;

/**
 * Something that one client does and others must not feel. Every event brings the server into the
 * state it needs, so each can also run alone.
 */
interface StopEvent {
  /**
   * The row's name.
   *
   * @param many how many keys or elements it is about, where it is about very many
   */
  String label(long many);

  Goal goal();

  /** Before the probes start. */
  void prepare(StopScene scene);

  /** What the probes watch. */
  void run(StopScene scene);

  /** After the probes have stopped. */
  default void finish(StopScene scene) {}
}
