package dev.larder.commands;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StagedString;
import org.jspecify.annotations.Nullable;

/**
 * PFSELFTEST: adds a million elements to dense registers beside as many that are a byte each, and
 * checks at every power of ten that both have the same counts, and that the estimate is no further
 * off than it may be. In slices.
 */
final class HyperLogLogSelfTest implements Job {
  private static final long ELEMENTS = 1_000_000;
  private static final int PIECE_ELEMENTS = 4096;

  /** The standard error of the estimate, 1.04 / sqrt(registers); six times that is never met. */
  private static final double STANDARD_ERROR = 1.04 / 128;

  private static final int MAX_ERRORS = 6;

  /** Estimates of a few elements may be off by one however small the error is. */
  private static final long SLACK = 2;

  private final Keyspace keyspace;
  private @Nullable StagedString memory;
  private long added;
  private long nextCheck = 1;

  HyperLogLogSelfTest(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    StagedString taken = memory;
    if (taken == null) {
      long bytes =
          HyperLogLog.DENSE_BYTES
              + MergedRegisters.BYTES
              + CardinalityEstimate.HISTOGRAM_BYTES
              + Long.BYTES;
      taken = StagedString.allocate(keyspace, 0, bytes);
      if (taken == null) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      memory = taken;
    }
    long end = Clock.nanos() + budgetNanos;
    while (added < ELEMENTS) {
      add(taken.address(), Math.min(nextCheck, added + PIECE_ELEMENTS));
      String failure = added == nextCheck ? check(taken.address()) : null;
      if (failure != null) {
        throw new CommandException("TESTFAILED " + failure);
      }
      if (added < ELEMENTS && Clock.nanos() >= end) {
        return false;
      }
    }
    cancel();
    out.ok();
    return true;
  }

  private void add(long dense, long until) {
    long registers = dense + HyperLogLog.HEADER_BYTES;
    long bytes = dense + HyperLogLog.DENSE_BYTES;
    long element = bytes + MergedRegisters.BYTES + CardinalityEstimate.HISTOGRAM_BYTES;
    for (; added < until; added++) {
      Bytes.putLong(element, added);
      long hash = HyperLogLog.hash(element, Long.BYTES);
      int register = HyperLogLog.register(hash);
      int count = HyperLogLog.count(hash);
      if (DenseRegisters.get(registers, register) < count) {
        DenseRegisters.set(registers, register, count);
      }
      if (MergedRegisters.get(bytes, register) < count) {
        Bytes.putByte(bytes + register, (byte) count);
      }
    }
  }

  /** What is wrong, or null. */
  private @Nullable String check(long dense) {
    nextCheck *= 10;
    long bytes = dense + HyperLogLog.DENSE_BYTES;
    for (int i = 0; i < HyperLogLog.REGISTERS; i++) {
      int expected = MergedRegisters.get(bytes, i);
      int actual = DenseRegisters.get(dense + HyperLogLog.HEADER_BYTES, i);
      if (expected != actual) {
        return "Register " + i + " should be " + expected + " but is " + actual;
      }
    }
    long histogram = bytes + MergedRegisters.BYTES;
    CardinalityEstimate.clear(histogram);
    MergedRegisters.addTo(histogram, bytes);
    long estimate = CardinalityEstimate.of(histogram);
    double most = added * STANDARD_ERROR * MAX_ERRORS + SLACK;
    return Math.abs(estimate - added) > most
        ? "Too big error. card:" + added + " estimate:" + estimate
        : null;
  }

  @Override
  public void cancel() {
    if (memory != null) {
      memory.close();
    }
  }
}
