package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Proof that Lincheck finds races on the JDK in use: it must reject a counter that has one. */
@Tag("slow")
final class LincheckCanaryTest {
  /** Reads and writes without any order: two calls at once may return the same number. */
  public static final class RacyCounter {
    private int count;

    @Operation
    public int increment() {
      return ++count;
    }
  }

  @Test
  void racyCounterIsRejected() {
    assertThatThrownBy(() ->
            new ModelCheckingOptions()
                .iterations(5)
                .invocationsPerIteration(200)
                .check(RacyCounter.class))
        .isInstanceOf(LincheckAssertionError.class);
  }
}
