package dev.larder.lua.data;

import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.Run;
import dev.larder.lua.library.Libraries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shows how long scripts with the data libraries take, in nanoseconds a call: a program to be
 * started by hand. A {@code redis-server} can be asked the same by {@code EVAL}, with a loop.
 */
public final class DataTiming {
  /** An order of about one kibibyte. */
  private static final String SETUP =
      """
      local lines = {}
      for i = 1, 7 do
        lines[i] = {id = 1000 + i, sku = 'SKU-81644', quantity = i, price = 973.27 * i,
                    note = i % 2 == 0 and 'fragile "glass"' or '', shipped = i > 4}
      end
      value = {id = 184467, name = 'Grace Hopper', email = 'grace@example.org', active = true,
               balance = 1532.75, tags = {'admin', 'beta', 'early-adopter'}, last = cjson.null,
               address = {street = '12 Compiler Way', city = 'Arlington', zip = '22201',
                          lat = 38.8816, lon = -77.091}, orders = lines}
      numbers = {}
      for i = 1, 150 do
        numbers[i] = i % 2 == 0 and i * 671 or i * 6.671
      end
      text, data = cjson.encode(value), cmsgpack.pack(value)
      numbersText = cjson.encode(numbers)
      record = struct.pack('>I4hd', 7, 5, 1.5)
      """;

  private static final String[] SCRIPTS = {
    "cjson.decode(text)",
    "cjson.encode(value)",
    "cjson.encode(cjson.decode(text))",
    "cjson.decode(numbersText)",
    "cjson.encode(numbers)",
    "cmsgpack.unpack(data)",
    "cmsgpack.pack(value)",
    "struct.unpack('>I4hd', record)",
    "struct.pack('>I4hd', 7, 5, 1.5)",
    "bit.tobit(1)",
    "bit.tohex(bit.band(65535, 4095))",
  };

  private DataTiming() {}

  private record Load(String script, LuaState state, LuaFunction function) {}

  /**
   * Starts the measurement.
   *
   * @param arguments milliseconds a load and round
   */
  public static void main(String[] arguments) {
    long roundNanos = Long.parseLong(arguments[0]) * 1_000_000;
    List<Load> loads = new ArrayList<>();
    for (String script : SCRIPTS) {
      LuaState state = new LuaState(LuaLimits.GENEROUS);
      Libraries.install(state);
      run(state, state.load(LuaString.of(SETUP), "=setup"));
      loads.add(new Load(script, state, state.load(LuaString.of("return " + script), "=load")));
    }
    for (int round = 0; round < 4; round++) {
      for (Load load : loads) {
        double nanos = measure(load, roundNanos);
        System.out.printf(Locale.ROOT, "%8.0f ns  %s%n", nanos, load.script);
      }
      System.out.println();
    }
  }

  private static double measure(Load load, long nanos) {
    long start = System.nanoTime();
    long calls = 0;
    long now = start;
    while (now - start < nanos) {
      for (int i = 0; i < 100; i++) {
        run(load.state, load.function);
      }
      calls += 100;
      now = System.nanoTime();
    }
    return (double) (now - start) / calls;
  }

  private static void run(LuaState state, LuaFunction function) {
    Run run = state.start(function);
    if (run.resume(Long.MAX_VALUE) != Run.Status.DONE) {
      throw new AssertionError(run.error());
    }
  }
}
