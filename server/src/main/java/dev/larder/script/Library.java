package dev.larder.script;

import dev.larder.command.CommandException;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaString;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A library of functions, which was seen to load. Any thread.
 *
 * <p>What interpreters have made of it is kept here, so that it goes with the library; and while
 * both are there, each is by the other: who gives up an interpreter has it forgotten.
 */
public final class Library {
  private final String name;
  private final byte[] source;
  private final LuaString body;
  private final List<LibraryFunction> functions;
  private final Map<LibraryLoader, Map<String, LuaFunction>> callbacks = new ConcurrentHashMap<>();

  private Library(String name, byte[] source, LuaString body, List<Registration> registered) {
    this.name = name;
    this.source = source;
    this.body = body;
    this.functions =
        registered.stream().map(function -> new LibraryFunction(this, function)).toList();
  }

  /**
   * Looks what is in a library.
   *
   * @param interpreters makes the one that it is loaded by, to be dropped
   * @throws CommandException if it cannot be loaded
   */
  static Library of(byte[] source, Supplier<Interpreter> interpreters) throws CommandException {
    LibraryHeader header = LibraryHeader.parse(source);
    LuaString body = header.body();
    return new Library(header.name(), source, body, interpreters.get().load(body));
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its whole text; never to be changed. */
  public byte[] source() {
    return source;
  }

  /** The text that is Lua. */
  LuaString body() {
    return body;
  }

  /** What a loader has kept of it, by the functions' names; null if it has not loaded it. */
  @Nullable Map<String, LuaFunction> callbacks(LibraryLoader loader) {
    return callbacks.get(loader);
  }

  /** Keeps what a loader has loaded. */
  void keep(LibraryLoader loader, Map<String, LuaFunction> loaded) {
    callbacks.put(loader, loaded);
  }

  /** A loader is not used any more. */
  void forget(LibraryLoader loader) {
    callbacks.remove(loader);
  }

  /** Its functions, as they were registered. */
  public List<LibraryFunction> functions() {
    return functions;
  }
}
