package dev.larder.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CommandException;
import dev.larder.lua.LuaFunction;
import dev.larder.storage.FunctionSources;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.Unit;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Libraries of functions, in one interpreter. */
final class LibraryTest {
  private final ScriptRuns runs =
      new ScriptRuns(new FunctionSources(LibraryTest::journal), "8.0.0", 1 << 20, () -> 0);

  private static Journal journal() {
    throw new IllegalStateException("nothing is changed here");
  }

  private Interpreter interpreter() {
    return runs.maker().make(new NoHost());
  }

  private Library library() throws CommandException {
    byte[] source =
        "#!lua name=l\nredis.register_function('f', function() end)".getBytes(ISO_8859_1);
    return Library.of(source, this::interpreter);
  }

  @Test
  void oneIsLoadedOnceByEachInterpreter() throws CommandException {
    LibraryFunction function = library().functions().getFirst();
    Interpreter interpreter = interpreter();
    LuaFunction callback = interpreter.compile(function);
    assertThat(interpreter.compile(function)).isSameAs(callback);
    assertThat(interpreter().compile(function)).isNotSameAs(callback);
  }

  @Test
  void whatInterpretersHaveMadeOfItGoesWithIt() throws CommandException {
    Interpreter interpreter = interpreter();
    WeakReference<LuaFunction> callback = new WeakReference<>(load(interpreter));
    awaitCleared(callback);
    Reference.reachabilityFence(interpreter);
  }

  @Test
  void anInterpreterThatIsGivenUpIsNotKept() throws CommandException {
    try (Keyspace keyspace = Keyspace.open(new StorageOptions(1, 1, 1L << 24), Journal.NONE)) {
      ScriptRuns known = new ScriptRuns(keyspace.functions(), "8.0.0", 1 << 20, () -> 0);
      Unit unit = keyspace.newUnit();
      unit.begin(0);
      assertThat(unit.acquire(keyspace.shard(0))).isTrue();
      known.functions().load(unit, library(), false);
      unit.releaseAll();
      Library library = known.functions().all().getFirst();
      WeakReference<Interpreter> given = new WeakReference<>(usedAndGivenUp(known, library));
      awaitCleared(given);
      Reference.reachabilityFence(library);
    }
  }

  private static Interpreter usedAndGivenUp(ScriptRuns known, Library library)
      throws CommandException {
    Interpreter interpreter = known.maker().make(new NoHost());
    interpreter.compile(library.functions().getFirst());
    interpreter.close();
    return interpreter;
  }

  private static void awaitCleared(WeakReference<?> reference) {
    for (int i = 0; i < 100 && reference.get() != null; i++) {
      System.gc();
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(reference.get()).isNull();
  }

  private LuaFunction load(Interpreter interpreter) throws CommandException {
    return interpreter.compile(library().functions().getFirst());
  }
}
