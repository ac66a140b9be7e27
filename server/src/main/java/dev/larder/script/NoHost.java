package dev.larder.script;

import dev.larder.lua.Call;
import dev.larder.lua.LuaTable;
import org.jspecify.annotations.Nullable;

/** For libraries that are only looked at: while they are loaded, they can run no commands. */
final class NoHost implements ScriptHost {
  @Override
  public @Nullable LuaTable execute(Call call) {
    throw new IllegalStateException("nothing runs here");
  }

  @Override
  public @Nullable Boolean mayRun(Call call) {
    throw new IllegalStateException("nothing runs here");
  }

  @Override
  public void protocol(int version) {
    throw new IllegalStateException("nothing runs here");
  }
}
