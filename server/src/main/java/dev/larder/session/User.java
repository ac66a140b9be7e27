package dev.larder.session;

import java.util.Objects;

/**
 * Who a client is, as far as its connection and the hot path must know. Any thread; what is changed
 * holds for all connections of the user from then on.
 */
public class User {

  /** The name of who a client is before it authenticates. */
  public static final String DEFAULT_NAME = "default";

  /** A default user who needs no password and may do everything. */
  public static final User TRUSTED = new User(DEFAULT_NAME, true, false);

  private final String name;
  private volatile boolean open;
  private volatile boolean restricted;

  /**
   * @param name one char a byte
   * @param open as of {@link #isOpen}
   * @param restricted as of {@link #isRestricted}
   */
  public User(String name, boolean open, boolean restricted) {
    this.name = Objects.requireNonNull(name);
    this.open = open;
    this.restricted = restricted;
  }

  /** The name with one char a byte. */
  public final String name() {
    return name;
  }

  /** Whether anybody may be this user without a password. */
  public final boolean isOpen() {
    return open;
  }

  /** Whether there is anything that the user may not do: who may do all is not asked further. */
  public final boolean isRestricted() {
    return restricted;
  }

  protected final void open(boolean isOpen) {
    open = isOpen;
  }

  protected final void restricted(boolean isRestricted) {
    restricted = isRestricted;
  }
}
