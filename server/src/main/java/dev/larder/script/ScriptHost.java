package dev.larder.script;

import dev.larder.lua.Call;
import dev.larder.lua.LuaTable;
import org.jspecify.annotations.Nullable;

/** What executes the commands of the script that is running. */
public interface ScriptHost {
  /**
   * Executes the command that the arguments of a Lua call name. Its reply is added to the results.
   *
   * @return the error that it replied, or for which it was not executed, as scripts see it; null
   *     for none
   */
  @Nullable LuaTable execute(Call call);

  /**
   * Whether the script's user may run the command that the arguments of a Lua call name; null if
   * there is no such command.
   */
  @Nullable Boolean mayRun(Call call);

  /** Sets the protocol in which the script sees replies. */
  void protocol(int version);
}
