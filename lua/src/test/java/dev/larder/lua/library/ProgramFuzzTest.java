package dev.larder.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaFunction;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** Small programs that bytes stand for do the same in one go and with a pause at every step. */
@Tag("slow")
class ProgramFuzzTest {
  private static final Bounded BOUNDED = new Bounded();
  private static final long WHOLE = 20_000;
  private static final long SMALL = 3;

  @FuzzTest(maxDuration = "60s")
  void pausesChangeNothing(byte[] input) {
    String program = new RandomPrograms(new Choices(input)).next();
    @Nullable Object[] whole = run(program, WHOLE);
    @Nullable Object[] pieces = run(program, SMALL);
    if (whole != null && pieces != null) {
      assertThat(pieces).as(program).isEqualTo(whole);
    }
  }

  private static @Nullable Object @Nullable [] run(String program, long slice) {
    LuaFunction function;
    try {
      function = BOUNDED.load(program);
    } catch (LuaError error) {
      // Some have dots where there are no such arguments.
      return null;
    }
    return BOUNDED.run(slice, function);
  }

  /** Takes what is drawn from bytes, then from counting. */
  private static final class Choices extends Random {
    private static final long serialVersionUID = 1L;

    private final byte[] input;
    private int at;

    Choices(byte[] input) {
      super(0);
      this.input = input;
    }

    @Override
    public int nextInt(int bound) {
      int choice = at < input.length ? input[at] & 0xFF : at;
      at++;
      return choice % bound;
    }

    @Override
    public boolean nextBoolean() {
      return nextInt(2) == 1;
    }
  }
}
