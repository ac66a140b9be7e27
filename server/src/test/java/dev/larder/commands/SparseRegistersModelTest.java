package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sparse registers against an array, with all the ways in which runs are split and joined. */
@Tag("slow")
final class SparseRegistersModelTest {
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int REGISTERS = HyperLogLog.REGISTERS;

  private final Random random = new Random(SEED);
  private final ByteBuffer memory = ByteBuffer.allocateDirect(64 * 1024);
  private final long address = Bytes.addressOf(memory);
  private final int[] model = new int[REGISTERS];
  private int length;

  @Test
  void behavesLikeAnArray() {
    for (int round = 0; round < 12; round++) {
      HyperLogLog.writeEmpty(address);
      length = HyperLogLog.EMPTY_BYTES;
      Arrays.fill(model, 0);
      int changes = new int[] {10, 300, 3000}[random.nextInt(3)];
      int width = new int[] {20, 2000, REGISTERS}[random.nextInt(3)];
      int counts = 1 + random.nextInt(SparseRegisters.MAX_COUNT);
      for (int i = 0; i < changes; i++) {
        change(random.nextInt(width), 1 + random.nextInt(1 + random.nextInt(counts)));
      }
      check();
    }
  }

  private void change(int register, int count) {
    long found = find(register);
    if (SparseRegisters.count(address, SparseRegisters.at(found)) >= count) {
      return;
    }
    int growth = SparseRegisters.growth(address, length, found, register);
    int changed = SparseRegisters.change(address, length, found, register, count);
    assertThat(changed).as("seed %d", SEED).isBetween(length + growth - 4, length + growth);
    length = changed;
    model[register] = count;
  }

  /** Finds a register, and compares with going through the opcodes. */
  private long find(int register) {
    long found = SparseRegisters.find(address, length, register);
    int at = HyperLogLog.HEADER_BYTES;
    int before = at;
    int first = 0;
    while (first + SparseRegisters.run(address, length, at) <= register) {
      first += SparseRegisters.run(address, length, at);
      before = at;
      at += SparseRegisters.bytes(address, at);
    }
    assertThat(SparseRegisters.at(found)).as("seed %d", SEED).isEqualTo(at);
    assertThat(SparseRegisters.before(found)).as("seed %d", SEED).isEqualTo(before);
    assertThat(SparseRegisters.first(found)).as("seed %d", SEED).isEqualTo(first);
    assertThat(SparseRegisters.count(address, at)).as("seed %d", SEED).isEqualTo(model[register]);
    return found;
  }

  private void check() {
    ByteBuffer other = ByteBuffer.allocateDirect(HyperLogLog.DENSE_BYTES + REGISTERS);
    long dense = Bytes.addressOf(other);
    long registers = dense + HyperLogLog.HEADER_BYTES;
    long merged = dense + HyperLogLog.DENSE_BYTES;
    assertThat(SparseRegisters.copyTo(registers, address, length)).isTrue();
    HyperLogLog.setDense(dense);
    boolean isSound =
        random.nextBoolean()
            ? MergedRegisters.add(merged, address, length)
            : MergedRegisters.add(merged, dense, HyperLogLog.DENSE_BYTES);
    assertThat(isSound).isTrue();
    for (int i = 0; i < REGISTERS; i++) {
      assertThat(DenseRegisters.get(registers, i)).as("seed %d", SEED).isEqualTo(model[i]);
      assertThat(MergedRegisters.get(merged, i)).as("seed %d", SEED).isEqualTo(model[i]);
    }
    Bytes.fill(registers, DenseRegisters.BYTES, (byte) 0);
    MergedRegisters.writeDense(merged, registers);
    for (int i = 0; i < REGISTERS; i++) {
      assertThat(DenseRegisters.get(registers, i)).as("seed %d", SEED).isEqualTo(model[i]);
    }
    assertThat(SparseRegisters.find(address, length, REGISTERS))
        .isEqualTo(SparseRegisters.NOT_FOUND);
  }
}
