package dev.larder.lua;

/** A builtin from one number to another, which the loop can execute without a {@link Call}. */
public abstract class NumberBuiltin extends Builtin {
  /** Makes a function, as {@link Builtin} does. */
  protected NumberBuiltin(String name) {
    super(name);
  }

  /** The function's value. */
  protected abstract double apply(double number);

  @Override
  protected final void call(Call call) {
    call.add(apply(call.checkNumber(1)));
  }
}
