package dev.larder.lua;

import java.util.function.Consumer;

/**
 * A function written in Java. It never calls Lua: one that has to, ends with {@link Call#tailCall}.
 */
public abstract non-sealed class Builtin extends LuaFunction {
  private final String name;

  /** Makes a function; scripts do not see the name, they name a function by how they call it. */
  protected Builtin(String name) {
    this.name = name;
  }

  /** A function whose body is a method, with what {@link #call} demands. */
  public static Builtin of(String name, Consumer<Call> body) {
    return new Builtin(name) {
      @Override
      protected void call(Call call) {
        body.accept(call);
      }
    };
  }

  /** Puts such a function into a table, under its name. */
  public static void add(LuaTable table, String name, Consumer<Call> body) {
    table.put(LuaString.of(name), of(name, body));
  }

  /**
   * Executes one call. It may be made again from its start until it returns: {@link Call#step} may
   * leave it by a throw. So it changes nothing before its last step.
   */
  protected abstract void call(Call call);

  /** Its name, for people who debug. */
  public final String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
