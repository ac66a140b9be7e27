package dev.larder.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What an event loop has evicted in one turn. */
@Name("dev.larder.Eviction")
@Label("Eviction")
@Category("Larder")
@Description("Keys that had to go for want of memory in one turn of an event loop")
@StackTrace(false)
final class EvictionEvent extends Event {
  @Label("Keys")
  final long keys;

  @Label("Policy")
  final String policy;

  EvictionEvent(long keys, String policy) {
    this.keys = keys;
    this.policy = policy;
  }
}
