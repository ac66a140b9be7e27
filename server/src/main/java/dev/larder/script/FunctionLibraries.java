package dev.larder.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.lua.LuaState;
import dev.larder.storage.FunctionSources;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The libraries of functions of a server: what is in the texts that the keyspace keeps, which may
 * become others at any time by a file that is loaded.
 *
 * <p>Any thread may look. Who changes something owns every shard.
 */
public final class FunctionLibraries {
  private static final Logger log = LoggerFactory.getLogger(FunctionLibraries.class);

  private static final ErrorReply FULL =
      ErrorReply.of("OOM too much memory is taken by libraries of functions");

  /** After that time a thread ends that has nothing to do. */
  private static final int IDLE_SECONDS = 10;

  private final FunctionSources sources;
  private final Supplier<Interpreter> interpreters;
  private final AtomicInteger flushes = new AtomicInteger();
  private final ThreadPoolExecutor looks =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("larder-library").factory());
  private final long memoryBytes;
  private volatile Content content = new Content(List.of(), Map.of(), Map.of());

  /**
   * What there is at a moment; never changed.
   *
   * @param functions by their names in lower case
   */
  private record Content(
      List<byte[]> sources,
      Map<String, Library> libraries,
      Map<String, LibraryFunction> functions) {}

  /**
   * @param interpreters makes those in which libraries are looked at
   * @param memoryBytes how much all libraries may take in each interpreter
   */
  FunctionLibraries(FunctionSources sources, Supplier<Interpreter> interpreters, long memoryBytes) {
    this.memoryBytes = memoryBytes;
    this.sources = sources;
    this.interpreters = interpreters;
    looks.allowCoreThreadTimeOut(true);
  }

  private Content content() {
    Content known = content;
    return known.sources == sources.all() ? known : refresh();
  }

  private synchronized Content refresh() {
    Content known = content;
    List<byte[]> all = sources.all();
    if (known.sources == all) {
      return known;
    }
    Map<String, Library> libraries = new LinkedHashMap<>();
    for (byte[] source : all) {
      Library library = known(known, source);
      try {
        Library added = library == null ? Library.of(source, interpreters) : library;
        libraries.put(added.name(), added);
      } catch (CommandException e) {
        log.error("A library of functions cannot be loaded, and is left alone: {}", e.getMessage());
      }
    }
    Content made = new Content(all, libraries, functions(libraries.values()));
    content = made;
    return made;
  }

  private static @Nullable Library known(Content content, byte[] source) {
    for (Library library : content.libraries.values()) {
      if (library.source() == source) {
        return library;
      }
    }
    return null;
  }

  private static Map<String, LibraryFunction> functions(Iterable<Library> libraries) {
    Map<String, LibraryFunction> functions = new LinkedHashMap<>();
    for (Library library : libraries) {
      for (LibraryFunction function : library.functions()) {
        functions.putIfAbsent(function.name().toLowerCase(Locale.ROOT), function);
      }
    }
    return functions;
  }

  /** The function of a name, in any case; or null. */
  public @Nullable LibraryFunction find(String name) {
    Content now = content();
    LibraryFunction function = now.functions.get(name);
    return function == null ? now.functions.get(name.toLowerCase(Locale.ROOT)) : function;
  }

  /** All libraries, in the order in which they came. */
  public List<Library> all() {
    return List.copyOf(content().libraries.values());
  }

  /** How many functions there are. */
  public int count() {
    int count = 0;
    for (Library library : content().libraries.values()) {
      count += library.functions().size();
    }
    return count;
  }

  /** The bytes of the libraries' texts. */
  public long bytes() {
    long bytes = 0;
    for (Library library : content().libraries.values()) {
      bytes += library.source().length;
    }
    return bytes;
  }

  /**
   * Refuses texts for which there is no room beside the others, before they are copied to the heap.
   *
   * @throws CommandException if they are too long
   */
  public void checkRoom(int length) throws CommandException {
    if (LuaState.textBytes(length) + LuaState.textBytes((int) bytes()) > memoryBytes) {
      throw new CommandException(FULL);
    }
  }

  /**
   * Looks what is in libraries, one after the other on a thread of its own, since that means to run
   * them.
   *
   * @return them; or why one of them cannot be loaded, a {@link CommandException}
   */
  public CompletableFuture<List<Library>> look(List<byte[]> all) {
    CompletableFuture<List<Library>> looked = new CompletableFuture<>();
    looks.execute(() -> {
      try {
        List<Library> libraries = new ArrayList<>();
        for (byte[] source : all) {
          libraries.add(Library.of(source, interpreters));
        }
        looked.complete(libraries);
      } catch (CommandException | RuntimeException | Error e) {
        looked.completeExceptionally(e);
      }
    });
    return looked;
  }

  /**
   * Adds a library.
   *
   * @param replaces whether one of its name may be there, whose place it takes
   * @throws CommandException if it cannot be added; nothing is changed then
   */
  public void load(Unit unit, Library library, boolean replaces) throws CommandException {
    Map<String, Library> libraries = new LinkedHashMap<>(content().libraries);
    Library former = libraries.remove(library.name());
    if (former != null && !replaces) {
      throw error("Library '" + library.name() + "' already exists");
    }
    checkFunctions(libraries.values(), library);
    put(unit, former, library);
  }

  private static void checkFunctions(Iterable<Library> others, Library library)
      throws CommandException {
    Map<String, LibraryFunction> taken = functions(others);
    for (LibraryFunction function : library.functions()) {
      if (taken.containsKey(function.name().toLowerCase(Locale.ROOT))) {
        throw error("Function " + function.name() + " already exists");
      }
    }
  }

  private void put(Unit unit, @Nullable Library former, Library library) {
    // What was seen of it is not to be looked for again.
    Map<String, Library> libraries = new LinkedHashMap<>(content().libraries);
    libraries.remove(library.name());
    libraries.put(library.name(), library);
    synchronized (this) {
      sources.put(unit, former == null ? null : former.source(), library.source());
      content = new Content(sources.all(), libraries, functions(libraries.values()));
    }
  }

  /**
   * Adds several libraries, or none of them.
   *
   * @param flushes whether they take the place of all that are there
   * @param replaces whether they take the place of those of their names
   * @throws CommandException if one cannot be added; nothing is changed then
   */
  public void restore(Unit unit, List<Library> added, boolean flushes, boolean replaces)
      throws CommandException {
    Map<String, Library> libraries = new LinkedHashMap<>();
    for (Library library : added) {
      checkFunctions(libraries.values(), library);
      if (libraries.put(library.name(), library) != null) {
        throw error("Library '" + library.name() + "' already exists");
      }
    }
    if (!flushes) {
      checkBeside(libraries, replaces);
    } else if (!content().sources.isEmpty()) {
      clear(unit);
    }
    for (Library library : added) {
      put(unit, content().libraries.get(library.name()), library);
    }
  }

  private void checkBeside(Map<String, Library> added, boolean replaces) throws CommandException {
    List<Library> kept = new ArrayList<>();
    for (Library known : content().libraries.values()) {
      if (!added.containsKey(known.name())) {
        kept.add(known);
      } else if (!replaces) {
        throw error("Library " + known.name() + " already exists");
      }
    }
    for (Library library : added.values()) {
      checkFunctions(kept, library);
    }
  }

  /**
   * Removes a library.
   *
   * @return false if there is none of that name
   */
  public boolean delete(Unit unit, String name) {
    Library library = content().libraries.get(name);
    if (library == null) {
      return false;
    }
    sources.remove(unit, library.source(), name.getBytes(ISO_8859_1));
    return true;
  }

  /** Removes all libraries. */
  public void clear(Unit unit) {
    sources.clear(unit);
    flushes.incrementAndGet();
  }

  /** How often all were removed, for those who keep what functions have set. */
  int flushes() {
    return flushes.get();
  }

  private static CommandException error(String text) {
    return new CommandException(ErrorReply.of("ERR " + text));
  }
}
