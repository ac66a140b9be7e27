package dev.larder.script;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of a library. Any thread.
 *
 * <p>Whether it {@link #looksElsewhere} is learnt by running it.
 */
public final class LibraryFunction implements Program {
  private final Library library;
  private final String name;
  private final byte @Nullable [] description;
  private final List<String> flags;
  private final boolean neverWrites;
  private final boolean allowsOom;
  private volatile boolean looksElsewhere;

  LibraryFunction(Library library, Registration registration) {
    this.library = library;
    this.name = registration.name();
    this.description = registration.description();
    this.flags = registration.flags();
    this.neverWrites = flags.contains("no-writes");
    this.allowsOom = neverWrites || flags.contains("allow-oom");
  }

  Library library() {
    return library;
  }

  @Override
  public String name() {
    return name;
  }

  /** What it does, for people, or null. */
  public byte @Nullable [] description() {
    return description;
  }

  /** What it says of itself. */
  public List<String> flags() {
    return flags;
  }

  @Override
  public boolean isFunction() {
    return true;
  }

  @Override
  public boolean neverWrites() {
    return neverWrites;
  }

  @Override
  public boolean allowsOom() {
    return allowsOom;
  }

  @Override
  public boolean hasFlags() {
    return true;
  }

  @Override
  public boolean looksElsewhere() {
    return looksElsewhere;
  }

  @Override
  public void sawElsewhere() {
    looksElsewhere = true;
  }
}
