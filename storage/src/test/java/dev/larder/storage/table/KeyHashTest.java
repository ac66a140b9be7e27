package dev.larder.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyHashTest {
  private static final int BYTES = 1 << 16;

  private final long memory = VirtualMemory.reserve(BYTES);

  @AfterEach
  void close() {
    VirtualMemory.release(memory, BYTES);
  }

  private String hashes(byte[] key) {
    Memory.copyFromArray(key, 0, memory, key.length);
    return KeyHash.hash(memory, key.length) + " " + KeyHash.secondHash(memory, key.length);
  }

  /** Bytes that are read twice must not make up for another length. */
  @Test
  void lengthsAreNotMadeUpFor() {
    byte[] nine = HexFormat.of().parseHex("010000000001010101");
    byte[] eight = HexFormat.of().parseHex("0000000000010101");
    assertThat(hashes(nine)).isNotEqualTo(hashes(eight));
  }

  @Test
  void shortKeysOfFewLettersAreDistinct() {
    Set<String> seen = new HashSet<>();
    for (int length = 0; length <= 14; length++) {
      for (int bits = 0; bits < 1 << length; bits++) {
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++) {
          key[i] = (byte) (bits >> i & 1);
        }
        assertThat(seen.add(hashes(key))).as("%d bytes, %d", length, bits).isTrue();
      }
    }
  }
}
