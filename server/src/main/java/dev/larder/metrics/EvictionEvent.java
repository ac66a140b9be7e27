package dev.larder.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What an event loop has evicted in one turn, for Java's flight recorder. */
@Name("dev.larder.Eviction")
@Label("Eviction")
@Category("Larder")
@Description("Keys that had to go for want of memory in one turn of an event loop")
@StackTrace(false)
public final class EvictionEvent extends Event {
  /** Asks whether somebody records, without another object for each turn. */
  private static final EvictionEvent PROBE = new EvictionEvent();

  @Label("Keys")
  long keys;

  @Label("Policy")
  String policy = "";

  private EvictionEvent() {}

  /**
   * A turn is over in which keys had to go; nothing happens unless somebody records.
   *
   * @param keys how many
   * @param policy by which
   */
  public static void note(long keys, Enum<?> policy) {
    if (PROBE.isEnabled()) {
      EvictionEvent event = new EvictionEvent();
      event.keys = keys;
      event.policy = policy.toString();
      event.commit();
    }
  }
}
