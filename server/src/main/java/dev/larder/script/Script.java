package dev.larder.script;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.lua.LuaString;
import org.jspecify.annotations.Nullable;

/**
 * A script that is known by its digest, with what its first line says of it. Any thread.
 *
 * <p>Whether it {@link #looksElsewhere} is learnt by running it.
 */
public final class Script implements Program {
  private final Sha sha;
  private final LuaString source;
  private final LuaString body;
  private final boolean neverWrites;
  private final boolean allowsOom;
  private final boolean hasFlags;
  private volatile boolean isKept;

  /** When it was called last, as its cache counts; whoever reads may miss the very last. */
  private long lastCalled;

  private volatile boolean looksElsewhere;

  /**
   * Reads the first line.
   *
   * @throws CommandException if that cannot be understood
   */
  Script(Sha sha, byte[] text) throws CommandException {
    this.sha = sha;
    this.source = LuaString.of(text);
    hasFlags = Shebang.begins(text);
    if (!hasFlags) {
      body = source;
      neverWrites = false;
      allowsOom = false;
      return;
    }
    Shebang first = Shebang.of(text);
    if (first == null) {
      throw new CommandException(ErrorReply.of("ERR Invalid script shebang"));
    }
    ScriptFlags flags = ScriptFlags.parse(first.line());
    neverWrites = flags.has("no-writes");
    allowsOom = flags.has("allow-oom");
    body = first.body();
  }

  /** What a text says of itself, without a look whether it is Lua; null if it says nothing. */
  public static @Nullable Script describedBy(byte[] text) {
    if (!Shebang.begins(text)) {
      return null;
    }
    try {
      return new Script(Sha.of(text), text);
    } catch (CommandException e) {
      return null;
    }
  }

  /** Its digest. */
  public Sha sha() {
    return sha;
  }

  /** The whole text. */
  public LuaString source() {
    return source;
  }

  /** The bytes of the whole text; never to be changed. */
  public byte[] text() {
    return source.bytes();
  }

  /** The text that is Lua. */
  LuaString body() {
    return body;
  }

  @Override
  public String name() {
    return sha.toString();
  }

  @Override
  public boolean isFunction() {
    return false;
  }

  @Override
  public boolean neverWrites() {
    return neverWrites;
  }

  @Override
  public boolean allowsOom() {
    return allowsOom || neverWrites;
  }

  @Override
  public boolean hasFlags() {
    return hasFlags;
  }

  /** As its digest's, which is cheaper than one of the virtual machine. */
  @Override
  public int hashCode() {
    return sha.low();
  }

  /** Nothing is equal to it but itself. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  /** It is called now. */
  void called(long now) {
    if (lastCalled != now) {
      lastCalled = now;
    }
  }

  long lastCalled() {
    return lastCalled;
  }

  /** Whether it stays until all scripts are forgotten. */
  boolean isKept() {
    return isKept;
  }

  void keep() {
    isKept = true;
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
