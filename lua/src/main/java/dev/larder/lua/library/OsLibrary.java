package dev.larder.lua.library;

import com.sun.management.OperatingSystemMXBean;
import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.lang.management.ManagementFactory;

/** The library {@code os}, of which only {@code clock} does no harm. */
final class OsLibrary {
  private OsLibrary() {}

  static void install(LuaState state) {
    LuaTable library = new LuaTable();
    library.put(LuaString.of("clock"), new Clock());
    state.globals().put(LuaString.of("os"), library);
  }

  /** The processor time that the process has taken, in seconds. */
  private static final class Clock extends Builtin {
    private static final double NANOS_PER_SECOND = 1e9;

    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    Clock() {
      super("clock");
    }

    @Override
    protected void call(Call call) {
      call.add(system.getProcessCpuTime() / NANOS_PER_SECOND);
    }
  }
}
