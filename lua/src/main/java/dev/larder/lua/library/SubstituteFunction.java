package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code string.gsub}. Where it takes calls of Lua to find the replacements, it hands
 * over to a function in Lua, which drives a {@link Substitution}.
 */
final class SubstituteFunction extends Builtin {
  private static final String IN_LUA =
      """
      local advance, captures, firstCapture, replace, finish = ...
      local function byFunction(substitution, f)
        while advance(substitution) do
          replace(substitution, f(captures(substitution)))
        end
        local result, count = finish(substitution)
        return result, count
      end
      local function byTable(substitution, t)
        while advance(substitution) do
          replace(substitution, t[firstCapture(substitution)])
        end
        local result, count = finish(substitution)
        return result, count
      end
      return byFunction, byTable
      """;

  private final PatternCache cache = new PatternCache();
  private final LuaFunction byFunction;
  private final LuaFunction byTable;

  /** One that is not in use. */
  private @Nullable Substitution idle;

  SubstituteFunction(LuaState state) {
    super("gsub");
    Prelude prelude =
        Prelude.of(
            state,
            IN_LUA,
            new Advance(),
            new Captures(),
            new FirstCapture(),
            new Replace(),
            new Finish());
    byFunction = prelude.function(0);
    byTable = prelude.function(1);
  }

  @Override
  protected void call(Call call) {
    LuaString source = call.checkString(1);
    LuaString pattern = call.checkString(2);
    int limit = call.optInt(4, source.length() + 1);
    switch (call.value(3)) {
      case LuaFunction function ->
          call.tailCall(byFunction, begin(call, source, pattern, limit), function);
      case LuaTable table when table.metatable() != null ->
          call.tailCall(byTable, begin(call, source, pattern, limit), table);
      case LuaTable table -> {
        Substitution substitution = begin(call, source, pattern, limit);
        while (substitution.advance()) {
          substitution.replace(call, table.get(substitution.firstCapture()));
        }
        finish(call, substitution);
      }
      case LuaString text -> replaceByText(call, source, pattern, text, limit);
      case Double number -> replaceByText(call, source, pattern, call.checkString(3), limit);
      case null, default -> throw call.argumentError(3, "string/function/table expected");
    }
  }

  private void replaceByText(
      Call call, LuaString source, LuaString pattern, LuaString text, int limit) {
    Substitution substitution = begin(call, source, pattern, limit);
    while (substitution.advance()) {
      substitution.replaceByText(text);
    }
    finish(call, substitution);
  }

  private Substitution begin(Call call, LuaString source, LuaString text, int limit) {
    boolean anchored = FindFunctions.isAnchored(text);
    Pattern pattern = cache.get(call, text, anchored ? 1 : 0);
    Substitution substitution = idle;
    idle = null;
    if (substitution == null) {
      call.allocate(Substitution.BYTES);
      substitution = new Substitution(call);
    }
    substitution.begin(call, source, pattern, anchored, limit);
    return substitution;
  }

  private void finish(Call call, Substitution substitution) {
    substitution.finish(call);
    idle = substitution;
  }

  /** A function that the code in Lua drives a substitution with; scripts never see it. */
  private abstract static class Step extends Builtin {
    Step(String name) {
      super(name);
    }

    @Override
    protected final void call(Call call) {
      call.blameScript();
      if (call.value(1) instanceof Substitution substitution) {
        step(call, substitution);
      } else {
        throw call.typeError(1, "substitution");
      }
    }

    abstract void step(Call call, Substitution substitution);
  }

  private static final class Advance extends Step {
    Advance() {
      super("advance");
    }

    @Override
    void step(Call call, Substitution substitution) {
      call.add(substitution.advance());
    }
  }

  private static final class Captures extends Step {
    Captures() {
      super("captures");
    }

    @Override
    void step(Call call, Substitution substitution) {
      substitution.addCaptures();
    }
  }

  private static final class FirstCapture extends Step {
    FirstCapture() {
      super("first_capture");
    }

    @Override
    void step(Call call, Substitution substitution) {
      call.add(substitution.firstCapture());
    }
  }

  private static final class Replace extends Step {
    Replace() {
      super("replace");
    }

    @Override
    void step(Call call, Substitution substitution) {
      substitution.replace(call, call.value(2));
    }
  }

  private final class Finish extends Step {
    Finish() {
      super("finish");
    }

    @Override
    void step(Call call, Substitution substitution) {
      finish(call, substitution);
    }
  }
}
