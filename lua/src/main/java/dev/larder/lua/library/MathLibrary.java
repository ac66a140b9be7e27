package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaMath;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.NumberBuiltin;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * The library {@code math}. Where C's functions return something that is no number, its sign is as
 * on x86-64, since {@code tostring} shows it.
 */
final class MathLibrary {
  private static final double RADIANS_PER_DEGREE = Math.PI / 180;
  private static final double NEGATIVE_NAN = Double.longBitsToDouble(0xFFF8000000000000L);

  private final LuaTable library = new LuaTable();

  private MathLibrary() {}

  static void install(LuaState state) {
    MathLibrary math = new MathLibrary();
    math.addRounding();
    math.addPowers();
    math.addAngles();
    math.add(new Modf());
    math.add(new Frexp());
    math.add(new Ldexp());
    math.add(new Extreme("max", 1));
    math.add(new Extreme("min", -1));
    Random48 random = new Random48();
    math.add(new RandomNumber(random));
    math.add(new RandomSeed(random));
    math.library.put(LuaString.of("pi"), Math.PI);
    math.library.put(LuaString.of("huge"), Double.POSITIVE_INFINITY);
    state.globals().put(LuaString.of("math"), math.library);
  }

  private void add(Builtin function) {
    library.put(LuaString.of(function.name()), function);
  }

  private void addRounding() {
    add(new Unary("abs", Math::abs));
    add(new Unary("ceil", Math::ceil));
    add(new Unary("floor", Math::floor));
    Binary remainder = new Binary("fmod", LuaMath::remainder);
    add(remainder);
    library.put(LuaString.of("mod"), remainder);
  }

  private void addPowers() {
    add(new Unary("sqrt", x -> x < 0 ? NEGATIVE_NAN : Math.sqrt(x)));
    add(new Unary("exp", Math::exp));
    add(new Unary("log", x -> x < 0 ? NEGATIVE_NAN : Math.log(x)));
    add(new Unary("log10", x -> x < 0 ? Double.NaN : Math.log10(x)));
    add(new Binary("pow", LuaMath::power));
  }

  private void addAngles() {
    add(new Unary("sin", x -> Double.isInfinite(x) ? NEGATIVE_NAN : Math.sin(x)));
    add(new Unary("cos", x -> Double.isInfinite(x) ? NEGATIVE_NAN : Math.cos(x)));
    add(new Unary("tan", x -> Double.isInfinite(x) ? NEGATIVE_NAN : Math.tan(x)));
    add(new Unary("asin", x -> Math.abs(x) > 1 ? Double.NaN : Math.asin(x)));
    add(new Unary("acos", x -> Math.abs(x) > 1 ? Double.NaN : Math.acos(x)));
    add(new Unary("atan", Math::atan));
    add(new Binary("atan2", MathLibrary::angle));
    add(new Unary("sinh", Math::sinh));
    add(new Unary("cosh", Math::cosh));
    add(new Unary("tanh", Math::tanh));
    add(new Unary("deg", x -> x / RADIANS_PER_DEGREE));
    add(new Unary("rad", x -> x * RADIANS_PER_DEGREE));
  }

  private static double angle(double y, double x) {
    return Double.isNaN(y) ? y : Double.isNaN(x) ? x : Math.atan2(y, x);
  }

  /** A function of one number; what is no number remains as it is. */
  private static final class Unary extends NumberBuiltin {
    private final DoubleUnaryOperator function;

    Unary(String name, DoubleUnaryOperator function) {
      super(name);
      this.function = function;
    }

    @Override
    protected double apply(double x) {
      return Double.isNaN(x) && !name().equals("abs") ? x : function.applyAsDouble(x);
    }
  }

  /** A function of two numbers. */
  private static final class Binary extends Builtin {
    private final DoubleBinaryOperator function;

    Binary(String name, DoubleBinaryOperator function) {
      super(name);
      this.function = function;
    }

    @Override
    protected void call(Call call) {
      // As in Redis, a wrong second argument is noticed before a wrong first one.
      double y = call.checkNumber(2);
      double x = call.checkNumber(1);
      call.add(function.applyAsDouble(x, y));
    }
  }

  /** Splits a number into its whole part and its fraction, both with its sign. */
  private static final class Modf extends Builtin {
    Modf() {
      super("modf");
    }

    @Override
    protected void call(Call call) {
      double x = call.checkNumber(1);
      double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
      call.add(whole);
      call.add(Double.isNaN(x) ? x : Math.copySign(Double.isInfinite(x) ? 0 : x - whole, x));
    }
  }

  /** Splits a number into a fraction from a half to 1 and a power of two. */
  private static final class Frexp extends Builtin {
    Frexp() {
      super("frexp");
    }

    @Override
    protected void call(Call call) {
      double x = call.checkNumber(1);
      if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
        call.add(x);
        call.add(0.0);
        return;
      }
      double normal = Math.abs(x) < Double.MIN_NORMAL ? x * 0x1p54 : x;
      int exponent = Math.getExponent(normal) + 1;
      call.add(Math.scalb(normal, -exponent));
      call.add((double) (normal == x ? exponent : exponent - 54));
    }
  }

  private static final class Ldexp extends Builtin {
    Ldexp() {
      super("ldexp");
    }

    @Override
    protected void call(Call call) {
      int exponent = call.checkInt(2);
      call.add(Math.scalb(call.checkNumber(1), exponent));
    }
  }

  /** The largest, or the smallest, of its arguments. */
  private static final class Extreme extends Builtin {
    private final int sign;

    Extreme(String name, int sign) {
      super(name);
      this.sign = sign;
    }

    @Override
    protected void call(Call call) {
      double extreme = call.checkNumber(1);
      for (int i = 2; i <= call.count(); i++) {
        double x = call.checkNumber(i);
        if (sign > 0 ? x > extreme : x < extreme) {
          extreme = x;
        }
      }
      call.add(extreme);
    }
  }

  private static final class RandomNumber extends Builtin {
    private final Random48 random;

    RandomNumber(Random48 random) {
      super("random");
      this.random = random;
    }

    @Override
    protected void call(Call call) {
      double fraction = random.next() % Random48.MAX / (double) Random48.MAX;
      switch (call.count()) {
        case 0 -> call.add(fraction);
        case 1 -> {
          int high = call.checkInt(1);
          if (high < 1) {
            throw call.argumentError(1, "interval is empty");
          }
          call.add(Math.floor(fraction * high) + 1);
        }
        case 2 -> {
          int low = call.checkInt(1);
          int high = call.checkInt(2);
          if (low > high) {
            throw call.argumentError(2, "interval is empty");
          }
          call.add(Math.floor(fraction * (high - low + 1)) + low); // overflows as in C
        }
        default -> throw call.error("wrong number of arguments");
      }
    }
  }

  private static final class RandomSeed extends Builtin {
    private final Random48 random;

    RandomSeed(Random48 random) {
      super("randomseed");
      this.random = random;
    }

    @Override
    protected void call(Call call) {
      random.seed(call.checkInt(1));
    }
  }
}
