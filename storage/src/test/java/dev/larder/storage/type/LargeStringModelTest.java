package dev.larder.storage.type;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A few strings that share chunks, against byte arrays. */
@Tag("slow")
class LargeStringModelTest {
  private static final int MAX_LENGTH = 1_000_000;
  private static final int SLOT_BYTES = 512;
  private static final int STRINGS = 5;

  private final long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 13);
  private final Random random = new Random(seed);
  private final ChunkStore store = ChunkStore.reserve(64L << 20);
  private final LargeString large = new LargeString(store);
  private final long directories = VirtualMemory.reserve(STRINGS * SLOT_BYTES);
  private final long scratch = VirtualMemory.reserve(MAX_LENGTH);
  private final byte[][] model = new byte[STRINGS][];

  @BeforeEach
  void printSeed() {
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
  }

  @AfterEach
  void close() {
    store.close();
    VirtualMemory.release(directories, STRINGS * SLOT_BYTES);
    VirtualMemory.release(scratch, MAX_LENGTH);
  }

  @Test
  void randomOperations() {
    run();
    store.validate();
  }

  @Test
  void randomOperationsWithHardlyAnyMemory() {
    store.limitBytes(20L * ChunkStore.CHUNK_BYTES);
    run();
    store.validate();
  }

  @Test
  void writingFarBeyondTheEndTakesOneChunk() {
    LargeString.openDirectory(directories, ChunkStore.HOLE, MAX_LENGTH);
    Memory.putByte(scratch, (byte) 7);
    assertThat(large.write(directories, MAX_LENGTH - 1, scratch, 1)).isTrue();
    assertThat(large.chunkBytes(directories)).isEqualTo(ChunkStore.CHUNK_BYTES);
    assertThat(store.allocatedBytes()).isEqualTo(ChunkStore.CHUNK_BYTES);
    large.releaseAll(directories);
    assertThat(store.allocatedBytes()).isZero();
  }

  @Test
  void aStreamedArgumentIsTakenOverWithoutACopy() {
    int first = store.allocateRun(3);
    long length = 2L * ChunkStore.CHUNK_BYTES + 5;
    assertThat(large.hold(store.address(first), length)).isEqualTo(first);
    LargeString.fillDirectory(directories, first, length);
    assertThat(LargeString.spanLength(directories, 3, Long.MAX_VALUE)).isEqualTo(length - 3);
    assertThat(LargeString.runLength(directories, 3)).isEqualTo(ChunkStore.CHUNK_BYTES - 3);
    assertThat(LargeString.runLength(directories, length)).isZero();
    store.releaseRun(first, 3);
    assertThat(store.isShared(first)).isFalse();
    large.releaseAll(directories);
    assertThat(store.allocatedBytes()).isZero();
  }

  private long directory(int string) {
    return directories + (long) string * SLOT_BYTES;
  }

  private void run() {
    for (int step = 0; step < 3_000; step++) {
      int string = random.nextInt(STRINGS);
      if (model[string] == null) {
        create(string);
      } else {
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> write(string);
          case 3 -> truncate(string);
          case 4 -> extend(string);
          default -> drop(string);
        }
      }
      if (model[string] != null) {
        check(string);
      }
    }
    for (int string = 0; string < STRINGS; string++) {
      if (model[string] != null) {
        check(string);
        drop(string);
      }
    }
    assertThat(store.allocatedBytes()).isZero();
  }

  private void create(int string) {
    int other = random.nextInt(STRINGS);
    if (model[other] != null) {
      int bytes = LargeString.directoryBytes(model[other].length);
      Memory.copy(directory(other), directory(string), bytes);
      large.retainAll(directory(string));
      model[string] = model[other].clone();
      return;
    }
    byte[] content = new byte[1 + random.nextInt(MAX_LENGTH)];
    random.nextBytes(content);
    Memory.copyFromArray(content, 0, scratch, content.length);
    int first = large.hold(scratch, content.length);
    if (first != 0) {
      LargeString.fillDirectory(directory(string), first, content.length);
      model[string] = content;
    } else {
      int length = 1 + random.nextInt(MAX_LENGTH);
      LargeString.openDirectory(directory(string), ChunkStore.HOLE, length);
      model[string] = new byte[length];
    }
  }

  private void write(int string) {
    byte[] content = model[string];
    if (content.length == 0) {
      return;
    }
    int offset = random.nextInt(content.length);
    int max = random.nextBoolean() ? 100 : content.length;
    byte[] bytes = new byte[Math.min(content.length - offset, 1 + random.nextInt(max))];
    random.nextBytes(bytes);
    Memory.copyFromArray(bytes, 0, scratch, bytes.length);
    if (large.write(directory(string), offset, scratch, bytes.length)) {
      System.arraycopy(bytes, 0, content, offset, bytes.length);
    }
  }

  private void truncate(int string) {
    int length = random.nextInt(model[string].length + 1);
    if (large.truncate(directory(string), length)) {
      model[string] = Arrays.copyOf(model[string], length);
    }
  }

  private void extend(int string) {
    int old = model[string].length;
    int length = old + random.nextInt(MAX_LENGTH - old + 1);
    LargeString.extend(directory(string), LargeString.directoryBytes(old), length);
    model[string] = Arrays.copyOf(model[string], length);
  }

  private void drop(int string) {
    large.releaseAll(directory(string));
    model[string] = null;
    store.sweep(random.nextInt(30));
  }

  private void check(int string) {
    byte[] content = model[string];
    long value = directory(string);
    assertThat(LargeString.length(value)).isEqualTo(content.length);
    byte[] read = new byte[content.length];
    large.read(value, 0, scratch, content.length);
    Memory.copyToArray(scratch, read, 0, content.length);
    assertThat(Arrays.equals(read, content)).as("string %s", string).isTrue();
    if (content.length > 0) {
      int offset = random.nextInt(content.length);
      long span = LargeString.spanLength(value, offset, 300_000);
      assertThat(span).isBetween(1L, 300_000L);
      long address = large.runAddress(value, offset);
      assertThat(Memory.getByte(address)).isEqualTo(content[offset]);
      assertThat(Memory.getByte(address + span - 1)).isEqualTo(content[offset + (int) span - 1]);
    }
  }
}
