package dev.larder.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How often clients were denied what they asked for, by what they lacked. Any thread. */
public final class AccessDenials {
  private final LongAdder authentications = new LongAdder();
  private final LongAdder commands = new LongAdder();
  private final LongAdder keys = new LongAdder();
  private final LongAdder channels = new LongAdder();
  private final LongAdder databases = new LongAdder();
  private final AccessLog log = new AccessLog();

  /** What was denied, one by one; statistics that are reset leave it alone. */
  public AccessLog log() {
    return log;
  }

  /** A wrong password, or no such user. */
  public void authentication() {
    authentications.increment();
  }

  public void command() {
    commands.increment();
  }

  public void key() {
    keys.increment();
  }

  public void channel() {
    channels.increment();
  }

  public void database() {
    databases.increment();
  }

  public long authentications() {
    return authentications.sum();
  }

  public long commands() {
    return commands.sum();
  }

  public long keys() {
    return keys.sum();
  }

  public long channels() {
    return channels.sum();
  }

  public long databases() {
    return databases.sum();
  }

  void reset() {
    authentications.reset();
    commands.reset();
    keys.reset();
    channels.reset();
    databases.reset();
  }
}
