package dev.larder.lua;

import dev.larder.lua.library.Libraries;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shows how much some scripts take of a processor, in nanoseconds a call: a program to be started
 * by hand.
 */
public final class LuaTiming {
  private static final String STEPS =
      """
      local sum, text = 0, ''
      for i = 1, 100 do
        sum = sum + i * 2 %% 7
        if i %% 10 == 0 then
          text = text .. i
        end
      end
      return sum + #text
      """
          .replace("%%", "%");

  private static final String TABLES =
      """
      local t = {}
      for i = 1, 100 do
        t[i] = i
      end
      local p = {x = 1, y = 2}
      for i = 1, 100 do
        p.x = p.x + t[i]
        p.y = p.y + p.x
      end
      return p.y
      """;

  private static final String CALLS =
      """
      local function add(a, b)
        return a + b
      end
      local sum = 0
      for i = 1, 100 do
        sum = add(sum, i)
      end
      for i = 1, 100 do
        sum = sum + math.floor(i / 2)
      end
      return sum
      """;

  private static final String FIB =
      """
      local function fib(n)
        if n < 2 then
          return n
        end
        return fib(n - 1) + fib(n - 2)
      end
      return fib(15)
      """;

  private static final String PAIRS =
      """
      local t = {a = 1, b = 2, c = 3, d = 4}
      local sum = 0
      for i = 1, 20 do
        for k, v in pairs(t) do
          sum = sum + v
        end
      end
      return sum
      """;

  private LuaTiming() {}

  private record Load(String name, LuaState state, LuaFunction function) {}

  /**
   * Starts the measurement.
   *
   * @param arguments milliseconds a load and round
   */
  public static void main(String[] arguments) {
    long roundNanos = Long.parseLong(arguments[0]) * 1_000_000;
    List<Load> loads = new ArrayList<>();
    add(loads, "return 1", "return 1");
    add(loads, "100 steps", STEPS);
    add(loads, "tables", TABLES);
    add(loads, "calls", CALLS);
    add(loads, "fib", FIB);
    add(loads, "pairs", PAIRS);
    for (int round = 0; round < 4; round++) {
      StringBuilder line = new StringBuilder();
      for (Load load : loads) {
        line.append(String.format(Locale.ROOT, "%s %.0f  ", load.name, measure(load, roundNanos)));
      }
      System.out.println(line);
    }
  }

  private static void add(List<Load> loads, String name, String script) {
    LuaState state = new LuaState(LuaLimits.GENEROUS);
    Libraries.install(state);
    loads.add(new Load(name, state, state.load(LuaString.of(script), "=load")));
  }

  private static double measure(Load load, long nanos) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long startCpu = threads.getCurrentThreadCpuTime();
    long calls = 0;
    long now = start;
    while (now - start < nanos) {
      for (int i = 0; i < 100; i++) {
        Run run = load.state.start(load.function);
        if (run.resume(1_000_000) != Run.Status.DONE) {
          throw new AssertionError(run.error());
        }
      }
      calls += 100;
      now = System.nanoTime();
    }
    return (double) (threads.getCurrentThreadCpuTime() - startCpu) / calls;
  }
}
